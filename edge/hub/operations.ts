// Every operation of Docker Hub that Watchbill knows, by name, and the one place where their addresses are made. There is no way to
// ask for an address that is not here.
import { err, ok, type Result } from '#domain/result.ts';

/**
 * Paths as documented. Routes that are documented nowhere keep the trailing slash with which Docker's own clients call them.
 * Words in braces are parameters, each with a grammar below.
 */
export const OPERATIONS = {
  signIn: { method: 'POST', path: '/v2/auth/token' },
  signInOldWay: { method: 'POST', path: '/v2/users/login' },
  organizationsOfCaller: { method: 'GET', path: '/v2/user/orgs/', query: ['page', 'page_size'] },
  organization: { method: 'GET', path: '/v2/orgs/{organization}/' },
  members: { method: 'GET', path: '/v2/orgs/{organization}/members', query: ['page', 'page_size', 'search', 'role'] },
  invites: { method: 'GET', path: '/v2/orgs/{organization}/invites' },
  teams: { method: 'GET', path: '/v2/orgs/{organization}/groups', query: ['page', 'page_size'] },
  team: { method: 'GET', path: '/v2/orgs/{organization}/groups/{team}' },
  teamMembers: { method: 'GET', path: '/v2/orgs/{organization}/groups/{team}/members', query: ['page', 'page_size'] },
  /** Undocumented; its envelope is known to nobody for sure. */
  teamRepositories: {
    method: 'GET',
    path: '/v2/orgs/{organization}/groups/{team}/repositories/',
    query: ['page', 'page_size'],
  },
  repositories: { method: 'GET', path: '/v2/namespaces/{organization}/repositories', query: ['page', 'page_size', 'ordering'] },
  repository: { method: 'GET', path: '/v2/namespaces/{organization}/repositories/{repository}' },
  /** Two spellings of one question; which of them a credential may use is found out by trying, in this order. */
  repositoryTeams: {
    method: 'GET',
    path: '/v2/namespaces/{organization}/repositories/{repository}/groups',
    query: ['page', 'page_size'],
  },
  repositoryTeamsOldWay: {
    method: 'GET',
    path: '/v2/repositories/{organization}/{repository}/groups/',
    query: ['page', 'page_size'],
  },
  tokens: { method: 'GET', path: '/v2/orgs/{organization}/access-tokens', query: ['page', 'page_size'] },
  activity: { method: 'GET', path: '/v2/auditlogs/{organization}', query: ['page', 'page_size', 'from'] },

  // What changes something. Each is a step of a change in apply.ts, and none is called from anywhere else.
  setRole: { method: 'PUT', path: '/v2/orgs/{organization}/members/{username}' },
  removeMember: { method: 'DELETE', path: '/v2/orgs/{organization}/members/{username}' },
  createTeam: { method: 'POST', path: '/v2/orgs/{organization}/groups' },
  deleteTeam: { method: 'DELETE', path: '/v2/orgs/{organization}/groups/{team}' },
  addTeamMember: { method: 'POST', path: '/v2/orgs/{organization}/groups/{team}/members' },
  removeTeamMember: { method: 'DELETE', path: '/v2/orgs/{organization}/groups/{team}/members/{username}' },
  grantPermission: { method: 'POST', path: '/v2/namespaces/{organization}/repositories/{repository}/groups' },
  grantPermissionOldWay: { method: 'POST', path: '/v2/repositories/{organization}/{repository}/groups' },
  changePermission: { method: 'PATCH', path: '/v2/namespaces/{organization}/repositories/{repository}/groups/{number}' },
  changePermissionOldWay: { method: 'PATCH', path: '/v2/repositories/{organization}/{repository}/groups/{number}/' },
  sendInvitations: { method: 'POST', path: '/v2/invites/bulk' },
  cancelInvitation: { method: 'DELETE', path: '/v2/invites/{id}' },
  changeToken: { method: 'PATCH', path: '/v2/orgs/{organization}/access-tokens/{id}' },
} as const satisfies Record<string, { method: Method; path: string; query?: readonly string[] }>;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type OperationName = keyof typeof OPERATIONS;

type ParametersIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;
type QueryOf<N extends OperationName> = (typeof OPERATIONS)[N] extends { query: readonly (infer Q extends string)[] }
  ? Q
  : never;

/** What an operation needs: its path parameters, all of them; its query, as far as wanted. */
export type ParametersOf<N extends OperationName> = Record<ParametersIn<(typeof OPERATIONS)[N]['path']>, string>;
export type QueryFor<N extends OperationName> = Partial<Record<QueryOf<N>, string | number>>;

/**
 * What an identifier may be. Narrower than Docker Hub's own rules need to be wide: each starts with a letter, digit or underscore, so
 * `.` and `..` are none, and no character in them means anything in a URL.
 */
const GRAMMAR: Record<string, RegExp> = {
  organization: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/,
  team: /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}$/,
  repository: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/,
  username: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/,
  /** Of an invitation or a token. */
  id: /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/,
  number: /^[0-9]{1,15}$/,
};

/** Whether an organization, team or repository of this name can be asked for at all. */
export const isIdentifier = (kind: 'organization' | 'team' | 'repository', text: string): boolean =>
  GRAMMAR[kind]?.test(text) ?? false;

export interface HubRequest {
  operation: OperationName;
  method: Method;
  url: string;
}

export type RequestFault = { reason: 'not_an_identifier'; parameter: string } | { reason: 'not_this_address' };

/** The address of an operation. What comes out is compared with what was meant, byte for byte: a URL parser rewrites more than one thinks. */
export function hubRequest<N extends OperationName>(
  baseUrl: string,
  operation: N,
  parameters: ParametersOf<N>,
  query: QueryFor<N> = {},
): Result<HubRequest, RequestFault> {
  const { method, path } = OPERATIONS[operation];
  const base = new URL(baseUrl);
  const values: Record<string, string> = parameters;

  let expectedPath = base.pathname.replace(/\/$/, '');
  for (const segment of path.split('/').slice(1)) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      expectedPath += `/${segment}`;
      continue;
    }
    const value = values[name];
    if (value === undefined || !GRAMMAR[name]?.test(value)) return err({ reason: 'not_an_identifier', parameter: name });
    expectedPath += `/${value}`;
  }

  const url = new URL(base.origin + expectedPath);
  for (const [name, value] of Object.entries<string | number | undefined>(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const isAsMeant = url.origin === base.origin && url.pathname === expectedPath && url.username === '' && url.password === '';
  return isAsMeant && url.hash === '' ? ok({ operation, method, url: url.href }) : err({ reason: 'not_this_address' });
}
