// Changes in Docker Hub, in words: what is to be done, each write of it, and how a person does it by hand.
import { LEVEL_LABELS } from './grants.ts';
import type { HubChange, HubStep, Remembered } from './hub-change.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A change in one line. */
export function changeInWords(change: HubChange): string {
  const { organization } = change;
  switch (change.type) {
    case 'set_role':
      return `Make ${change.account.username} ${capital(change.role)} of ${organization}`;
    case 'add_team_member':
      return `Add ${change.account.username} to the team ${change.team.name} of ${organization}`;
    case 'remove_team_member':
      return `Remove ${change.account.username} from the team ${change.team.name} of ${organization}`;
    case 'invite':
      return `Invite ${change.invitee} to ${organization} as ${capital(change.role)}${change.team ? `, into the team ${change.team.name}` : ''}`;
    case 'cancel_invitation':
      return `Cancel the invitation of ${change.invitee} to ${organization}`;
    case 'deactivate_token':
      return `Deactivate the access token ${change.label} of ${organization}`;
    case 'remove_from_organization':
      return `Remove ${change.account.username} from ${organization}`;
    case 'open_repository':
      return `Give ${change.account.username} ${LEVEL_LABELS[change.level]} on ${organization}/${change.repository.name}`;
    case 'close_repository':
      return `Take ${organization}/${change.repository.name} back from ${change.account.username}`;
  }
}

/** One write of a change in one line. */
export function stepInWords(change: HubChange, step: HubStep, remembered: Remembered): string {
  const { organization } = change;
  const account = 'account' in change ? change.account.username : '';
  const teamName =
    change.type === 'open_repository' || change.type === 'close_repository'
      ? (remembered.team?.name ?? change.teamName)
      : 'team' in change
        ? (change.team?.name ?? '')
        : '';
  const repository = 'repository' in change ? `${organization}/${change.repository.name}` : '';
  switch (step) {
    case 'add_team_member':
      return `Add ${account} to the team ${teamName} of ${organization}`;
    case 'remove_team_member':
      return `Remove ${account} from the team ${teamName} of ${organization}`;
    case 'create_team':
      return `Create the team ${teamName} in ${organization}`;
    case 'set_permission':
      return `Give the team ${teamName} ${change.type === 'open_repository' ? LEVEL_LABELS[change.level] : 'no more'} on ${repository}`;
    case 'delete_team':
      return `Delete the team ${teamName} of ${organization}`;
    case 'cancel_invitation':
      return change.type === 'cancel_invitation'
        ? changeInWords(change)
        : `Cancel the invitation of ${account} to ${organization}`;
    case 'set_role':
    case 'send_invitation':
    case 'deactivate_token':
    case 'remove_member':
      return changeInWords(change);
  }
}

/** How a person does it in Docker Hub’s own pages, step by step. */
export function stepsByHand(change: HubChange, remembered: Remembered): string[] {
  const { organization } = change;
  const at = (page: string): string =>
    `Open https://app.docker.com/accounts/${organization}/${page} as an owner of ${organization}.`;
  switch (change.type) {
    case 'set_role':
      return [at('members'), `Find ${change.account.username}, choose Edit role, and choose ${capital(change.role)}.`];
    case 'add_team_member':
      return [at('teams'), `Open the team ${change.team.name}, choose Add member, and add ${change.account.username}.`];
    case 'remove_team_member':
      return [at('teams'), `Open the team ${change.team.name}, find ${change.account.username}, and choose Remove member.`];
    case 'invite':
      return [
        at('members'),
        `Choose Invite, enter ${change.invitee}, the role ${capital(change.role)}${change.team ? ` and the team ${change.team.name}` : ''}, and send it.`,
      ];
    case 'cancel_invitation':
      return [at('members'), `Find ${change.invitee} among the pending invitations, and remove the invitation.`];
    case 'deactivate_token':
      return [at('access-tokens'), `Find the token ${change.label}, and choose Deactivate.`];
    case 'remove_from_organization':
      return [
        at('members'),
        `Find ${change.account.username}, and choose Remove member.`,
        `Remove any pending invitation of ${change.account.username}, too.`,
      ];
    case 'open_repository':
      return [
        at('teams'),
        `Create the team ${remembered.team?.name ?? change.teamName}, if it is not there.`,
        `In its permissions add ${organization}/${change.repository.name} with ${LEVEL_LABELS[change.level]}, and nothing else.`,
        `Add ${change.account.username} to it.`,
      ];
    case 'close_repository':
      return [
        at('teams'),
        `Open the team ${remembered.team?.name ?? change.team?.name ?? change.teamName}, and remove ${change.account.username} from it.`,
        'Delete the team if nobody else is in it, and it holds no other repository.',
      ];
  }
}
