// The catalogue as the ledger keeps it: documents with the revision at which each last changed, facts beside them.
import * as z from 'zod';
import { CatalogueDocument, fromSteps, LEVELS, type DataSet } from '#domain/catalogue.ts';
import { diffCatalogue, type CatalogueDiff } from '#domain/catalogue-diff.ts';
import type { RunChanges } from '#domain/protocol/connectors.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { keepPast } from './document-history.ts';
import { forgetHistory, HISTORY_MIGRATIONS, recordDifferences, recordFirstReadings } from './history.ts';
import { openReading, settleReading, type Reading } from './readings.ts';
import { leaveTombstone, liftTombstone, takeRevisions } from './revisions.ts';
import { rows, type Store } from './store.ts';

export const CATALOGUE_MIGRATIONS: Migration[] = [
  {
    name: 'catalogue-1',
    // No index on revision: a device asks rarely for what is new, a sync writes often, and an index doubles the rows of each write.
    sql: `CREATE TABLE documents (
        connector TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL, organization TEXT, body TEXT NOT NULL,
        PRIMARY KEY (connector, id)
      ) WITHOUT ROWID;
      CREATE TABLE facts (
        connector TEXT NOT NULL, id TEXT NOT NULL, day TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (connector, id)
      ) WITHOUT ROWID;`,
  },
  ...HISTORY_MIGRATIONS,
];

const DocumentBody = z.object({ id: z.string(), body: z.string() });
const parseDocument = (body: string): CatalogueDocument => CatalogueDocument.parse(JSON.parse(body));

export interface DocumentsQuery {
  kinds?: CatalogueDocument['kind'][];
  /** Only documents of this organization: its own, its teams, invitations and tokens (pages belong to no single one). */
  organization?: string;
  /** The id after which to go on. */
  after?: string;
  limit: number;
}

/** Current documents of a connector in the order of their ids. */
export function catalogueDocuments(
  store: Store,
  connectorId: string,
  query: DocumentsQuery,
): { documents: CatalogueDocument[]; next: string | null } {
  const found = rows(
    DocumentBody,
    store.all(
      `SELECT id, body FROM documents WHERE connector = ? AND id > ?
        AND (? IS NULL OR kind IN (SELECT value FROM json_each(?))) AND (? IS NULL OR organization = ?) ORDER BY id LIMIT ?`,
      connectorId,
      query.after ?? '',
      query.kinds ? 1 : null,
      JSON.stringify(query.kinds ?? []),
      query.organization ?? null,
      query.organization ?? null,
      query.limit,
    ),
  );
  return {
    documents: found.map(({ body }) => parseDocument(body)),
    next: found.length === query.limit ? (found.at(-1)?.id ?? null) : null,
  };
}

const organizationOf = (document: CatalogueDocument): string | null => {
  if (document.kind === 'organization') return document.name;
  return 'organization' in document ? document.organization : null;
};

function storedBodies(store: Store, connectorId: string, ids: string[]): Map<string, string> {
  const found = rows(
    DocumentBody,
    store.all(
      'SELECT id, body FROM documents WHERE connector = ? AND id IN (SELECT value FROM json_each(?))',
      connectorId,
      JSON.stringify(ids),
    ),
  );
  return new Map(found.map(({ id, body }) => [id, body]));
}

/**
 * What would change if these documents replaced the stored ones, and those others went. `renamed` says under which id a document was
 * known until now (new id → old id): a team of another name is a change, no loss. Writes nothing.
 */
export function diffDocuments(
  store: Store,
  connectorId: string,
  documents: CatalogueDocument[],
  removedIds: string[] = [],
  renamed: Record<string, string> = {},
): { changedIds: string[] } & CatalogueDiff {
  const ids = [...documents.map(({ id }) => id), ...removedIds, ...Object.values(renamed)];
  const stored = storedBodies(store, connectorId, ids);
  const changed = documents.filter((document) => stored.get(document.id) !== JSON.stringify(document));
  const before = (id: string): CatalogueDocument | null => {
    const body = stored.get(id);
    return body === undefined ? null : parseDocument(body);
  };
  const diff = diffCatalogue([
    ...changed.map((document) => ({ before: before(renamed[document.id] ?? document.id), after: document })),
    ...removedIds.filter((id) => stored.has(id)).map((id) => ({ before: before(id), after: null })),
  ]);
  return { changedIds: changed.map(({ id }) => id), ...diff };
}

/** A reading that nobody named: these writes alone, now. */
const ALONE: Reading = { run: null };

/**
 * Stores the documents that differ and numbers each change. What they were before is kept, and what differs is recorded. Repeating it is
 * harmless.
 */
export function applyDocuments(
  store: Store,
  connectorId: string,
  documents: CatalogueDocument[],
  reading: Reading = ALONE,
  now = new Date().toISOString(),
): void {
  store.transaction(() => {
    const renamed = reading.renamed ?? {};
    const stored = storedBodies(store, connectorId, [...documents.map(({ id }) => id), ...Object.values(renamed)]);
    const changed = documents
      .map((document) => ({ document, body: JSON.stringify(document) }))
      .filter(({ document, body }) => stored.get(document.id) !== body);
    if (changed.length === 0) return;

    const open = openReading(store, connectorId, reading, now);
    keepPast(
      store,
      connectorId,
      changed.map(({ document }) => document.id),
      open.at,
    );
    let revision = takeRevisions(store, changed.length);
    for (const { document, body } of changed) {
      store.run(
        `INSERT INTO documents (connector, id, revision, kind, organization, body, since) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (connector, id) DO UPDATE SET revision = excluded.revision, body = excluded.body, since = excluded.since`,
        connectorId,
        document.id,
        revision,
        document.kind,
        organizationOf(document),
        body,
        open.at,
      );
      liftTombstone(store, 'documents', `${connectorId}/${document.id}`);
      revision += 1;
    }
    const before = (id: string): CatalogueDocument | null => {
      const body = stored.get(renamed[id] ?? id) ?? stored.get(id);
      return body === undefined ? null : parseDocument(body);
    };
    recordDifferences(
      store,
      open,
      changed.map(({ document }) => ({ before: before(document.id), after: document })),
    );
  });
}

/** Takes documents out of the catalogue and tells the devices; what they were is kept. Ids that are not there are passed over. */
export function removeDocuments(
  store: Store,
  connectorId: string,
  ids: string[],
  reading: Reading = ALONE,
  now = new Date().toISOString(),
): void {
  store.transaction(() => {
    const stored = storedBodies(store, connectorId, ids);
    if (stored.size === 0) return;
    const open = openReading(store, connectorId, reading, now);
    keepPast(store, connectorId, [...stored.keys()], open.at);
    dropDocuments(store, connectorId, [...stored.keys()]);
    if (reading.isReplaced) return;
    recordDifferences(
      store,
      open,
      [...stored.values()].map((body) => ({ before: parseDocument(body), after: null })),
    );
  });
}

function dropDocuments(store: Store, connectorId: string, ids: readonly string[]): void {
  store.transaction(() => {
    for (const id of ids) {
      store.run('DELETE FROM documents WHERE connector = ? AND id = ?', connectorId, id);
      leaveTombstone(store, 'documents', `${connectorId}/${id}`);
    }
  });
}

/** Forgets everything a deleted connector had read; what it was is forgotten bit by bit, by the clock. */
export function forgetCatalogue(store: Store, connectorId: string): void {
  store.transaction(() => {
    const ids = store.all('SELECT id FROM documents WHERE connector = ?', connectorId).map(({ id }) => String(id));
    dropDocuments(store, connectorId, ids);
    forgetHistory(store, connectorId);
    store.run('DELETE FROM facts WHERE connector = ?', connectorId);
  });
}

/** Keeps what changes daily without changing anybody's access. A page that says the same as before is not written again. */
export function putFacts(
  store: Store,
  connectorId: string,
  day: string,
  pages: { id: string; body: Record<string, unknown> }[],
): void {
  store.transaction(() => {
    for (const page of pages) {
      store.run(
        `INSERT INTO facts (connector, id, day, body) VALUES (?, ?, ?, ?)
          ON CONFLICT (connector, id) DO UPDATE SET day = excluded.day, body = excluded.body WHERE body <> excluded.body`,
        connectorId,
        page.id,
        day,
        JSON.stringify(page.body),
      );
    }
  });
}

const FactsPage = z.object({ id: z.string(), day: z.string(), body: z.string() });
const Facts = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Facts by resource id, each with the day they were read. */
export function factsOf(store: Store, connectorId: string): Map<string, Record<string, unknown>> {
  const facts = new Map<string, Record<string, unknown>>();
  for (const { day, body } of rows(FactsPage, store.all('SELECT id, day, body FROM facts WHERE connector = ?', connectorId))) {
    for (const [id, fact] of Object.entries(Facts.parse(JSON.parse(body)))) facts.set(id, { ...fact, factsAsOf: day });
  }
  return facts;
}

export type CatalogueCounts = Record<
  'organizations' | 'accounts' | 'teams' | 'repositories' | 'permissions' | 'memberships' | 'invitations' | 'tokens',
  number
>;

/** How much of each there is, and by organization and data set how many items a loss is measured against. */
export function countsOf(
  store: Store,
  connectorId: string,
): { counts: CatalogueCounts; totals: Record<string, Partial<Record<DataSet, number>>> } {
  const counts: CatalogueCounts = {
    organizations: 0,
    accounts: 0,
    teams: 0,
    repositories: 0,
    permissions: 0,
    memberships: 0,
    invitations: 0,
    tokens: 0,
  };
  const totals: Record<string, Partial<Record<DataSet, number>>> = {};
  const add = (organization: string, set: DataSet, by: number) => {
    const of = (totals[organization] ??= {});
    of[set] = (of[set] ?? 0) + by;
  };
  for (const { body } of rows(DocumentBody, store.all('SELECT id, body FROM documents WHERE connector = ?', connectorId))) {
    const document = parseDocument(body);
    switch (document.kind) {
      case 'organization':
        counts.organizations += 1;
        break;
      case 'accounts':
        counts.accounts += document.rows.length;
        for (const row of document.rows) for (const organization of Object.keys(row.roles)) add(organization, 'members', 1);
        break;
      case 'repositories':
        counts.repositories += document.rows.length;
        for (const row of document.rows) add(row.organization, 'repositories', 1);
        break;
      case 'team': {
        const permissions = LEVELS.reduce((sum, level) => sum + document[level].length, 0);
        const unrecognised = Object.values(document.unrecognised ?? {}).reduce(
          (sum, steps) => sum + fromSteps(steps).length,
          0,
        );
        counts.teams += 1;
        counts.memberships += document.members.length;
        counts.permissions += permissions + unrecognised;
        add(document.organization, 'teams', 1);
        add(document.organization, 'team_members', document.members.length);
        add(document.organization, 'permissions', permissions + unrecognised);
        break;
      }
      case 'invitations':
        counts.invitations += document.rows.length;
        add(document.organization, 'invites', document.rows.length);
        break;
      case 'tokens':
        counts.tokens += document.rows.length;
        add(document.organization, 'tokens', document.rows.length);
        break;
    }
  }
  return { counts, totals };
}

/** Writes down that a run was applied, with what it changed. Organizations that were read for the first time get their one record. */
export function finishApply(
  store: Store,
  connectorId: string,
  runN: number,
  summary: { changes: RunChanges },
  by: Acting,
  now = new Date().toISOString(),
): void {
  const open = openReading(store, connectorId, { run: runN }, now);
  recordFirstReadings(store, open, () => countsOf(store, connectorId).totals);
  settleReading(store, open, summary.changes);
  appendAudit(store, {
    action: 'sync.apply',
    actor: by,
    object: { type: 'connector', id: connectorId },
    detail: { run: runN, changes: summary.changes },
  });
}
