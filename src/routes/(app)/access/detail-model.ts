// What a detail shows, on its own page and in the inspector alike: the answer in a sentence, tabs, and the rows under each.
import type { AccessCatalogue, Placed } from '#domain/access-catalogue.ts';
import {
  byShownName,
  holdersOf,
  holdingsOf,
  membersByRole,
  permissionsOfTeam,
  type AccessEntry,
  type Standing,
  type Through,
} from '#domain/access-groups.ts';
import { gapsOf, type AccessGap } from '#domain/access-gaps.ts';
import type { IndexedTeam } from '#domain/access-index.ts';
import { levelOfRank, type AccountRow, type OrganizationDocument, type RepositoryRow } from '#domain/catalogue.ts';
import type { LevelCounts } from '#domain/exposure.ts';
import { organizationId, parseId, repositoryId } from '#domain/ids.ts';
import { LEVEL_WORDS, type CellLevel } from '#lib/components/LevelCell.svelte';
import { count, counted } from '#lib/components/numbers.ts';
import { whyAddress } from './addresses.ts';

export type Subject =
  | { type: 'account'; id: string; at: readonly Placed<AccountRow>[]; row: AccountRow }
  | { type: 'repository'; id: string; at: Placed<RepositoryRow> }
  | { type: 'team'; id: string; at: Placed<IndexedTeam> }
  | { type: 'organization'; id: string; at: Placed<OrganizationDocument> };

/** What an id stands for, or null where the copy has nothing under it. */
export function subjectOf(access: AccessCatalogue, id: string): Subject | null {
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

/** The connectors and organizations that a subject's access depends on. */
export function placesOf(subject: Subject): { connectorId: string; organization: string; place: Placed<unknown>['place'] }[] {
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

export const gapsOfSubject = (subject: Subject): AccessGap[] =>
  placesOf(subject).flatMap(({ place, organization }) => gapsOf(place.index, organization));

export type DetailTab = 'access' | 'members' | 'teams' | 'repositories' | 'about';

export interface Thing {
  type: 'account' | 'repository' | 'team' | 'organization';
  id: string;
  name: string;
  /** `acme` of `acme/payments-api`. */
  organization?: string;
  /** The Docker ID beside a person's name. */
  username?: string;
}
export type DetailRow =
  | { type: 'head'; key: string; label: string; count: number; cell: Standing | null; note: string | null }
  | {
      type: 'thing';
      key: string;
      thing: Thing;
      through: Through | null;
      more: number;
      note: string | null;
      why: string | null;
    };

export interface TabCount {
  tab: DetailTab;
  label: string;
  count: number | undefined;
}

const STANDING_WORDS: Record<Standing, string> = {
  ...LEVEL_WORDS,
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
const repositoryThing = ({ organization, name }: RepositoryRow): Thing => ({
  type: 'repository',
  id: repositoryId(organization, name),
  organization,
  name,
});
const teamThing = ({ document }: IndexedTeam): Thing => ({
  type: 'team',
  id: document.id,
  organization: document.organization,
  name: document.name,
});

/** The tabs of a subject with their counts. */
export function tabsOf(subject: Subject): TabCount[] {
  const about: TabCount = { tab: 'about', label: 'About', count: undefined };
  switch (subject.type) {
    case 'account':
      return [
        { tab: 'access', label: 'Access', count: answerOf(subject).counts?.total },
        {
          tab: 'teams',
          label: 'Teams',
          count: subject.at.reduce((n, { place, row }) => n + place.index.teamsOf(row.number).length, 0),
        },
        about,
      ];
    case 'repository':
      return [
        { tab: 'access', label: 'Access', count: answerOf(subject).counts?.total },
        { tab: 'teams', label: 'Teams', count: subject.at.place.index.permissionsOn(subject.at.row.number).length },
        about,
      ];
    case 'team':
      return [
        { tab: 'access', label: 'Repositories', count: subject.at.row.ranks.size },
        { tab: 'members', label: 'Members', count: subject.at.row.members.length },
        about,
      ];
    case 'organization': {
      const { index } = subject.at.place;
      const teams = [...index.teams.values()].filter(({ document }) => document.organization === subject.at.row.name);
      return [
        { tab: 'access', label: 'Accounts', count: index.accountsOf(subject.at.row.name).length },
        { tab: 'teams', label: 'Teams', count: teams.length },
        { tab: 'repositories', label: 'Repositories', count: index.repositoriesOf(subject.at.row.name).length },
        about,
      ];
    }
  }
}

/** The rows of a tab. */
export function rowsOf(subject: Subject, tab: DetailTab, names: ReadonlyMap<string, string>): DetailRow[] {
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
  why: whyAddress(entry.who, entry.what),
});
const thingRow = (thing: Thing, note: string | null, why: string | null): DetailRow => ({
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
        thingRow(teamThing(team), counted(team.ranks.size, 'repository', 'repositories'), whyAddress(id, team.document.id)),
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
    thingRow(
      accountThing(account, names),
      account.roles[team.document.organization] ?? null,
      whyAddress(account.id, team.document.id),
    ),
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
        whyAddress(account.id, row.id),
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

/** The finding in a sentence, and the counts its bar shows (null where a bar says nothing). */
export function answerOf(subject: Subject): { sentence: string; counts: LevelCounts | null } {
  const isKnown = gapsOfSubject(subject).length === 0;
  const atLeast = (n: number) => (isKnown ? count(n) : `at least ${count(n)}`);
  const upper = (text: string) => (text[0]?.toUpperCase() ?? '') + text.slice(1);
  switch (subject.type) {
    case 'repository': {
      const counts = subject.at.place.exposure.ofRepository(subject.at.row);
      if (counts.total === 0) return { sentence: isKnown ? 'Nobody has access' : 'Who has access is not known', counts };
      const administer = counts.owner + counts.admin;
      return {
        sentence: upper(
          `${atLeast(counts.total)} ${counts.total === 1 && isKnown ? 'has' : 'have'} access, ${count(administer)} can administer it`,
        ),
        counts,
      };
    }
    case 'account': {
      const counts = { owner: 0, admin: 0, write: 0, read: 0, total: 0 };
      for (const { place, row } of subject.at) {
        const more = place.exposure.ofAccount(row);
        for (const level of ['owner', 'admin', 'write', 'read', 'total'] as const) counts[level] += more[level];
      }
      const administers = counts.owner + counts.admin;
      if (counts.total === 0)
        return { sentence: isKnown ? 'No access to any repository' : 'What it has access to is not known', counts };
      const what = counted(counts.total, 'repository', 'repositories');
      return {
        sentence: `Access to ${isKnown ? '' : 'at least '}${what}${administers > 0 ? `, administers ${count(administers)}` : ''}`,
        counts,
      };
    }
    case 'team': {
      const { members, ranks } = subject.at.row;
      const counts = { owner: 0, admin: 0, write: 0, read: 0, total: ranks.size };
      for (const rank of ranks.values()) counts[levelOfRank(rank) ?? 'read'] += 1;
      const people =
        members.length === 0 ? 'Nobody is' : members.length === 1 ? '1 person is' : `${count(members.length)} people are`;
      return { sentence: `${people} in it, it holds ${counted(ranks.size, 'repository', 'repositories')}`, counts };
    }
    case 'organization': {
      const { index } = subject.at.place;
      const { name } = subject.at.row;
      const owners =
        membersByRole(subject.at.place, name).find(({ label }) => label.toLowerCase() === 'owner')?.accounts.length ?? 0;
      return {
        sentence: upper(`${atLeast(index.accountsOf(name).length)} accounts, ${counted(owners, 'owner')}`),
        counts: null,
      };
    }
  }
}

/** The cell of a group's head, where it is a level. */
export const cellOf = (standing: Standing): CellLevel | null =>
  standing === 'manages' || standing === 'unknown' ? null : standing;
