// Connectors as rows: where their data goes, who owns them, what they read. What a run reports is in connector-runs.ts.
import * as z from 'zod';
import { CompletenessBySet } from '#domain/catalogue.ts';
import { connectorStatus } from '#domain/connector-status.ts';
import {
  GovernedBy,
  RunStatus,
  SyncRun,
  Trouble,
  type Connector,
  type CredentialKind,
  type DeletionPreview,
} from '#domain/protocol/connectors.ts';
import { applicationReference } from './applications.ts';
import { countsOf } from './catalogue.ts';
import { credentialInfo } from './credentials.ts';
import type { Migration } from './migrations.ts';
import { parseOwners } from './owners.ts';
import { userReference } from './people.ts';
import { row, rows, type Store } from './store.ts';

export const CONNECTOR_MIGRATIONS: Migration[] = [
  {
    name: 'connectors-1',
    sql: `CREATE TABLE connectors (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, application TEXT NOT NULL, owners TEXT NOT NULL,
        include TEXT NOT NULL, every_hours INTEGER NOT NULL, paused INTEGER NOT NULL, organizations TEXT NOT NULL,
        completeness TEXT NOT NULL, counts TEXT NOT NULL,
        run TEXT, last_run TEXT, outcome TEXT, refused TEXT, failures INTEGER NOT NULL, data_at TEXT, next_sync TEXT,
        created_at TEXT NOT NULL, revision INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE organization_claims (name TEXT PRIMARY KEY, connector TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE erasures (connector TEXT PRIMARY KEY) WITHOUT ROWID;`,
  },
  {
    name: 'connectors-2',
    // In minutes; 0: not at all. checked_at: when the activity log was last read to its end between two syncs. Devices fetch the rows again.
    sql: `ALTER TABLE connectors ADD COLUMN changes_every INTEGER NOT NULL DEFAULT 5;
      ALTER TABLE connectors ADD COLUMN permissions_every INTEGER NOT NULL DEFAULT 10;
      ALTER TABLE connectors ADD COLUMN checked_at TEXT;
      UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'revision';
      UPDATE connectors SET revision = (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'revision');`,
  },
];

/** A JSON column that holds what the schema says. */
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

export const KeptOrganization = z.object({
  name: z.string(),
  governedBy: GovernedBy,
  teamsGovernedBy: z.record(z.string(), GovernedBy),
});
export type KeptOrganization = z.infer<typeof KeptOrganization>;

/** How the last run that was neither canceled nor replaced ended. */
export const Outcome = z.object({
  n: z.int(),
  status: z.enum(['held', 'completed', 'completed_with_warnings', 'failed']),
  trouble: Trouble.nullable(),
});

const ConnectorRow = z.object({
  id: z.string(),
  name: z.string(),
  application: z.string(),
  owners: z.string(),
  include: json(z.union([z.literal('all'), z.array(z.string())])),
  every_hours: z.int(),
  changes_every: z.int(),
  permissions_every: z.int(),
  checked_at: z.string().nullable(),
  paused: z.int(),
  organizations: json(z.array(KeptOrganization)),
  completeness: json(z.record(z.string(), CompletenessBySet)),
  counts: json(z.record(z.string(), z.int())),
  run: json(SyncRun).nullable(),
  last_run: json(
    z.object({ n: z.int(), status: RunStatus, startedAt: z.string(), finishedAt: z.string().nullable() }),
  ).nullable(),
  outcome: json(Outcome).nullable(),
  refused: json(Trouble).nullable(),
  failures: z.int(),
  data_at: z.string().nullable(),
  next_sync: z.string().nullable(),
  created_at: z.string(),
  revision: z.int(),
});
export type ConnectorRow = z.infer<typeof ConnectorRow>;

export const connectorRow = (store: Store, id: string): ConnectorRow | undefined =>
  row(ConnectorRow, store.all('SELECT * FROM connectors WHERE id = ?', id));

function toConnector(store: Store, found: ConnectorRow, now: Date): Connector {
  const credential = credentialInfo(store, found.id, 'read');
  const paused = found.paused === 1;
  const { status, trouble } = connectorStatus(
    {
      credential,
      paused,
      refused: found.refused,
      run: found.run,
      outcome: found.outcome,
      applied: found.data_at !== null,
      completeness: found.completeness,
    },
    now,
  );
  const { include } = found;
  const named = Array.isArray(include)
    ? include.filter((name) => !found.organizations.some((known) => known.name === name))
    : [];
  return {
    id: found.id,
    type: 'docker-hub',
    name: found.name,
    application: applicationReference(store, found.application),
    owners: parseOwners(found.owners).map((id) => userReference(store, id)),
    status,
    trouble,
    credential,
    organizations: [...found.organizations, ...named.map(newOrganization)].map((organization) => ({
      ...organization,
      included: include === 'all' || include.includes(organization.name),
    })),
    include,
    completeness: found.completeness,
    counts: found.counts,
    everyHours: found.every_hours,
    changesEveryMinutes: found.changes_every,
    permissionsEveryMinutes: found.permissions_every,
    checkedAt: found.checked_at,
    paused,
    run: found.run,
    lastSync: found.last_run,
    dataAt: found.data_at,
    nextSync: credential && !paused ? found.next_sync : null,
    createdAt: found.created_at,
  };
}

/** An organization that nobody has said anything of yet. */
export const newOrganization = (name: string): KeptOrganization => ({ name, governedBy: 'unknown', teamsGovernedBy: {} });

export function connectorById(store: Store, id: string, now = new Date()): Connector | undefined {
  const found = connectorRow(store, id);
  return found && toConnector(store, found, now);
}

/** Connectors whose row changed after a revision, for the devices that copy them. */
export const connectorsSince = (
  store: Store,
  after: number,
  now = new Date(),
): { id: string; revision: number; row: Connector }[] =>
  rows(ConnectorRow, store.all('SELECT * FROM connectors WHERE revision > ? ORDER BY revision', after)).map((found) => ({
    id: found.id,
    revision: found.revision,
    row: toConnector(store, found, now),
  }));

/** A page of connectors in the order of their ids. */
export function connectorsPage(
  store: Store,
  query: { limit: number; cursor?: string | undefined; ownedBy?: string | undefined },
  now = new Date(),
): { items: Connector[]; nextCursor: string | null } {
  const found = rows(
    ConnectorRow,
    store.all(
      `SELECT * FROM connectors WHERE id > ?1
        AND (?2 IS NULL OR EXISTS (SELECT 1 FROM json_each(connectors.owners) WHERE value = ?2)) ORDER BY id LIMIT ?3`,
      query.cursor ?? '',
      query.ownedBy ?? null,
      query.limit + 1,
    ),
  );
  const items = found.slice(0, query.limit).map((item) => toConnector(store, item, now));
  return { items, nextCursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}

export const connectorIds = (store: Store): string[] =>
  rows(z.object({ id: z.string() }), store.all('SELECT id FROM connectors ORDER BY id')).map(({ id }) => id);

export function isConnectorOwner(store: Store, id: string, userId: string): boolean {
  const found = row(z.object({ owners: z.string() }), store.all('SELECT owners FROM connectors WHERE id = ?', id));
  return found !== undefined && parseOwners(found.owners).includes(userId);
}

export interface ConnectorPlan {
  include: 'all' | string[];
  everyHours: number;
  /** How often the activity log is read between syncs, and how long a permission stays unseen at most; 0: not at all. */
  changesEveryMinutes: number;
  permissionsEveryMinutes: number;
  paused: boolean;
  hasReadCredential: boolean;
  identifier: string | null;
  kind: CredentialKind | null;
}

/** What the Connector object needs to know before it reads; null where the connector is gone. */
export function connectorPlan(store: Store, id: string): ConnectorPlan | null {
  const found = connectorRow(store, id);
  if (!found) return null;
  const credential = credentialInfo(store, id, 'read');
  return {
    include: found.include,
    everyHours: found.every_hours,
    changesEveryMinutes: found.changes_every,
    permissionsEveryMinutes: found.permissions_every,
    paused: found.paused === 1,
    hasReadCredential: credential !== null,
    identifier: credential?.identifier ?? null,
    kind: credential?.kind ?? null,
  };
}

/** What would be lost with a connector. */
export function deletionPreview(store: Store, id: string): Omit<DeletionPreview, 'runs'> | null {
  if (!connectorRow(store, id)) return null;
  const { accounts, teams, repositories, permissions } = countsOf(store, id).counts;
  return { accounts, teams, repositories, permissions };
}
