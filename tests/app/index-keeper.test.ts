// The index on a device: what it answers, and that it ends well when the browser, another tab or a sign-out moves the copy.
// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { toSteps, type CatalogueDocument } from '#domain/catalogue.ts';
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import type { Session } from '#domain/protocol/people.ts';
import { err, ok } from '#domain/result.ts';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { Copy } from '#lib/db/copy.ts';
import { IndexKeeper } from '#lib/index/keeper.ts';
import type { CopyHealth } from '#lib/index/messages.ts';
import type { FetchPage } from '#lib/sync/pull.ts';
import { aCopy, aPage, aPerson, putOrganization, putPerson } from './makers.ts';

const keepers: IndexKeeper[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const keeper of keepers.splice(0)) keeper.stop();
});

const account = (number: number, username: string, role = 'Member') => ({
  number,
  id: `account:${username}`,
  hubId: username,
  username,
  fullName: '',
  email: null,
  roles: { acme: role },
});
const put = (row: CatalogueDocument): ChangePage['changes'][number] => ({
  op: 'put',
  table: 'documents',
  id: `c1/${row.id}`,
  connectorId: 'c1',
  row,
});
const accounts = (...names: string[]) =>
  put({ kind: 'accounts', id: 'accounts:0', rows: names.map((name, number) => account(number, name)) });
const repositories = (...names: string[]) =>
  put({
    kind: 'repositories',
    id: 'repositories:0',
    rows: names.map((name, number) => ({ number, organization: 'acme', name, private: true, registeredAt: null })),
  });
const team = (name: string, members: number[], write: number[]) =>
  put({
    kind: 'team',
    id: `team:acme/${name}`,
    organization: 'acme',
    name,
    hubId: 1,
    description: '',
    role: null,
    members: toSteps(members),
    read: [],
    write: toSteps(write),
    admin: [],
  });
const WHOLE = [
  putOrganization('c1/org:acme', 'acme'),
  accounts('dana', 'lee'),
  repositories('api', 'cli'),
  team('backend', [0], [0]),
];
const aSession = (id: string): Session => ({
  user: { id, name: id, email: `${id}@acme.example`, roles: ['super'] },
  workspace: 'main',
  via: 'session',
  expiresAt: null,
  elevatedUntil: null,
  mail: 'off',
  version: '0.1.0',
});

/** Hands out pages by cursor, like the server: undefined is the beginning. */
function feed(pages: Record<string, ChangePage>): FetchPage & { asked: (string | undefined)[] } {
  const asked: (string | undefined)[] = [];
  const fetch: FetchPage = async (cursor) => {
    asked.push(cursor);
    const page = pages[cursor ?? ''];
    return ok(page ?? 'nothing_new');
  };
  return Object.assign(fetch, { asked });
}

async function aKeeper(copy: Copy, fetch: FetchPage = feed({})) {
  const health: CopyHealth[] = [];
  const keeper = new IndexKeeper({ copy, fetch, onState: () => {}, onHealth: (one) => health.push(one) });
  keepers.push(keeper);
  await keeper.start();
  const names = (list: 'people' | 'repos' | 'teams', search = '') =>
    keeper.host
      .window({ name: 'list', question: { list, search, whole: true } }, 0, 100)
      .rows.map((row) => (row.type === 'account' ? row.username : row.id));
  const level = (who: string, what: string) => keeper.host.ask({ name: 'levels', question: { pairs: [[who, what]] } });
  return { keeper, health, names, level };
}
const DANA_ON_API = ['account:dana', 'repository:acme/api'] as const;

test('what is pulled is stored and answered at once, and answered again after a restart without a network', async () => {
  const copy = aCopy();
  const { keeper, names, level } = await aKeeper(copy, feed({ '': aPage({ changes: WHOLE, nextCursor: 'a' }) }));
  expect(names('people')).toEqual([]);
  expect(await keeper.pull()).toEqual(ok(WHOLE.length));
  expect(names('people')).toEqual(['dana', 'lee']);
  expect(level(...DANA_ON_API)).toEqual(Int8Array.of(2));

  const again = await aKeeper(copy);
  expect(again.names('repos', 'cl')).toEqual(['repository:acme/cli']);
  expect(again.level(...DANA_ON_API)).toEqual(Int8Array.of(2));
});

test('one changed team changes one answer, without the documents being read again', async () => {
  const copy = aCopy();
  const fetch = feed({
    '': aPage({ changes: WHOLE, nextCursor: 'a' }),
    a: aPage({ changes: [team('backend', [1], [0])], nextCursor: 'b' }),
  });
  const { keeper, level } = await aKeeper(copy, feed({ '': aPage({ changes: WHOLE, nextCursor: 'a' }) }));
  await keeper.pull();
  const read = vi.spyOn(copy.documents, 'toArray');
  const other = await aKeeper(copy, fetch);
  read.mockClear();
  await other.keeper.pull();
  expect(other.level(...DANA_ON_API)).toEqual(Int8Array.of(0));
  expect(read).not.toHaveBeenCalled();
  // The tab that pulled nothing hears of it through the copy.
  await vi.waitFor(() => expect(level(...DANA_ON_API)).toEqual(Int8Array.of(0)));
  expect(read).not.toHaveBeenCalled();
});

test('two tabs that pull at once end with the same copy', async () => {
  const name = `two-tabs-${crypto.randomUUID()}`;
  const pages = {
    '': aPage({ changes: WHOLE, nextCursor: 'a', more: true }),
    a: aPage({ changes: [team('backend', [0, 1], [0, 1])], nextCursor: 'b', more: true }),
    b: aPage({ changes: [team('backend', [1], [1])], nextCursor: 'c' }),
  };
  const first = await aKeeper(new Copy(name), feed(pages));
  const second = await aKeeper(new Copy(name), feed(pages));
  await Promise.all([first.keeper.pull(), second.keeper.pull()]);
  for (const { level } of [first, second]) {
    await vi.waitFor(() => {
      expect(level(...DANA_ON_API)).toEqual(Int8Array.of(0));
      expect(level('account:lee', 'repository:acme/cli')).toEqual(Int8Array.of(2));
    });
  }
  const copy = new Copy(name);
  expect(await copy.getMeta('cursor')).toBe('c');
});

test('a page that another tab was faster with is not written over newer rows', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: [putPerson(aPerson())], nextCursor: 'a' }), copy);
  await applyChanges(aPage({ changes: [putPerson(aPerson({ name: 'Newer' }))], nextCursor: 'b' }), copy);
  const late = await applyChanges(aPage({ changes: [putPerson(aPerson({ name: 'Older' }))], nextCursor: 'a' }), copy, {
    cursor: undefined,
    owner: undefined,
  });
  expect(late.applied).toBe(false);
  expect((await copy.people.get('dana'))?.name).toBe('Newer');
  expect(await copy.getMeta('cursor')).toBe('b');
});

test('what was on its way when somebody signed out is not written, and the index forgets', async () => {
  const copy = aCopy();
  await copy.setMeta('session', aSession('dana'));
  const asked = Promise.withResolvers<null>();
  const answered = Promise.withResolvers<null>();
  const late: FetchPage = async () => {
    asked.resolve(null);
    await answered.promise;
    return ok(aPage({ changes: WHOLE, nextCursor: 'a' }));
  };
  const { keeper, names } = await aKeeper(copy, late);
  const pulling = keeper.pull();
  await asked.promise;
  await copy.wipe();
  answered.resolve(null);
  await pulling;
  expect(await copy.documents.count()).toBe(0);
  expect(await copy.getMeta('cursor')).toBeUndefined();
  expect(names('people')).toEqual([]);
});

test('signing out empties the index of a tab that only looked', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE }), copy);
  const { names } = await aKeeper(copy);
  expect(names('people')).toHaveLength(2);
  await copy.wipe();
  await vi.waitFor(() => expect(names('people')).toEqual([]));
});

test('a reset after a role was taken away leaves nothing of the wider view', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  await copy.setMeta('firstAnswers', {
    catalogueVersion: (await copy.getMeta('catalogueVersion')) ?? '',
    answers: [['x', WHOLE]],
  });
  const own = aPage({ reset: true, changes: [accounts('lee')], nextCursor: 'own-1' });
  const { keeper, names } = await aKeeper(copy, feed({ a: own }));
  expect(names('people')).toHaveLength(2);
  await keeper.pull();
  await vi.waitFor(() => expect(names('people')).toEqual(['lee']));
  expect(names('repos')).toEqual([]);
  expect(names('teams')).toEqual([]);
  expect(await copy.getMeta('firstAnswers')).toBeUndefined();
  expect(await copy.documents.toCollection().primaryKeys()).toEqual(['c1/accounts:0']);
});

test('a store that the browser cleared is noticed, said, and fetched again from the beginning', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  await copy.documents.clear();
  const fetch = feed({ '': aPage({ changes: WHOLE, nextCursor: 'a' }) });
  const { keeper, health, names } = await aKeeper(copy, fetch);
  expect(await keeper.pull()).toEqual(ok(WHOLE.length));
  expect(fetch.asked[0]).toBeUndefined();
  expect(health).toEqual(['cleared', 'fine']);
  await vi.waitFor(() => expect(names('people')).toEqual(['dana', 'lee']));
});

test('a full disk is said, and what was here stays and can be asked', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  const { keeper, health, names } = await aKeeper(
    copy,
    feed({ a: aPage({ changes: [team('new', [1], [1])], nextCursor: 'b' }) }),
  );
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  });
  expect(await keeper.pull()).toMatchObject(err({ code: 'device_full' }));
  expect(health).toEqual(['full']);
  put.mockRestore();
  expect(names('teams')).toEqual(['team:acme/backend']);
  expect(await copy.getMeta('cursor')).toBe('a');
  expect(await keeper.pull()).toEqual(ok(1));
  expect(health).toEqual(['full', 'fine']);
  expect(names('teams')).toEqual(['team:acme/backend', 'team:acme/new']);
});

test('a database handle that died is opened anew, and nobody hears of it', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  const { keeper, health, names } = await aKeeper(
    copy,
    feed({ a: aPage({ changes: [team('new', [1], [1])], nextCursor: 'b' }) }),
  );
  copy.backendDB().close();
  expect(await keeper.pull()).toEqual(ok(1));
  expect(health).toEqual(['fine']);
  expect(names('teams')).toHaveLength(2);
});

test('a database that another tab deletes does not hold that up, and is fetched again', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  const fetch = feed({ '': aPage({ changes: WHOLE, nextCursor: 'a' }) });
  const { keeper, names } = await aKeeper(copy, fetch);
  await new Promise((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase(copy.name);
    deleting.onsuccess = resolve;
    deleting.onerror = reject;
  });
  expect(await keeper.pull()).toEqual(ok(WHOLE.length));
  await vi.waitFor(() => expect(names('people')).toEqual(['dana', 'lee']));
});

test('an old tab goes on when a newer version of the app has upgraded the database under it', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE, nextCursor: 'a' }), copy);
  const { keeper, health, names } = await aKeeper(
    copy,
    feed({ a: aPage({ changes: [team('new', [1], [1])], nextCursor: 'b' }) }),
  );
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open(copy.name, 990);
    opening.onsuccess = () => {
      opening.result.close();
      resolve(null);
    };
    opening.onerror = reject;
  });
  expect(await keeper.pull()).toEqual(ok(1));
  expect(health).toEqual(['fine']);
  expect(names('teams')).toHaveLength(2);
});

test('names follow the people that accounts are linked to', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE }), copy);
  const { keeper } = await aKeeper(copy);
  await applyChanges(
    aPage({ changes: [putPerson(aPerson({ id: 'p', name: 'Dana Kowalski', accounts: ['account:dana'] }))] }),
    copy,
  );
  await vi.waitFor(() => {
    const { rows } = keeper.host.window({ name: 'list', question: { list: 'people', whole: true } }, 0, 1);
    expect(rows[0]).toMatchObject({ name: 'Dana Kowalski', person: 'Dana Kowalski' });
  });
});

test('first answers are kept for the next start, under the version that they are of', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE }), copy);
  const { keeper } = await aKeeper(copy);
  keeper.noteOpener('counts', () => keeper.host.ask({ name: 'counts', question: {} }));
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  await vi.waitFor(async () => {
    const kept = await copy.getMeta('firstAnswers');
    expect(kept?.catalogueVersion).toBe(await copy.getMeta('catalogueVersion'));
    expect(kept?.answers[0]).toMatchObject(['counts', { people: 2, teams: 1, repos: 2, read: true }]);
  });
});

test('a question asks the database for nothing', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: WHOLE }), copy);
  const { keeper, names, level } = await aKeeper(copy);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const asked = (['get', 'getAll', 'getAllKeys', 'count', 'openCursor', 'put'] as const).map((method) =>
    vi.spyOn(IDBObjectStore.prototype, method),
  );
  names('repos', 'a');
  names('people');
  level(...DANA_ON_API);
  keeper.host.ask({ name: 'why', question: { who: DANA_ON_API[0], what: DANA_ON_API[1] } });
  keeper.host.ask({ name: 'subject', question: { id: DANA_ON_API[1], whole: true } });
  keeper.host.ask({ name: 'find', question: { text: 'd', limit: 5 } });
  for (const method of asked) expect(method).not.toHaveBeenCalled();
});
