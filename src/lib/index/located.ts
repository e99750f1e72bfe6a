// One thing in the catalogue, wherever it was read, and the rows of its tabs.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import {
  byShownName,
  holdersOf,
  holdingsOf,
  membersByRole,
  permissionsOfTeam,
  type AccessEntry,
  type Standing,
} from '#domain/access-groups.ts';
import { gapsOf, type AccessGap } from '#domain/access-gaps.ts';
import type { IndexedTeam } from '#domain/access-index.ts';
import type { Place, Placed } from '#domain/access-item.ts';
import type { AccountRow, OrganizationDocument, RepositoryRow } from '#domain/catalogue.ts';
import { levelOfRank } from '#domain/catalogue-words.ts';
import { organizationId, parseId, repositoryId } from '#domain/ids.ts';
import { counted } from '#lib/components/numbers.ts';
import type { DetailRow, DetailTab, Thing } from './questions.ts';

/** A thing and where it was read; an account may have been read through several connectors. */
export type Located =
  | { type: 'account'; id: string; at: readonly Placed<AccountRow>[]; row: AccountRow }
  | { type: 'repository'; id: string; at: Placed<RepositoryRow> }
  | { type: 'team'; id: string; at: Placed<IndexedTeam> }
  | { type: 'organization'; id: string; at: Placed<OrganizationDocument> };

/** What an id stands for, or null where the copy has nothing under it. */
export function located(access: AccessCatalogue, id: string): Located | null {
  const parsed = parseId(id);
  switch (parsed?.type) {
    case 'account': {
      const at = access.account(id);
      return at[0] ? { type: 'account', id, at, row: at[0].row } : null;
    }
    case 'repository': {
      const at = access.repository(id);
      return at ? { type: 'repository', id, at } : null;
    }
    case 'team': {
      const at = access.team(id);
      return at ? { type: 'team', id, at } : null;
    }
    case 'organization': {
      const at = access.organization(parsed.name);
      return at ? { type: 'organization', id, at } : null;
    }
    default:
      return null;
  }
}

/** The connectors and organizations that its access depends on. */
export function placesOf(subject: Located): { connectorId: string; organization: string; place: Place }[] {
  const one = ({ place }: Placed<unknown>, organization: string) => [{ connectorId: place.connectorId, organization, place }];
  switch (subject.type) {
    case 'account':
      return subject.at.flatMap((at) => Object.keys(at.row.roles).flatMap((organization) => one(at, organization)));
    case 'repository':
      return one(subject.at, subject.at.row.organization);
    case 'team':
      return one(subject.at, subject.at.row.document.organization);
    case 'organization':
      return one(subject.at, subject.at.row.name);
  }
}

export const gapsOfLocated = (subject: Located): AccessGap[] =>
  placesOf(subject).flatMap(({ place, organization }) => gapsOf(place.index, organization));

type DetailWhy = { who: string; what: string } | null;

const STANDING_WORDS: Record<Standing, string> = {
  read: 'Read-only',
  write: 'Read & Write',
  admin: 'Admin',
  owner: 'Owner',
  manages: 'Manages',
  unknown: 'Not known',
};
const STANDING_NOTES: Record<Standing, string | null> = {
  owner: 'Admin on every repository',
  admin: null,
  write: null,
  read: null,
  manages: 'Neither push nor pull',
  unknown: 'Not the same as no access',
};

/** How an account is shown: under the name of its person, its own, or its Docker ID. */
export function accountThing(account: AccountRow, names: ReadonlyMap<string, string>): Thing {
  const name = names.get(account.id) ?? (account.fullName === '' ? account.username : account.fullName);
  const username = name === account.username ? {} : { username: account.username };
  return { type: 'account', id: account.id, name, ...username };
}
export const repositoryThing = ({ organization, name }: RepositoryRow): Thing => ({
  type: 'repository',
  id: repositoryId(organization, name),
  organization,
  name,
});
export const teamThing = ({ document }: IndexedTeam): Thing => ({
  type: 'team',
  id: document.id,
  organization: document.organization,
  name: document.name,
});

/** The rows of a tab. */
export function rowsOf(subject: Located, tab: DetailTab, names: ReadonlyMap<string, string>): DetailRow[] {
  switch (subject.type) {
    case 'account':
      return tab === 'teams' ? teamsOfAccount(subject.at, subject.id) : holdings(subject.at);
    case 'repository':
      return tab === 'teams' ? teamsOnRepository(subject.at) : holders(subject.at, names);
    case 'team':
      return tab === 'members' ? membersOfTeam(subject.at, names) : teamPermissions(subject.at);
    case 'organization':
      if (tab === 'teams') return teamsOfOrganization(subject.at);
      return tab === 'repositories' ? repositoriesOfOrganization(subject.at) : accountsByRole(subject.at, names);
  }
}

const standingHead = (standing: Standing, size: number): DetailRow => ({
  type: 'head',
  key: `head ${standing}`,
  label: STANDING_WORDS[standing],
  count: size,
  cell: standing,
  note: STANDING_NOTES[standing],
});
const accessRow = <T>(standing: Standing, entry: AccessEntry<T>, thing: Thing): DetailRow => ({
  type: 'thing',
  key: `${standing} ${entry.key}`,
  thing,
  through: entry.through,
  more: entry.more,
  note: null,
  why: { who: entry.who, what: entry.what },
});
const thingRow = (thing: Thing, note: string | null, why: DetailWhy): DetailRow => ({
  type: 'thing',
  key: thing.id,
  thing,
  through: null,
  more: 0,
  note,
  why,
});

function holders(at: Placed<RepositoryRow>, names: ReadonlyMap<string, string>): DetailRow[] {
  return holdersOf(at).flatMap(({ standing, entries }) => [
    standingHead(standing, entries.length),
    ...entries.map((entry) => accessRow(standing, entry, accountThing(entry.subject, names))),
  ]);
}

function holdings(at: readonly Placed<AccountRow>[]): DetailRow[] {
  return holdingsOf(at).flatMap(({ standing, entries }) => [
    standingHead(standing, entries.length),
    ...entries.map((entry) => {
      const { subject } = entry;
      const thing: Thing =
        subject.type === 'repository'
          ? repositoryThing(subject.row)
          : { type: 'organization', id: organizationId(subject.name), name: subject.name };
      return accessRow(standing, entry, thing);
    }),
  ]);
}

const teamsOfAccount = (at: readonly Placed<AccountRow>[], id: string): DetailRow[] =>
  at.flatMap(({ place, row }) =>
    place.index
      .teamsOf(row.number)
      .map((team) =>
        thingRow(teamThing(team), counted(team.ranks.size, 'repository', 'repositories'), { who: id, what: team.document.id }),
      ),
  );

function teamsOnRepository({ place, row }: Placed<RepositoryRow>): DetailRow[] {
  const permissions = [...place.index.permissionsOn(row.number)].sort((a, b) => b.rank - a.rank);
  return (['admin', 'write', 'read'] as const).flatMap((level) => {
    const held = permissions.filter(({ rank }) => levelOfRank(rank) === level);
    if (held.length === 0) return [];
    return [
      standingHead(level, held.length),
      ...held.map(({ team }) => thingRow(teamThing(team), counted(team.members.length, 'member'), null)),
    ];
  });
}

function teamPermissions(at: Placed<IndexedTeam>): DetailRow[] {
  return permissionsOfTeam(at).flatMap(({ standing, permissions }) => [
    standingHead(standing, permissions.length),
    ...permissions.map(({ repository, label }) =>
      thingRow(repositoryThing(repository), label ?? (repository.private ? 'Private' : 'Public'), null),
    ),
  ]);
}

function membersOfTeam({ place, row: team }: Placed<IndexedTeam>, names: ReadonlyMap<string, string>): DetailRow[] {
  const accounts = team.members.flatMap((number) => place.index.accounts.get(number) ?? []).sort(byShownName);
  return accounts.map((account) =>
    thingRow(accountThing(account, names), account.roles[team.document.organization] ?? null, {
      who: account.id,
      what: team.document.id,
    }),
  );
}

function accountsByRole({ place, row }: Placed<OrganizationDocument>, names: ReadonlyMap<string, string>): DetailRow[] {
  return membersByRole(place, row.name).flatMap(({ label, recognised, accounts }): DetailRow[] => [
    {
      type: 'head',
      key: `head ${label}`,
      label,
      count: accounts.length,
      cell: label.toLowerCase() === 'owner' ? 'owner' : recognised ? null : 'unknown',
      note: recognised
        ? label.toLowerCase() === 'owner'
          ? STANDING_NOTES.owner
          : null
        : 'Unrecognised role: what it allows is not known',
    },
    ...accounts.map((account) =>
      thingRow(
        accountThing(account, names),
        account.guestOf?.includes(row.name)
          ? 'Guest'
          : counted(
              place.index.teamsOf(account.number).filter(({ document }) => document.organization === row.name).length,
              'team',
            ),
        { who: account.id, what: row.id },
      ),
    ),
  ]);
}

const teamsOfOrganization = ({ place, row }: Placed<OrganizationDocument>): DetailRow[] =>
  [...place.index.teams.values()]
    .filter(({ document }) => document.organization === row.name)
    .sort((a, b) => (a.document.name < b.document.name ? -1 : 1))
    .map((team) =>
      thingRow(
        teamThing(team),
        `${counted(team.members.length, 'member')} · ${counted(team.ranks.size, 'repository', 'repositories')}`,
        null,
      ),
    );

const repositoriesOfOrganization = ({ place, row }: Placed<OrganizationDocument>): DetailRow[] =>
  [...place.index.repositoriesOf(row.name)]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((repository) => thingRow(repositoryThing(repository), repository.private ? 'Private' : 'Public', null));
