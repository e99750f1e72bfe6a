// Docker Hub's words become ours: groups are teams, orgnames organizations. What comes out is small, plain and complete enough to
// build documents from; it is what a sync stages.
import type * as z from 'zod';
import type { ActivityEvent } from '#domain/change-attribution.ts';
import { normaliseHubId } from '#domain/ids.ts';
import { err, ok, type Result } from '#domain/result.ts';
import * as hub from './schemas.ts';

export interface OrganizationRow {
  name: string;
  hubId: string | null;
  fullName: string | null;
  plan: string | null;
  /** The role of the account that asks, as Docker Hub spells it, or null where it does not say. */
  callerRole: string | null;
}

export interface MemberRow {
  /** Empty for an invitee without an account. */
  hubId: string;
  username: string;
  fullName: string;
  email: string | null;
  /** As Docker Hub spells it; null where it does not say. */
  role: string | null;
  teams: string[];
  guest?: true;
  /** Days. */
  lastSeenOn?: string;
  lastSignInOn?: string;
  desktopVersion?: string;
}

export interface TeamMemberRow {
  hubId: string;
  username: string;
  fullName: string;
  email: string | null;
}

export interface TeamRow {
  hubId: number;
  name: string;
  description: string;
  role: string | null;
  /** Null where Docker Hub does not say. */
  memberCount: number | null;
}

export interface RepositoryItem {
  name: string;
  private: boolean;
  /** Where it is not active. */
  status?: string;
  registeredAt: string | null;
  pushedOn?: string;
  pulls?: number;
  stars?: number;
  bytes?: number;
}

/** Repository name and permission of one team. */
export type TeamPermission = readonly [repository: string, permission: string];
/** Team number and permission on one repository. */
export type RepositoryPermission = readonly [team: number, permission: string];

export interface InviteItem {
  hubId: string;
  invitee: string;
  role: string;
  team: string | null;
  invitedBy: string | null;
  createdAt: string | null;
}

export interface TokenItem {
  hubId: string;
  label: string;
  description: string;
  createdBy: string | null;
  active: boolean;
  createdAt: string | null;
  expiresAt: string | null;
  lastUsedOn?: string;
}

/** One answered page. `total` is null where the list does not say how much there is. */
export interface Listed<T> {
  total: number | null;
  rows: T[];
}

export interface UnknownShape {
  reason: 'unknown_shape';
  /** Where it differs, for the log; never a value. */
  where: string;
}

const said = (text: string | null | undefined): string | null =>
  text === null || text === undefined || text === '' ? null : text;
/** Facts have day precision: what changes by the minute would change a document a day for every person. */
const dayOf = (moment: string | null | undefined): string | undefined => /^\d{4}-\d{2}-\d{2}/.exec(moment ?? '')?.[0];

function parsed<T extends z.ZodType, R>(schema: T, body: unknown, make: (page: z.infer<T>) => R): Result<R, UnknownShape> {
  const found = schema.safeParse(body);
  if (found.success) return ok(make(found.data));
  const where = found.error.issues[0]?.path.map(String).join('.') ?? '';
  return err({ reason: 'unknown_shape', where: where === '' ? 'the answer as a whole' : where });
}

export const organizationsPage = (body: unknown): Result<Listed<OrganizationRow>, UnknownShape> =>
  parsed(hub.HubOrganizations, body, ({ count, results }) => ({
    total: count,
    rows: results.map((row) => ({ ...organizationRow(row), callerRole: said(row.user_role) })),
  }));

export const organizationProfile = (body: unknown): Result<OrganizationRow, UnknownShape> =>
  parsed(hub.HubOrganization, body, (row) => ({ ...organizationRow(row), callerRole: null }));

const organizationRow = (row: z.infer<typeof hub.HubOrganization>): Omit<OrganizationRow, 'callerRole'> => ({
  name: row.orgname,
  hubId: row.id ? normaliseHubId(row.id) : null,
  fullName: said(row.full_name),
  plan: said(row.plan_name),
});

export const membersPage = (body: unknown): Result<Listed<MemberRow>, UnknownShape> => {
  const page = parsed(hub.HubMembers, body, ({ count, results }) => ({ total: count, rows: results.map(memberRow) }));
  // Everybody but an invitee without an account has an id: without one nobody could be told from anybody else.
  if (page.ok && page.value.rows.some((row) => row.hubId === '' && !isInvitee(row)))
    return err({ reason: 'unknown_shape', where: 'results.id' });
  return page;
};

export const isInvitee = (row: Pick<MemberRow, 'role'>): boolean => row.role?.trim().toLowerCase() === 'invitee';

function memberRow(row: z.infer<typeof hub.HubMembers>['results'][number]): MemberRow {
  const member: MemberRow = {
    hubId: normaliseHubId(row.id ?? ''),
    username: row.username ?? '',
    fullName: row.full_name ?? '',
    email: said(row.email),
    role: said(row.role),
    teams: row.groups ?? [],
  };
  const seen = dayOf(row.last_seen_at);
  const signIn = dayOf(row.last_logged_in_at);
  if (row.is_guest) member.guest = true;
  if (seen) member.lastSeenOn = seen;
  if (signIn) member.lastSignInOn = signIn;
  if (row.last_desktop_version) member.desktopVersion = row.last_desktop_version;
  return member;
}

export const teamsPage = (body: unknown): Result<Listed<TeamRow>, UnknownShape> =>
  parsed(hub.HubTeams, body, ({ count, results }) => ({
    total: count,
    rows: results.map(teamRow),
  }));

export const teamDetail = (body: unknown): Result<TeamRow, UnknownShape> => parsed(hub.HubTeam, body, teamRow);

const teamRow = (row: z.infer<typeof hub.HubTeam>): TeamRow => ({
  hubId: row.id,
  name: row.name,
  description: row.description ?? '',
  role: said(row.role),
  memberCount: row.member_count ?? null,
});

export const teamMembersPage = (body: unknown): Result<Listed<TeamMemberRow>, UnknownShape> =>
  parsed(hub.HubTeamMembers, body, (page) => {
    const rows = Array.isArray(page) ? page : page.results;
    return {
      total: Array.isArray(page) ? null : page.count,
      rows: rows.map((row) => ({
        hubId: normaliseHubId(row.id),
        username: row.username ?? '',
        fullName: row.full_name ?? '',
        email: said(row.email),
      })),
    };
  });

export const repositoriesPage = (body: unknown): Result<Listed<RepositoryItem>, UnknownShape> =>
  parsed(hub.HubRepositories, body, ({ count, results }) => ({ total: count, rows: results.map(repositoryItem) }));

export const repositoryDetail = (body: unknown): Result<RepositoryItem, UnknownShape> =>
  parsed(hub.HubRepository, body, repositoryItem);

function repositoryItem(row: z.infer<typeof hub.HubRepository>): RepositoryItem {
  const item: RepositoryItem = { name: row.name, private: row.is_private, registeredAt: said(row.date_registered) };
  // `active` in lists, `Active` in a detail.
  if (row.status_description && row.status_description.toLowerCase() !== 'active') item.status = row.status_description;
  const pushed = dayOf(row.last_updated);
  if (pushed) item.pushedOn = pushed;
  if (typeof row.pull_count === 'number') item.pulls = row.pull_count;
  if (typeof row.star_count === 'number') item.stars = row.star_count;
  if (typeof row.storage_size === 'number') item.bytes = row.storage_size;
  return item;
}

export const teamRepositoriesPage = (body: unknown, organization: string): Result<Listed<TeamPermission>, UnknownShape> =>
  parsed(hub.HubTeamRepositories, body, (page) => ({
    total: Array.isArray(page) ? null : page.count,
    rows: (Array.isArray(page) ? page : page.results).map(
      ({ repository, permission }) => [withoutPrefix(repository, organization), permission] as const,
    ),
  }));

/** Whether the name carries the organization is known to nobody; a repository's own name holds no slash. */
function withoutPrefix(repository: string, organization: string): string {
  const prefix = `${organization}/`;
  return repository.toLowerCase().startsWith(prefix.toLowerCase()) ? repository.slice(prefix.length) : repository;
}

/** The same with names, for people. */
export const namedRepositoryTeams = (
  body: unknown,
): Result<Listed<{ teamId: number; team: string | null; permission: string }>, UnknownShape> =>
  parsed(hub.HubRepositoryTeams, body, (page) => ({
    total: Array.isArray(page) ? null : page.count,
    rows: (Array.isArray(page) ? page : page.results).map((row) => ({
      teamId: row.group_id,
      team: said(row.group_name),
      permission: row.permission,
    })),
  }));

export const repositoryTeamsPage = (body: unknown): Result<Listed<RepositoryPermission>, UnknownShape> =>
  parsed(hub.HubRepositoryTeams, body, (page) => ({
    total: Array.isArray(page) ? null : page.count,
    rows: (Array.isArray(page) ? page : page.results).map(({ group_id, permission }) => [group_id, permission] as const),
  }));

export const invitesPage = (body: unknown): Result<Listed<InviteItem>, UnknownShape> =>
  parsed(hub.HubInvites, body, ({ data }) => ({
    total: data.length,
    rows: data.map((row) => ({
      hubId: row.id,
      invitee: row.invitee,
      role: row.role ?? '',
      team: said(row.team),
      invitedBy: said(row.inviter_username),
      createdAt: said(row.created_at),
    })),
  }));

export const tokensPage = (body: unknown): Result<Listed<TokenItem>, UnknownShape> =>
  parsed(hub.HubTokens, body, ({ total, count, results }) => ({
    total: total ?? count ?? null,
    rows: results.map((row) => {
      const used = dayOf(row.last_used_at);
      return {
        hubId: row.id,
        label: row.label ?? '',
        description: row.description ?? '',
        createdBy: said(row.created_by),
        active: row.is_active ?? true,
        createdAt: said(row.created_at),
        expiresAt: said(row.expires_at),
        ...(used ? { lastUsedOn: used } : {}),
      };
    }),
  }));

/** Entries of the activity log as they are told, in our words for who and where. */
export const activityEntries = (body: unknown, organization: string): Result<ActivityEvent[], UnknownShape> =>
  parsed(hub.HubActivityEntries, body, ({ logs }) =>
    logs.map(({ action, name, actor, timestamp, data }) => ({
      at: new Date(timestamp).toISOString(),
      action,
      actor: actor ?? '',
      organization,
      name: name ?? '',
      data: Object.fromEntries(
        Object.entries(data ?? {}).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
      ),
    })),
  );

/** Whether it may be read, no more. */
export const activityPage = (body: unknown): Result<Listed<null>, UnknownShape> =>
  parsed(hub.HubActivity, body, () => ({ total: null, rows: [] }));
