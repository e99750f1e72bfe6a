import { organizationNamed, OWNERS, type World } from './world.ts';

const PAGE_SIZE = 100;

/**
 * C*: the least number of calls that reads members, teams, repositories and permissions of one organization.
 * Pages of 100 of members (without invitees), of teams, of repositories; then for every team but `owners` the pages of its
 * permissions, or, without the per-team listing, for every repository the pages of its teams; at least one call for each.
 * One login is counted; reading several organizations with one credential, pass `login: false` for all but the first.
 * Invites, tokens and the activity log are not in it.
 */
export function leastCalls(world: World, organization: string, plan: { perTeam: boolean; login?: boolean }): number {
  const { members, teams, repositories } = organizationNamed(world, organization);
  const permissionCalls = plan.perTeam
    ? [...teams.values()].filter((team) => team.name !== OWNERS).map((team) => pages(team.permissions.size))
    : [...repositories.values()].map((repository) => pages(repository.teams.length));
  const lists = pages(members.size) + pages(teams.size) + pages(repositories.size);
  const login = plan.login === false ? 0 : 1;
  return login + lists + permissionCalls.reduce((total, calls) => total + calls, 0);
}

function pages(rows: number): number {
  return Math.max(1, Math.ceil(rows / PAGE_SIZE));
}
