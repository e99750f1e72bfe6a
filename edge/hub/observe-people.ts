// Members of an organization and of its teams: how it stands, and which write is next.
import { ROLES_TO_GIVE, takesAway } from '#domain/hub-change.ts';
import { normaliseHubId } from '#domain/ids.ts';
import { ANOTHER, hasFailed, type MemberFound } from './change-reads.ts';
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

const isOwner = ({ role }: MemberFound): boolean => role?.trim().toLowerCase() === 'owner';

/** Refused where nobody would be left to own the organization. */
async function asLastOwner(organization: string, member: MemberFound, look: Look): Promise<Observation | null> {
  const owners = await look.reads.owners(organization);
  if (hasFailed(owners)) return unread(owners);
  return owners.some(({ hubId }) => hubId !== member.hubId) ? null : refusedAs('last_owner');
}

export async function observeRole(change: ChangeOf<'set_role'>, look: Look): Promise<Observation> {
  const { organization, account, role, from } = change;
  const member = await look.reads.member(organization, account);
  if (hasFailed(member)) return unread(member);
  if (member === ANOTHER) return refusedAs('another_account');
  if (member === null)
    return takesAway(change) ? asWanted('They are no member of the organization any more.') : handOver('not_a_member');

  const held = member.role?.trim().toLowerCase() ?? '';
  if (held === role) return asWanted();
  const prior = ROLES_TO_GIVE.find((known) => known === held);
  if (from !== null && prior !== from) return handOver('changed_meanwhile');
  if (!prior) return handOver('role_cannot_be_restored');
  if (isOwn(look, member.username)) return refusedAs('own_account');
  if (isOwner(member)) {
    const last = await asLastOwner(organization, member, look);
    if (last) return last;
  }
  const { username } = member;
  const intends = from === null && look.remembered.priorRole === null ? { priorRole: prior } : {};
  return notYet('set_role', 'setRole', { organization, username }, { role }, { intends });
}

export async function observeAdded(change: ChangeOf<'add_team_member'>, look: Look): Promise<Observation> {
  const { organization, account } = change;
  if (isOwnersTeam(change.team.name)) return refusedAs('owners_team');
  const team = await look.reads.team(organization, change.team);
  if (hasFailed(team)) return unread(team);
  if (team === ANOTHER) return refusedAs('another_team');
  if (team === null) return handOver('team_gone');
  return observeInTeam(organization, team.name, account, look);
}

/** Whether an account is in a team, and how it gets there. */
export async function observeInTeam(
  organization: string,
  team: string,
  account: ChangeOf<'add_team_member'>['account'],
  look: Look,
): Promise<Observation> {
  const members = await look.reads.teamMembers(organization, team);
  if (hasFailed(members)) return unread(members);
  if (members.some(({ hubId }) => hubId === normaliseHubId(account.hubId))) return asWanted();
  const member = await look.reads.member(organization, account);
  if (hasFailed(member)) return unread(member);
  if (member === ANOTHER) return refusedAs('another_account');
  if (member === null) return handOver('not_a_member');
  if (isOwn(look, member.username)) return refusedAs('own_account');
  return notYet('add_team_member', 'addTeamMember', { organization, team }, { member: member.username });
}

export async function observeTakenOut(change: ChangeOf<'remove_team_member'>, look: Look): Promise<Observation> {
  const { organization, account } = change;
  if (isOwnersTeam(change.team.name)) return refusedAs('owners_team');
  const team = await look.reads.team(organization, change.team);
  if (hasFailed(team)) return unread(team);
  // The list of teams was read to its end: a team that is not in it has no members.
  if (team === null || team === ANOTHER) return asWanted('The team is gone.');
  const members = await look.reads.teamMembers(organization, team.name);
  if (hasFailed(members)) return unread(members);
  const found = members.find(({ hubId }) => hubId === normaliseHubId(account.hubId));
  if (!found) return asWanted();
  if (isOwn(look, found.username)) return refusedAs('own_account');
  return notYet('remove_team_member', 'removeTeamMember', { organization, team: team.name, username: found.username });
}

export async function observeRemoved(change: ChangeOf<'remove_from_organization'>, look: Look): Promise<Observation> {
  const { organization, account, email } = change;
  const member = await look.reads.member(organization, account);
  if (hasFailed(member)) return unread(member);
  if (member !== null && member !== ANOTHER) {
    if (isOwn(look, member.username)) return refusedAs('own_account');
    if (isOwner(member)) {
      const last = await asLastOwner(organization, member, look);
      if (last) return last;
    }
    return notYet('remove_member', 'removeMember', { organization, username: member.username });
  }
  // Removing a member leaves a pending invitation open, and the other way round.
  const invitations = await look.reads.invitations(organization);
  if (hasFailed(invitations)) return unread(invitations);
  const names = [member === ANOTHER ? null : account.username, email].flatMap((name) => name?.toLowerCase() ?? []);
  const pending = invitations.find(({ invitee }) => names.includes(invitee.toLowerCase()));
  if (pending) return notYet('cancel_invitation', 'cancelInvitation', { id: pending.hubId });
  return asWanted(member === ANOTHER ? 'Somebody else has their Docker ID now, and was left alone.' : null);
}
