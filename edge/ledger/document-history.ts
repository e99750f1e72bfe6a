// What each document was: a superseded body is kept when a document changes or goes, with the time for which it held. What holds now is
// in `documents` alone, with the time since when: a first reading writes no history.
import * as z from 'zod';
import { CatalogueDocument } from '#domain/catalogue.ts';
import { deflated, inflated } from './deflated.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const DOCUMENT_HISTORY_MIGRATIONS: Migration[] = [
  {
    name: 'document-history-1',
    sql: `ALTER TABLE documents ADD COLUMN since TEXT;
      CREATE TABLE document_history (
        connector TEXT NOT NULL, until TEXT NOT NULL, id TEXT NOT NULL, since TEXT, body BLOB NOT NULL,
        PRIMARY KEY (connector, until, id)
      ) WITHOUT ROWID;`,
  },
];

const Kept = z.object({ id: z.string(), since: z.string().nullable(), body: z.string() });
const Blob = z.union([z.instanceof(Uint8Array), z.instanceof(ArrayBuffer).transform((buffer) => new Uint8Array(buffer))]);
const Past = z.object({ id: z.string(), until: z.string(), body: Blob });

const parse = (json: string): CatalogueDocument => CatalogueDocument.parse(JSON.parse(json));

/** Keeps what these documents are until `at`. Call it before they are replaced or removed, in the same transaction. */
export function keepPast(store: Store, connectorId: string, ids: readonly string[], at: string): void {
  if (ids.length === 0) return;
  const found = store.all(
    'SELECT id, since, body FROM documents WHERE connector = ? AND id IN (SELECT value FROM json_each(?))',
    connectorId,
    JSON.stringify(ids),
  );
  for (const { id, since, body } of rows(Kept, found)) {
    // What held for no time at all was never to be seen.
    if (since !== null && since >= at) continue;
    store.run(
      'INSERT OR IGNORE INTO document_history (connector, until, id, since, body) VALUES (?, ?, ?, ?, ?)',
      connectorId,
      at,
      id,
      since,
      deflated(body),
    );
  }
}

/** A document as it is, or null. */
export function storedDocument(store: Store, connectorId: string, id: string): CatalogueDocument | null {
  const found = row(Kept, store.all('SELECT id, since, body FROM documents WHERE connector = ? AND id = ?', connectorId, id));
  return found ? parse(found.body) : null;
}

/** What a document was until `at`, or null where nothing was superseded then. */
export function supersededAt(store: Store, connectorId: string, id: string, at: string): CatalogueDocument | null {
  const found = row(
    Past,
    store.all('SELECT id, until, body FROM document_history WHERE connector = ? AND until = ? AND id = ?', connectorId, at, id),
  );
  return found ? parse(inflated(found.body)) : null;
}

/** Behind every id. */
const LAST_ID = '\uffff';

export interface PastPage {
  documents: CatalogueDocument[];
  next: string | null;
}

/**
 * Documents as they were at an instant, a page at a time. Those that still hold come first, then the superseded ones in the order in which
 * they were: what is superseded while somebody pages is met again further on, the same, and nothing is missed.
 */
export function documentsAt(
  store: Store,
  connectorId: string,
  at: string,
  { limit, cursor = 'd' }: { limit: number; cursor?: string | undefined },
): PastPage {
  const documents: CatalogueDocument[] = [];
  const [phase, ...place] = cursor.split('\n');
  const [until = at, id = LAST_ID] = phase === 'd' ? [] : place;
  if (phase === 'd') {
    const found = rows(
      Kept,
      store.all(
        `SELECT id, since, body FROM documents WHERE connector = ? AND id > ? AND (since IS NULL OR since <= ?) ORDER BY id LIMIT ?`,
        connectorId,
        place[0] ?? '',
        at,
        limit,
      ),
    );
    documents.push(...found.map(({ body }) => parse(body)));
    const last = found.at(-1);
    if (last && found.length === limit) return { documents, next: `d\n${last.id}` };
  }
  const left = limit - documents.length;
  const past = rows(
    Past,
    store.all(
      `SELECT id, until, body FROM document_history WHERE connector = ? AND (until, id) > (?, ?) AND (since IS NULL OR since <= ?)
        ORDER BY until, id LIMIT ?`,
      connectorId,
      until,
      id,
      at,
      left,
    ),
  );
  documents.push(...past.map(({ body }) => parse(inflated(body))));
  const last = past.at(-1);
  if (left === 0) return { documents, next: `h\n${until}\n${id}` };
  return { documents, next: last && past.length === left ? `h\n${last.until}\n${last.id}` : null };
}

/** Every document as it was at an instant. */
export function allDocumentsAt(store: Store, connectorId: string, at: string): CatalogueDocument[] {
  const byId = new Map<string, CatalogueDocument>();
  let cursor: string | null = 'd';
  while (cursor !== null) {
    const page: PastPage = documentsAt(store, connectorId, at, { limit: 500, cursor });
    for (const document of page.documents) byId.set(document.id, document);
    cursor = page.next;
  }
  return [...byId.values()];
}

/**
 * Forgets up to `limit` revisions: those superseded before `keptSince`, and of those superseded before `wholeSince` the ones that began and
 * ended within one UTC day, so that what held at the end of each day stays. Answers how many it forgot.
 */
export function thinDocumentHistory(
  store: Store,
  connectorId: string,
  bounds: { keptSince: string; wholeSince: string; thinnedUntil: string },
  limit: number,
): number {
  const old = forget(store, connectorId, 'until < ?', [bounds.keptSince], limit);
  if (old === limit) return old;
  const within = forget(
    store,
    connectorId,
    'until >= ? AND until < ? AND since IS NOT NULL AND substr(since, 1, 10) = substr(until, 1, 10)',
    [bounds.thinnedUntil, bounds.wholeSince],
    limit - old,
  );
  return old + within;
}

/** Forgets up to `limit` revisions of a connector that is no more. */
export const forgetDocumentHistory = (store: Store, connectorId: string, limit: number): number =>
  forget(store, connectorId, '1', [], limit);

const Key = z.object({ until: z.string(), id: z.string() });

function forget(store: Store, connectorId: string, where: string, values: string[], limit: number): number {
  const found = rows(
    Key,
    store.all(
      `SELECT until, id FROM document_history WHERE connector = ? AND ${where} ORDER BY until, id LIMIT ?`,
      connectorId,
      ...values,
      limit,
    ),
  );
  for (const { until, id } of found) {
    store.run('DELETE FROM document_history WHERE connector = ? AND until = ? AND id = ?', connectorId, until, id);
  }
  return found.length;
}
