// Facts worth a second look, each only where it can be proven from what was read. Nothing here is advice.
import { gapsOf, isAccessKnown } from './access-gaps.ts';
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import type { AccountRow, OrganizationDocument, RepositoryRow } from './catalogue.ts';
import { isKnownRole, roleSlug } from './catalogue-words.ts';
import { isOwner } from './effective-access.ts';
import { teamGivesOwner, type Exposure } from './exposure.ts';

export type Insight =
  | { type: 'only_admin' }
  | { type: 'only_owner'; organization: string }
  | { type: 'one_owner' }
  | { type: 'owner'; organizations: string[] }
  | { type: 'unknown_role'; label: string; organization: string }
  | { type: 'guest'; organizations: string[] }
  | { type: 'guests'; count: number }
  | { type: 'team_role'; label: string; recognised: boolean }
  | { type: 'unknown_permission'; label: string; count: number }
  | { type: 'no_members' }
  | { type: 'archived'; status: string };

/** Owners of an organization, by their role or by a team that owns. */
export function ownersOf(index: AccessIndex, organization: string): AccountRow[] {
  const owners = new Set(index.accountsOf(organization).filter((account) => isOwner(account, organization)));
  for (const team of index.teams.values()) {
    if (team.document.organization !== organization || !teamGivesOwner(team)) continue;
    for (const number of team.members) {
      const account = index.accounts.get(number);
      if (account) owners.add(account);
    }
  }
  return [...owners];
}

/** About an account. `soleOwners`: the only owner of an organization, where all of its owners are known. */
export function accountInsights(
  index: AccessIndex,
  account: AccountRow,
  soleOwners: ReadonlyMap<string, AccountRow>,
): Insight[] {
  const insights: Insight[] = [];
  const owned: string[] = [];
  for (const [organization, label] of Object.entries(account.roles)) {
    if (soleOwners.get(organization) === account) insights.push({ type: 'only_owner', organization });
    else if (roleSlug(label) === 'owner') owned.push(organization);
    else if (!isKnownRole(label)) insights.push({ type: 'unknown_role', label, organization });
  }
  if (owned.length > 0) insights.push({ type: 'owner', organizations: owned });
  if (account.guestOf && account.guestOf.length > 0) insights.push({ type: 'guest', organizations: account.guestOf });
  return insights;
}

/** Organization name → its only owner, where members, roles, teams and team members were read completely. */
export function soleOwnersOf(index: AccessIndex): Map<string, AccountRow> {
  const sole = new Map<string, AccountRow>();
  for (const organization of index.organizations.keys()) {
    if (gapsOf(index, organization, ['members', 'roles', 'teams', 'team_members']).length > 0) continue;
    const owners = ownersOf(index, organization);
    if (owners.length === 1 && owners[0]) sole.set(organization, owners[0]);
  }
  return sole;
}

/** About a repository. That only one administrator is left is a claim about everybody, so it needs everything read. */
export function repositoryInsights(index: AccessIndex, exposure: Exposure, repository: RepositoryRow): Insight[] {
  const { owner, admin, guests } = exposure.ofRepository(repository);
  const insights: Insight[] = [];
  if (owner + admin === 1 && isAccessKnown(index, repository.organization)) insights.push({ type: 'only_admin' });
  if (guests > 0) insights.push({ type: 'guests', count: guests });
  if (repository.status !== undefined) insights.push({ type: 'archived', status: repository.status });
  return insights;
}

/** About a team. */
export function teamInsights(index: AccessIndex, team: IndexedTeam): Insight[] {
  const { organization, role, unrecognised } = team.document;
  const insights: Insight[] = [];
  if (role !== null) insights.push({ type: 'team_role', label: role, recognised: isKnownRole(role) });
  for (const [label, steps] of Object.entries(unrecognised ?? {}))
    insights.push({ type: 'unknown_permission', label, count: steps.length });
  if (team.members.length === 0 && gapsOf(index, organization, ['team_members']).length === 0)
    insights.push({ type: 'no_members' });
  return insights;
}

/** About an organization. */
export function organizationInsights(
  organization: OrganizationDocument,
  soleOwners: ReadonlyMap<string, AccountRow>,
): Insight[] {
  return soleOwners.has(organization.name) ? [{ type: 'one_owner' }] : [];
}
