import { logEvent } from './audit-event.ts';
import type { Journal } from './journal.ts';
import { isLastOwner, joinTeam, leaveTeam } from './mutate-people.ts';
import type { MutationStep } from './mutate.ts';
import type { Mutation } from './mutation.ts';
import { type Organization, OWNERS, type Team, type World } from './world.ts';

type TeamMutation = Extract<
  Mutation,
  { type: 'create_team' | 'update_team' | 'delete_team' | 'add_team_member' | 'remove_team_member' }
>;

export function changeTeams(world: World, organization: Organization, mutation: TeamMutation, journal: Journal): MutationStep {
  if (mutation.type === 'create_team') return createTeam(world, organization, mutation, journal);
  const team = organization.teams.get(mutation.team);
  if (!team) return { ok: false, reason: 'no_such_team' };
  switch (mutation.type) {
    case 'update_team':
      return updateTeam(organization, team, mutation, journal);
    case 'delete_team':
      return deleteTeam(organization, team, journal);
    case 'add_team_member':
      return addTeamMember(organization, team, mutation.username, journal);
    case 'remove_team_member':
      return removeTeamMember(organization, team, mutation.username, journal);
  }
}

function createTeam(
  world: World,
  organization: Organization,
  mutation: Extract<Mutation, { type: 'create_team' }>,
  journal: Journal,
): MutationStep {
  if (organization.teams.has(mutation.name)) return { ok: false, reason: 'already_exists' };
  const team: Team = {
    id: world.nextTeamId,
    uuid: world.random.uuid(),
    name: mutation.name,
    description: mutation.description,
    role: mutation.role,
    members: new Map(),
    permissions: new Map(),
  };
  // Numbers are never used twice, not even after a change was taken back.
  world.nextTeamId += 1;
  journal.set(organization.teams, team.name, team);
  logEvent(journal, organization, 'org.team.create', team.name, { team: team.name }, `created team ${team.name}`);
  return { ok: true, id: team.name };
}

function updateTeam(
  organization: Organization,
  team: Team,
  mutation: Extract<Mutation, { type: 'update_team' }>,
  journal: Journal,
): MutationStep {
  const before = team.name;
  const name = mutation.name ?? before;
  if (name !== before) {
    if (before === OWNERS) return { ok: false, reason: 'owners_team' };
    if (organization.teams.has(name)) return { ok: false, reason: 'already_exists' };
    journal.remove(organization.teams, before);
    journal.assign(team, { name });
    journal.set(organization.teams, name, team);
  }
  if (mutation.description !== undefined) journal.assign(team, { description: mutation.description });
  if (mutation.role !== undefined) journal.assign(team, { role: mutation.role });
  logEvent(journal, organization, 'org.team.update', name, { team: name, old_name: before }, `updated team ${name}`);
  return { ok: true, id: name };
}

function deleteTeam(organization: Organization, team: Team, journal: Journal): MutationStep {
  if (team.name === OWNERS) return { ok: false, reason: 'owners_team' };
  for (const membership of [...team.members.values()]) leaveTeam(membership, team, journal);
  for (const name of team.permissions.keys()) {
    const repository = organization.repositories.get(name);
    if (repository) journal.pull(repository.teams, team);
  }
  journal.remove(organization.teams, team.name);
  logEvent(journal, organization, 'org.team.delete', team.name, { team: team.name }, `deleted team ${team.name}`);
  return { ok: true, id: team.name };
}

function addTeamMember(organization: Organization, team: Team, username: string, journal: Journal): MutationStep {
  const membership = organization.members.get(username);
  if (!membership) return { ok: false, reason: 'no_such_member' };
  if (team.members.has(username)) return { ok: false, reason: 'already_exists' };
  joinTeam(membership, team, journal);
  // Being in the team `owners` is the owner role.
  if (team.name === OWNERS) journal.assign(membership, { role: 'owner' });
  const data = { team: team.name, member: username };
  logEvent(journal, organization, 'org.team.member.add', username, data, `added ${username} to team ${team.name}`);
  return { ok: true, id: username };
}

function removeTeamMember(organization: Organization, team: Team, username: string, journal: Journal): MutationStep {
  const membership = team.members.get(username);
  if (!membership) return { ok: false, reason: 'no_such_member' };
  if (team.name === OWNERS && isLastOwner(organization, username)) return { ok: false, reason: 'last_owner' };
  leaveTeam(membership, team, journal);
  if (team.name === OWNERS) journal.assign(membership, { role: 'member' });
  const data = { team: team.name, member: username };
  logEvent(journal, organization, 'org.team.member.remove', username, data, `removed ${username} from team ${team.name}`);
  return { ok: true, id: username };
}
