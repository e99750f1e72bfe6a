// Which organizations a credential sees, and which of them this connector reads.
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';
import type { OrganizationRow } from '../hub/normalise.ts';
import { organizationProfile } from '../hub/normalise.ts';
import { hubRequest } from '../hub/operations.ts';
import * as troubles from '../hub/troubles.ts';
import type { CallOptions, CallResult } from '../hub/call.ts';
import type { HubRequest } from '../hub/operations.ts';
import { readPage, requestFor } from './ask.ts';
import { keyOf, PagedList } from './paged-list.ts';
import { undecided } from './reading-state.ts';

export type Call = (request: HubRequest, options: CallOptions) => Promise<CallResult>;

export type Discovered =
  | { type: 'found'; organizations: OrganizationRow[] }
  | { type: 'later'; at: number }
  | { type: 'failed'; trouble: Trouble; isCredential: boolean };

/** The organizations a credential sees: one for a token of an organization, those of its account otherwise. */
export function discoverOrganizations(
  kind: CredentialKind,
  identifier: string,
  baseUrl: string,
  call: Call,
  options: CallOptions = { lane: 'sync' },
): Promise<Discovered> {
  return kind === 'oat' ? ownOrganization(identifier, baseUrl, call, options) : organizationsOfCaller(baseUrl, call, options);
}

async function ownOrganization(identifier: string, baseUrl: string, call: Call, options: CallOptions): Promise<Discovered> {
  const request = hubRequest(baseUrl, 'organization', { organization: identifier });
  if (!request.ok) return { type: 'failed', trouble: troubles.noOrganization('oat', identifier), isCredential: true };
  const result = await call(request.value, { ...options, mayBeAbsent: true });
  if (result.type === 'later') return result;
  if (result.type === 'failed') return result;

  // The profile only says how the organization is spelled; whether it can be read, its lists show.
  const profile = result.type === 'answered' && result.status === 200 ? organizationProfile(result.body) : null;
  const named = { name: identifier, hubId: null, fullName: null, plan: null, callerRole: null };
  return { type: 'found', organizations: [profile?.ok && isSameName(profile.value.name, identifier) ? profile.value : named] };
}

async function organizationsOfCaller(baseUrl: string, call: Call, options: CallOptions): Promise<Discovered> {
  const list = new PagedList();
  const found = new Map<number, OrganizationRow[]>();
  const of = { baseUrl, organization: '', teamName: () => undefined, decisions: undecided(false) };
  for (let page = list.next(); page !== null; page = list.next()) {
    const request = requestFor({ kind: 'organizations', subject: '', page }, of);
    if (!request.ok) throw new Error('The address of the list of organizations has no parameters');
    const result = await call(request.value, options);
    if (result.type === 'later' || result.type === 'failed') return result;
    if (result.type === 'absent') return { type: 'failed', trouble: troubles.unexpected('organizations'), isCredential: false };

    const read = readPage('organizations', '', result.status, result.body);
    if (!read.ok) return { type: 'failed', trouble: troubles.unexpected(read.error.what), isCredential: false };
    const { state, total, rows } = read.value;
    if (state !== 'read' && page === 1) return { type: 'failed', trouble: troubles.credentialRefused(), isCredential: true };
    found.set(page, rows);
    list.arrived(
      { page, state, total, count: rows.length },
      Float64Array.from(rows, ({ name }) => keyOf(name)),
    );
  }
  const byName = new Map([...found.values()].flat().map((row) => [row.name, row]));
  return { type: 'found', organizations: [...byName.values()] };
}

export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Those that the plan wants, in the order of their names. */
export function wanted(organizations: readonly OrganizationRow[], include: 'all' | readonly string[]): OrganizationRow[] {
  return organizations
    .filter(({ name }) => include === 'all' || include.some((one) => isSameName(one, name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
