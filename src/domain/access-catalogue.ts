// All connectors' indexes side by side, as lists that one can look through: sorted once, searched by text, found by id.
import type { AccessIndex, IndexedTeam, OfOrganization } from './access-index.ts';
import type { AccountRow, InvitationRow, OrganizationDocument, RepositoryRow, TokenRow } from './catalogue.ts';
import { Exposure } from './exposure.ts';
import { repositoryId } from './ids.ts';
import {
  accountInsights,
  organizationInsights,
  repositoryInsights,
  soleOwnersOf,
  teamInsights,
  type Insight,
} from './insights.ts';

/** One connector's part of the catalogue. */
export interface Place {
  connectorId: string;
  index: AccessIndex;
  exposure: Exposure;
  soleOwners: ReadonlyMap<string, AccountRow>;
}
/** Something, and where it was read. */
export interface Placed<T> {
  place: Place;
  row: T;
}

interface Item {
  id: string;
  /** Lower case, without accents: what is searched. */
  text: string;
  /** What lists are in order of. */
  order: string;
  organizations: readonly string[];
}
/** An account; the same one may have been read through several connectors. */
export interface AccountItem extends Item {
  type: 'account';
  name: string;
  username: string;
  email: string | null;
  roles: Readonly<Record<string, string>>;
  /** The person it is linked to, by name. */
  person: string | null;
  at: readonly Placed<AccountRow>[];
}
export interface OrganizationItem extends Item, Placed<OrganizationDocument> {
  type: 'organization';
}
export interface TeamItem extends Item, Placed<IndexedTeam> {
  type: 'team';
}
export interface RepositoryItem extends Item, Placed<RepositoryRow> {
  type: 'repository';
}
export interface InvitationItem extends Item, Placed<OfOrganization<InvitationRow>> {
  type: 'invitation';
}
export interface TokenItem extends Item, Placed<OfOrganization<TokenRow>> {
  type: 'token';
}
export type AccessItem = AccountItem | OrganizationItem | TeamItem | RepositoryItem | InvitationItem | TokenItem;

/** Account id → name of the person it is linked to. */
export type PersonByAccount = ReadonlyMap<string, string>;

export class AccessCatalogue {
  readonly places: readonly Place[];
  readonly #accounts = new Map<string, Placed<AccountRow>[]>();
  readonly #lists: Lists = {};

  constructor(byConnector: ReadonlyMap<string, AccessIndex>) {
    this.places = [...byConnector].map(([connectorId, index]) => ({
      connectorId,
      index,
      exposure: new Exposure(index),
      soleOwners: soleOwnersOf(index),
    }));
    for (const place of this.places) {
      for (const row of place.index.accounts.values()) {
        const at = this.#accounts.get(row.id);
        if (at) at.push({ place, row });
        else this.#accounts.set(row.id, [{ place, row }]);
      }
    }
  }

  /** Where an account was read; empty where it was not. */
  account(id: string): readonly Placed<AccountRow>[] {
    return this.#accounts.get(id) ?? [];
  }

  repository(id: string): Placed<RepositoryRow> | undefined {
    return this.#first((index) => index.repository(id));
  }

  team(id: string): Placed<IndexedTeam> | undefined {
    return this.#first((index) => index.teams.get(id));
  }

  organization(name: string): Placed<OrganizationDocument> | undefined {
    return this.#first((index) => index.organizations.get(name));
  }

  get organizationNames(): string[] {
    return this.places.flatMap(({ index }) => [...index.organizations.keys()]).sort();
  }

  /** How many accounts there are, counting one that several connectors read once. */
  get accountCount(): number {
    return this.#accounts.size;
  }

  /** Accounts by the name they are shown under. */
  accounts(personByAccount: PersonByAccount): AccountItem[] {
    const items = [...this.#accounts].map(([id, at]): AccountItem => {
      const roles = at.reduce<Record<string, string>>((all, { row }) => ({ ...all, ...row.roles }), {});
      const { username = '', fullName = '', email = null } = at[0]?.row ?? {};
      const person = personByAccount.get(id) ?? null;
      const name = person ?? (fullName === '' ? username : fullName);
      const text = folded(`${name}\n${username}\n${fullName}\n${email ?? ''}`);
      return {
        type: 'account',
        id,
        name,
        username,
        email,
        roles,
        person,
        at,
        organizations: Object.keys(roles),
        text,
        order: text,
      };
    });
    return items.sort(byOrder);
  }

  organizations(): readonly OrganizationItem[] {
    this.#lists.organizations ??= this.#everywhere((place) =>
      mapped(place.index.organizations.values(), (row): OrganizationItem => {
        const text = folded(`${row.name}\n${row.fullName ?? ''}`);
        return { type: 'organization', id: row.id, place, row, text, order: text, organizations: [row.name] };
      }),
    );
    return this.#lists.organizations;
  }

  teams(): readonly TeamItem[] {
    this.#lists.teams ??= this.#everywhere((place) =>
      mapped(place.index.teams.values(), (row): TeamItem => {
        const { id, organization, name, description } = row.document;
        const text = folded(`${organization}/${name}\n${description}`);
        return { type: 'team', id, place, row, text, order: ordered(organization, name), organizations: [organization] };
      }),
    );
    return this.#lists.teams;
  }

  repositories(): readonly RepositoryItem[] {
    this.#lists.repositories ??= this.#everywhere((place) =>
      mapped(place.index.repositories.values(), (row): RepositoryItem => {
        const id = repositoryId(row.organization, row.name);
        return {
          type: 'repository',
          id,
          place,
          row,
          text: folded(`${row.organization}/${row.name}`),
          order: ordered(row.organization, row.name),
          organizations: [row.organization],
        };
      }),
    );
    return this.#lists.repositories;
  }

  invitations(): readonly InvitationItem[] {
    this.#lists.invitations ??= this.#everywhere((place) =>
      mapped(place.index.invitations.entries(), ([id, row]): InvitationItem => {
        const text = folded(`${row.row.invitee}\n${row.row.team ?? ''}\n${row.row.invitedBy ?? ''}`);
        return { type: 'invitation', id, place, row, text, order: text, organizations: [row.organization] };
      }),
    );
    return this.#lists.invitations;
  }

  tokens(): readonly TokenItem[] {
    this.#lists.tokens ??= this.#everywhere((place) =>
      mapped(place.index.tokens.entries(), ([id, row]): TokenItem => {
        const text = folded(`${row.row.label}\n${row.row.description}\n${row.row.createdBy ?? ''}`);
        return { type: 'token', id, place, row, text, order: text, organizations: [row.organization] };
      }),
    );
    return this.#lists.tokens;
  }

  /** Counts every repository; answers the most accounts that any private one has. */
  *countRepositories(): Generator<void, number> {
    let largest = 0;
    for (const { exposure } of this.places) largest = Math.max(largest, yield* exposure.countRepositories());
    return largest;
  }

  /** The most accounts that any private repository has, or undefined until all are counted. */
  get largestRepository(): number | undefined {
    const largest = this.places.map(({ exposure }) => exposure.largestRepository);
    return largest.some((one) => one === undefined) ? undefined : Math.max(0, ...largest.map((one) => one ?? 0));
  }

  #first<T>(find: (index: AccessIndex) => T | undefined): Placed<T> | undefined {
    for (const place of this.places) {
      const row = find(place.index);
      if (row !== undefined) return { place, row };
    }
    return undefined;
  }

  #everywhere<T extends Item>(make: (place: Place) => T[]): T[] {
    return this.places.flatMap(make).sort(byOrder);
  }
}

interface Lists {
  organizations?: readonly OrganizationItem[];
  teams?: readonly TeamItem[];
  repositories?: readonly RepositoryItem[];
  invitations?: readonly InvitationItem[];
  tokens?: readonly TokenItem[];
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

/** Lower case and without accents, so that `Tomás` is found by typing `tomas`. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The items that hold every word of a search, in the order they came. */
export function search<T extends Item>(items: readonly T[], query: string): readonly T[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ text }) => words.every((word) => text.includes(word)));
}

const byOrder = (a: Item, b: Item): number => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0);
/** By organization, then by name: a slash would put `acme-labs/…` before `acme/…`. */
const ordered = (organization: string, name: string): string => folded(`${organization}\n${name}`);
const mapped = <T, R>(items: Iterable<T>, make: (item: T) => R): R[] => Array.from(items, make);
