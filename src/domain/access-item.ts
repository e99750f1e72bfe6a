// What stands in a list: an account, organization, team, repository, invitation or token, and where it was read.
import type { AccessIndex, IndexedTeam, OfOrganization } from './access-index.ts';
import type { AccountRow, InvitationRow, OrganizationDocument, RepositoryRow, TokenRow } from './catalogue.ts';
import { Exposure } from './exposure.ts';
import { repositoryId } from './ids.ts';
import type { IndexChange } from './index-change.ts';
import { soleOwnersOf } from './insights.ts';
import { folded, type ListItem } from './item-list.ts';

/** One connector's part of the catalogue. */
export class Place {
  readonly connectorId: string;
  readonly index: AccessIndex;
  readonly exposure: Exposure;
  #soleOwners: ReadonlyMap<string, AccountRow> | undefined;
  #teamCounts: ReadonlyMap<string, number> | undefined;

  constructor(connectorId: string, index: AccessIndex) {
    this.connectorId = connectorId;
    this.index = index;
    this.exposure = new Exposure(index);
  }

  /** Organization name → its only owner, where all of its owners are known. */
  get soleOwners(): ReadonlyMap<string, AccountRow> {
    this.#soleOwners ??= soleOwnersOf(this.index);
    return this.#soleOwners;
  }

  teamCount(organization: string): number {
    if (!this.#teamCounts) {
      const counts = new Map<string, number>();
      for (const { document } of this.index.teams.values())
        counts.set(document.organization, (counts.get(document.organization) ?? 0) + 1);
      this.#teamCounts = counts;
    }
    return this.#teamCounts.get(organization) ?? 0;
  }

  /** Works out anew what a change has touched. */
  forget(change: IndexChange): void {
    this.exposure.forget(change);
    this.#soleOwners = undefined;
    this.#teamCounts = undefined;
  }
}

/** Something, and where it was read. */
export interface Placed<T> {
  place: Place;
  row: T;
}

interface Item extends ListItem {
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

export function accountItem(id: string, at: readonly Placed<AccountRow>[], person: string | null): AccountItem {
  const [first] = at;
  const roles = at.length === 1 && first ? first.row.roles : Object.assign({}, ...at.map(({ row }) => row.roles));
  const { username = '', fullName = '', email = null } = first?.row ?? {};
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
}

export function organizationItem(place: Place, row: OrganizationDocument): OrganizationItem {
  const text = folded(`${row.name}\n${row.fullName ?? ''}`);
  return { type: 'organization', id: row.id, place, row, text, order: text, organizations: [row.name] };
}

export function teamItem(place: Place, row: IndexedTeam): TeamItem {
  const { id, organization, name, description } = row.document;
  const text = folded(`${organization}/${name}\n${description}`);
  return { type: 'team', id, place, row, text, order: ordered(organization, name), organizations: [organization] };
}

export function repositoryItem(place: Place, row: RepositoryRow): RepositoryItem {
  const { organization, name } = row;
  return {
    type: 'repository',
    id: repositoryId(organization, name),
    place,
    row,
    text: folded(`${organization}/${name}`),
    order: ordered(organization, name),
    organizations: [organization],
  };
}

export function invitationItem(place: Place, id: string, row: OfOrganization<InvitationRow>): InvitationItem {
  const text = folded(`${row.row.invitee}\n${row.row.team ?? ''}\n${row.row.invitedBy ?? ''}`);
  return { type: 'invitation', id, place, row, text, order: text, organizations: [row.organization] };
}

export function tokenItem(place: Place, id: string, row: OfOrganization<TokenRow>): TokenItem {
  const text = folded(`${row.row.label}\n${row.row.description}\n${row.row.createdBy ?? ''}`);
  return { type: 'token', id, place, row, text, order: text, organizations: [row.organization] };
}

/** By organization, then by name: a slash would put `acme-labs/…` before `acme/…`. */
const ordered = (organization: string, name: string): string => folded(`${organization}\n${name}`);
