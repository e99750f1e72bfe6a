// Runs in Chromium: ORG-1 stored as the app stores it, against one row a grant with three indexes.
import { Dexie } from 'dexie';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { Copy } from '#lib/db/copy.ts';

/** Documents in one page of the delta feed. */
const PAGE = 500;
const LEVELS = ['read', 'write', 'admin'] as const;

const documents = async (): Promise<CatalogueDocument[]> =>
  (await fetch('/documents.json')).json() as Promise<CatalogueDocument[]>;

/** Milliseconds of storing the documents, into an empty database. */
async function storeDocuments(): Promise<number> {
  const all = await documents();
  const copy = new Copy(`documents-${crypto.randomUUID()}`);
  await copy.open();
  const pages = Array.from({ length: Math.ceil(all.length / PAGE) }, (_, at): ChangePage => ({
    reset: at === 0,
    changes: all
      .slice(at * PAGE, (at + 1) * PAGE)
      .map((row) => ({ op: 'put', table: 'documents', id: `c1/${row.id}`, connectorId: 'c1', row })),
    nextCursor: `page-${at}`,
    more: (at + 1) * PAGE < all.length,
    at: new Date().toISOString(),
  }));
  const startedAt = performance.now();
  for (const page of pages) await applyChanges(page, copy);
  const ms = performance.now() - startedAt;
  if ((await copy.documents.count()) !== all.length) throw new Error('Not every document was stored');
  await copy.delete();
  return ms;
}

/** Milliseconds of storing one row a grant, into an empty database, and how many there were. */
async function storeRows(): Promise<{ ms: number; rows: number }> {
  const rows = (await documents()).flatMap((document) => {
    if (document.kind !== 'team') return [];
    return LEVELS.flatMap((level) => {
      let repository = 0;
      return document[level].map((step) => {
        repository += step;
        return { id: `${document.id} ${repository}`, team: document.id, repository, level };
      });
    });
  });
  const database = new Dexie(`rows-${crypto.randomUUID()}`);
  database.version(1).stores({ grants: 'id, team, repository, level' });
  await database.open();
  const startedAt = performance.now();
  await database.table('grants').bulkPut(rows);
  const ms = performance.now() - startedAt;
  await database.delete();
  return { ms, rows: rows.length };
}

Object.assign(globalThis, { storeDocuments, storeRows });
