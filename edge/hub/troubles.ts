// Every sentence about a credential, a sign-in and a read that did not work: what happened, and what to do about it. The codes are
// stable; people, mails and tests go by them.
import type { DataSet } from '#domain/catalogue.ts';
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';

const trouble = (code: string, message: string, next: string): Trouble => ({ code, message, next });

/** The scopes an organization token needs for a sync, as Docker's own form lists them. */
export const TOKEN_RECIPE =
  'Create an organization access token with scope-member-read, scope-invite-read, scope-group-read, scope-activity-read and ' +
  'scope-repository-list on the organization, and scope-repository-read and scope-repo-group-read on all its repositories.';

const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

// Sign-in

export const wrongCredential = (kind: CredentialKind): Trouble =>
  kind === 'password'
    ? trouble(
        'wrong_password',
        'Docker Hub refused this username and password.',
        'Check both. If the account signs in through your identity provider, or with a second factor, its password cannot be used here: use an organization access token.',
      )
    : kind === 'oat'
      ? trouble(
          'wrong_token',
          'Docker Hub refused this organization access token.',
          'The username must be the name of the organization. Check that the token is active and has not expired, or create a new one.',
        )
      : trouble(
          'wrong_token',
          'Docker Hub refused this personal access token.',
          'Check the Docker ID, and that the token is active and has not expired.',
        );

export const accountLocked = (): Trouble =>
  trouble(
    'account_locked',
    'Docker Hub has locked this account for ten minutes, after too many failed sign-ins.',
    'Wait ten minutes before you try again. If you did not cause this, something else is signing in with an old password.',
  );

export const ssoEnforced = (): Trouble =>
  trouble(
    'sso_enforced',
    'This organization enforces single sign-on, so Docker Hub refuses passwords.',
    `Use an organization access token instead. ${TOKEN_RECIPE}`,
  );

export const secondFactor = (): Trouble =>
  trouble(
    'two_factor',
    'This account signs in with a second factor, so its password cannot be used unattended.',
    `Use an organization access token instead. ${TOKEN_RECIPE}`,
  );

export const throttledAtSignIn = (): Trouble =>
  trouble(
    'throttled_at_sign_in',
    'Docker Hub did not let us sign in: it is slowing down requests from this address.',
    'Docker Hub limits addresses that many share, such as those of cloud providers. Watchbill tries again by itself; if it keeps happening, run Watchbill where it has an address of its own.',
  );

/** Our own breaker: a third refused sign-in within ten minutes could lock the account. Nothing is known of the credential yet. */
export const signInPaused = (until: number): Trouble =>
  trouble(
    'sign_in_paused',
    `Docker Hub refused two sign-ins of this account within ten minutes. Watchbill does not try again before ${clock(until)}, so that the account is not locked.`,
    `Check the credential, and test it again after ${clock(until)}. A sync that had to stop for this is started again by itself.`,
  );

/** What is known of a credential already, and from when it may be tried again. */
export const notTriedBefore = (known: Trouble, until: number): Trouble =>
  trouble(known.code, known.message, `${known.next} Watchbill does not sign in to this account again before ${clock(until)}.`);

export const credentialRefused = (): Trouble =>
  trouble(
    'credential_refused',
    'Docker Hub no longer takes this credential.',
    'It may have been changed, switched off or have expired. Replace it in Settings.',
  );

export const credentialUnreadable = (): Trouble =>
  trouble(
    'credential_unreadable',
    'The stored credential cannot be opened.',
    'Enter it again in Settings. If this happens to all connectors, check the key-encryption keys.',
  );

export const noCredential = (): Trouble =>
  trouble('no_credential', 'No credential is set.', 'Enter the credential of a Docker Hub account in Settings.');

export const noWriteCredential = (): Trouble =>
  trouble('no_write_credential', 'No write credential is set.', 'Enter one in Settings; until then do changes by hand.');

// Organizations

export const noOrganization = (kind: CredentialKind, identifier: string): Trouble =>
  kind === 'oat'
    ? trouble(
        'no_organization',
        `Docker Hub knows no organization “${identifier}”.`,
        'For an organization access token the username is the name of the organization, in lower case.',
      )
    : trouble(
        'no_organization',
        'This account is in no organization.',
        'Use an account that is an owner of the organization, or an organization access token.',
      );

export const notIncluded = (names: readonly string[]): Trouble =>
  trouble(
    'not_included',
    `None of the chosen organizations can be seen with this credential: ${names.join(', ')}.`,
    'Choose other organizations in Settings, or use a credential that sees these.',
  );

export const organizationTaken = (name: string, connectorName: string): Trouble =>
  trouble(
    'organization_taken',
    `The organization ${name} is already connected by “${connectorName}”.`,
    'An organization belongs to one connector. Leave it out here, or remove it there first.',
  );

// What a credential may not read

export const personalToken = (): Trouble =>
  trouble(
    'personal_token',
    'This is a personal access token. Docker Hub does not let personal tokens read members, teams or invitations.',
    `Use an organization access token. ${TOKEN_RECIPE}`,
  );

export const publicOnlyToken = (organization: string): Trouble =>
  trouble(
    'public_only_token',
    `With this token Docker Hub shows no private repository of ${organization}. Without scope-repository-list it leaves them out silently.`,
    'Add scope-repository-list to the token. If the organization really has no private repository, nothing is missing.',
  );

const SCOPES: Partial<Record<DataSet, string>> = {
  members: 'scope-member-read',
  roles: 'scope-member-read',
  invites: 'scope-invite-read',
  teams: 'scope-group-read',
  team_members: 'scope-group-read',
  repositories: 'scope-repository-list',
  permissions: 'scope-repo-group-read',
  activity: 'scope-activity-read',
};

const NOUNS: Record<DataSet, string> = {
  members: 'members',
  roles: 'roles',
  invites: 'invitations',
  teams: 'teams',
  team_members: 'team members',
  repositories: 'repositories',
  permissions: 'permissions',
  tokens: 'access tokens',
  activity: 'activity',
};
export const nounOf = (set: DataSet): string => NOUNS[set];

/** Why a data set cannot be read with a credential of this kind: the scope by name, or who could. */
export function forbiddenReason(set: DataSet, kind: CredentialKind): string {
  if (set === 'tokens')
    return kind === 'password' ? 'Only an owner may list access tokens.' : 'Only with the password of an owner.';
  if (kind === 'pat') return `A personal access token cannot read ${NOUNS[set]}.`;
  if (kind === 'password') return `This account may not read ${NOUNS[set]}. It must be an owner of the organization.`;
  const scope = SCOPES[set];
  const on = set === 'permissions' ? ' on all repositories' : '';
  return `The token lacks ${scope ?? 'a scope'}${on}.`;
}

export const missingScope = (organization: string, set: DataSet, kind: CredentialKind): Trouble =>
  kind === 'oat'
    ? trouble(
        `missing_${(SCOPES[set] ?? set).replaceAll('-', '_')}`,
        `Can’t read ${NOUNS[set]} of ${organization}. ${forbiddenReason(set, kind)}`,
        `Add ${SCOPES[set] ?? 'the missing scope'} to the token in Docker Hub.`,
      )
    : trouble(
        `cannot_read_${set}`,
        `Can’t read ${NOUNS[set]} of ${organization}. ${forbiddenReason(set, kind)}`,
        'Use the password of an owner, or an organization access token.',
      );

/** A data set that is read, and not whole. */
export function partlyRead(organization: string, set: DataSet, reason: string, kind: CredentialKind): Trouble {
  if (set === 'repositories' && kind === 'oat') return publicOnlyToken(organization);
  if (set === 'permissions' && kind === 'oat') return missingScope(organization, set, kind);
  return trouble(
    `partial_${set}`,
    `Can’t read all ${NOUNS[set]} of ${organization}. ${reason}`,
    'Use the password of an owner, or an organization access token.',
  );
}

// What went wrong on the way

export const unreachable = (): Trouble =>
  trouble(
    'docker_hub_unreachable',
    'Docker Hub could not be reached, or broke off its answers.',
    'Watchbill tries again by itself. The last good copy stays in place.',
  );

export const unexpected = (what: string): Trouble =>
  trouble(
    'docker_hub_unexpected',
    `Docker Hub answered in a way Watchbill does not know (${what}).`,
    'Nothing was changed; the last good copy stays in place. If it happens again, look for a newer version of Watchbill.',
  );

export const slowedDown = (): Trouble =>
  trouble(
    'docker_hub_busy',
    'Docker Hub keeps asking us to slow down.',
    'Watchbill tries again by itself. Look for something else that uses the same account heavily.',
  );

export function heldRun(held: readonly { organization: string; dataSet: DataSet; lost: number; of: number }[]): Trouble {
  const losses = held.map(({ organization, dataSet, lost, of }) => `${lost} of ${of} ${NOUNS[dataSet]} of ${organization}`);
  return trouble(
    'held',
    `This sync would remove ${losses.join(', ')}.`,
    'Apply it if that is right. Discard it if it is not, or sync again; until then the last good copy stays.',
  );
}

export const failedInside = (): Trouble =>
  trouble(
    'internal',
    'The sync stopped because of a fault in Watchbill.',
    'It is tried again by itself. The log has the details.',
  );
