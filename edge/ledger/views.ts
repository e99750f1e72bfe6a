// Saved views: lists that somebody has given a name. Each is its owner's alone; nobody else sees that it is there.
import * as z from 'zod';
import type { NewView, SavedView, ViewPatch } from '#domain/protocol/views.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Migration } from './migrations.ts';
import { takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const VIEW_MIGRATIONS: Migration[] = [
  {
    name: 'views-1',
    // A view that is deleted keeps its id and owner alone, so that only its owner's devices hear of it.
    sql: `CREATE TABLE views (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, pinned INTEGER NOT NULL,
        created_at TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX views_owner ON views (owner);`,
  },
];

/** More would be a list that needs a search of its own. */
const VIEWS_MAX = 100;

const ViewRow = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  path: z.string(),
  pinned: z.int(),
  created_at: z.string(),
  gone: z.int(),
  revision: z.int(),
});
const COLUMNS = 'id, owner, name, path, pinned, created_at, gone, revision';

const viewOf = (found: z.infer<typeof ViewRow>): SavedView => ({
  id: found.id,
  name: found.name,
  path: found.path,
  pinned: found.pinned === 1,
  createdAt: found.created_at,
});

/** Somebody's views in the order in which they were made. */
export const viewsOf = (store: Store, owner: string): SavedView[] =>
  rows(
    ViewRow,
    store.all(`SELECT ${COLUMNS} FROM views WHERE owner = ? AND gone = 0 ORDER BY created_at, id LIMIT ?`, owner, VIEWS_MAX),
  ).map(viewOf);

function ownView(store: Store, id: string, owner: string): SavedView | undefined {
  const found = row(ViewRow, store.all(`SELECT ${COLUMNS} FROM views WHERE id = ? AND owner = ? AND gone = 0`, id, owner));
  return found && viewOf(found);
}

/** Keeps a view for somebody. */
export function addView(store: Store, id: string, owner: string, view: NewView, now: string): Result<SavedView, Refusal> {
  return store.transaction(() => {
    if (viewsOf(store, owner).length >= VIEWS_MAX)
      return err({ reason: 'invalid', detail: `There are ${VIEWS_MAX} views already: delete one first.` });
    const saved: SavedView = { id, ...view, createdAt: now };
    put(store, owner, saved);
    return ok(saved);
  });
}

/** Changes one's own view. Another's is as if it were not there. */
export function changeView(store: Store, id: string, owner: string, patch: ViewPatch): Result<SavedView, Refusal> {
  return store.transaction(() => {
    const before = ownView(store, id, owner);
    if (!before) return err({ reason: 'not_found' });
    const { name = before.name, path = before.path, pinned = before.pinned } = patch;
    const after = { ...before, name, path, pinned };
    put(store, owner, after);
    return ok(after);
  });
}

/** Deletes one's own view. */
export function deleteView(store: Store, id: string, owner: string): Result<null, Refusal> {
  return store.transaction(() => {
    if (!ownView(store, id, owner)) return err({ reason: 'not_found' });
    forget(store, id);
    return ok(null);
  });
}

/** Forgets all of somebody's views: they left. Call it in the transaction of that act. */
export function deleteViewsOf(store: Store, owner: string): void {
  for (const { id } of viewsOf(store, owner)) forget(store, id);
}

/** What devices of its owner learn of a view: how it is now, or that it went. */
export interface ChangedView {
  id: string;
  owner: string;
  revision: number;
  row: SavedView | null;
}

/** Views that changed after a revision. A device that has nothing yet need not hear what went. */
export const viewsSince = (store: Store, after: number): ChangedView[] =>
  rows(
    ViewRow,
    store.all(`SELECT ${COLUMNS} FROM views WHERE revision > ?1 AND (?1 > 0 OR gone = 0) ORDER BY revision`, after),
  ).map((found) => ({
    id: found.id,
    owner: found.owner,
    revision: found.revision,
    row: found.gone === 1 ? null : viewOf(found),
  }));

function put(store: Store, owner: string, { id, name, path, pinned, createdAt }: SavedView): void {
  store.run(
    `INSERT INTO views (id, owner, name, path, pinned, created_at, revision) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, path = excluded.path, pinned = excluded.pinned, revision = excluded.revision`,
    id,
    owner,
    name,
    path,
    pinned ? 1 : 0,
    createdAt,
    takeRevision(store),
  );
}

const forget = (store: Store, id: string): void =>
  store.run("UPDATE views SET gone = 1, name = '', path = '', pinned = 0, revision = ? WHERE id = ?", takeRevision(store), id);
