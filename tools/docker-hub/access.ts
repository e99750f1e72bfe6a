import { NO_SUCH_ORGANIZATION, OAT_REFUSED, refuse, refuseRpc, refuseWithDetail, UNAUTHORIZED } from './answers.ts';
import type { RequestScope } from './hub-env.ts';
import type { Caller } from './sessions.ts';
import type { Organization, OrganizationToken, Repository } from './worlds/world.ts';

// Who may do what: first the kind of credential, then the scope or the role. The order of README 1.3, not of good manners.

export const PAT_REFUSED = {
  management: 'token issued from personal access token is not allowed',
  members: 'access to the resource is forbidden with personal access token',
  invites: 'access is forbidden with a JWT issued from a personal access token',
  audit: 'token issued from personal access token',
} as const;

const PERMISSION_DENIED = 'permission denied';
const ROLE_ORDER = ['member', 'editor', 'owner'];

export interface Need {
  /** The organization scope an organization token must have; null: such a token is refused. */
  oat: string | null;
  /** How a personal token is refused; null: it may. */
  pat: string | null;
  role: 'member' | 'editor' | 'owner';
  envelope?: 'message' | 'detail' | 'rpc';
}

/** The organization, if this caller may do what is needed in it; the refusal otherwise. */
export function organizationFor(scope: RequestScope, name: string, need: Need): Organization | Response {
  const { caller, state } = scope;
  const deny = refusalIn(need.envelope ?? 'message');
  if (caller.kind === 'anonymous') return deny(401, UNAUTHORIZED);
  if (caller.kind === 'pat' && need.pat !== null) return deny(403, need.pat);
  if (caller.kind === 'oat' && need.oat === null) return deny(403, OAT_REFUSED);
  const organization = state.world.organizations.get(name);
  if (!organization)
    return need.envelope === 'rpc' ? deny(404, NO_SUCH_ORGANIZATION) : refuseWithDetail(404, NO_SUCH_ORGANIZATION);
  if (caller.kind === 'oat') {
    const isAllowed =
      caller.organization === organization && need.oat !== null && hasOrganizationScope(caller.token, name, need.oat);
    return isAllowed ? organization : deny(403, PERMISSION_DENIED);
  }
  return hasRole(caller, organization, need.role) ? organization : deny(403, PERMISSION_DENIED);
}

export function hasRole(caller: Caller, organization: Organization, role: Need['role']): boolean {
  if (caller.kind === 'anonymous' || caller.kind === 'oat') return false;
  const membership = organization.members.get(caller.account.username);
  if (!membership) return false;
  // A custom or unknown role ranks as a member here: what it allows is documented nowhere.
  return Math.max(0, ROLE_ORDER.indexOf(membership.role)) >= ROLE_ORDER.indexOf(role);
}

/** Whether e-mail addresses are shown: to owners and to organization tokens. */
export function seesEmails(caller: Caller, organization: Organization): boolean {
  return caller.kind === 'oat' || hasRole(caller, organization, 'owner');
}

export function hasOrganizationScope(token: OrganizationToken, organization: string, scope: string): boolean {
  return token.resources.some(
    (resource) => resource.type === 'TYPE_ORG' && resource.path === organization && includesScope(resource.scopes, scope),
  );
}

export function hasRepositoryScope(token: OrganizationToken, repository: Repository, scope: string): boolean {
  return token.resources.some(
    (resource) =>
      resource.type === 'TYPE_REPO' && coversPath(resource.path, repository) && includesScope(resource.scopes, scope),
  );
}

export interface RepositoryNeed {
  level: 'read' | 'write' | 'admin';
  /** The repository scope an organization token must have. */
  oat: string;
}

/** The repository, if this caller may; 404 where they may not even see it. */
export function repositoryFor(
  scope: RequestScope,
  namespace: string,
  name: string,
  need: RepositoryNeed,
): Repository | Response {
  const { caller, state } = scope;
  const repository = state.world.organizations.get(namespace)?.repositories.get(name);
  if (!repository || !maySee(scope, repository)) return refuse(404, 'object not found');
  if (need.level === 'read') return repository;
  if (caller.kind === 'anonymous') return refuse(401, UNAUTHORIZED);
  if (caller.kind === 'oat') {
    const isAllowed = caller.organization.name === namespace && hasRepositoryScope(caller.token, repository, need.oat);
    return isAllowed ? repository : refuse(403, PERMISSION_DENIED);
  }
  const rights = rightsOn(scope, repository);
  if (!rights[need.level]) return refuse(403, PERMISSION_DENIED);
  return repository;
}

/** The caller's own right, as the `permissions` of a repository show it. A personal token's scope caps it. */
export function rightsOn(scope: RequestScope, repository: Repository): { read: boolean; write: boolean; admin: boolean } {
  const { caller } = scope;
  if (caller.kind === 'anonymous') return { read: !repository.isPrivate, write: false, admin: false };
  if (caller.kind === 'oat') {
    const may = (oatScope: string): boolean => hasRepositoryScope(caller.token, repository, oatScope);
    return {
      read: !repository.isPrivate || may('scope-repository-read'),
      write: may('scope-repository-edit'),
      admin: may('scope-repository-admin'),
    };
  }
  const level = levelOf(scope, repository);
  const cap = caller.kind === 'pat' ? patLevel(caller.token.scopes) : 3;
  const reach = Math.min(level, cap);
  const isReadable = cap === 0 ? !repository.isPrivate : level >= 1;
  return { read: isReadable || !repository.isPrivate, write: reach >= 2, admin: reach >= 3 };
}

/** Which repositories of a namespace a caller is shown: without the list scope an organization token gets the public ones, silently. */
export function listableRepositories(scope: RequestScope, organization: Organization): (repository: Repository) => boolean {
  const { caller } = scope;
  if (caller.kind === 'oat') {
    const all =
      caller.organization === organization && hasOrganizationScope(caller.token, organization.name, 'scope-repository-list');
    return (repository) => all || !repository.isPrivate;
  }
  return (repository) => !repository.isPrivate || rightsOn(scope, repository).read;
}

function maySee(scope: RequestScope, repository: Repository): boolean {
  if (!repository.isPrivate) return true;
  const { caller } = scope;
  if (caller.kind === 'oat') {
    if (caller.organization.name !== repository.namespace) return false;
    // Any scope on the repository shows that it exists.
    return caller.token.resources.some((resource) => resource.type === 'TYPE_REPO' && coversPath(resource.path, repository));
  }
  return rightsOn(scope, repository).read;
}

/** 0 none, 1 read, 2 write, 3 admin: by role and by every team. */
function levelOf(scope: RequestScope, repository: Repository): number {
  const { caller, state } = scope;
  if (caller.kind === 'anonymous' || caller.kind === 'oat') return 0;
  const organization = state.world.organizations.get(repository.namespace);
  const membership = organization?.members.get(caller.account.username);
  if (!organization || !membership) return 0;
  if (hasRole(caller, organization, 'editor')) return 3;
  const levels = membership.teams.map((team) => {
    if (team.role === 'owner' || team.role === 'editor') return 3;
    return 1 + ['read', 'write', 'admin'].indexOf(team.permissions.get(repository.name) ?? '');
  });
  return Math.max(0, ...levels);
}

function patLevel(scopes: string[]): number {
  if (scopes.includes('repo:admin')) return 3;
  if (scopes.includes('repo:write')) return 2;
  return scopes.includes('repo:read') ? 1 : 0;
}

/** Within a family the later scope includes the earlier. */
function includesScope(held: string[], wanted: string): boolean {
  if (held.includes(wanted)) return true;
  const parts = /^(scope-.+)-(read|edit|admin)$/.exec(wanted);
  if (!parts) return false;
  const [, family, level] = parts;
  const stronger = level === 'read' ? ['edit', 'admin'] : level === 'edit' ? ['admin'] : [];
  return stronger.some((name) => held.includes(`${family}-${name}`));
}

function coversPath(path: string, repository: Repository): boolean {
  if (path === '*/*/public') return !repository.isPrivate;
  return path === `${repository.namespace}/*` || path === `${repository.namespace}/${repository.name}`;
}

function refusalIn(envelope: NonNullable<Need['envelope']>): (status: number, text: string) => Response {
  if (envelope === 'detail') return refuseWithDetail;
  if (envelope === 'message') return refuse;
  return (status, text) => refuseRpc(status, status === 401 ? 16 : status === 403 ? 7 : 5, text);
}
