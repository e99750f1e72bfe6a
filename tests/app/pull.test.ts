// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { err, ok } from '#domain/result.ts';
import { pull, type FetchPage } from '#lib/sync/pull.ts';
import { aCopy, aPage, aPerson, putPerson } from './makers.ts';

/** Hands out pages one after the other and remembers with which cursors it was asked. */
function feedOf(pages: (ChangePage | 'nothing_new' | 'unreachable')[]): { fetch: FetchPage; asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = [];
  const fetch: FetchPage = async (cursor) => {
    asked.push(cursor);
    const page = pages[asked.length - 1] ?? 'nothing_new';
    return page === 'unreachable' ? err({ code: 'unreachable', message: 'No network.' }) : ok(page);
  };
  return { fetch, asked };
}

test('a pull goes on with the cursor of the page before, until there is no more', async () => {
  const copy = aCopy();
  const { fetch, asked } = feedOf([
    aPage({ changes: [putPerson(aPerson())], nextCursor: 'a', more: true }),
    aPage({ changes: [putPerson(aPerson({ id: 'lee' }))], nextCursor: 'b' }),
  ]);
  expect(await pull(fetch, copy)).toEqual(ok(2));
  expect(asked).toEqual([undefined, 'a']);
  expect(await copy.getMeta('cursor')).toBe('b');
});

test('the next pull begins where the last one ended', async () => {
  const copy = aCopy();
  await pull(feedOf([aPage({ nextCursor: 'a' })]).fetch, copy);
  const { fetch, asked } = feedOf(['nothing_new']);
  expect(await pull(fetch, copy)).toEqual(ok(0));
  expect(asked).toEqual(['a']);
});

test('"nothing new" makes the copy fresh without touching the cursor', async () => {
  const copy = aCopy();
  await pull(feedOf([aPage({ nextCursor: 'a', at: '2020-01-01T00:00:00.000Z' })]).fetch, copy);
  await pull(feedOf(['nothing_new']).fetch, copy);
  expect(await copy.getMeta('cursor')).toBe('a');
  expect(Date.parse((await copy.getMeta('syncedAt')) ?? '')).toBeGreaterThan(Date.parse('2026-01-01'));
});

test('a network that goes away half-way keeps the pages that were applied', async () => {
  const copy = aCopy();
  const { fetch } = feedOf([aPage({ changes: [putPerson(aPerson())], nextCursor: 'a', more: true }), 'unreachable']);
  expect(await pull(fetch, copy)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  expect(await copy.getMeta('cursor')).toBe('a');
  expect(await copy.people.count()).toBe(1);
});

test('what is not known to be fresh is not called fresh', async () => {
  const copy = aCopy();
  await pull(feedOf([aPage({ at: '2020-01-01T00:00:00.000Z' })]).fetch, copy);
  await pull(feedOf(['unreachable']).fetch, copy);
  expect(await copy.getMeta('syncedAt')).toBe('2020-01-01T00:00:00.000Z');
});
