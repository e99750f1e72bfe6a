// What the delta feed has read of the catalogue, kept until it changes: a thousand apps that ask for the same news cost one look.
import * as z from 'zod';
import { AccessIndex } from '#domain/access-index.ts';
import { CatalogueDocument } from '#domain/catalogue.ts';
import { CHANGE_TABLES } from '#domain/protocol/catalogue.ts';
import { linksSince } from './account-links.ts';
import { applicationsSince } from './applications.ts';
import { connectorsSince } from './connectors.ts';
import { usersSince } from './people.ts';
import { getMeta, headRevision, setMeta } from './revisions.ts';
import { rows, type Store } from './store.ts';
import { tasksSince } from './tasks.ts';
import { viewsSince } from './views.ts';

/** Something random that a new or restored ledger has and an old one has not: a cursor of another epoch starts anew. */
export function epochOf(store: Store): string {
  const known = getMeta(store, 'epoch');
  if (known) return known;
  const epoch = crypto.randomUUID().slice(0, 8);
  setMeta(store, 'epoch', epoch);
  return epoch;
}

export interface FeedDocument {
  connectorId: string;
  id: string;
  revision: number;
  document: CatalogueDocument;
}
const smallRows = (store: Store, after: number) => ({
  connectors: connectorsSince(store, after),
  applications: applicationsSince(store, after),
  people: usersSince(store, after),
  links: linksSince(store, after),
  tasks: tasksSince(store, after),
  views: viewsSince(store, after),
});
type SmallRows = ReturnType<typeof smallRows>;

export interface FeedTombstone {
  tab: (typeof CHANGE_TABLES)[number];
  id: string;
  revision: number;
}

/** Everything that one connector has read, in the order of its ids. */
export interface WholeCatalogue {
  connectorId: string;
  documents: ReadonlyMap<string, FeedDocument>;
  index: AccessIndex;
}

/** Pages of whole views that are kept: apps that were told at once stand at one cursor, others at a few. */
const PAGES_KEPT = 4;

const DocumentRow = z.object({ connector: z.string(), id: z.string(), revision: z.int(), body: z.string() });
const Tombstone = z.object({ tab: z.enum(CHANGE_TABLES), id: z.string(), revision: z.int() });

const feedDocument = ({ connector, id, revision, body }: z.infer<typeof DocumentRow>): FeedDocument => ({
  connectorId: connector,
  id,
  revision,
  document: CatalogueDocument.parse(JSON.parse(body)),
});

function withChanges(
  before: readonly WholeCatalogue[],
  gone: readonly FeedTombstone[],
  changed: readonly FeedDocument[],
): WholeCatalogue[] {
  const byConnector = new Map<string, Map<string, FeedDocument>>();
  for (const { documents } of before) for (const found of documents.values()) put(byConnector, found);
  for (const { id } of gone) {
    const slash = id.indexOf('/');
    byConnector.get(id.slice(0, slash))?.delete(id.slice(slash + 1));
  }
  for (const found of changed) put(byConnector, found);
  return [...byConnector].sort(inOrder).map(([connectorId, found]) => {
    const documents = new Map([...found].sort(inOrder));
    return { connectorId, documents, index: new AccessIndex([...documents.values()].map(({ document }) => document)) };
  });
}

function put(byConnector: Map<string, Map<string, FeedDocument>>, found: FeedDocument): void {
  const documents = byConnector.get(found.connectorId) ?? new Map<string, FeedDocument>();
  byConnector.set(found.connectorId, documents.set(found.id, found));
}
const inOrder = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

export class FeedMemory {
  readonly #store: Store;
  #epoch = '';
  #head = -1;
  readonly #pages = new Map<string, FeedDocument[]>();
  readonly #small = new Map<number, SmallRows>();
  readonly #tombstones = new Map<number, FeedTombstone[]>();
  /** The whole catalogue as of a revision. Only where own views ask for it. */
  #catalogue: readonly WholeCatalogue[] = [];
  #catalogueAt = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Documents that changed after a revision, at most so many, in the order in which they changed. */
  documentsAfter(after: number, limit: number): readonly FeedDocument[] {
    this.#lookAtHead();
    const key = `${after} ${limit}`;
    const known = this.#pages.get(key);
    if (known) return known;
    const sql = 'SELECT connector, id, revision, body FROM documents WHERE revision > ? ORDER BY revision LIMIT ?';
    const page = rows(DocumentRow, this.#store.all(sql, after, limit)).map(feedDocument);
    const [oldest] = this.#pages.size >= PAGES_KEPT ? this.#pages.keys() : [];
    if (oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(key, page);
    return page;
  }

  /** Rows of the small tables that changed after a revision, before they are cut down to what a viewer may see. */
  smallRowsAfter(after: number): SmallRows {
    this.#lookAtHead();
    const known = this.#small.get(after);
    if (known) return known;
    const found = smallRows(this.#store, after);
    if (this.#small.size >= PAGES_KEPT) this.#small.clear();
    this.#small.set(after, found);
    return found;
  }

  /** What went away after a revision. */
  tombstonesAfter(after: number): readonly FeedTombstone[] {
    this.#lookAtHead();
    const known = this.#tombstones.get(after);
    if (known) return known;
    const found = rows(Tombstone, this.#store.all('SELECT tab, id, revision FROM tombstones WHERE revision > ?', after));
    if (this.#tombstones.size >= PAGES_KEPT) this.#tombstones.clear();
    this.#tombstones.set(after, found);
    return found;
  }

  /** The whole catalogue, connector by connector: own views are cut out of it. */
  catalogue(): readonly WholeCatalogue[] {
    this.#lookAtHead();
    if (this.#catalogueAt === this.#head) return this.#catalogue;

    // Only what changed since is read; deletions first, for an id may be there again.
    const since = this.#catalogueAt;
    const gone = since === 0 ? [] : this.tombstonesAfter(since).filter(({ tab }) => tab === 'documents');
    const sql = 'SELECT connector, id, revision, body FROM documents WHERE revision > ?';
    const changed = rows(DocumentRow, this.#store.all(sql, since)).map(feedDocument);
    if (gone.length > 0 || changed.length > 0) this.#catalogue = withChanges(this.#catalogue, gone, changed);
    this.#catalogueAt = this.#head;
    return this.#catalogue;
  }

  /** Everything that is worth sending moves the head. */
  #lookAtHead(): void {
    const head = headRevision(this.#store);
    const epoch = epochOf(this.#store);
    if (head === this.#head && epoch === this.#epoch) return;
    if (epoch !== this.#epoch) {
      // Another ledger in the place of this one: nothing that was known holds.
      this.#catalogue = [];
      this.#catalogueAt = 0;
    }
    this.#epoch = epoch;
    this.#head = head;
    this.#pages.clear();
    this.#small.clear();
    this.#tombstones.clear();
  }
}
