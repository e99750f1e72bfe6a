import { describe, expect, test } from 'vitest';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import { CatalogueViews, type Page, WHOLE_VIEW } from '../../edge/ledger/catalogue-views.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import { memoryStore } from '../support/memory-store.ts';
import { randomWorld } from '../support/worlds.ts';

const EVERYTHING = 1_000_000;

/** Two connectors with worlds of their own. */
function viewsOf(seed: number): CatalogueViews {
  const store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
  applyDocuments(store, 'connector-1', randomWorld(seed).documents);
  applyDocuments(store, 'connector-2', randomWorld(seed + 1_000).documents);
  return new CatalogueViews(store);
}

function everyPage<T>(limit: number, page: (query: { limit: number; cursor?: string }) => Page<T>): T[] {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer: Page<T> = page({ limit, ...(cursor === '' ? {} : { cursor }) });
    expect(answer.items.length).toBeLessThanOrEqual(limit);
    items.push(...answer.items);
    cursor = answer.nextCursor;
  }
  return items;
}

describe('lists in pages', () => {
  test.for([1, 2, 3, 4, 5])('hold every item once, whatever the size of a page (world %i)', (seed) => {
    const views = viewsOf(seed);
    const lists = [
      (query: { limit: number; cursor?: string }) => views.resources(WHOLE_VIEW, query),
      (query: { limit: number; cursor?: string }) => views.entitlements(WHOLE_VIEW, query),
      (query: { limit: number; cursor?: string }) => views.grants(WHOLE_VIEW, { ...query, effective: false }),
    ];
    for (const list of lists) {
      const whole = list({ limit: EVERYTHING }).items;
      expect(whole.length).toBeGreaterThan(10);
      for (const limit of [1, 7]) expect(everyPage<unknown>(limit, list)).toEqual(whole);
    }
  });

  test.for([1, 2, 3, 4, 5])('every direct grant is of an entitlement that is listed (world %i)', (seed) => {
    const views = viewsOf(seed);
    const listed = new Set(views.entitlements(WHOLE_VIEW, { limit: EVERYTHING }).items.map(({ id }) => id));
    const granted = views
      .grants(WHOLE_VIEW, { limit: EVERYTHING, effective: false })
      .items.map(({ entitlement }) => entitlement.id);
    expect(granted.filter((id) => !listed.has(id))).toEqual([]);
  });
});
