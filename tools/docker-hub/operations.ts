// The operations this server knows, under the names of openapi.yaml. Calls are counted by these names.

const OPERATIONS = [
  ['POST', '/v2/auth/token', 'AuthCreateAccessToken'],
  ['POST', '/v2/users/login', 'PostUsersLogin'],
  ['POST', '/v2/users/2fa-login', 'PostUsers2FALogin'],
  ['GET', '/v2/user', 'getCurrentUser'],
  ['GET', '/v2/user/orgs', 'listMyOrgs'],
  ['GET', '/v2/users/{username}/orgs', 'listUserOrgs'],
  ['GET', '/v2/orgs/{org_name}', 'getOrg'],
  ['GET', '/v2/repositories/namespaces', 'listOwnedNamespaces'],
  ['GET', '/v2/access-tokens', 'listAccessTokens'],
  ['POST', '/v2/access-tokens', 'createAccessToken'],
  ['GET', '/v2/access-tokens/{uuid}', 'getAccessToken'],
  ['PATCH', '/v2/access-tokens/{uuid}', 'updateAccessToken'],
  ['DELETE', '/v2/access-tokens/{uuid}', 'deleteAccessToken'],
  ['GET', '/v2/auditlogs/{account}/actions', 'AuditLogs_ListAuditActions'],
  ['GET', '/v2/auditlogs/{account}', 'AuditLogs_ListAuditLogs'],
  ['GET', '/v2/orgs/{org_name}/settings', 'getOrgSettings'],
  ['PUT', '/v2/orgs/{org_name}/settings', 'putOrgSettings'],
  ['GET', '/v2/orgs/{org_name}/settings/registry-access-management', 'getRegistryAccess'],
  ['PUT', '/v2/orgs/{org_name}/settings/registry-access-management', 'putRegistryAccess'],
  ['GET', '/v2/orgs/{org_name}/access-tokens', 'listOrgAccessTokens'],
  ['POST', '/v2/orgs/{org_name}/access-tokens', 'createOrgAccessToken'],
  ['GET', '/v2/orgs/{org_name}/access-tokens/{access_token_id}', 'getOrgAccessToken'],
  ['PATCH', '/v2/orgs/{org_name}/access-tokens/{access_token_id}', 'updateOrgAccessToken'],
  ['DELETE', '/v2/orgs/{org_name}/access-tokens/{access_token_id}', 'deleteOrgAccessToken'],
  ['GET', '/v2/namespaces/{namespace}/repositories', 'listNamespaceRepositories'],
  ['POST', '/v2/namespaces/{namespace}/repositories', 'CreateRepository'],
  ['GET', '/v2/namespaces/{namespace}/repositories/{repository}', 'GetRepository'],
  ['HEAD', '/v2/namespaces/{namespace}/repositories/{repository}', 'CheckRepository'],
  ['PATCH', '/v2/namespaces/{namespace}/repositories/{repository}', 'UpdateRepository'],
  ['DELETE', '/v2/namespaces/{namespace}/repositories/{repository}', 'DeleteRepository'],
  ['GET', '/v2/namespaces/{namespace}/repositories/{repository}/tags', 'ListRepositoryTags'],
  ['HEAD', '/v2/namespaces/{namespace}/repositories/{repository}/tags', 'CheckRepositoryTags'],
  ['GET', '/v2/namespaces/{namespace}/repositories/{repository}/tags/{tag}', 'GetRepositoryTag'],
  ['HEAD', '/v2/namespaces/{namespace}/repositories/{repository}/tags/{tag}', 'CheckRepositoryTag'],
  ['PATCH', '/v2/namespaces/{namespace}/repositories/{repository}/immutabletags', 'UpdateRepositoryImmutableTags'],
  ['POST', '/v2/namespaces/{namespace}/repositories/{repository}/immutabletags/verify', 'VerifyRepositoryImmutableTags'],
  ['GET', '/v2/namespaces/{namespace}/repositories/{repository}/groups', 'namespaceListRepositoryGroups'],
  ['POST', '/v2/namespaces/{namespace}/repositories/{repository}/groups', 'namespaceCreateRepositoryGroup'],
  ['GET', '/v2/namespaces/{namespace}/repositories/{repository}/groups/{group_id}', 'namespaceGetRepositoryGroup'],
  ['PATCH', '/v2/namespaces/{namespace}/repositories/{repository}/groups/{group_id}', 'namespaceUpdateRepositoryGroup'],
  ['DELETE', '/v2/namespaces/{namespace}/repositories/{repository}/groups/{group_id}', 'namespaceDeleteRepositoryGroup'],
  ['POST', '/v2/repositories', 'legacyCreateRepository'],
  ['GET', '/v2/repositories/{namespace}', 'legacyListRepositories'],
  ['GET', '/v2/repositories/{namespace}/{repository}', 'legacyGetRepository'],
  ['PATCH', '/v2/repositories/{namespace}/{repository}', 'legacyUpdateRepository'],
  ['DELETE', '/v2/repositories/{namespace}/{repository}', 'legacyDeleteRepository'],
  ['POST', '/v2/repositories/{namespace}/{repository}/privacy', 'setRepositoryPrivacy'],
  ['GET', '/v2/repositories/{namespace}/{repository}/collaborators', 'listCollaborators'],
  ['GET', '/v2/repositories/{namespace}/{repository}/groups', 'listRepositoryGroups'],
  ['POST', '/v2/repositories/{namespace}/{repository}/groups', 'CreateRepositoryGroup'],
  ['GET', '/v2/repositories/{namespace}/{repository}/groups/{group_id}', 'getRepositoryGroup'],
  ['PATCH', '/v2/repositories/{namespace}/{repository}/groups/{group_id}', 'updateRepositoryGroup'],
  ['DELETE', '/v2/repositories/{namespace}/{repository}/groups/{group_id}', 'deleteRepositoryGroup'],
  ['GET', '/v2/orgs/{org_name}/members/export', 'exportOrgMembers'],
  ['GET', '/v2/orgs/{org_name}/members', 'listOrgMembers'],
  ['PUT', '/v2/orgs/{org_name}/members/{username}', 'updateOrgMember'],
  ['DELETE', '/v2/orgs/{org_name}/members/{username}', 'removeOrgMember'],
  ['GET', '/v2/orgs/{org_name}/invites', 'listOrgInvites'],
  ['POST', '/v2/invites/bulk', 'bulkCreateInvites'],
  ['DELETE', '/v2/invites/{id}', 'cancelInvite'],
  ['PATCH', '/v2/invites/{id}/resend', 'resendInvite'],
  ['GET', '/v2/orgs/{org_name}/groups', 'listOrgGroups'],
  ['POST', '/v2/orgs/{org_name}/groups', 'createOrgGroup'],
  ['GET', '/v2/orgs/{org_name}/groups/{group_name}', 'getOrgGroup'],
  ['PUT', '/v2/orgs/{org_name}/groups/{group_name}', 'replaceOrgGroup'],
  ['PATCH', '/v2/orgs/{org_name}/groups/{group_name}', 'updateOrgGroup'],
  ['DELETE', '/v2/orgs/{org_name}/groups/{group_name}', 'deleteOrgGroup'],
  ['GET', '/v2/orgs/{org_name}/groups/{group_name}/members', 'listGroupMembers'],
  ['POST', '/v2/orgs/{org_name}/groups/{group_name}/members', 'addGroupMember'],
  ['DELETE', '/v2/orgs/{org_name}/groups/{group_name}/members/{username}', 'removeGroupMember'],
  ['GET', '/v2/orgs/{org_name}/groups/{group_name}/repositories', 'listGroupRepositories'],
] as const;

export type Operation = (typeof OPERATIONS)[number][2];

/** The three calls that mint a bearer. */
export const LOGIN_OPERATIONS: ReadonlySet<string> = new Set<Operation>([
  'AuthCreateAccessToken',
  'PostUsersLogin',
  'PostUsers2FALogin',
]);

const patterns = OPERATIONS.map(([method, template, operation]) => ({
  method,
  template,
  operation,
  path: new RegExp(`^${template.replaceAll(/\{[a-z0-9_]+\}/g, '[^/]+')}$`),
}));

export interface KnownOperation {
  method: string;
  template: string;
  operation: Operation;
}

/** All of them, for the test that asks each. */
export const KNOWN_OPERATIONS: readonly KnownOperation[] = patterns;

/** Which operation a request asks for; null when the path, or the method on it, is unknown. Later literals win over earlier names. */
export function operationOf(method: string, path: string): KnownOperation | null {
  const matches = patterns.filter((pattern) => pattern.method === method && pattern.path.test(path));
  const fewestNames = (a: KnownOperation, b: KnownOperation): number => nameCount(a) - nameCount(b);
  return matches.toSorted(fewestNames)[0] ?? null;
}

/** The path without its trailing slashes: Docker Hub takes both forms, and a write must not be redirected. */
export function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}

function nameCount(known: KnownOperation): number {
  return known.template.split('{').length - 1;
}
