// Every sentence about a change in Docker Hub that was not made, or not yet: what happened, and what to do about it.
import type { HandOver, HubChange, RefusedChange } from '#domain/hub-change.ts';
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';

const trouble = (code: string, message: string, next: string): Trouble => ({ code, message, next });

export const notSeenYet = (): Trouble =>
  trouble(
    'not_seen_yet',
    'Docker Hub was asked to make the change and does not show it yet.',
    'Watchbill looks again by itself, and asks once more if it stays away.',
  );

export const INVITATION_NOT_SEEN = 'invitation_not_seen';
export const invitationNotSeen = (invitee: string, againAt: number): Trouble =>
  trouble(
    INVITATION_NOT_SEEN,
    `An invitation was sent to ${invitee}, and Docker Hub does not list it.`,
    `It may have arrived all the same, so another is not sent before ${new Date(againAt).toISOString()}. Watchbill keeps looking.`,
  );

const REFUSED: Record<RefusedChange, [message: string, next: string]> = {
  not_ours: [
    'the organization does not belong to this connector',
    'Connect the organization first, or ask for it where it is connected.',
  ],
  owners_team: [
    'the team owners is not edited as a team: being in it is the role Owner',
    'Ask for the role Owner or another role of the organization instead.',
  ],
  own_account: [
    'this is an account that Watchbill itself signs in with',
    'Change it in Docker Hub by hand, or give the connector another credential first.',
  ],
  last_owner: ['the organization would be left without an owner', 'Make somebody else an owner first.'],
  another_account: [
    'this Docker ID belongs to another account now than when it was decided',
    'Sync, look who has the Docker ID now, and ask again.',
  ],
  another_team: [
    'a team of this name is there, and it is another one',
    'Sync, look at the team that is there now, and ask again.',
  ],
  another_repository: [
    'a repository of this name is there, and it was made anew since',
    'Sync, look at the repository that is there now, and ask again.',
  ],
  another_invitation: ['the invitation is to somebody else', 'Sync, and look at the invitations that are pending now.'],
  not_a_name: ['Docker Hub knows no such name', 'Sync, and ask again.'],
};

/** What is never done, whatever was decided. */
export function refusedChange(reason: RefusedChange, what: string): Trouble {
  const [because, next] = REFUSED[reason];
  return trouble(reason, `Refused: “${what}”. ${because.charAt(0).toUpperCase()}${because.slice(1)}.`, next);
}

/** Scopes that an organization token needs to make a change, as Docker's own form lists them. */
const SCOPES: Record<HubChange['type'], string> = {
  set_role: 'scope-member-edit',
  remove_from_organization: 'scope-member-edit and scope-invite-edit',
  add_team_member: 'scope-group-edit and scope-member-read',
  remove_team_member: 'scope-group-edit',
  invite: 'scope-invite-edit and scope-member-read',
  cancel_invitation: 'scope-invite-edit and scope-member-read',
  deactivate_token: '',
  open_repository: 'scope-group-edit, scope-member-read and, on the repository, scope-repo-group-edit',
  close_repository: 'scope-group-edit',
};

export interface HandOverContext {
  /** Docker Hub's own text, where it gave one. */
  said: string;
  kind: CredentialKind;
  change: HubChange;
}

/** Why a person must look, and at what. */
export function handedOver(reason: HandOver, what: string, { said, kind, change }: HandOverContext): Trouble {
  const quoted = said === '' ? '' : ` It says: “${said.slice(0, 200)}”.`;
  const [message, next] = HANDED_OVER[reason];
  if (reason === 'missing_capability') {
    const needed = needs(change, kind);
    return trouble(reason, `The write credential may not do this: “${what}”.`, `${needed} Until then do it by hand.`);
  }
  return trouble(reason, `${message}: “${what}”.${quoted}`, next);
}

function needs(change: HubChange, kind: CredentialKind): string {
  if (change.type === 'deactivate_token') return 'Only the password of an owner may change access tokens.';
  if (kind === 'oat') return `Add ${SCOPES[change.type]} to the token.`;
  return kind === 'pat'
    ? 'Docker Hub does not let personal tokens change members or teams: use an organization access token.'
    : 'The account must be an owner of the organization.';
}

const BY_HAND = 'Do it by hand as described; the next sync sees it.';
const HANDED_OVER: Record<HandOver, [message: string, next: string]> = {
  not_a_member: ['They are not a member of the organization', 'Invite them first; Watchbill goes on when they have accepted.'],
  unknown_account: ['Docker Hub knows no such account', 'Check the Docker ID or e-mail address, and ask again.'],
  team_gone: ['The team is gone from Docker Hub', 'Sync, and ask for another team.'],
  repository_gone: [
    'The repository is gone, or not shown to the write credential',
    'Sync, and check that the credential may see it.',
  ],
  role_cannot_be_restored: [
    'Their role is one that Watchbill cannot give back afterwards',
    'Change it by hand, and change it back by hand when it ends.',
  ],
  changed_meanwhile: [
    'Somebody else changed this in Docker Hub meanwhile',
    'Look at what is there now, and decide what it should be. Watchbill leaves it as it is.',
  ],
  accepted_meanwhile: [
    'The invitation was accepted before it could be canceled',
    'They are a member now: remove them if they should not be.',
  ],
  team_holds_more: [
    'The team gives more than was asked for',
    'Take the rest away from the team, or choose another one. Nobody was added to it.',
  ],
  refused_by_docker_hub: ['Docker Hub refused the change', BY_HAND],
  missing_capability: ['', ''],
  single_sign_on: [
    'Single sign-on is enforced, so Docker Hub no longer takes this credential for changes',
    'Use an organization access token for writing. Until then do it by hand.',
  ],
  hidden: [
    'Docker Hub says that there is no such thing, and shows it all the same',
    `The write credential may not be allowed to. ${BY_HAND}`,
  ],
  comes_back: [
    'It was taken away several times and is still there',
    'An identity provider or a script may put it back: take it away there. Watchbill goes on trying.',
  ],
  never_seen: ['Docker Hub took the change several times and never showed it', BY_HAND],
};
