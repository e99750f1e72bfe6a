// Applications: the governed mirror of one set of Docker Hub accounts, with its owners and the connectors that feed it.
import * as z from 'zod';
import type { Reference } from '#domain/protocol/common.ts';
import type { Application } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { knownOwners, parseOwners } from './owners.ts';
import { userReference } from './people.ts';
import { takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const APPLICATION_MIGRATIONS: Migration[] = [
  {
    name: 'applications-1',
    sql: `CREATE TABLE applications (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, owners TEXT NOT NULL, created_at TEXT NOT NULL, revision INTEGER NOT NULL
      ) WITHOUT ROWID;`,
  },
];

const ApplicationRow = z.object({
  id: z.string(),
  name: z.string(),
  owners: z.string(),
  created_at: z.string(),
  revision: z.int(),
});
type ApplicationRow = z.infer<typeof ApplicationRow>;

const find = (store: Store, id: string): ApplicationRow | undefined =>
  row(ApplicationRow, store.all('SELECT * FROM applications WHERE id = ?', id));

const Named = z.object({ id: z.string(), name: z.string() });

const toApplication = (store: Store, found: ApplicationRow): Application => ({
  id: found.id,
  name: found.name,
  owners: parseOwners(found.owners).map((id) => userReference(store, id)),
  connectors: rows(Named, store.all('SELECT id, name FROM connectors WHERE application = ? ORDER BY name, id', found.id)),
  createdAt: found.created_at,
});

export function applicationById(store: Store, id: string): Application | undefined {
  const found = find(store, id);
  return found && toApplication(store, found);
}

/** Id and name, also of an application that is gone. */
export const applicationReference = (store: Store, id: string): Reference => ({ id, name: find(store, id)?.name ?? 'Unknown' });

/** Applications whose row changed after a revision, for the devices that copy them. */
export const applicationsSince = (store: Store, after: number): { id: string; revision: number; row: Application }[] =>
  rows(ApplicationRow, store.all('SELECT * FROM applications WHERE revision > ? ORDER BY revision', after)).map((found) => ({
    id: found.id,
    revision: found.revision,
    row: toApplication(store, found),
  }));

/** A page of applications in the order of their ids; with `ownedBy`, only those of one owner. */
export function applicationsPage(
  store: Store,
  query: { limit: number; cursor?: string | undefined; ownedBy?: string | undefined },
): { items: Application[]; nextCursor: string | null } {
  const found = rows(
    ApplicationRow,
    store.all(
      `SELECT * FROM applications WHERE id > ?1
        AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(applications.owners) WHERE value = ?2)) ORDER BY id LIMIT ?3`,
      query.cursor ?? '',
      query.ownedBy ?? null,
      query.limit + 1,
    ),
  );
  const items = found.slice(0, query.limit).map((item) => toApplication(store, item));
  return { items, nextCursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}

export const isApplicationOwner = (store: Store, id: string, userId: string): boolean => {
  const found = find(store, id);
  return found !== undefined && parseOwners(found.owners).includes(userId);
};

const isNameTaken = (store: Store, name: string, exceptId: string): boolean =>
  store.all('SELECT 1 FROM applications WHERE lower(name) = lower(?) AND id <> ?', name, exceptId).length > 0;

/** Makes an application. Two of one name would be told apart by nobody. */
export function createApplication(
  store: Store,
  { id, name, owners }: { id: string; name: string; owners: readonly string[] },
  acting: Acting,
  now: string,
): Result<Application, Refusal> {
  return store.transaction(() => {
    if (isNameTaken(store, name, id))
      return err({ reason: 'name_taken', detail: `There is already an application “${name}”.` });
    const known = knownOwners(store, owners);
    if (!known.ok) return known;

    const ownerIds = known.value.map((user) => user.id);
    store.run(
      'INSERT INTO applications (id, name, owners, created_at, revision) VALUES (?, ?, ?, ?, ?)',
      id,
      name,
      JSON.stringify(ownerIds),
      now,
      takeRevision(store),
    );
    appendAudit(store, {
      action: 'application.create',
      actor: acting,
      object: { type: 'application', id, name },
      detail: { owners: ownerIds },
    });
    return ok(toApplication(store, mustFind(store, id)));
  });
}

/** Renames an application or sets its owners. */
export function changeApplication(
  store: Store,
  id: string,
  patch: { name?: string | undefined; owners?: readonly string[] | undefined },
  acting: Acting,
): Result<Application, Refusal> {
  return store.transaction(() => {
    const before = find(store, id);
    if (!before) return err({ reason: 'not_found' });
    const name = patch.name ?? before.name;
    if (isNameTaken(store, name, id))
      return err({ reason: 'name_taken', detail: `There is already an application “${name}”.` });
    const known = patch.owners ? knownOwners(store, patch.owners) : null;
    if (known && !known.ok) return known;

    const owners = known ? JSON.stringify(known.value.map((user) => user.id)) : before.owners;
    if (name === before.name && owners === before.owners) return ok(toApplication(store, before));

    store.run('UPDATE applications SET name = ?, owners = ?, revision = ? WHERE id = ?', name, owners, takeRevision(store), id);
    appendAudit(store, {
      action: 'application.change',
      actor: acting,
      object: { type: 'application', id, name },
      detail: {
        ...(name === before.name ? {} : { renamed: true }),
        ...(owners === before.owners ? {} : { owners: parseOwners(owners) }),
      },
    });
    if (name !== before.name) {
      // Their connectors show the application's name.
      store.run('UPDATE connectors SET revision = ? WHERE application = ?', takeRevision(store), id);
    }
    return ok(toApplication(store, mustFind(store, id)));
  });
}

/** Its list of connectors changed: devices must learn of it. */
export const touchApplication = (store: Store, id: string): void =>
  store.run('UPDATE applications SET revision = ? WHERE id = ?', takeRevision(store), id);

function mustFind(store: Store, id: string): ApplicationRow {
  const found = find(store, id);
  if (!found) throw new Error(`application ${id} was just written and is not there`);
  return found;
}
