// One repository for one person: by a team that is made for it, holds that repository and nothing else, and goes when they do.
import { normaliseHubId } from '#domain/ids.ts';
import { ANOTHER, hasFailed, MISSING } from './change-reads.ts';
import type { TeamRow } from './normalise.ts';
import {
  asWanted,
  handOver,
  isOwn,
  isOwnersTeam,
  notYet,
  refusedAs,
  unread,
  type ChangeOf,
  type Look,
  type Observation,
} from './observation.ts';
import { observeInTeam } from './observe-people.ts';

/** Written into the team's description. After a lost answer it tells our own team from one that somebody made under its name. */
export const markOf = (teamName: string): string => `Made by Watchbill for one person and one repository (${teamName})`;
const isOurs = (team: TeamRow, teamName: string): boolean => team.description === markOf(teamName);

type Opened = ChangeOf<'open_repository'>;

export async function observeRepositoryOpen(change: Opened, look: Look): Promise<Observation> {
  const { organization, teamName } = change;
  const known = look.remembered.team;
  if (isOwnersTeam(teamName)) return refusedAs('owners_team');
  const team = known ? await look.reads.team(organization, known) : await look.reads.teamNamed(organization, teamName);
  if (hasFailed(team)) return unread(team);
  if (team === ANOTHER) return refusedAs('another_team');
  if (team === null) return handOver('team_gone');
  if (team === MISSING) {
    const wrong = (await asWrongRepository(change, look)) ?? (await asWrongAccount(change, look));
    const json = { name: teamName, description: markOf(teamName) };
    return wrong ?? notYet('create_team', 'createTeam', { organization }, json);
  }
  if (!known && !isOurs(team, teamName)) return refusedAs('another_team');
  const found = { team: { number: team.hubId, name: team.name } };
  return { ...(await observeHolding(change, team, look)), found };
}

/** The team is there: first what it holds, then who is in it. */
async function observeHolding(change: Opened, team: TeamRow, look: Look): Promise<Observation> {
  const { organization, repository, account, level } = change;
  if (team.role !== null) return handOver('team_holds_more');
  const held = await look.reads.teamPermissions(organization, team.name);
  if (hasFailed(held)) return unread(held);
  const isOther = ([name]: readonly [string, string]): boolean => name.toLowerCase() !== repository.name.toLowerCase();
  if (held?.some(isOther)) return handOver('team_holds_more');

  const teams = await look.reads.repositoryTeams(organization, repository.name);
  if (hasFailed(teams) && held === null) return unread(teams);
  if (teams === MISSING && held === null) return handOver('repository_gone');
  const isListed = teams !== MISSING && !hasFailed(teams);
  const holds = isListed ? teams.rows.find(([number]) => number === team.hubId)?.[1] : held?.find((one) => !isOther(one))?.[1];
  if (holds?.toLowerCase() === level) return observeInTeam(organization, team.name, account, look);

  const wrong = await asWrongRepository(change, look);
  if (wrong) return wrong;
  const isOldWay = !isListed || teams.spelling === 'old';
  const place = { organization, repository: repository.name };
  if (holds === undefined) {
    const operation = isOldWay ? 'grantPermissionOldWay' : 'grantPermission';
    return notYet('set_permission', operation, place, { group_id: team.hubId, permission: level });
  }
  const operation = isOldWay ? 'changePermissionOldWay' : 'changePermission';
  return notYet('set_permission', operation, { ...place, number: String(team.hubId) }, { permission: level });
}

async function asWrongRepository({ organization, repository }: Opened, look: Look): Promise<Observation | null> {
  const found = await look.reads.repository(organization, repository.name);
  if (hasFailed(found)) return unread(found);
  if (found === MISSING) return handOver('repository_gone');
  const { registeredAt } = found;
  const isAnother = repository.registeredAt !== null && registeredAt !== null && repository.registeredAt !== registeredAt;
  return isAnother ? refusedAs('another_repository') : null;
}

async function asWrongAccount({ organization, account }: Opened, look: Look): Promise<Observation | null> {
  const member = await look.reads.member(organization, account);
  if (hasFailed(member)) return unread(member);
  if (member === ANOTHER) return refusedAs('another_account');
  if (member === null) return handOver('not_a_member');
  return isOwn(look, member.username) ? refusedAs('own_account') : null;
}

export async function observeRepositoryClosed(change: ChangeOf<'close_repository'>, look: Look): Promise<Observation> {
  const { organization, teamName, repository } = change;
  const team = await ownTeam(change, look);
  if (hasFailed(team)) return unread(team);
  if (team === null) return asWanted();
  if (isOwnersTeam(team.name)) return refusedAs('owners_team');

  const members = await look.reads.teamMembers(organization, team.name);
  if (hasFailed(members)) return unread(members);
  const inIt = members.find(({ hubId }) => hubId === normaliseHubId(change.account.hubId));
  if (inIt) return notYet('remove_team_member', 'removeTeamMember', { organization, team: team.name, username: inIt.username });

  // Their access has ended. The team goes only where that takes nothing from anybody.
  const kept = (why: string): Observation => asWanted(`The team ${team.name} was left: ${why}.`);
  if (members.length > 0) return kept('somebody else is in it');
  if (!isOurs(team, teamName)) return kept('somebody has described it anew');
  if (team.role !== null) return kept('it has a role');
  const held = await look.reads.teamPermissions(organization, team.name);
  if (hasFailed(held)) return unread(held);
  if (held === null) return kept('what else it holds cannot be read');
  if (held.some(([name]) => name.toLowerCase() !== repository.name.toLowerCase())) return kept('it holds another repository');
  return notYet('delete_team', 'deleteTeam', { organization, team: team.name });
}

/** The team that was made for this, or null where the whole list of teams has it no more. */
async function ownTeam(change: ChangeOf<'close_repository'>, look: Look) {
  const { organization, teamName } = change;
  const known = change.team ?? look.remembered.team;
  if (known) {
    const team = await look.reads.team(organization, known);
    return team === ANOTHER ? null : team;
  }
  const teams = await look.reads.teams(organization);
  if (hasFailed(teams)) return teams;
  return teams.find((team) => team.name.toLowerCase() === teamName.toLowerCase() && isOurs(team, teamName)) ?? null;
}
