import { addAccount, daysBefore } from './build.ts';
import type { Account, CredentialKind, Organization, OrganizationToken, TokenResource, World } from './world.ts';

// One credential of every kind, under keys that are the same in every world.

/** The people of a world who lend their accounts to the credentials. */
export interface CredentialHolders {
  owner: Account;
  ownerWithTwoFactor: Account;
  ownerUnderSso: Account;
  editor: Account;
  member: Account;
  locked: Account;
}

const READ_ORGANIZATION = [
  'scope-member-read',
  'scope-invite-read',
  'scope-group-read',
  'scope-activity-read',
  'scope-repository-list',
];
const READ_REPOSITORIES = ['scope-repository-read', 'scope-repo-group-read'];
const WRITE_ORGANIZATION = [
  'scope-member-edit',
  'scope-invite-edit',
  'scope-group-edit',
  'scope-activity-read',
  'scope-repository-list',
];
const WRITE_REPOSITORIES = ['scope-repository-read', 'scope-repo-group-admin'];

/** Passwords of each kind, personal tokens, and an account that belongs to no organization. */
export function addPersonalCredentials(world: World, holders: CredentialHolders): void {
  const password = (key: string, kind: CredentialKind, account: Account, note: string): void => {
    account.password = `${account.username}-${world.random.hex(10)}`;
    world.credentials.push({ key, kind, identifier: account.username, secret: account.password, note });
  };
  password('owner', 'password', holders.owner, 'Password of an owner: reads and writes everything.');
  password('editor', 'password', holders.editor, 'Password of an editor: sees all repositories, no invites, no activity.');
  password('member', 'password', holders.member, 'Password of a member: sees members and teams, and what it may pull.');
  holders.ownerWithTwoFactor.signIn = 'two_factor';
  holders.ownerWithTwoFactor.twoFactorCode = '123456';
  password('owner-2fa', 'password_2fa', holders.ownerWithTwoFactor, 'Needs a second factor; the code is 123456.');
  holders.ownerUnderSso.signIn = 'sso';
  password('owner-sso', 'password_sso', holders.ownerUnderSso, 'Right password, refused: single sign-on is enforced.');
  holders.locked.signIn = 'locked';
  password('locked', 'password_locked', holders.locked, '429 whatever is sent.');

  const outsider = addAccount(world, {
    username: `loner${world.random.below(90) + 10}`,
    fullName: 'Noor Haddad',
    email: 'noor.haddad@mailbox.example',
    joinedAt: daysBefore(300),
  });
  password('no-organization', 'password', outsider, 'Right password, member of nothing.');

  const personal = (key: string, account: Account, scopes: string[], note: string): void => {
    const secret = world.random.token('dckr_pat_');
    account.personalTokens.push({
      id: world.random.uuid(),
      label: key,
      secret,
      scopes,
      isActive: true,
      createdAt: daysBefore(120),
      lastUsedAt: daysBefore(3),
      expiresAt: null,
    });
    world.credentials.push({ key, kind: 'pat', identifier: account.username, secret, note });
  };
  personal('pat', holders.owner, ['repo:admin'], 'Personal token of an owner: repositories, but no members and no teams.');
  personal('pat-public', holders.owner, ['repo:public_read'], 'Personal token that reads public repositories only.');
}

/** Organization tokens: whole, writing, and each with one thing missing. Keys end in the organization where it is not the first. */
export function addOrganizationTokens(world: World, organization: Organization, createdBy: string, suffix = ''): void {
  const { name } = organization;
  const add = (key: string, note: string, resources: TokenResource[], more: Partial<OrganizationToken> = {}): void => {
    const secret = world.random.token('dckr_oat_');
    const id = world.random.uuid();
    organization.accessTokens.set(id, {
      id,
      label: key,
      description: note,
      secret,
      createdBy,
      isActive: true,
      createdAt: daysBefore(200),
      expiresAt: null,
      lastUsedAt: daysBefore(1),
      resources,
      ...more,
    });
    world.credentials.push({ key: `${key}${suffix}`, kind: 'oat', identifier: name, secret, note });
  };
  const scopes = (inOrganization: string[], onRepositories: string[]): TokenResource[] => [
    ...(inOrganization.length > 0 ? [{ type: 'TYPE_ORG' as const, path: name, scopes: inOrganization }] : []),
    ...(onRepositories.length > 0 ? [{ type: 'TYPE_REPO' as const, path: `${name}/*`, scopes: onRepositories }] : []),
  ];
  const allBut = (scope: string): string[] => READ_ORGANIZATION.filter((held) => held !== scope);

  add('oat-read', 'Reads everything a sync needs.', scopes(READ_ORGANIZATION, READ_REPOSITORIES));
  add('oat-write', 'Changes members, teams and permissions.', scopes(WRITE_ORGANIZATION, WRITE_REPOSITORIES));
  add(
    'oat-public-only',
    'Without scope-repository-list: public repositories only, silently.',
    scopes(allBut('scope-repository-list'), READ_REPOSITORIES),
  );
  add('oat-no-members', 'Without scope-member-read.', scopes(allBut('scope-member-read'), READ_REPOSITORIES));
  add('oat-no-teams', 'Without scope-group-read.', scopes(allBut('scope-group-read'), READ_REPOSITORIES));
  add('oat-no-invites', 'Without scope-invite-read.', scopes(allBut('scope-invite-read'), READ_REPOSITORIES));
  add('oat-no-activity', 'Without scope-activity-read.', scopes(allBut('scope-activity-read'), READ_REPOSITORIES));
  add('oat-no-permissions', 'Without scope-repo-group-read.', scopes(READ_ORGANIZATION, ['scope-repository-read']));
  add('oat-nothing', 'No scope at all.', []);
  add('oat-dormant', 'Not used for more than a year.', scopes(READ_ORGANIZATION, []), {
    createdAt: daysBefore(900),
    lastUsedAt: daysBefore(430),
  });
  add('oat-never-used', 'Never used since it was made.', scopes([], ['scope-image-pull']), { lastUsedAt: null });
  add('oat-expired', 'Expired.', scopes(READ_ORGANIZATION, READ_REPOSITORIES), { expiresAt: daysBefore(20) });
  add('oat-inactive', 'Switched off.', scopes(READ_ORGANIZATION, READ_REPOSITORIES), { isActive: false });
}
