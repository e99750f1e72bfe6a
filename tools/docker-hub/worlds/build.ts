import { newAccount } from './new-account.ts';
import { newRepository } from './new-repository.ts';
import { Random } from './random.ts';
import type { Account, AuditEvent, Invite, Membership, Organization, Repository, Team, World } from './world.ts';

// How worlds are made: the same relations as `mutate` keeps, but without history, for what has always been so.

/** The day on which every world was made. Fixed, so that the same seed is the same world tomorrow. */
export const WORLD_MADE_AT = '2026-11-02T08:00:00.000Z';

export function emptyWorld(name: string, seed: number): World {
  return {
    name,
    seed,
    organizations: new Map(),
    accounts: new Map(),
    credentials: [],
    random: new Random(seed),
    nextTeamId: 10_001,
    revision: 0,
    journals: [],
  };
}

export function addOrganization(
  world: World,
  given: Pick<Organization, 'name' | 'fullName'> & Partial<Organization>,
): Organization {
  const organization: Organization = {
    id: world.random.uuid(),
    company: '',
    joinedAt: daysBefore(2600),
    plan: 'business',
    insights: true,
    verifiedDomains: [],
    customRoles: [],
    members: new Map(),
    teams: new Map(),
    repositories: new Map(),
    invites: new Map(),
    accessTokens: new Map(),
    restrictedImages: { enabled: false, allow_official_images: true, allow_verified_publishers: true },
    registryAccess: { enabled: false, standard_registries: [{ id: 'DockerHub', allowed: true }], custom_registries: [] },
    auditLog: [],
    ...given,
  };
  world.organizations.set(organization.name, organization);
  return organization;
}

export function addAccount(world: World, given: Parameters<typeof newAccount>[1]): Account {
  const account = newAccount(world.random, given);
  world.accounts.set(account.username, account);
  return account;
}

export function addMembership(organization: Organization, account: Account, role = 'member'): Membership {
  const membership: Membership = { account, role, teams: [] };
  organization.members.set(account.username, membership);
  return membership;
}

export function addTeam(
  world: World,
  organization: Organization,
  name: string,
  more: { description?: string; role?: string | null } = {},
): Team {
  const team: Team = {
    id: world.nextTeamId,
    uuid: world.random.uuid(),
    name,
    description: more.description ?? '',
    role: more.role ?? null,
    members: new Map(),
    permissions: new Map(),
  };
  // With gaps, as numbers of a service shared by everybody have.
  world.nextTeamId += 1 + world.random.below(40);
  organization.teams.set(name, team);
  return team;
}

export function addToTeam(membership: Membership, team: Team): void {
  team.members.set(membership.account.username, membership);
  membership.teams.push(team);
}

export function addRepository(
  organization: Organization,
  given: Omit<Parameters<typeof newRepository>[0], 'namespace'>,
): Repository {
  const repository = newRepository({ ...given, namespace: organization.name });
  organization.repositories.set(repository.name, repository);
  return repository;
}

export function permit(team: Team, repository: Repository, permission: string): void {
  team.permissions.set(repository.name, permission);
  repository.teams.push(team);
}

export function addInvite(world: World, organization: Organization, invite: Omit<Invite, 'id'>): void {
  const id = world.random.uuid();
  organization.invites.set(id, { id, ...invite });
}

export function addEvent(organization: Organization, event: Omit<AuditEvent, 'account'>): void {
  organization.auditLog.push({ account: organization.name, ...event });
}

/** A time so many days before the world was made. */
export function daysBefore(days: number): string {
  return new Date(Date.parse(WORLD_MADE_AT) - days * 86_400_000).toISOString();
}
