// Grants as programs ask for them: direct ones as Docker Hub has them, effective ones as they add up.
// Both come in an order that stays the same between pages, each with the key that a cursor remembers.
import type { AccessIndex } from './access-index.ts';
import type { AccountRow, Level, RepositoryRow } from './catalogue.ts';
import { fromSteps, LEVELS, levelOfRank, rankOf, roleSlug } from './catalogue-words.ts';
import { accessOfAccount, accessToRepository, managingPaths, type EffectiveAccess } from './effective-access.ts';
import { entitlementId, organizationId, parseEntitlementId, parseId, repositoryId, teamId } from './ids.ts';
import type { Grant } from './protocol/catalogue.ts';

export interface GrantFilter {
  principal?: string;
  resource?: string;
  entitlement?: string;
}

export interface KeyedGrant {
  key: string;
  grant: Omit<Grant, 'connectorId'>;
}

/** Role ranks of an organization: who owns it may also what an editor and a member may. */
const ROLE_RANKS: Record<string, number> = { member: 1, editor: 2, owner: 3 };

const accountPrincipal = (account: AccountRow) => ({ id: account.id, type: 'account' as const, name: account.username });
const organizationResource = (organization: string) => ({
  id: organizationId(organization),
  type: 'organization' as const,
  name: organization,
  parent: null,
});
const teamResource = (id: string, name: string, organization: string) => ({
  id,
  type: 'team' as const,
  name,
  parent: organization,
});
const repositoryResource = (repository: RepositoryRow) => ({
  id: repositoryId(repository.organization, repository.name),
  type: 'repository' as const,
  name: repository.name,
  parent: repository.organization,
});

const byKey = (a: KeyedGrant, b: KeyedGrant) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const matches = ({ grant }: KeyedGrant, filter: GrantFilter): boolean =>
  (filter.principal === undefined || grant.principal.id === filter.principal) &&
  (filter.resource === undefined || grant.resource.id === filter.resource) &&
  (filter.entitlement === undefined || grant.entitlement.id === filter.entitlement);

function keyed(
  principal: Grant['principal'],
  resource: Grant['resource'],
  slug: string,
  more: Partial<Grant> = {},
): KeyedGrant {
  const entitlement = { id: entitlementId(resource.id, slug), slug };
  return { key: `${resource.id} ${principal.id} ${slug}`, grant: { principal, entitlement, resource, ...more } };
}

/** Every direct grant that fits the filter, in the order of its key. */
export function directGrants(index: AccessIndex, filter: GrantFilter = {}): KeyedGrant[] {
  const grants: KeyedGrant[] = [];
  const add = (grant: KeyedGrant) => {
    if (matches(grant, filter)) grants.push(grant);
  };
  for (const account of index.accounts.values()) {
    for (const [organization, role] of Object.entries(account.roles)) {
      add(keyed(accountPrincipal(account), organizationResource(organization), roleSlug(role)));
    }
  }
  for (const { document, members, ranks } of index.teams.values()) {
    const principal = { id: document.id, type: 'team' as const, name: document.name };
    const team = teamResource(document.id, document.name, document.organization);
    for (const number of members) {
      const account = index.accounts.get(number);
      if (account) add(keyed(accountPrincipal(account), team, 'member'));
    }
    for (const [number, rank] of ranks) {
      const repository = index.repositories.get(number);
      const level = levelOfRank(rank);
      if (repository && level) add(keyed(principal, repositoryResource(repository), level));
    }
    for (const [label, steps] of Object.entries(document.unrecognised ?? {})) {
      for (const number of fromSteps(steps)) {
        const repository = index.repositories.get(number);
        if (repository) add(keyed(principal, repositoryResource(repository), roleSlug(label)));
      }
    }
    if (document.role) add(keyed(principal, organizationResource(document.organization), roleSlug(document.role)));
  }
  return grants.sort(byKey);
}

/**
 * Effective grants: one for each account and resource at its strongest level, or, where an entitlement is asked for, every
 * account at or above it. An editor's power over repositories is an item of its own (`manages`), never a level.
 */
export function effectiveGrants(index: AccessIndex, filter: GrantFilter): KeyedGrant[] {
  const wanted = filter.entitlement === undefined ? null : parseEntitlementId(filter.entitlement);
  if (filter.entitlement !== undefined && !wanted) return [];
  if (wanted && filter.resource !== undefined && filter.resource !== wanted.resource) return [];

  const resource = wanted?.resource ?? filter.resource;
  const principal = filter.principal === undefined ? undefined : index.account(filter.principal);
  if (filter.principal !== undefined && !principal) return [];

  const all =
    resource === undefined ? (principal ? onEverything(index, principal) : []) : onResource(index, resource, principal);
  return all.filter(({ grant }) => !wanted || reaches(grant, wanted.slug)).sort(byKey);
}

/** Whether a grant is at or above a slug on the same resource. */
function reaches(grant: Omit<Grant, 'connectorId'>, slug: string): boolean {
  if (grant.entitlement.slug === slug) return true;
  if (grant.resource.type === 'repository') {
    const level = LEVELS.find((known) => known === slug);
    return level !== undefined && grant.level !== undefined && rankOf(grant.level) >= rankOf(level);
  }
  if (grant.resource.type === 'organization') {
    return (ROLE_RANKS[grant.entitlement.slug] ?? 0) >= (ROLE_RANKS[slug] ?? Infinity);
  }
  return false;
}

function onEverything(index: AccessIndex, account: AccountRow): KeyedGrant[] {
  const organizations = Object.keys(account.roles);
  const managed = organizations.flatMap((organization) =>
    index.repositoriesOf(organization).flatMap((repository) => managing(index, account, repository)),
  );
  return [
    ...organizations.flatMap((organization) => roleGrants(index, account, organization)),
    ...index.teamsOf(account.number).map(({ document }) => membership(account, document.organization, document.name)),
    ...accessOfAccount(index, account).map(ofAccess),
    ...managed,
  ];
}

function onResource(index: AccessIndex, resourceId: string, only: AccountRow | undefined): KeyedGrant[] {
  const parsed = parseId(resourceId);
  if (!parsed) return [];
  const fits = (account: AccountRow) => !only || only.id === account.id;
  switch (parsed.type) {
    case 'organization':
      return index
        .accountsOf(parsed.name)
        .filter(fits)
        .flatMap((account) => roleGrants(index, account, parsed.name));
    case 'team': {
      const team = index.teams.get(resourceId);
      if (!team) return [];
      const accounts = team.members.flatMap((number) => index.accounts.get(number) ?? []);
      return accounts.filter(fits).map((account) => membership(account, team.document.organization, team.document.name));
    }
    case 'repository': {
      const repository = index.repository(resourceId);
      if (!repository) return [];
      const access = accessToRepository(index, repository).filter(({ account }) => fits(account));
      const editors = index.accountsOf(repository.organization).filter(fits);
      return [...access.map(ofAccess), ...editors.flatMap((account) => managing(index, account, repository))];
    }
    default:
      return [];
  }
}

/** An account's role in an organization, and the roles its teams carry there, strongest first. */
function roleGrants(index: AccessIndex, account: AccountRow, organization: string): KeyedGrant[] {
  const resource = organizationResource(organization);
  const held = [
    { slug: roleSlug(account.roles[organization] ?? ''), via: [account.id] },
    ...index
      .teamsOf(account.number)
      .filter(({ document }) => document.organization === organization && document.role)
      .map(({ document }) => ({ slug: roleSlug(document.role ?? ''), via: [account.id, document.id] })),
  ].filter(({ slug }) => slug !== '');
  held.sort((a, b) => (ROLE_RANKS[b.slug] ?? 0) - (ROLE_RANKS[a.slug] ?? 0));
  const strongest = held[0];
  if (!strongest) return [];
  const paths = held.map(({ slug, via }) => [...via, entitlementId(resource.id, slug)]);
  return [keyed(accountPrincipal(account), resource, strongest.slug, { paths })];
}

function membership(account: AccountRow, organization: string, team: string): KeyedGrant {
  const resource = teamResource(teamId(organization, team), team, organization);
  return keyed(accountPrincipal(account), resource, 'member', { paths: [[account.id, entitlementId(resource.id, 'member')]] });
}

function ofAccess({ account, repository, level, paths }: EffectiveAccess): KeyedGrant {
  return keyed(accountPrincipal(account), repositoryResource(repository), level, { level, paths: paths.map(({ ids }) => ids) });
}

const MANAGES = 'manages';

function managing(index: AccessIndex, account: AccountRow, repository: RepositoryRow): KeyedGrant[] {
  const paths = managingPaths(index, account, repository.organization);
  if (paths.length === 0) return [];
  const resource = repositoryResource(repository);
  const target = entitlementId(resource.id, MANAGES);
  return [keyed(accountPrincipal(account), resource, MANAGES, { paths: paths.map((ids) => [...ids, target]) })];
}

export const LEVEL_LABELS: Record<Level, string> = { read: 'Read-only', write: 'Read & Write', admin: 'Admin' };

/** What can be held on a resource, as slugs with their labels; roles and permissions Docker Hub has beyond ours included. */
export function entitlementSlugs(
  index: AccessIndex,
  resourceId: string,
): { slug: string; label: string; recognised: boolean }[] {
  const parsed = parseId(resourceId);
  if (parsed?.type === 'team') return [{ slug: 'member', label: 'Member', recognised: true }];
  if (parsed?.type === 'repository') {
    const known = LEVELS.map((level) => ({ slug: level as string, label: LEVEL_LABELS[level], recognised: true }));
    return [...known, { slug: MANAGES, label: 'Manages', recognised: true }, ...unrecognisedOn(index, resourceId)];
  }
  if (parsed?.type !== 'organization') return [];

  const known = ['Owner', 'Editor', 'Member'].map((label) => ({ slug: roleSlug(label), label, recognised: true }));
  const others = new Map<string, string>();
  const note = (label: string | null | undefined) => {
    if (label && !known.some(({ slug }) => slug === roleSlug(label))) others.set(roleSlug(label), label);
  };
  for (const account of index.accountsOf(parsed.name)) note(account.roles[parsed.name]);
  for (const { document } of index.teams.values()) if (document.organization === parsed.name) note(document.role);
  return [...known, ...[...others].sort().map(([slug, label]) => ({ slug, label, recognised: false }))];
}

/** Permissions that teams hold on a repository and that this version does not know, once each. */
function unrecognisedOn(index: AccessIndex, resourceId: string): { slug: string; label: string; recognised: boolean }[] {
  const repository = index.repository(resourceId);
  if (!repository) return [];
  const labels = new Map<string, string>();
  for (const { document } of index.teams.values()) {
    if (document.organization !== repository.organization) continue;
    for (const [label, steps] of Object.entries(document.unrecognised ?? {})) {
      if (fromSteps(steps).includes(repository.number)) labels.set(roleSlug(label), label);
    }
  }
  return [...labels].map(([slug, label]) => ({ slug, label, recognised: false }));
}
