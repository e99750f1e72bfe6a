// Effective access: the strongest of everything that gives an account a level on a repository, with every path that does.
// Source of the rules: Docker's manual pages on teams and core roles, as collected in docs/architecture.md.
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import type { AccountRow, Level, RepositoryRow, TeamDocument } from './catalogue.ts';
import { isKnownRole, levelOfRank, rankOf, roleSlug } from './catalogue-words.ts';
import { entitlementId, organizationId, repositoryId } from './ids.ts';
import { PathScan, scanPaths } from './path-scan.ts';

/** What makes a path: the organization role, a team's permission, a role on a team, or a public repository. */
export type PathReason =
  | { type: 'owner' }
  | { type: 'team'; team: IndexedTeam }
  | { type: 'team_role'; team: IndexedTeam; role: string }
  | { type: 'public' };

export interface AccessPath {
  reason: PathReason;
  rank: number;
  /** Ids from the account to the entitlement. */
  ids: string[];
}

export interface EffectiveAccess {
  account: AccountRow;
  repository: RepositoryRow;
  level: Level;
  /** Strongest first; among equals owner, team, role on a team, public; teams by name. */
  paths: AccessPath[];
}

/** What is not known about an account's access in an organization, so that nobody takes it for "nothing". */
export type AccessCaveat =
  { type: 'custom_role'; label: string } | { type: 'team_custom_role'; team: string; label: string } | { type: 'guest' };

const REASON_ORDER: Record<PathReason['type'], number> = { owner: 0, team: 1, team_role: 2, public: 3 };
const OWNERS_TEAM = 'owners';

const roleIn = (account: AccountRow, organization: string): string | null => account.roles[organization] ?? null;

/** Whether an account is an owner of an organization by its role. */
export const isOwner = (account: AccountRow, organization: string): boolean =>
  roleSlug(roleIn(account, organization) ?? '') === 'owner';

/** Whether being in the team is owning the organization. */
export const teamOwns = ({ name, role }: TeamDocument): boolean => name === OWNERS_TEAM || roleSlug(role ?? '') === 'owner';

const compareText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** Filled anew for every pair; nobody keeps it. */
const scanned = new PathScan();

/** The effective access of one account on one repository, or null where nothing known gives any. */
export function effectiveAccess(index: AccessIndex, account: AccountRow, repository: RepositoryRow): EffectiveAccess | null {
  const organization = repository.organization;
  const paths: AccessPath[] = [];
  const add = (reason: PathReason, rank: number, via: string) => {
    const level = levelOfRank(rank);
    if (!level) return;
    const target = repositoryId(organization, repository.name);
    paths.push({ reason, rank, ids: [account.id, via, entitlementId(target, level)] });
  };

  const found = scanned;
  scanPaths(index, account, repository, found);
  if (found.owner) add({ type: 'owner' }, rankOf('admin'), organizationId(organization));
  for (let at = 0; at < found.length; at += 1) {
    const team = index.teamAt(found.slots[at] ?? 0);
    if (team) add({ type: 'team', team }, found.ranks[at] ?? 0, team.document.id);
  }
  for (const slot of found.owning) {
    const team = index.teamAt(slot);
    // An owner by role is in the owners' team as a matter of course: one way, told once.
    if (!team || (found.owner && roleSlug(team.document.role ?? '') !== 'owner')) continue;
    add({ type: 'team_role', team, role: team.document.role ?? 'Owner' }, rankOf('admin'), team.document.id);
  }
  if (found.open) add({ type: 'public' }, rankOf('read'), organizationId(organization));

  paths.sort(
    (a, b) => b.rank - a.rank || REASON_ORDER[a.reason.type] - REASON_ORDER[b.reason.type] || compareText(a.ids[1], b.ids[1]),
  );
  const level = levelOfRank(paths[0]?.rank ?? 0);
  return level ? { account, repository, level, paths } : null;
}

/** Every repository an account has access to, in every organization it belongs to. */
export function accessOfAccount(index: AccessIndex, account: AccountRow): EffectiveAccess[] {
  const repositories = new Set<RepositoryRow>();
  const addAll = (organization: string, publicOnly: boolean) => {
    for (const repository of index.repositoriesOf(organization)) {
      if (!publicOnly || !repository.private) repositories.add(repository);
    }
  };
  for (const organization of Object.keys(account.roles)) addAll(organization, !isOwner(account, organization));
  for (const team of index.teamsOf(account.number)) {
    if (roleSlug(team.document.role ?? '') === 'owner' || team.document.name === OWNERS_TEAM)
      addAll(team.document.organization, false);
    for (const number of team.ranks.keys()) {
      const repository = index.repositories.get(number);
      if (repository) repositories.add(repository);
    }
  }
  return [...repositories].flatMap((repository) => effectiveAccess(index, account, repository) ?? []);
}

/** Every account that has access to a repository. */
export function accessToRepository(index: AccessIndex, repository: RepositoryRow): EffectiveAccess[] {
  const accounts = new Set<AccountRow>();
  const addMembers = (team: IndexedTeam) => {
    for (const number of team.members) {
      const account = index.accounts.get(number);
      if (account) accounts.add(account);
    }
  };
  for (const account of index.accountsOf(repository.organization)) {
    if (!repository.private || isOwner(account, repository.organization)) accounts.add(account);
  }
  for (const { team } of index.permissionsOn(repository.number)) addMembers(team);
  for (const team of index.teams.values()) {
    if (team.document.organization !== repository.organization) continue;
    if (roleSlug(team.document.role ?? '') === 'owner' || team.document.name === OWNERS_TEAM) addMembers(team);
  }
  return [...accounts].flatMap((account) => effectiveAccess(index, account, repository) ?? []);
}

/**
 * The ways in which an account manages an organization's repositories without that being push or pull: its Editor role, or
 * an Editor role on one of its teams. Each is a list of ids, as in a path.
 */
export function managingPaths(index: AccessIndex, account: AccountRow, organization: string): string[][] {
  const paths: string[][] = [];
  if (roleSlug(roleIn(account, organization) ?? '') === 'editor') paths.push([account.id, organizationId(organization)]);
  for (const team of index.teamsOf(account.number)) {
    if (team.document.organization === organization && roleSlug(team.document.role ?? '') === 'editor') {
      paths.push([account.id, team.document.id]);
    }
  }
  return paths;
}

/** What Watchbill cannot know about an account's access in an organization. */
export function caveatsOf(index: AccessIndex, account: AccountRow, organization: string): AccessCaveat[] {
  const caveats: AccessCaveat[] = [];
  const role = roleIn(account, organization);
  if (role && !isKnownRole(role)) caveats.push({ type: 'custom_role', label: role });
  for (const { document } of index.teamsOf(account.number)) {
    if (document.organization === organization && document.role && !isKnownRole(document.role)) {
      caveats.push({ type: 'team_custom_role', team: document.name, label: document.role });
    }
  }
  if (account.guestOf?.includes(organization)) caveats.push({ type: 'guest' });
  return caveats;
}
