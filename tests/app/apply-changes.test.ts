// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { aCopy, aPage, aPerson, putOrganization, putPerson } from './makers.ts';

test('rows and cursor are written together', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: [putPerson(aPerson())], nextCursor: 'cursor-7' }), copy);

  expect(await copy.people.get('dana')).toEqual(aPerson());
  expect(await copy.getMeta('cursor')).toBe('cursor-7');
  expect(await copy.getMeta('syncedAt')).toBe('2026-11-24T08:00:00.000Z');
});

test('a page that cannot be written whole leaves rows and cursor as they were', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: [putPerson(aPerson())] }), copy);

  // Functions cannot be stored: the second row of the page breaks the transaction.
  const broken = { ...aPerson({ id: 'eve' }), name: (() => 'Eve') as unknown as string };
  const page = aPage({ changes: [putPerson(aPerson({ name: 'Renamed' })), putPerson(broken)], nextCursor: 'cursor-2' });
  await expect(applyChanges(page, copy)).rejects.toThrow();

  expect(await copy.people.toArray()).toEqual([aPerson()]);
  expect(await copy.getMeta('cursor')).toBe('cursor-1');
});

test('a deletion takes the row away', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: [putPerson(aPerson())] }), copy);
  await applyChanges(aPage({ changes: [{ op: 'delete', table: 'people', id: 'dana' }] }), copy);
  expect(await copy.people.count()).toBe(0);
});

test.for([
  ['deleted, then put', true],
  ['put, then deleted', false],
] as const)('of two changes to one row the later counts: %s', async ([, isThere]) => {
  const copy = aCopy();
  const put = putPerson(aPerson());
  const gone = { op: 'delete', table: 'people', id: 'dana' } as const;
  await applyChanges(aPage({ changes: isThere ? [gone, put] : [put, gone] }), copy);
  expect(await copy.people.count()).toBe(isThere ? 1 : 0);
});

test('a reset forgets every row but not who is signed in', async () => {
  const copy = aCopy();
  await copy.setMeta('session', {
    user: { id: 'dana', name: 'Dana', email: 'dana@acme.example', roles: ['basic'] },
    workspace: 'main',
    via: 'session',
    expiresAt: null,
    elevatedUntil: null,
    mail: 'off',
    version: '0.1.0',
  });
  await applyChanges(aPage({ changes: [putPerson(aPerson()), putOrganization('c1/org:acme', 'acme')] }), copy);
  await applyChanges(
    aPage({ reset: true, changes: [putPerson(aPerson({ id: 'lee', name: 'Lee' }))], nextCursor: 'cursor-9' }),
    copy,
  );

  expect((await copy.people.toArray()).map(({ id }) => id)).toEqual(['lee']);
  expect(await copy.documents.count()).toBe(0);
  expect(await copy.getMeta('cursor')).toBe('cursor-9');
  expect((await copy.getMeta('session'))?.user.id).toBe('dana');
});

test('the version of the catalogue changes with documents and only with them', async () => {
  const copy = aCopy();
  await applyChanges(aPage({ changes: [putOrganization('c1/org:acme', 'acme')] }), copy);
  const first = await copy.getMeta('catalogueVersion');

  await applyChanges(aPage({ changes: [putPerson(aPerson())] }), copy);
  expect(await copy.getMeta('catalogueVersion')).toBe(first);

  await applyChanges(aPage({ changes: [{ op: 'delete', table: 'documents', id: 'c1/org:acme' }] }), copy);
  expect(await copy.getMeta('catalogueVersion')).not.toBe(first);
});

test('documents of two connectors with the same id stay apart', async () => {
  const copy = aCopy();
  await applyChanges(
    aPage({ changes: [putOrganization('c1/org:acme', 'acme'), putOrganization('c2/org:acme', 'acme')] }),
    copy,
  );
  expect(await copy.documents.count()).toBe(2);
});

test('wiping keeps what the workspace is and nothing of the person', async () => {
  const copy = aCopy();
  const workspace = { claimed: true, sample: false, dockerHub: 'real', version: '0.1.0', protocol: 1 } as const;
  await copy.setMeta('workspace', workspace);
  await applyChanges(aPage({ changes: [putPerson(aPerson()), putOrganization('c1/org:acme', 'acme')] }), copy);
  await copy.wipe();

  expect(await copy.getMeta('workspace')).toEqual(workspace);
  expect(await copy.meta.count()).toBe(1);
  for (const table of copy.tables.filter(({ name }) => name !== 'meta')) expect(await table.count()).toBe(0);
});
