// Ids are built from their parts, so that two readers of Docker Hub make the same id without asking each other.

export type ResourceType = 'organization' | 'team' | 'repository' | 'account' | 'token' | 'invitation';

/** Docker Hub writes the same account id with and without dashes; without them it is one. */
export const normaliseHubId = (hubId: string): string => hubId.replaceAll('-', '').toLowerCase();

export const accountId = (hubId: string): string => `account:${normaliseHubId(hubId)}`;
export const organizationId = (organization: string): string => `org:${organization}`;
export const teamId = (organization: string, team: string): string => `team:${organization}/${team}`;
export const repositoryId = (organization: string, repository: string): string => `repository:${organization}/${repository}`;
export const invitationId = (organization: string, invite: string): string => `invitation:${organization}/${invite}`;
export const tokenId = (organization: string, token: string): string => `token:${organization}/${token}`;
export const entitlementId = (resource: string, slug: string): string => `entitlement:${resource}#${slug}`;

const TYPE_OF_PREFIX: Record<string, ResourceType> = {
  account: 'account',
  org: 'organization',
  team: 'team',
  repository: 'repository',
  invitation: 'invitation',
  token: 'token',
};

export interface ParsedId {
  type: ResourceType;
  /** The organization the resource lives in; for an organization its own name, for an account null. */
  organization: string | null;
  /** The last part: the account's hub id, the team's or repository's name, the organization's name. */
  name: string;
}

/** Reads a resource id back into its parts, or null where it is none. */
export function parseId(id: string): ParsedId | null {
  const colon = id.indexOf(':');
  const type = TYPE_OF_PREFIX[id.slice(0, colon)];
  const rest = id.slice(colon + 1);
  if (colon < 1 || !type || rest === '') return null;
  if (type === 'account') return { type, organization: null, name: rest };
  if (type === 'organization') return { type, organization: rest, name: rest };

  const slash = rest.indexOf('/');
  if (slash < 1 || slash === rest.length - 1) return null;
  return { type, organization: rest.slice(0, slash), name: rest.slice(slash + 1) };
}

/** Reads `entitlement:<resource id>#<slug>`. A slug of an unrecognised role may hold any character, so the first `#` after the resource divides. */
export function parseEntitlementId(id: string): { resource: string; slug: string } | null {
  if (!id.startsWith('entitlement:')) return null;
  const hash = id.indexOf('#');
  if (hash < 0 || hash === id.length - 1) return null;
  const resource = id.slice('entitlement:'.length, hash);
  return parseId(resource) ? { resource, slug: id.slice(hash + 1) } : null;
}
