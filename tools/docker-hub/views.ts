import { rightsOn, seesEmails } from './access.ts';
import type { RequestScope } from './hub-env.ts';
import type {
  Account,
  Invite,
  Membership,
  Organization,
  OrganizationToken,
  PersonalToken,
  Repository,
  Team,
} from './worlds/world.ts';

// The model in Docker Hub's words. Roles are title case here and lower case where they are written; ids lose their dashes.

const TITLES: Record<string, string> = { owner: 'Owner', editor: 'Editor', member: 'Member' };

export function roleLabel(organization: Organization, role: string): string {
  return TITLES[role] ?? organization.customRoles.find((custom) => custom.name === role)?.label ?? role;
}

export function compactId(uuid: string): string {
  return uuid.replaceAll('-', '');
}

function profile(account: Account, isDashed = false): Record<string, unknown> {
  return {
    id: isDashed ? account.id : compactId(account.id),
    username: account.username,
    full_name: account.fullName,
    location: account.location,
    company: account.company,
    profile_url: '',
    gravatar_email: '',
    gravatar_url: `https://www.gravatar.com/avatar/${compactId(account.id)}?s=80&r=g&d=mm`,
    type: 'User',
    date_joined: account.joinedAt,
  };
}

export function memberView(scope: RequestScope, organization: Organization, membership: Membership): Record<string, unknown> {
  const showsEmail = seesEmails(scope.caller, organization);
  const { account } = membership;
  const isGuest =
    organization.verifiedDomains.length > 0 && !organization.verifiedDomains.includes(account.email.split('@')[1] ?? '');
  const insights = organization.insights
    ? {
        last_logged_in_at: account.lastLoggedInAt,
        last_seen_at: account.lastSeenAt,
        last_desktop_version: account.desktopVersion,
      }
    : {};
  return {
    ...profile(account, scope.state.settings.accountIds === 'dashed'),
    ...(showsEmail ? { email: account.email, primary_email: account.email } : {}),
    role: roleLabel(organization, membership.role),
    groups: membership.teams.map((team) => team.name),
    is_guest: isGuest,
    ...insights,
  };
}

/** A pending invite as a row of the member list. */
export function inviteeView(scope: RequestScope, invite: Invite): Record<string, unknown> {
  const account = invite.invitee.includes('@') ? undefined : scope.state.world.accounts.get(invite.invitee);
  const row = { full_name: '', role: 'Invitee', groups: [], type: 'User' };
  if (account) return { ...row, id: compactId(account.id), username: account.username, full_name: account.fullName };
  const ids = scope.state.settings.inviteeIds === 'empty' ? { id: '', username: '' } : {};
  return { ...ids, ...row, email: invite.invitee };
}

export function teamMemberView(scope: RequestScope, organization: Organization, account: Account): Record<string, unknown> {
  const showsEmail = seesEmails(scope.caller, organization);
  return {
    ...profile(account, scope.state.settings.accountIds !== 'compact'),
    ...(showsEmail ? { email: account.email } : {}),
  };
}

export function currentUserView(account: Account): Record<string, unknown> {
  return { ...profile(account), id: compactId(account.id), is_staff: false, is_admin: false };
}

export function teamView(team: Team): Record<string, unknown> {
  return {
    id: team.id,
    uuid: team.uuid,
    name: team.name,
    description: team.description,
    member_count: team.members.size,
    role: team.role,
  };
}

export function organizationView(organization: Organization): Record<string, unknown> {
  return {
    id: compactId(organization.id),
    orgname: organization.name,
    full_name: organization.fullName,
    location: '',
    company: organization.company,
    profile_url: '',
    date_joined: organization.joinedAt,
    gravatar_email: '',
    gravatar_url: '',
    type: 'Organization',
    badge: '',
  };
}

export function ownOrganizationView(organization: Organization, membership: Membership): Record<string, unknown> {
  return {
    ...organizationView(organization),
    uuid: organization.id,
    is_active: true,
    user_role: roleLabel(organization, membership.role),
    user_groups: membership.teams.map((team) => team.name),
    org_groups_count: organization.teams.size,
    plan_name: organization.plan,
    parent_name: null,
  };
}

export function repositoryRow(scope: RequestScope, repository: Repository): Record<string, unknown> {
  return {
    name: repository.name,
    namespace: repository.namespace,
    repository_type: 'image',
    status: repository.isArchived ? 0 : 1,
    status_description: repository.isArchived ? 'inactive' : 'active',
    description: repository.description,
    is_private: repository.isPrivate,
    star_count: repository.starCount,
    pull_count: repository.pullCount,
    last_updated: repository.updatedAt,
    last_modified: null,
    date_registered: repository.registeredAt,
    affiliation: affiliation(scope, repository),
    media_types: repository.tags.length > 0 ? ['application/vnd.oci.image.manifest.v1+json'] : [],
    content_types: repository.tags.length > 0 ? ['image'] : [],
    categories: repository.categories,
    storage_size: repository.storageSize,
  };
}

export function repositoryDetail(scope: RequestScope, repository: Repository): Record<string, unknown> {
  return {
    ...repositoryRow(scope, repository),
    user: repository.namespace,
    hub_user: repository.namespace,
    // The detail spells it otherwise than the list, and has no null for a repository that was never pushed to.
    status_description: repository.isArchived ? 'Inactive' : 'Active',
    last_updated: repository.updatedAt ?? repository.registeredAt,
    is_automated: false,
    collaborator_count: 0,
    has_starred: false,
    full_description: repository.fullDescription,
    permissions: rightsOn(scope, repository),
    immutable_tags_settings: repository.immutableTags,
    source: null,
  };
}

function affiliation(scope: RequestScope, repository: Repository): string {
  const { caller, state } = scope;
  if (caller.kind === 'anonymous' || caller.kind === 'oat') return '';
  const role = state.world.organizations.get(repository.namespace)?.members.get(caller.account.username)?.role;
  return role === 'owner' ? 'owner' : role === undefined ? '' : 'member';
}

export function grantView(team: Team, repository: string): Record<string, unknown> {
  return { group_id: team.id, group_name: team.name, permission: team.permissions.get(repository) ?? 'read' };
}

export function inviteView(organization: Organization, invite: Invite): Record<string, unknown> {
  return {
    id: invite.id,
    inviter_username: invite.inviter,
    invitee: invite.invitee,
    org: organization.name,
    team: invite.team,
    role: invite.role,
    created_at: invite.createdAt,
  };
}

export function organizationTokenView(token: OrganizationToken): Record<string, unknown> {
  return {
    id: token.id,
    label: token.label,
    description: token.description,
    created_by: token.createdBy,
    is_active: token.isActive,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  };
}

export function personalTokenView(token: PersonalToken): Record<string, unknown> {
  return {
    uuid: token.id,
    client_id: 'HUB',
    creator_ip: '127.0.0.1',
    creator_ua: 'simulated',
    created_at: token.createdAt,
    last_used: token.lastUsedAt,
    generated_by: 'manual',
    is_active: token.isActive,
    token: '',
    token_label: token.label,
    scopes: token.scopes,
    expires_at: token.expiresAt,
  };
}
