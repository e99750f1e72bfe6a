import { logEvent } from './audit-event.ts';
import type { Journal } from './journal.ts';
import type { MutationStep } from './mutate.ts';
import type { Mutation } from './mutation.ts';
import { newAccount } from './new-account.ts';
import { type Membership, type Organization, OWNERS, type Team, type World } from './world.ts';

type PeopleMutation = Extract<
  Mutation,
  { type: 'add_member' | 'remove_member' | 'set_role' | 'add_invite' | 'cancel_invite' | 'accept_invite' }
>;

export function changePeople(
  world: World,
  organization: Organization,
  mutation: PeopleMutation,
  journal: Journal,
): MutationStep {
  switch (mutation.type) {
    case 'add_member':
      return addMember(world, organization, mutation, journal);
    case 'remove_member':
      return removeMember(organization, mutation.username, journal);
    case 'set_role':
      return setRole(organization, mutation.username, mutation.role, journal);
    case 'add_invite':
      return addInvite(world, organization, mutation, journal);
    case 'cancel_invite':
      return cancelInvite(organization, mutation.id, journal);
    case 'accept_invite':
      return acceptInvite(world, organization, mutation, journal);
  }
}

/** Puts a membership into a team, on both sides. */
export function joinTeam(membership: Membership, team: Team, journal: Journal): void {
  if (team.members.has(membership.account.username)) return;
  journal.set(team.members, membership.account.username, membership);
  journal.push(membership.teams, team);
}

/** Takes a membership out of a team, on both sides. */
export function leaveTeam(membership: Membership, team: Team, journal: Journal): void {
  journal.remove(team.members, membership.account.username);
  journal.pull(membership.teams, team);
}

export function isLastOwner(organization: Organization, username: string): boolean {
  const owners = organization.teams.get(OWNERS);
  return owners !== undefined && owners.members.size === 1 && owners.members.has(username);
}

function addMember(
  world: World,
  organization: Organization,
  mutation: Extract<Mutation, { type: 'add_member' }>,
  journal: Journal,
): MutationStep {
  if (organization.members.has(mutation.username)) return { ok: false, reason: 'already_exists' };
  const known = world.accounts.get(mutation.username);
  const account =
    known ??
    newAccount(world.random, {
      username: mutation.username,
      fullName: mutation.fullName ?? '',
      email: mutation.email ?? `${mutation.username}@example.com`,
      joinedAt: new Date(journal.at).toISOString(),
    });
  if (!known) journal.set(world.accounts, account.username, account);
  const membership: Membership = { account, role: mutation.role, teams: [] };
  journal.set(organization.members, account.username, membership);
  const teams = mutation.role === 'owner' ? [OWNERS, ...mutation.teams] : mutation.teams;
  for (const name of teams) {
    const team = organization.teams.get(name);
    if (!team) return { ok: false, reason: 'no_such_team' };
    joinTeam(membership, team, journal);
  }
  logEvent(
    journal,
    organization,
    'org.member.add',
    account.username,
    { member: account.username },
    `added ${account.username}`,
  );
  return { ok: true, id: account.username };
}

function removeMember(organization: Organization, username: string, journal: Journal): MutationStep {
  const membership = organization.members.get(username);
  if (!membership) return { ok: false, reason: 'no_such_member' };
  if (isLastOwner(organization, username)) return { ok: false, reason: 'last_owner' };
  for (const team of [...membership.teams]) leaveTeam(membership, team, journal);
  journal.remove(organization.members, username);
  logEvent(journal, organization, 'org.member.remove', username, { member: username }, `removed ${username}`);
  return { ok: true, id: username };
}

function setRole(organization: Organization, username: string, role: string, journal: Journal): MutationStep {
  const membership = organization.members.get(username);
  if (!membership) return { ok: false, reason: 'no_such_member' };
  if (role !== 'owner' && isLastOwner(organization, username)) return { ok: false, reason: 'last_owner' };
  const before = membership.role;
  const owners = organization.teams.get(OWNERS);
  if (owners && role === 'owner') joinTeam(membership, owners, journal);
  if (owners && role !== 'owner') leaveTeam(membership, owners, journal);
  journal.assign(membership, { role });
  const data = { member: username, old_role: before, new_role: role };
  logEvent(journal, organization, 'org.member.role.change', username, data, `changed the role of ${username} to ${role}`);
  return { ok: true, id: username };
}

function addInvite(
  world: World,
  organization: Organization,
  mutation: Extract<Mutation, { type: 'add_invite' }>,
  journal: Journal,
): MutationStep {
  if (mutation.team !== '' && !organization.teams.has(mutation.team)) return { ok: false, reason: 'no_such_team' };
  const id = world.random.uuid();
  journal.set(organization.invites, id, {
    id,
    inviter: journal.actor,
    invitee: mutation.invitee,
    team: mutation.team,
    role: mutation.role,
    createdAt: new Date(journal.at).toISOString(),
  });
  const data = { invitee: mutation.invitee, role: mutation.role, team: mutation.team };
  logEvent(journal, organization, 'org.member.invite.send', mutation.invitee, data, `invited ${mutation.invitee}`);
  return { ok: true, id };
}

function cancelInvite(organization: Organization, id: string, journal: Journal): MutationStep {
  if (!organization.invites.has(id)) return { ok: false, reason: 'no_such_invite' };
  journal.remove(organization.invites, id);
  return { ok: true, id };
}

function acceptInvite(
  world: World,
  organization: Organization,
  mutation: Extract<Mutation, { type: 'accept_invite' }>,
  journal: Journal,
): MutationStep {
  const invite = organization.invites.get(mutation.id);
  if (!invite) return { ok: false, reason: 'no_such_invite' };
  journal.remove(organization.invites, mutation.id);
  return addMember(
    world,
    organization,
    {
      type: 'add_member',
      organization: organization.name,
      username: mutation.username,
      role: invite.role,
      teams: invite.team === '' ? [] : [invite.team],
      email: invite.invitee.includes('@') ? invite.invitee : undefined,
    },
    journal,
  );
}
