// The delta feed: everything a viewer may see that changed after their cursor, in the order in which it changed.
import * as z from 'zod';
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { CatalogueDocument } from '#domain/catalogue.ts';
import { may } from '#domain/permissions.ts';
import { ownDocuments } from '#domain/own-view.ts';
import { CHANGE_TABLES, type Change, type ChangePage, type Deletion } from '#domain/protocol/catalogue.ts';
import { applicationsSince, isApplicationOwner } from './applications.ts';
import { catalogueViewOf, type CatalogueView, type CatalogueViews, type Viewer } from './catalogue-views.ts';
import { connectorsSince } from './connectors.ts';
import { usersSince } from './people.ts';
import { getMeta, headRevision, setMeta, type SyncedTable } from './revisions.ts';
import { rows, type Store } from './store.ts';
import { tasksSince } from './tasks.ts';

/** Documents in one page at most; a page of documents is about a megabyte before gzip. */
const PAGE_DOCUMENTS = 250;

/** Something random that a new or restored ledger has and an old one has not: a cursor of another epoch starts anew. */
function epochOf(store: Store): string {
  const known = getMeta(store, 'epoch');
  if (known) return known;
  const epoch = crypto.randomUUID().slice(0, 8);
  setMeta(store, 'epoch', epoch);
  return epoch;
}

interface Numbered {
  revision: number;
  change: Change | Deletion;
}

/** The next page after a cursor, or null when there is nothing new. */
export function changesAfter(
  store: Store,
  views: CatalogueViews,
  viewer: Viewer,
  cursor: string | null,
  at: string,
): ChangePage | null {
  const head = headRevision(store);
  const [epoch, viewed, revision] = (cursor ?? '').split('.');
  // Roles, links and documents all move the head, so a cursor at the head sees what it saw before.
  if (epoch === epochOf(store) && revision === String(head)) return null;

  const view = catalogueViewOf(store, viewer);
  const own = view.whole ? null : ownRows(store, views, view);
  const key = viewKey(viewer, view, own);
  const prefix = `${epochOf(store)}.${key}`;
  const known = `${epoch}.${viewed}` === prefix && /^\d+$/.test(revision ?? '');
  const after = known ? Number(revision) : 0;

  const numbered = [
    ...(own ? own.filter((document) => document.revision > after) : wholeRows(store, after)),
    ...rowsOfTables(store, viewer, after),
    ...(after > 0 ? tombstonesAfter(store, viewer, view, after) : []),
  ].sort((a, b) => a.revision - b.revision);
  const page = numbered.slice(0, PAGE_DOCUMENTS);
  const more = numbered.length > page.length;
  const last = more ? (page.at(-1)?.revision ?? head) : head;
  if (known && page.length === 0) {
    // Something changed that this viewer may not see: move the cursor on, without saying what.
    return { reset: false, changes: [], nextCursor: `${prefix}.${head}`, more: false, at };
  }
  return { reset: !known, changes: page.map(({ change }) => change), nextCursor: `${prefix}.${last}`, more, at };
}

const DocumentRow = z.object({ connector: z.string(), id: z.string(), revision: z.int(), body: z.string() });

function toChange({ connector, id, revision }: z.infer<typeof DocumentRow>, row: CatalogueDocument): Numbered {
  return { revision, change: { op: 'put', table: 'documents', id: `${connector}/${id}`, connectorId: connector, row } };
}

function wholeRows(store: Store, after: number): Numbered[] {
  const found = store.all(
    'SELECT connector, id, revision, body FROM documents WHERE revision > ? ORDER BY revision LIMIT ?',
    after,
    PAGE_DOCUMENTS + 1,
  );
  return rows(DocumentRow, found).map((row) => toChange(row, CatalogueDocument.parse(JSON.parse(row.body))));
}

/** Every document of the own view, cut down to what the viewer may see. Small, so it is made anew for each question. */
function ownRows(store: Store, views: CatalogueViews, view: CatalogueView): Numbered[] {
  if (view.accounts.length === 0) return [];
  return views.connectorIds().flatMap((connectorId) => {
    const found = rows(
      DocumentRow,
      store.all('SELECT connector, id, revision, body FROM documents WHERE connector = ? ORDER BY id', connectorId),
    );
    const byId = new Map(found.map((row) => [row.id, row]));
    const documents = ownDocuments(
      found.map(({ body }) => CatalogueDocument.parse(JSON.parse(body))),
      view.accounts,
    );
    return documents.flatMap((document) => {
      const stored = byId.get(document.id);
      return stored ? [toChange(stored, document)] : [];
    });
  });
}

/** Rows of the small tables that the viewer may see. */
function rowsOfTables(store: Store, viewer: Viewer, after: number): Numbered[] {
  const { userId, roles } = viewer;
  const connectors = connectorsSince(store, after).filter(
    ({ row }) => may(roles, 'connector_see') || row.owners.some(({ id }) => id === userId),
  );
  const applications = applicationsSince(store, after).filter(
    ({ id }) => may(roles, 'application_see') || isApplicationOwner(store, id, userId),
  );
  const people = usersSince(store, after).filter(({ id }) => may(roles, 'people_see') || id === userId);
  const tasks = tasksSince(store, after).filter(
    ({ row }) => may(roles, 'connector_see') || row.assignees.some(({ id }) => id === userId),
  );
  return [
    ...connectors.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'connectors', id, row } })),
    ...applications.map(({ id, revision, row }): Numbered => ({
      revision,
      change: { op: 'put', table: 'applications', id, row },
    })),
    ...people.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'people', id, row } })),
    ...tasks.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'tasks', id, row } })),
  ];
}

const Tombstone = z.object({ tab: z.enum(CHANGE_TABLES), id: z.string(), revision: z.int() });
const SEEN_BY: Record<Exclude<SyncedTable, 'documents'>, 'connector_see' | 'application_see' | 'people_see'> = {
  connectors: 'connector_see',
  applications: 'application_see',
  people: 'people_see',
  tasks: 'connector_see',
};

function tombstonesAfter(store: Store, viewer: Viewer, view: CatalogueView, after: number): Numbered[] {
  const found = rows(Tombstone, store.all('SELECT tab, id, revision FROM tombstones WHERE revision > ?', after));
  return found
    .filter(({ tab }) => (tab === 'documents' ? view.whole : may(viewer.roles, SEEN_BY[tab])))
    .map(({ tab, id, revision }) => ({ revision, change: { op: 'delete', table: tab, id } }));
}

/**
 * Names what a viewer sees; when it changes, the device starts anew (`reset`). For an own view it includes which documents are
 * in it, so that a team somebody left vanishes from their device without its name being said again.
 */
function viewKey(viewer: Viewer, view: CatalogueView, own: Numbered[] | null): string {
  const sees = (['connector_see', 'application_see', 'people_see', 'catalogue_whole'] as const).filter((name) =>
    may(viewer.roles, name),
  );
  const visible = own?.map(({ change }) => change.id) ?? [];
  const text = JSON.stringify([viewer.userId, sees, view.whole ? [] : view.accounts, visible]);
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}
