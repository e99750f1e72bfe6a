// A row of a list as it is shown and exported: plain values, no documents.
import { gapsOf, type AccessGap } from '#domain/access-gaps.ts';
import { insightsOf } from '#domain/access-catalogue.ts';
import type { AccessItem, AccountItem, Place, TeamItem } from '#domain/access-item.ts';
import type { Level, RepositoryRow } from '#domain/catalogue.ts';
import { DATA_SETS, rankOf } from '#domain/catalogue-words.ts';
import { effectiveAccess } from '#domain/effective-access.ts';
import type { LevelCounts, RepositoryExposure } from '#domain/exposure.ts';
import type { Insight } from '#domain/insights.ts';
import { rankIn } from '#domain/team-edges.ts';

interface Row {
  id: string;
  insights: Insight[];
  /** What the row's numbers may lack: a number with gaps is a lower bound. */
  gaps: AccessGap[];
}
export interface AccountListRow extends Row {
  type: 'account';
  /** Of the person, else of the account, else the Docker ID. */
  name: string;
  username: string;
  email: string | null;
  person: string | null;
  /** Organization → role, as Docker Hub spells it. */
  roles: Readonly<Record<string, string>>;
  guestOf: string[];
  teams: number;
  /** Repositories by level. */
  counts: LevelCounts;
}
export interface OrganizationListRow extends Row {
  type: 'organization';
  name: string;
  fullName: string | null;
  plan: string | null;
  accounts: number;
  teams: number;
  repositories: number;
  /** How many data sets there are to read. */
  sets: number;
}
export interface TeamListRow extends Row {
  type: 'team';
  organization: string;
  name: string;
  description: string;
  role: string | null;
  members: number;
  repositories: number;
  /** Repositories by level. */
  counts: LevelCounts;
}
export interface RepositoryListRow extends Row {
  type: 'repository';
  organization: string;
  name: string;
  private: boolean;
  status: string | null;
  registeredAt: string | null;
  teams: number;
  /** Accounts by level. */
  counts: RepositoryExposure;
  /** The strongest level of whoever looks, where they see only their own part. */
  own: Level | null;
}
export interface InvitationListRow extends Row {
  type: 'invitation';
  organization: string;
  invitee: string;
  role: string;
  team: string | null;
  invitedBy: string | null;
  createdAt: string | null;
}
export interface TokenListRow extends Row {
  type: 'token';
  organization: string;
  label: string;
  description: string;
  active: boolean;
  createdBy: string | null;
  createdAt: string | null;
  expiresAt: string | null;
}
export type ListRow = AccountListRow | OrganizationListRow | TeamListRow | RepositoryListRow | InvitationListRow | TokenListRow;

/** An item as a row. `whole`: for somebody who sees the whole catalogue. */
export function listRow(item: AccessItem, whole: boolean): ListRow {
  const base = { id: item.id, insights: whole ? insightsOf(item) : [] };
  switch (item.type) {
    case 'account':
      return {
        ...base,
        type: 'account',
        name: item.name,
        username: item.username,
        email: item.email,
        person: item.person,
        roles: item.roles,
        guestOf: [...new Set(item.at.flatMap(({ row }) => row.guestOf ?? []))],
        teams: teamsOf(item),
        counts: countsOf(item),
        gaps: item.at.flatMap(({ place }) => item.organizations.flatMap((organization) => gapsOf(place.index, organization))),
      };
    case 'organization': {
      const { place, row } = item;
      return {
        ...base,
        type: 'organization',
        name: row.name,
        fullName: row.fullName,
        plan: row.plan,
        accounts: place.index.accountsOf(row.name).length,
        teams: place.teamCount(row.name),
        repositories: place.index.repositoriesOf(row.name).length,
        gaps: gapsOf(place.index, row.name, DATA_SETS),
        sets: DATA_SETS.length,
      };
    }
    case 'team': {
      const { organization, name, description, role } = item.row.document;
      const { members } = item.row.document;
      const counts = teamLevels(item);
      return {
        ...base,
        type: 'team',
        organization,
        name,
        description,
        role,
        members: members.length,
        repositories: counts.total,
        counts,
        gaps: gapsOf(item.place.index, organization, ['team_members', 'permissions']),
      };
    }
    case 'repository': {
      const { place, row } = item;
      return {
        ...base,
        type: 'repository',
        organization: row.organization,
        name: row.name,
        private: row.private,
        status: row.status ?? null,
        registeredAt: row.registeredAt,
        teams: place.index.edges.ofRepository.length(row.number),
        counts: place.exposure.ofRepository(row),
        own: whole ? null : ownLevel(place, row),
        gaps: gapsOf(place.index, row.organization),
      };
    }
    case 'invitation': {
      const { invitee, role, team, invitedBy, createdAt } = item.row.row;
      const { organization } = item.row;
      return { ...base, type: 'invitation', organization, invitee, role, team, invitedBy, createdAt, gaps: [] };
    }
    case 'token': {
      const { label, description, active, createdBy, createdAt, expiresAt } = item.row.row;
      const { organization } = item.row;
      return { ...base, type: 'token', organization, label, description, active, createdBy, createdAt, expiresAt, gaps: [] };
    }
  }
}

export const teamsOf = ({ at }: AccountItem): number =>
  at.reduce((sum, { place, row }) => sum + place.index.edges.ofAccount.length(row.number), 0);

/** Repositories of an account by level, wherever it was read. */
export function countsOf({ at }: AccountItem): LevelCounts {
  const counts = { owner: 0, admin: 0, write: 0, read: 0, total: 0 };
  for (const { place, row } of at) {
    const more = place.exposure.ofAccount(row);
    for (const level of ['owner', 'admin', 'write', 'read', 'total'] as const) counts[level] += more[level];
  }
  return counts;
}

/** What a team holds by level. */
export function teamLevels({ place, row }: TeamItem): LevelCounts {
  const byRank = [0, 0, 0, 0];
  const { holds } = place.index.edges.team(row.slot);
  for (const value of holds) byRank[rankIn(value)] = (byRank[rankIn(value)] ?? 0) + 1;
  const [, read = 0, write = 0, admin = 0] = byRank;
  return { owner: 0, admin, write, read, total: holds.length };
}

/** The strongest level of all accounts that are here: in somebody's own part of the catalogue they are all theirs. */
function ownLevel({ index }: Place, row: RepositoryRow): Level | null {
  const held = [...index.accounts.values()].flatMap((account) => effectiveAccess(index, account, row)?.level ?? []);
  return held.sort((a, b) => rankOf(b) - rankOf(a))[0] ?? null;
}
