// What deserves care: seats that nobody uses, owners, repositories that nobody or everybody can push to, tokens that end or whose maker
// is gone. Each kind is a property of one item, so that a number and the list behind it are the same.
import type { AccessCatalogue, ListName } from './access-catalogue.ts';
import { gapsOf } from './access-gaps.ts';
import type { AccessItem, AccountItem, RepositoryItem, TokenItem } from './access-item.ts';
import type { AccountRow, DataSet } from './catalogue.ts';
import { isOwner, teamOwns } from './effective-access.ts';

export const CARE_KINDS = [
  'no_team',
  'guest',
  'owner',
  'waiting_long',
  'owners_push',
  'all_push',
  'expired',
  'expiring',
  'no_expiry',
  'maker_gone',
] as const;
export type CareKind = (typeof CARE_KINDS)[number];

/** Which list holds the items of a kind; which data sets hide items of it while they are not read, and which make it seem to hold more. */
interface Made {
  list: ListName;
  hides: readonly DataSet[];
  invents: readonly DataSet[];
}
const TEAMS = ['teams', 'team_members'] as const;
export const CARE_MADE_OF: Record<CareKind, Made> = {
  no_team: { list: 'people', hides: ['members'], invents: TEAMS },
  guest: { list: 'people', hides: ['members'], invents: [] },
  owner: { list: 'people', hides: ['members', 'roles', ...TEAMS], invents: [] },
  waiting_long: { list: 'invitations', hides: ['invites'], invents: [] },
  owners_push: { list: 'repos', hides: ['repositories'], invents: ['members', 'roles', 'permissions', ...TEAMS] },
  all_push: { list: 'repos', hides: ['repositories', 'permissions', ...TEAMS], invents: ['members'] },
  expired: { list: 'tokens', hides: ['tokens'], invents: [] },
  expiring: { list: 'tokens', hides: ['tokens'], invents: [] },
  no_expiry: { list: 'tokens', hides: ['tokens'], invents: [] },
  maker_gone: { list: 'tokens', hides: ['tokens'], invents: ['members'] },
};

/** How far a number can be trusted. `at_most`: what was not read may take some away. `not_known`: it may be anything. */
export type Sureness = 'exact' | 'at_least' | 'at_most' | 'not_known';
export interface CareFigure {
  count: number;
  sure: Sureness;
}
export interface CareFigures {
  byKind: Record<CareKind, CareFigure>;
  /** What the kinds are parts of. */
  of: Record<'people' | 'repos' | 'tokens' | 'invitations', CareFigure>;
}

export const EXPIRES_SOON_DAYS = 30;
export const WAITS_LONG_DAYS = 30;
const DAY_MS = 86_400_000;

/** Every kind that an item is of. */
export function careOf(item: AccessItem, now: number): CareKind[] {
  switch (item.type) {
    case 'account':
      return careOfAccount(item);
    case 'repository':
      return careOfRepository(item);
    case 'token':
      return careOfToken(item, now);
    case 'invitation': {
      const { createdAt } = item.row.row;
      return createdAt !== null && now - Date.parse(createdAt) > WAITS_LONG_DAYS * DAY_MS ? ['waiting_long'] : [];
    }
    case 'organization':
    case 'team':
      return [];
  }
}

/** All numbers of the page, each with how far it is known. */
export function careFigures(catalogue: AccessCatalogue, now: number): CareFigures {
  const counts = new Map<CareKind, number>();
  for (const name of ['people', 'repos', 'tokens', 'invitations'] as const) {
    const list = catalogue.list(name);
    for (const number of list.inOrder()) {
      const item = list.at(number);
      if (item) for (const kind of careOf(item, now)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  const unread = unreadSets(catalogue);
  const figure = (count: number, hides: readonly DataSet[], invents: readonly DataSet[]): CareFigure => ({
    count,
    sure: sureness(
      count,
      hides.some((set) => unread.has(set)),
      invents.some((set) => unread.has(set)),
    ),
  });
  const of = (list: ListName, set: DataSet) => figure(catalogue.sizeOf(list), [set], []);
  const entries = CARE_KINDS.map((kind) => {
    const { hides, invents } = CARE_MADE_OF[kind];
    return [kind, figure(counts.get(kind) ?? 0, hides, invents)] as const;
  });
  return {
    // Built from every kind just above.
    byKind: Object.fromEntries(entries) as Record<CareKind, CareFigure>,
    of: {
      people: of('people', 'members'),
      repos: of('repos', 'repositories'),
      tokens: of('tokens', 'tokens'),
      invitations: of('invitations', 'invites'),
    },
  };
}

/** Nothing found where something could not be read is not nothing. */
function sureness(count: number, isHidden: boolean, isInvented: boolean): Sureness {
  if (isHidden && isInvented) return 'not_known';
  if (isHidden) return count === 0 ? 'not_known' : 'at_least';
  return isInvented && count > 0 ? 'at_most' : 'exact';
}

function unreadSets(catalogue: AccessCatalogue): Set<DataSet> {
  const sets: DataSet[] = ['members', 'roles', 'teams', 'team_members', 'repositories', 'permissions', 'tokens', 'invites'];
  return new Set(
    catalogue.places.flatMap(({ index }) =>
      [...index.organizations.keys()].flatMap((organization) => gapsOf(index, organization, sets).map(({ set }) => set)),
    ),
  );
}

function careOfAccount({ at }: AccountItem): CareKind[] {
  const kinds: CareKind[] = [];
  const owns = at.some(
    ({ place, row }) =>
      Object.keys(row.roles).some((organization) => isOwner(row, organization)) ||
      place.index.teamsOf(row.number).some(({ document }) => teamOwns(document)),
  );
  const belongs = at.some(({ row }) => Object.keys(row.roles).length > 0);
  // Owners reach everything without a team.
  if (belongs && !owns && at.every(({ place, row }) => place.index.teamsOf(row.number).length === 0)) kinds.push('no_team');
  if (at.some(({ row }) => (row.guestOf ?? []).length > 0)) kinds.push('guest');
  if (owns) kinds.push('owner');
  return kinds;
}

function careOfRepository({ place, row }: RepositoryItem): CareKind[] {
  const { owner, admin, write } = place.exposure.ofRepository(row);
  const everybody = place.index.accountsOf(row.organization).length;
  const kinds: CareKind[] = [];
  if (admin + write === 0) kinds.push('owners_push');
  else if (everybody > 1 && owner + admin + write >= everybody) kinds.push('all_push');
  return kinds;
}

function careOfToken({ place, row: { organization, row } }: TokenItem, now: number): CareKind[] {
  const kinds: CareKind[] = [];
  // What is switched off opens nothing.
  if (!row.active) return kinds;
  if (row.expiresAt === null) kinds.push('no_expiry');
  else {
    const left = Date.parse(row.expiresAt) - now;
    if (left <= 0) kinds.push('expired');
    else if (left <= EXPIRES_SOON_DAYS * DAY_MS) kinds.push('expiring');
  }
  if (row.createdBy !== null && !usernames(place.index.accountsOf(organization)).has(row.createdBy.toLowerCase()))
    kinds.push('maker_gone');
  return kinds;
}

// An index gives the same list for as long as nobody joins or leaves.
const known = new WeakMap<readonly AccountRow[], ReadonlySet<string>>();
function usernames(accounts: readonly AccountRow[]): ReadonlySet<string> {
  const kept = known.get(accounts);
  if (kept) return kept;
  const names = new Set(accounts.map(({ username }) => username.toLowerCase()));
  known.set(accounts, names);
  return names;
}
