// Addresses of the Access pages. Ids hold slashes, so a page's address has as many parts as its id: a server that tidies addresses
// would turn an encoded slash into one anyway.
import { resolve } from '$app/paths';
import type { AccessList } from './lists.ts';

export const listAddress = (list: AccessList, query: Record<string, string> = {}): string =>
  resolve('/(app)/access/[list=accessList]', { list }) + queryOf(query);

/** The page of an account, organization, team or repository. */
export const detailAddress = (id: string): string =>
  resolve('/(app)/access/x/[...id]', { id: id.split('/').map(encodeURIComponent).join('/') });

/** Why an account has access to a repository, is in a team, or has its role in an organization. */
export const whyAddress = (who: string, what: string): string => resolve('/access/why') + queryOf({ who, what });

function queryOf(query: Record<string, string>): string {
  const set = Object.entries(query).filter(([, value]) => value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
