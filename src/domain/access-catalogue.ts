// All connectors' indexes side by side, as lists that one can look through: in order, searched by text, found by id. A changed
// document changes the lists where they stand.
import { AccessIndex, type IndexedTeam } from './access-index.ts';
import {
  accountItem,
  invitationItem,
  organizationItem,
  Place,
  repositoryItem,
  teamItem,
  tokenItem,
  type AccessItem,
  type Placed,
} from './access-item.ts';
import type { AccountRow, CatalogueDocument, OrganizationDocument, RepositoryRow } from './catalogue.ts';
import type { IndexChange } from './index-change.ts';
import { organizationId, parseId } from './ids.ts';
import { accountInsights, organizationInsights, repositoryInsights, teamInsights, type Insight } from './insights.ts';
import { ItemList } from './item-list.ts';

/** Account id → name of the person it is linked to. */
export type PersonByAccount = ReadonlyMap<string, string>;

export const LIST_NAMES = ['people', 'orgs', 'teams', 'repos', 'invitations', 'tokens'] as const;
export type ListName = (typeof LIST_NAMES)[number];

export class AccessCatalogue {
  readonly #places = new Map<string, Place>();
  #people: PersonByAccount;
  // Made when first looked at.
  readonly #lists = new Map<ListName, ItemList<AccessItem>>();

  constructor(byConnector: ReadonlyMap<string, AccessIndex> = new Map(), people: PersonByAccount = new Map()) {
    for (const [connectorId, index] of byConnector) this.#places.set(connectorId, new Place(connectorId, index));
    this.#people = people;
  }

  get places(): readonly Place[] {
    return [...this.#places.values()];
  }
  place(connectorId: string): Place | undefined {
    return this.#places.get(connectorId);
  }

  /** Puts a document in the place of the one with its id; lists and counts follow. */
  put(connectorId: string, document: CatalogueDocument): void {
    const place = this.#places.get(connectorId) ?? new Place(connectorId, new AccessIndex([]));
    this.#places.set(connectorId, place);
    this.#changed(place, place.index.put(document));
  }

  /** Takes a document out. A connector without documents is not there any more. */
  remove(connectorId: string, documentId: string): void {
    const place = this.#places.get(connectorId);
    if (!place) return;
    const change = place.index.remove(documentId);
    if (place.index.isEmpty) this.#places.delete(connectorId);
    this.#changed(place, change);
  }

  /** Names accounts by the people they are linked to. */
  setPeople(people: PersonByAccount): void {
    const before = this.#people;
    this.#people = people;
    const list = this.#lists.get('people');
    if (!list) return;
    for (const id of new Set([...before.keys(), ...people.keys()])) {
      const at = this.account(id);
      if (before.get(id) !== people.get(id) && at.length > 0) list.put(accountItem(id, at, people.get(id) ?? null));
    }
  }
  get people(): PersonByAccount {
    return this.#people;
  }

  /** The same catalogue, whose changes do not reach this one. */
  fork(): AccessCatalogue {
    return new AccessCatalogue(new Map(this.places.map(({ connectorId, index }) => [connectorId, index.fork()])), this.#people);
  }

  /** A list, made when it is first asked for. */
  list(name: ListName): ItemList<AccessItem> {
    const kept = this.#lists.get(name);
    if (kept) return kept;
    const list = new ItemList<AccessItem>(this.#items(name));
    this.#lists.set(name, list);
    return list;
  }

  /** Where an account was read; empty where it was not. */
  account(id: string): readonly Placed<AccountRow>[] {
    return this.places.flatMap((place) => {
      const row = place.index.account(id);
      return row ? [{ place, row }] : [];
    });
  }

  repository(id: string): Placed<RepositoryRow> | undefined {
    return this.#first(({ index }) => index.repository(id));
  }

  team(id: string): Placed<IndexedTeam> | undefined {
    return this.#first(({ index }) => index.teams.get(id));
  }

  organization(name: string): Placed<OrganizationDocument> | undefined {
    return this.#first(({ index }) => index.organizations.get(name));
  }

  get organizationNames(): string[] {
    return this.places.flatMap(({ index }) => [...index.organizations.keys()]).sort();
  }

  /** How many there are of each, without making the lists: an account that several connectors read counts once. */
  sizeOf(name: ListName): number {
    const kept = this.#lists.get(name);
    if (kept) return kept.size;
    const [first, ...others] = this.places;
    if (name === 'people')
      return first && others.length === 0 ? first.index.accounts.size : new Set(this.#accounts().map(([id]) => id)).size;
    const sizes = this.places.map(({ index }) => {
      switch (name) {
        case 'orgs':
          return index.organizations.size;
        case 'teams':
          return index.teams.size;
        case 'repos':
          return index.repositories.size;
        case 'invitations':
          return index.invitations.size;
        case 'tokens':
          return index.tokens.size;
      }
    });
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Counts every account and repository, pausing now and then for whoever has something better to do. */
  *count(): Generator<void, void> {
    for (const { exposure } of this.places) {
      exposure.countAccounts();
      yield;
      yield* exposure.countRepositories();
    }
  }

  /** The most accounts that any private repository has, or undefined until all are counted. */
  get largestRepository(): number | undefined {
    const largest = this.places.map(({ exposure }) => exposure.largestRepository);
    return largest.some((one) => one === undefined) ? undefined : Math.max(0, ...largest.map((one) => one ?? 0));
  }

  #first<T>(find: (place: Place) => T | undefined): Placed<T> | undefined {
    for (const place of this.#places.values()) {
      const row = find(place);
      if (row !== undefined) return { place, row };
    }
    return undefined;
  }

  #changed(place: Place, change: IndexChange): void {
    place.forget(change);
    for (const organization of change.organizations) this.#refresh('orgs', organizationId(organization));
    for (const id of change.ids) {
      switch (parseId(id)?.type) {
        case 'account':
          this.#refresh('people', id);
          break;
        case 'team':
          this.#refresh('teams', id);
          break;
        case 'repository':
          this.#refresh('repos', id);
          break;
        case 'invitation':
          this.#refresh('invitations', id);
          break;
        case 'token':
          this.#refresh('tokens', id);
          break;
      }
    }
  }

  #refresh(name: ListName, id: string): void {
    const list = this.#lists.get(name);
    if (!list) return;
    const item = this.item(id);
    if (item) list.put(item);
    else list.remove(id);
  }

  /** What an id stands for. */
  item(id: string): AccessItem | undefined {
    const parsed = parseId(id);
    switch (parsed?.type) {
      case 'account': {
        const at = this.account(id);
        return at.length > 0 ? accountItem(id, at, this.#people.get(id) ?? null) : undefined;
      }
      case 'organization': {
        const at = this.organization(parsed.name);
        return at && organizationItem(at.place, at.row);
      }
      case 'team': {
        const at = this.team(id);
        return at && teamItem(at.place, at.row);
      }
      case 'repository': {
        const at = this.repository(id);
        return at && repositoryItem(at.place, at.row);
      }
      case 'invitation': {
        const at = this.#first(({ index }) => index.invitations.get(id));
        return at && invitationItem(at.place, id, at.row);
      }
      case 'token': {
        const at = this.#first(({ index }) => index.tokens.get(id));
        return at && tokenItem(at.place, id, at.row);
      }
      case undefined:
        return undefined;
    }
  }

  #items(name: ListName): AccessItem[] {
    const everywhere = (make: (place: Place) => AccessItem[]) => this.places.flatMap(make);
    switch (name) {
      case 'people':
        return this.#accounts().map(([id, at]) => accountItem(id, at, this.#people.get(id) ?? null));
      case 'orgs':
        return everywhere((place) => mapped(place.index.organizations.values(), (row) => organizationItem(place, row)));
      case 'teams':
        return everywhere((place) => mapped(place.index.teams.values(), (row) => teamItem(place, row)));
      case 'repos':
        return everywhere((place) => mapped(place.index.repositories.values(), (row) => repositoryItem(place, row)));
      case 'invitations':
        return everywhere((place) => mapped(place.index.invitations, ([id, row]) => invitationItem(place, id, row)));
      case 'tokens':
        return everywhere((place) => mapped(place.index.tokens, ([id, row]) => tokenItem(place, id, row)));
    }
  }

  #accounts(): [id: string, at: Placed<AccountRow>[]][] {
    const accounts = new Map<string, Placed<AccountRow>[]>();
    for (const place of this.places) {
      for (const row of place.index.accounts.values()) {
        const at = accounts.get(row.id);
        if (at) at.push({ place, row });
        else accounts.set(row.id, [{ place, row }]);
      }
    }
    return [...accounts];
  }
}

/** What is provable about an item and worth a look. */
export function insightsOf(item: AccessItem): Insight[] {
  switch (item.type) {
    case 'account':
      return item.at.flatMap(({ place, row }) => accountInsights(place.index, row, place.soleOwners));
    case 'organization':
      return organizationInsights(item.row, item.place.soleOwners);
    case 'team':
      return teamInsights(item.place.index, item.row);
    case 'repository':
      return repositoryInsights(item.place.index, item.place.exposure, item.row);
    case 'invitation':
    case 'token':
      return [];
  }
}

const mapped = <T, R>(items: Iterable<T>, make: (item: T) => R): R[] => Array.from(items, make);
