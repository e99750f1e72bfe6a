import { type Organization, organizationNamed, PERMISSIONS, type Membership, type World } from './world.ts';

/** One way by which somebody holds a level: as an owner, through a team, through a role on a team, or because all may read. */
export type AccessWay =
  | { via: 'owner'; level: 'admin' }
  | { via: 'team'; team: string; level: string }
  | { via: 'team_role'; team: string; role: string; level: 'admin' }
  | { via: 'public'; level: 'read' };

export interface EffectiveAccess {
  /** The account's id without dashes. */
  accountId: string;
  username: string;
  repository: string;
  /** The strongest level of all the ways. */
  level: string;
  /** Strongest first. */
  ways: AccessWay[];
}

/**
 * Who really has which level on which repository, by asking every account about every repository. Slow and plain on purpose, and
 * independent of the code it checks. An owner, or a member of a team with the role owner, has admin; a team gives its permission;
 * a public repository may be read by everyone in its organization. An editor's power is no level. Unknown permissions give nothing.
 */
export function trueEffectiveAccess(world: World, organizationName: string): EffectiveAccess[] {
  const organization = organizationNamed(world, organizationName);
  const rows: EffectiveAccess[] = [];
  for (const membership of organization.members.values()) {
    for (const repository of organization.repositories.keys()) {
      const ways = waysTo(organization, membership, repository).sort((a, b) => rank(b.level) - rank(a.level));
      const strongest = ways[0];
      if (!strongest) continue;
      const { id, username } = membership.account;
      rows.push({ accountId: id.replaceAll('-', ''), username, repository, level: strongest.level, ways });
    }
  }
  return rows;
}

/** Who may create repositories, delete them and set permissions: editors, and members of a team with the role editor. */
export function trueManagers(world: World, organizationName: string): string[] {
  const { members } = organizationNamed(world, organizationName);
  return [...members.values()]
    .filter(({ role, teams }) => role === 'editor' || teams.some((team) => team.role === 'editor'))
    .map(({ account }) => account.username);
}

function waysTo(organization: Organization, membership: Membership, repositoryName: string): AccessWay[] {
  const repository = organization.repositories.get(repositoryName);
  const ways: AccessWay[] = [];
  if (membership.role === 'owner') ways.push({ via: 'owner', level: 'admin' });
  for (const team of organization.teams.values()) {
    if (!team.members.has(membership.account.username)) continue;
    const permission = team.permissions.get(repositoryName);
    if (permission !== undefined && rank(permission) >= 0) ways.push({ via: 'team', team: team.name, level: permission });
    if (team.role === 'owner') ways.push({ via: 'team_role', team: team.name, role: team.role, level: 'admin' });
  }
  if (repository?.isPrivate === false) ways.push({ via: 'public', level: 'read' });
  return ways;
}

function rank(level: string): number {
  return PERMISSIONS.findIndex((known) => known === level);
}
