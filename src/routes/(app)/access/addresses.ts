// Addresses of the Access pages. Ids hold slashes, so a page's address has as many parts as its id: a server that tidies addresses
// would turn an encoded slash into one anyway. Whoever looks at a past day stays on that day from page to page.
import { resolve } from '$app/paths';
import { page } from '$app/state';
import type { AccessList } from './lists.ts';

export const listAddress = (list: AccessList, query: Record<string, string> = {}): string =>
  resolve('/(app)/access/[list=accessList]', { list }) + queryOf(query);

/** The page of an account, organization, team or repository. */
export const detailAddress = (id: string): string =>
  resolve('/(app)/access/x/[...id]', { id: id.split('/').map(encodeURIComponent).join('/') }) + queryOf({});

/** The page of a token or an invitation. */
export const smallAddress = (list: 'tokens' | 'invitations', id: string): string =>
  resolve('/(app)/access/[list=accessList]/[...id]', { list, id: id.split('/').map(encodeURIComponent).join('/') }) +
  queryOf({});

/** Why an account has access to a repository, is in a team, or has its role in an organization. */
export const whyAddress = (who: string, what: string): string => resolve('/access/why') + queryOf({ who, what });

function queryOf(query: Record<string, string>): string {
  const set = Object.entries({ ...query, at: page.url.searchParams.get('at') ?? '' }).filter(([, value]) => value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
