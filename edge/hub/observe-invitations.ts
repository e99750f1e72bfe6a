// Invitations and tokens: how it stands, and which write is next. An invitation is the one thing that sending twice does twice.
import { hasFailed, ANOTHER } from './change-reads.ts';
import {
  asWanted,
  handOver,
  isOwnersTeam,
  notYet,
  refusedAs,
  unread,
  type ChangeOf,
  type Look,
  type Observation,
} from './observation.ts';
import { invitationNotSeen } from './change-troubles.ts';

/** One invitation at most goes out in this time, whatever becomes of it. */
export const INVITATIONS_APART_MS = 24 * 3_600_000;

const RANK = ['member', 'editor', 'owner'];
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export async function observeInvited(change: ChangeOf<'invite'>, look: Look): Promise<Observation> {
  const { organization, invitee, role, team } = change;
  if (team && isOwnersTeam(team.name)) return refusedAs('owners_team');
  const invitations = await look.reads.invitations(organization);
  if (hasFailed(invitations)) return unread(invitations);
  const pending = invitations.find((one) => same(one.invitee, invitee));
  if (pending) {
    const gives = RANK.indexOf(pending.role.trim().toLowerCase());
    // Somebody invited them to more than was asked, or to what nobody here knows.
    if (gives < 0 || gives > RANK.indexOf(role)) return handOver('changed_meanwhile');
    return asWanted(null, { invitationId: pending.hubId });
  }
  const member = await look.reads.memberInvitedAs(organization, invitee);
  if (hasFailed(member)) return unread(member);
  if (member !== null) return asWanted('They are a member already.');

  const sentAt = look.remembered.invitationSentAt;
  if (sentAt !== null) {
    const againAt = Date.parse(sentAt) + INVITATIONS_APART_MS;
    if (againAt > look.now)
      return { type: 'unread', because: invitationNotSeen(invitee, againAt), isCredential: false, retryAt: null };
  }
  let teamName = '';
  if (team) {
    const found = await look.reads.team(organization, team);
    if (hasFailed(found)) return unread(found);
    if (found === ANOTHER) return refusedAs('another_team');
    if (found === null) return handOver('team_gone');
    teamName = found.name;
  }
  const intends = { invitationSentAt: new Date(look.now).toISOString() };
  const json = { org: organization, team: teamName, role, invitees: [invitee] };
  return notYet('send_invitation', 'sendInvitations', {}, json, { intends });
}

export async function observeInvitationCanceled(change: ChangeOf<'cancel_invitation'>, look: Look): Promise<Observation> {
  const { organization, invitationId, invitee } = change;
  const invitations = await look.reads.invitations(organization);
  if (hasFailed(invitations)) return unread(invitations);
  const found = invitations.find(({ hubId }) => hubId === invitationId);
  if (found) {
    return same(found.invitee, invitee)
      ? notYet('cancel_invitation', 'cancelInvitation', { id: found.hubId })
      : refusedAs('another_invitation');
  }
  // Gone from the list because it was canceled, or because it was accepted: then they are in.
  const member = await look.reads.memberInvitedAs(organization, invitee);
  if (hasFailed(member)) return unread(member);
  return member === null ? asWanted() : handOver('accepted_meanwhile');
}

export async function observeTokenInactive(change: ChangeOf<'deactivate_token'>, look: Look): Promise<Observation> {
  const { organization, tokenId } = change;
  const tokens = await look.reads.tokens(organization);
  if (hasFailed(tokens)) return unread(tokens);
  const found = tokens.find(({ hubId }) => hubId === tokenId);
  if (!found) return asWanted('The token is gone.');
  return found.active
    ? notYet('deactivate_token', 'changeToken', { organization, id: found.hubId }, { is_active: false })
    : asWanted();
}
