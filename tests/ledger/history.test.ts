import { beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { CatalogueViews, type CatalogueView } from '../../edge/ledger/catalogue-views.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS, finishApply, forgetCatalogue } from '../../edge/ledger/catalogue.ts';
import { HistoryViews } from '../../edge/ledger/history-views.ts';
import { changeHistorySettings, historySettings, thinHistory } from '../../edge/ledger/history.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import {
  toSteps,
  type AccountsDocument,
  type CatalogueDocument,
  type CompletenessBySet,
  type Level,
  type OrganizationDocument,
  type RepositoriesDocument,
  type TeamDocument,
} from '../../src/domain/catalogue.ts';
import { memoryStore } from '../support/memory-store.ts';

const CONNECTOR = 'c1';
const SYSTEM = { userId: 'system', via: 'system' } as const;
const NOTHING = { whole: false, accounts: [], connectors: [], resources: [] } satisfies CatalogueView;
const WHOLE: CatalogueView = { ...NOTHING, whole: true };
const NOW = '2026-11-24T12:00:00.000Z';
const READ: CompletenessBySet = Object.fromEntries(
  (['members', 'teams', 'team_members', 'repositories', 'permissions'] as const).map((set) => [
    set,
    { state: 'complete', reason: null },
  ]),
);

const acme: OrganizationDocument = {
  kind: 'organization',
  id: 'org:acme',
  name: 'acme',
  hubId: null,
  fullName: null,
  plan: null,
  completeness: READ,
};
const accounts = (names: string[]): AccountsDocument => ({
  kind: 'accounts',
  id: 'accounts:0',
  rows: names.map((name, number) => ({
    number,
    id: `account:${name}`,
    hubId: name,
    username: name,
    fullName: `${name} surname`,
    email: `${name}@example.com`,
    roles: { acme: 'Member' },
  })),
});
const repositories = (names: string[]): RepositoriesDocument => ({
  kind: 'repositories',
  id: 'repositories:0',
  rows: names.map((name, number) => ({ number, organization: 'acme', name, private: true, registeredAt: null })),
});
const team = (name: string, members: number[], held: Partial<Record<Level, number[]>> = {}): TeamDocument => ({
  kind: 'team',
  id: `team:acme/${name}`,
  organization: 'acme',
  name,
  hubId: name.length,
  description: '',
  role: null,
  members: toSteps(members),
  read: toSteps(held.read ?? []),
  write: toSteps(held.write ?? []),
  admin: toSteps(held.admin ?? []),
});

describe('history in the ledger', () => {
  let store: Store;
  let history: HistoryViews;
  const read = (run: number, at: string, documents: CatalogueDocument[]) => {
    applyDocuments(store, CONNECTOR, documents, { run }, at);
    finishApply(store, CONNECTOR, run, { changes: { teams: { added: 0, removed: 0, changed: 1 } } }, SYSTEM, at);
  };
  const changes = (more: Record<string, unknown> = {}, view = WHOLE) => history.changes(view, { limit: 100, ...more });
  const past = (at: string, more: Record<string, unknown> = {}, view = WHOLE, now = NOW) => {
    const page = history.documents(view, { connector: CONNECTOR, at, limit: 250, ...more }, now);
    if (!page.ok) throw new Error(page.error.reason);
    return page.value;
  };

  beforeEach(() => {
    store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
    history = new HistoryViews(store, new CatalogueViews(store));
    read(1, '2026-11-20T08:00:00.000Z', [
      acme,
      accounts(['ada', 'grace', 'mallory']),
      repositories(['api', 'web', 'secret']),
      team('backend', [0, 1], { write: [0] }),
      team('quiet', [2], { admin: [2] }),
    ]);
    read(2, '2026-11-21T08:00:00.000Z', [team('backend', [0], { write: [0, 1] })]);
    read(3, '2026-11-22T08:00:00.000Z', [team('backend', [0, 2], { write: [0, 1] }), team('quiet', [2], { admin: [1, 2] })]);
  });

  test('a change says when it was found and when it was looked before', () => {
    const { items } = changes();
    expect(items.map(({ kind, verb, subject, object }) => `${kind} ${verb} ${subject?.name} ${object.name}`)).toEqual([
      'membership added mallory backend',
      'permission added quiet web',
      'membership removed grace backend',
      'permission added backend web',
      'organization first_read undefined acme',
    ]);
    expect(items[0]).toMatchObject({
      at: '2026-11-22T08:00:00.000Z',
      since: '2026-11-21T08:00:00.000Z',
      run: 3,
      origin: 'outside',
    });
    expect(items[4]).toMatchObject({ origin: 'first_read', count: { members: 3, teams: 2, permissions: 2 }, since: null });
  });

  test('a page of changes goes on exactly where the one before ended', () => {
    const all = changes().items;
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = changes({ limit: 1, cursor });
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
  });

  test('filters by organization, kind, origin, account, resource and time', () => {
    const names = (more: Record<string, unknown>) =>
      changes(more).items.map(({ subject, object }) => `${subject?.name} ${object.name}`);
    expect(names({ kind: 'permission' })).toEqual(['quiet web', 'backend web']);
    expect(names({ account: 'account:grace' })).toEqual(['grace backend']);
    expect(names({ resource: 'repository:acme/web' })).toEqual(['quiet web', 'backend web']);
    expect(names({ account: 'account:grace', resource: 'team:acme/quiet' })).toEqual([]);
    expect(names({ origin: 'first_read' })).toEqual(['undefined acme']);
    expect(names({ organization: 'other' })).toEqual([]);
    expect(names({ connector: 'c2' })).toEqual([]);
    expect(names({ from: '2026-11-21', to: '2026-11-21' })).toEqual(['grace backend', 'backend web']);
  });

  test('a past day shows what held at its end, and whether that can still change', () => {
    const teams = (at: string) =>
      past(at).items.flatMap((one) => (one.kind === 'team' && one.name === 'backend' ? [one.members] : []));
    expect(teams('2026-11-20')).toEqual([[0, 1]]);
    expect(teams('2026-11-21')).toEqual([[0]]);
    expect(teams('2026-11-24')).toEqual([[0, 2]]);
    expect(teams('2026-11-21T07:59:59.999Z')).toEqual([[0, 1]]);
    expect(past('2026-11-19').items).toEqual([]);
    expect(past('2026-11-21').settled).toBe(true);
    expect(past('2026-11-24')).toMatchObject({ at: NOW, settled: false });
    applyDocuments(store, CONNECTOR, [team('backend', [1])], { run: 4 }, '2026-11-23T08:00:00.000Z');
    expect(past('2026-11-23').settled).toBe(false);
    expect(past('2026-11-22').settled).toBe(true);
  });

  test('a document that changes while somebody pages through the past is neither missed nor shown as it is now', () => {
    const before = past('2026-11-21').items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const found = new Map<string, CatalogueDocument>();
    let page = past('2026-11-21', { limit: 1 });
    for (let n = 0; ; n += 1) {
      for (const document of page.items) found.set(document.id, document);
      if (page.nextCursor === null) break;
      read(10 + n, `2026-11-23T08:0${n}:00.000Z`, [
        accounts(['ada', 'grace', `mallory-${n}`]),
        repositories(['api', 'web', `x${n}`]),
      ]);
      page = past('2026-11-21', { limit: 1, cursor: page.nextCursor });
    }
    expect([...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(before);
  });

  test('an instant whose revisions are thinned is shown as of the end of its day, and says so', () => {
    const later = '2027-03-24T12:00:00.000Z';
    expect(past('2026-11-21T07:00:00.000Z', {}, WHOLE, later).at).toBe('2026-11-21T23:59:59.999Z');
    expect(history.spans(WHOLE, undefined, later)).toEqual([
      { connectorId: CONNECTOR, from: '2026-11-20', everyRevisionFrom: '2026-12-24', to: '2027-03-24' },
    ]);
  });

  test('somebody with an own view learns nothing of others', () => {
    const ada = { ...NOTHING, accounts: ['account:ada'] };
    const everything = JSON.stringify([
      past('2026-11-20', {}, ada),
      past('2026-11-22', {}, ada),
      changes({}, ada),
      changes({ resource: 'repository:acme/secret' }, ada),
      changes({ account: 'account:mallory' }, ada),
      history.spans(ada, undefined, NOW),
      history.readings(ada, { limit: 100 }),
    ]);
    for (const name of ['grace', 'mallory', 'quiet', 'secret', 'surname, ']) expect(everything).not.toContain(name);
    expect(changes({}, ada).items.map(({ object }) => object.name)).toEqual(['web']);
    expect(JSON.stringify(history.readings(ada, { limit: 100 }))).not.toContain('teams');

    const nobody = NOTHING;
    expect(past('2026-11-22', {}, nobody).items).toEqual([]);
    expect(changes({}, nobody).items).toEqual([]);
    expect(history.spans(nobody, undefined, NOW)).toEqual([]);
    expect(history.readings(nobody, { limit: 100 }).items).toEqual([]);
  });

  test('a deleted connector has no past any more, and the clock forgets its rows a few at a time', () => {
    forgetCatalogue(store, CONNECTOR);
    expect(changes().items).toEqual([]);
    expect(history.documents(WHOLE, { connector: CONNECTOR, at: '2026-11-21', limit: 10 }, NOW)).toEqual({
      ok: false,
      error: { reason: 'not_found' },
    });
    while (thinHistory(store, NOW, 2) > 0) continue;
    for (const table of ['document_history', 'change_rows', 'change_objects', 'readings', 'history_connectors'])
      expect(store.all(`SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: 0 }]);
  });

  test('what is kept for less long is forgotten from the next minute on', () => {
    expect(historySettings(store)).toEqual({ everyRevisionDays: 90, dailyDays: 400, changeDays: 2_557 });
    expect(thinHistory(store, NOW, 20)).toBe(0);
    changeHistorySettings(store, { everyRevisionDays: 1, dailyDays: 1 }, SYSTEM);
    expect(thinHistory(store, NOW, 20)).toBe(3);
  });

  test('a change of a hundred thousand permissions is some hundreds of rows', () => {
    const pages = Array.from({ length: 100 }, (_, page): RepositoriesDocument => ({
      kind: 'repositories',
      id: `repositories:${page}`,
      rows: Array.from({ length: 100 }, (_, index) => ({
        number: page * 100 + index,
        organization: 'acme',
        name: `repository-${page}-${index}`,
        private: true,
        registeredAt: null,
      })),
    }));
    read(4, '2026-11-23T08:00:00.000Z', pages);
    const before = Number(store.all('SELECT count(*) AS n FROM change_rows')[0]?.n);
    const all = Array.from({ length: 10_000 }, (_, number) => number);
    for (let n = 0; n < 10; n += 1) {
      applyDocuments(store, CONNECTOR, [team(`big-${n}`, [], { read: all })], { run: 5 }, '2026-11-23T09:00:00.000Z');
    }
    const [rows] = store.all(
      `SELECT (SELECT count(*) FROM change_rows) AS packed, (SELECT max(size) FROM change_rows) AS size,
        (SELECT sum(records) FROM change_rows WHERE kind = 'permission') AS records, (SELECT count(*) FROM change_objects) AS listed`,
    );
    expect(Number(rows?.records)).toBeGreaterThan(100_000);
    expect(Number(rows?.packed) - before).toBeLessThan(600);
    expect(Number(rows?.listed)).toBeLessThan(1_500);
    expect(Number(rows?.size)).toBeLessThanOrEqual(64_100);
  });
});
