// Owners of teams and repositories; where a resource has none, the application's owners stand in.
import * as z from 'zod';
import type { AccessIndex } from '#domain/access-index.ts';
import { parseId } from '#domain/ids.ts';
import type { ImportedOwners, ResourceOwners } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { applicationById } from './applications.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { knownOwners, parseOwners } from './owners.ts';
import { personByEmail, userReference } from './people.ts';
import { row, rows, type Store } from './store.ts';

export const RESOURCE_OWNER_MIGRATIONS: Migration[] = [
  {
    name: 'resource-owners-1',
    sql: `CREATE TABLE resource_owners (connector TEXT NOT NULL, resource TEXT NOT NULL, owners TEXT NOT NULL,
        PRIMARY KEY (connector, resource)) WITHOUT ROWID;`,
  },
];

/** The catalogue of a connector, opened; only needed to see whether a resource is there. */
export type OpenIndex = (connectorId: string) => AccessIndex;

const Kept = z.object({ connector: z.string(), resource: z.string(), owners: z.string() });

/** A page of the resources of an application that have owners of their own. The cursor is the last one's place. */
export function resourceOwnersPage(
  store: Store,
  applicationId: string,
  query: { limit: number; cursor?: string | undefined },
): { items: ResourceOwners[]; nextCursor: string | null } {
  const found = rows(
    Kept,
    store.all(
      `SELECT resource_owners.connector AS connector, resource, resource_owners.owners AS owners FROM resource_owners
       JOIN connectors ON connectors.id = resource_owners.connector
       WHERE connectors.application = ? AND resource_owners.connector || '/' || resource > ?
       ORDER BY resource_owners.connector || '/' || resource LIMIT ?`,
      applicationId,
      query.cursor ?? '',
      query.limit + 1,
    ),
  );
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ connector, resource, owners }) => ({
      resourceId: resource,
      connectorId: connector,
      owners: parseOwners(owners).map((id) => userReference(store, id)),
    })),
    nextCursor: found.length > query.limit && last ? `${last.connector}/${last.resource}` : null,
  };
}

const ownersOf = (store: Store, connectorId: string, resourceId: string): string[] => {
  const found = row(
    z.object({ owners: z.string() }),
    store.all('SELECT owners FROM resource_owners WHERE connector = ? AND resource = ?', connectorId, resourceId),
  );
  return found ? parseOwners(found.owners) : [];
};

/** Whether the catalogue has this team or repository. */
function isThere(index: AccessIndex, resourceId: string): boolean {
  const parsed = parseId(resourceId);
  if (parsed?.type === 'team') return index.teams.has(resourceId);
  if (parsed?.type !== 'repository') return false;
  for (const repository of index.repositories.values()) {
    if (repository.organization === parsed.organization && repository.name === parsed.name) return true;
  }
  return false;
}

/** Sets who owns one team or repository; nobody gives it back to the application's owners. */
export function setResourceOwners(
  store: Store,
  open: OpenIndex,
  applicationId: string,
  wanted: { connectorId: string; resourceId: string; owners: readonly string[] },
  acting: Acting,
): Result<ResourceOwners, Refusal> {
  return store.transaction(() => {
    const application = applicationById(store, applicationId);
    if (!application) return err({ reason: 'not_found' });
    const { connectorId, resourceId } = wanted;
    if (!application.connectors.some(({ id }) => id === connectorId)) return err(notOfThisApplication);
    if (wanted.owners.length > 0 && !isThere(open(connectorId), resourceId)) return err(unknownResource);
    const owners = knownOwners(store, wanted.owners);
    if (!owners.ok) return owners;

    const ids = owners.value.map((user) => user.id);
    write(store, { connectorId, resourceId, owners: ids });
    appendAudit(store, {
      action: 'application.resource_owners',
      actor: acting,
      object: { type: 'application', id: applicationId, name: application.name },
      detail: { connector: connectorId, resource: resourceId, owners: ids },
    });
    return ok({ connectorId, resourceId, owners: owners.value.map(({ id, name }) => ({ id, name })) });
  });
}

const notOfThisApplication: Refusal = { reason: 'invalid', detail: 'The connector does not belong to this application.' };
const unknownResource: Refusal = {
  reason: 'invalid',
  detail: 'Docker Hub has no such team or repository, as far as was read.',
};

function write(
  store: Store,
  { connectorId, resourceId, owners }: { connectorId: string; resourceId: string; owners: string[] },
) {
  if (owners.length === 0)
    store.run('DELETE FROM resource_owners WHERE connector = ? AND resource = ?', connectorId, resourceId);
  else {
    store.run(
      `INSERT INTO resource_owners (connector, resource, owners) VALUES (?, ?, ?)
       ON CONFLICT (connector, resource) DO UPDATE SET owners = excluded.owners`,
      connectorId,
      resourceId,
      JSON.stringify(owners),
    );
  }
}

export interface OwnersRow {
  line: number;
  resource: string;
  /** Id or name of a connector; empty where the application has but one. */
  connector: string;
  emails: string[];
}

/** Looks at each row, and with `commit` sets the owners of those that hold; the others say why not. */
export function importResourceOwners(
  store: Store,
  open: OpenIndex,
  applicationId: string,
  found: readonly OwnersRow[],
  commit: boolean,
  acting: Acting,
): Result<ImportedOwners, Refusal> {
  return store.transaction(() => {
    const application = applicationById(store, applicationId);
    if (!application) return err({ reason: 'not_found' });

    const seen = new Set<string>();
    const indexes = new Map<string, AccessIndex>();
    const opened = (connectorId: string): AccessIndex => {
      const known = indexes.get(connectorId) ?? open(connectorId);
      indexes.set(connectorId, known);
      return known;
    };
    const checked = found.map((item): ImportedOwners['rows'][number] => {
      const base = { line: item.line, resourceId: item.resource, connectorId: null, owners: [] };
      const refused = (reason: string) => ({ ...base, outcome: 'refused' as const, reason });
      const { connectors } = application;
      const connector =
        item.connector === '' && connectors.length === 1
          ? connectors[0]
          : connectors.find(({ id, name }) => id === item.connector || name.toLowerCase() === item.connector.toLowerCase());
      if (!connector) return refused('No connector of this application has that name.');
      if (!isThere(opened(connector.id), item.resource)) return refused(unknownResource.detail ?? '');
      const place = `${connector.id}/${item.resource}`;
      if (seen.has(place)) return refused('An earlier line says who owns this.');
      seen.add(place);

      const people = item.emails.map((email) => ({ email, person: personByEmail(store, email) }));
      const missing = people.find(({ person }) => !person || person.state === 'left');
      if (missing) return refused(`${missing.email} is not known here or has left.`);
      const owners = [...new Map(people.flatMap(({ person }) => (person ? [[person.id, person.name] as const] : [])))];
      const ids = owners.map(([id]) => id);
      const before = ownersOf(store, connector.id, item.resource);
      const outcome = JSON.stringify(before) === JSON.stringify(ids) ? 'same' : 'set';
      return { ...base, connectorId: connector.id, owners: owners.map(([id, name]) => ({ id, name })), outcome, reason: null };
    });

    const changed = checked.filter(({ outcome }) => outcome === 'set');
    if (commit && changed.length > 0) {
      for (const { connectorId, resourceId, owners } of changed) {
        if (connectorId) write(store, { connectorId, resourceId, owners: owners.map(({ id }) => id) });
      }
      appendAudit(store, {
        action: 'application.resource_owners_import',
        actor: acting,
        object: { type: 'application', id: applicationId, name: application.name },
        detail: {
          set: changed.map(({ connectorId, resourceId, owners }) => ({
            connector: connectorId,
            resource: resourceId,
            owners: owners.map(({ id }) => id),
          })),
        },
      });
    }
    return ok({ rows: checked, committed: commit });
  });
}
