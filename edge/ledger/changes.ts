// The delta feed: everything a viewer may see that changed after their cursor, in the order in which it changed.
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { may } from '#domain/permissions.ts';
import { ownDocuments } from '#domain/own-view.ts';
import type { Change, ChangePage, Deletion } from '#domain/protocol/catalogue.ts';
import { isApplicationOwner } from './applications.ts';
import { catalogueViewOf, type CatalogueView, mineIn, type Viewer } from './catalogue-views.ts';
import { epochOf, type FeedDocument, type FeedMemory } from './feed-memory.ts';
import { headRevision, type SyncedTable } from './revisions.ts';
import type { Store } from './store.ts';

/** Documents in one page at most; a page of documents is about a megabyte before gzip. */
const PAGE_DOCUMENTS = 250;

interface Numbered {
  revision: number;
  change: Change | Deletion;
}

/** The next page after a cursor, or null when there is nothing new. */
export function changesAfter(
  store: Store,
  memory: FeedMemory,
  viewer: Viewer,
  cursor: string | null,
  at: string,
): ChangePage | null {
  const head = headRevision(store);
  const [epoch, viewed, revision] = (cursor ?? '').split('.');
  // Roles, links and documents all move the head, so a cursor at the head sees what it saw before.
  if (epoch === epochOf(store) && revision === String(head)) return null;

  const view = catalogueViewOf(store, viewer);
  const own = view.whole ? null : ownRows(memory, view);
  const key = viewKey(viewer, view, own, theirsAlone(store, memory, viewer));
  const prefix = `${epochOf(store)}.${key}`;
  const known = `${epoch}.${viewed}` === prefix && /^\d+$/.test(revision ?? '');
  const after = known ? Number(revision) : 0;

  const numbered = [
    ...(own ? own.filter((document) => document.revision > after) : wholeRows(memory, after)),
    ...rowsOfTables(store, memory, viewer, after),
    ...(after > 0 ? tombstonesAfter(memory, viewer, view, after) : []),
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

function toChange({ connectorId, id, revision }: FeedDocument, row: CatalogueDocument): Numbered {
  return { revision, change: { op: 'put', table: 'documents', id: `${connectorId}/${id}`, connectorId, row } };
}

const wholeRows = (memory: FeedMemory, after: number): Numbered[] =>
  memory.documentsAfter(after, PAGE_DOCUMENTS + 1).map((found) => toChange(found, found.document));

/** Every document of the own view, cut down to what the viewer may see. Small, so it is made anew for each question. */
function ownRows(memory: FeedMemory, view: CatalogueView): Numbered[] {
  if (view.accounts.length + view.connectors.length + view.resources.length === 0) return [];
  return memory.catalogue().flatMap(({ connectorId, documents, index }) =>
    ownDocuments(
      [...documents.values()].map(({ document }) => document),
      mineIn(view, connectorId),
      index,
    ).flatMap((document) => {
      const found = documents.get(document.id);
      return found ? [toChange(found, document)] : [];
    }),
  );
}

/** Rows of the small tables that the viewer may see. */
function rowsOfTables(store: Store, memory: FeedMemory, viewer: Viewer, after: number): Numbered[] {
  const { userId, roles } = viewer;
  const changed = memory.smallRowsAfter(after);
  const connectors = changed.connectors.filter(
    ({ row }) => may(roles, 'connector_see') || row.owners.some(({ id }) => id === userId),
  );
  const applications = changed.applications.filter(
    ({ id }) => may(roles, 'application_see') || isApplicationOwner(store, id, userId),
  );
  const people = changed.people.filter(({ id }) => may(roles, 'people_see') || id === userId);
  const links = changed.links.filter(({ personId }) => may(roles, 'people_see') || personId === userId);
  const tasks = changed.tasks.filter(({ row }) => may(roles, 'connector_see') || row.assignees.some(({ id }) => id === userId));
  const views = changed.views.filter(({ owner }) => owner === userId);
  return [
    ...connectors.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'connectors', id, row } })),
    ...applications.map(({ id, revision, row }): Numbered => ({
      revision,
      change: { op: 'put', table: 'applications', id, row },
    })),
    ...people.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'people', id, row } })),
    ...links.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'links', id, row } })),
    ...tasks.map(({ id, revision, row }): Numbered => ({ revision, change: { op: 'put', table: 'tasks', id, row } })),
    ...views.map(({ id, revision, row }): Numbered => ({
      revision,
      change: row ? { op: 'put', table: 'views', id, row } : { op: 'delete', table: 'views', id },
    })),
  ];
}

/** Views leave no tombstones that everybody could see: the feed tells their owner alone (`viewsSince`). */
const SEEN_BY: Record<Exclude<SyncedTable, 'documents' | 'views'>, 'connector_see' | 'application_see' | 'people_see'> = {
  connectors: 'connector_see',
  applications: 'application_see',
  people: 'people_see',
  links: 'people_see',
  tasks: 'connector_see',
};

function tombstonesAfter(memory: FeedMemory, viewer: Viewer, view: CatalogueView, after: number): Numbered[] {
  return memory
    .tombstonesAfter(after)
    .filter(({ tab }) => (tab === 'documents' ? view.whole : tab !== 'views' && may(viewer.roles, SEEN_BY[tab])))
    .map(({ tab, id, revision }) => ({ revision, change: { op: 'delete', table: tab, id } }));
}

/**
 * Names what a viewer sees; when it changes, the device starts anew (`reset`). For an own view it includes which documents and
 * rows are in it, so that a team somebody left vanishes from their device without its name being said again, and a repository
 * that a team got comes to it though its page is the one it was. The same for what is theirs by ownership or as a task alone.
 */
function viewKey(viewer: Viewer, view: CatalogueView, own: Numbered[] | null, theirs: readonly string[]): string {
  const sees = (['connector_see', 'application_see', 'people_see', 'catalogue_whole'] as const).filter((name) =>
    may(viewer.roles, name),
  );
  const visible = own?.map(rowsIn) ?? [];
  const text = JSON.stringify([viewer.userId, sees, view.whole ? [] : view.accounts, visible, theirs]);
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 12);
}

/** A document with the rows of it that are seen. */
function rowsIn({ change }: Numbered): unknown {
  if (change.op !== 'put' || change.table !== 'documents') return change.id;
  const { row } = change;
  return row.kind === 'accounts' || row.kind === 'repositories' ? [change.id, row.rows.map(({ number }) => number)] : change.id;
}

/** Rows of the small tables that the viewer sees for being an owner or assigned, not for a role. */
const theirsAlone = (store: Store, memory: FeedMemory, viewer: Viewer): string[] =>
  rowsOfTables(store, memory, viewer, 0).flatMap(({ change: { table, id } }) =>
    table === 'documents' || table === 'views' || may(viewer.roles, SEEN_BY[table]) ? [] : [id],
  );
