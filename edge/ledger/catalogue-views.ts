// The catalogue as one viewer sees it, opened for questions. Whole views are kept in memory from one question to the next.
import * as z from 'zod';
import { AccessIndex } from '#domain/access-index.ts';
import { CatalogueDocument } from '#domain/catalogue.ts';
import { directGrants, effectiveGrants, entitlementSlugs, type GrantFilter } from '#domain/grants.ts';
import { entitlementId } from '#domain/ids.ts';
import { may, type Role } from '#domain/permissions.ts';
import { type Mine, ownDocuments } from '#domain/own-view.ts';
import type { Entitlement, Grant, Resource } from '#domain/protocol/catalogue.ts';
import { resourcesOf, type ResourceFilter } from '#domain/resources.ts';
import { factsOf } from './catalogue.ts';
import { ownedConnectors, ownedResources } from './owned-places.ts';
import { userById } from './people.ts';
import { rows, type Store } from './store.ts';

export interface Viewer {
  userId: string;
  roles: Role[];
}

export interface CatalogueView {
  whole: boolean;
  /** Ids of the viewer's linked accounts; what the own view is made of. */
  accounts: string[];
  /** Connectors of which the viewer sees everything: they own it, or its application. */
  connectors: string[];
  /** Teams and repositories that the viewer owns, as `<connector>/<resource>`. */
  resources: string[];
}

/** Everything. */
export const WHOLE_VIEW: CatalogueView = { whole: true, accounts: [], connectors: [], resources: [] };

/** What a view without the whole catalogue holds of one connector. */
export const mineIn = (view: CatalogueView, connectorId: string): Mine => ({
  accounts: view.accounts,
  ownsAll: view.connectors.includes(connectorId),
  owned: view.resources.flatMap((place) => (place.startsWith(`${connectorId}/`) ? [place.slice(connectorId.length + 1)] : [])),
});

/** What a viewer may see of the catalogue. */
export function catalogueViewOf(store: Store, viewer: Viewer): CatalogueView {
  const whole = may(viewer.roles, 'catalogue_whole');
  const accounts = userById(store, viewer.userId)?.accounts ?? [];
  if (whole) return { whole, accounts, connectors: [], resources: [] };
  return {
    whole,
    accounts,
    connectors: ownedConnectors(store, viewer.userId),
    resources: ownedResources(store, viewer.userId),
  };
}

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
  connector?: string | undefined;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

const Body = z.object({ body: z.string() });
const Connector = z.object({ connector: z.string() });

export class CatalogueViews {
  readonly #store: Store;
  /** Whole indexes by connector, with the ledger's revision they were built at. */
  readonly #built = new Map<string, { stamp: string; index: AccessIndex }>();

  constructor(store: Store) {
    this.#store = store;
  }

  documents(connectorId: string): CatalogueDocument[] {
    return rows(Body, this.#store.all('SELECT body FROM documents WHERE connector = ? ORDER BY id', connectorId)).map(
      ({ body }) => CatalogueDocument.parse(JSON.parse(body)),
    );
  }

  connectorIds(): string[] {
    const found = this.#store.all('SELECT DISTINCT connector FROM documents ORDER BY connector');
    return rows(Connector, found).map(({ connector }) => connector);
  }

  index(connectorId: string, view: CatalogueView): AccessIndex {
    if (!view.whole) return new AccessIndex(ownDocuments(this.documents(connectorId), mineIn(view, connectorId)));

    const stamp = String(
      this.#store.all(
        "SELECT count(*) || '.' || coalesce(max(revision), 0) AS stamp FROM documents WHERE connector = ?",
        connectorId,
      )[0]?.stamp,
    );
    const built = this.#built.get(connectorId);
    if (built?.stamp === stamp) return built.index;
    const index = new AccessIndex(this.documents(connectorId));
    this.#built.set(connectorId, { stamp, index });
    return index;
  }

  resources(view: CatalogueView, query: PageQuery & ResourceFilter): Page<Resource> {
    return this.#page(query, (connectorId) => {
      const facts = factsOf(this.#store, connectorId);
      return resourcesOf(this.index(connectorId, view), query, facts).map((resource) => ({
        key: resource.id,
        item: { ...resource, connectorId },
      }));
    });
  }

  entitlements(view: CatalogueView, query: PageQuery & { resource?: string | undefined }): Page<Entitlement> {
    return this.#page(query, (connectorId) => {
      const index = this.index(connectorId, view);
      const found = resourcesOf(index, {}, new Map()).flatMap((resource) => {
        if (query.resource !== undefined && resource.id !== query.resource) return [];
        return entitlementSlugs(index, resource.id).map(({ slug, label, recognised }) => {
          const { id, type, name, parent } = resource;
          const entitlement = {
            id: entitlementId(id, slug),
            slug,
            label,
            resource: { id, type, name, parent },
            connectorId,
            recognised,
          };
          return { key: entitlement.id, item: entitlement };
        });
      });
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  grants(view: CatalogueView, query: PageQuery & GrantFilter & { effective: boolean }): Page<Grant> {
    return this.#page(query, (connectorId) => {
      const index = this.index(connectorId, view);
      const found = query.effective ? effectiveGrants(index, query) : directGrants(index, query);
      return found.map(({ key, grant }) => ({ key, item: { ...grant, connectorId } }));
    });
  }

  /** Pages over connectors in the order of their ids, inside each in the order of the keys. A cursor is the last key handed out. */
  #page<T>(query: PageQuery, itemsOf: (connectorId: string) => { key: string; item: T }[]): Page<T> {
    const [fromConnector = '', fromKey = ''] = splitCursor(query.cursor);
    const items: T[] = [];
    let last = '';
    const connectors = this.connectorIds().filter(
      (id) => id >= fromConnector && (query.connector === undefined || id === query.connector),
    );
    for (const connectorId of connectors) {
      for (const { key, item } of itemsOf(connectorId)) {
        if (connectorId === fromConnector && key <= fromKey) continue;
        if (items.length === query.limit) return { items, nextCursor: last };
        items.push(item);
        last = joinCursor(connectorId, key);
      }
    }
    return { items, nextCursor: null };
  }
}

const joinCursor = (connectorId: string, key: string): string => btoa(encodeURIComponent(`${connectorId}\n${key}`));
function splitCursor(cursor: string | undefined): string[] {
  if (cursor === undefined) return [];
  try {
    return decodeURIComponent(atob(cursor)).split('\n');
  } catch {
    return [];
  }
}

/** Whether a cursor is one that these lists hand out. Any other is refused: answered, it would say that nothing is there. */
export const isCatalogueCursor = (cursor: string): boolean => splitCursor(cursor).length === 2;
