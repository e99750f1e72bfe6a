// Who has access to what, answered in memory: one AccessIndex per connector, opened from the stored documents once and again
// whenever the catalogue changed. IndexedDB is never asked per question.
import { AccessCatalogue } from '#domain/access-catalogue.ts';
import { AccessIndex } from '#domain/access-index.ts';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

export interface Catalogue {
  /** Connector id → its index. */
  byConnector: ReadonlyMap<string, AccessIndex>;
  /** All of them side by side, as lists. */
  access: AccessCatalogue;
  /** Another one whenever the documents changed. Never a count: after a sign-out counts would start again, and match. */
  version: string;
}

let opened: Catalogue | undefined;

async function openCatalogue(): Promise<Catalogue> {
  const version = (await copy.getMeta('catalogueVersion')) ?? '';
  if (opened?.version === version) return opened;

  const documents = new Map<string, CatalogueDocument[]>();
  await copy.documents.each(({ connectorId, document }) => {
    const list = documents.get(connectorId);
    if (list) list.push(document);
    else documents.set(connectorId, [document]);
  });
  const byConnector = new Map([...documents].map(([id, list]) => [id, new AccessIndex(list)]));
  opened = { byConnector, access: new AccessCatalogue(byConnector), version };
  return opened;
}

/** The opened catalogue; `current` is undefined until the documents on this device have been read. */
export const catalogue = new LiveQuery(openCatalogue);
