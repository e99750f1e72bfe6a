// One counter numbers every change that a device may have to learn of. A row that devices copy carries the revision at which it
// last changed; a row that went away leaves a tombstone.
import * as z from 'zod';
import type { CHANGE_TABLES } from '#domain/protocol/catalogue.ts';
import type { Migration } from './migrations.ts';
import { tellNews } from './news.ts';
import { row, type Store } from './store.ts';

export const REVISION_MIGRATIONS: Migration[] = [
  {
    name: 'revisions-1',
    sql: `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE tombstones (tab TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (tab, id)) WITHOUT ROWID;`,
  },
];

const Value = z.object({ value: z.string() });

export const getMeta = (store: Store, key: string): string | undefined =>
  row(Value, store.all('SELECT value FROM meta WHERE key = ?', key))?.value;

export const setMeta = (store: Store, key: string, value: string): void =>
  store.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', key, value);

/** The newest revision handed out; 0 in a new ledger. */
export const headRevision = (store: Store): number => Number(getMeta(store, 'revision') ?? '0');

/** Hands out `count` new revisions and answers the first of them. Call it in the transaction that uses them. */
export function takeRevisions(store: Store, count: number): number {
  const first = headRevision(store) + 1;
  setMeta(store, 'revision', String(first + count - 1));
  tellNews(store, 'revision');
  return first;
}

export const takeRevision = (store: Store): number => takeRevisions(store, 1);

export type SyncedTable = (typeof CHANGE_TABLES)[number];

/** Remembers that a row is gone, so that devices forget it too. */
export function leaveTombstone(store: Store, table: SyncedTable, id: string): void {
  store.run(
    'INSERT INTO tombstones (tab, id, revision) VALUES (?, ?, ?) ON CONFLICT (tab, id) DO UPDATE SET revision = excluded.revision',
    table,
    id,
    takeRevision(store),
  );
}

/** A row of that id is there again. */
export const liftTombstone = (store: Store, table: SyncedTable, id: string): void =>
  store.run('DELETE FROM tombstones WHERE tab = ? AND id = ?', table, id);
