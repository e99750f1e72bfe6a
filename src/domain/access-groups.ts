// Effective access as a page shows it: grouped by what is held, each entry with what it comes through. What is not known is a group of
// its own, so that it never looks like nothing.
import type { Placed } from './access-item.ts';
import type { AccountRow, RepositoryRow } from './catalogue.ts';
import { fromSteps, isKnownRole, LEVELS, levelOfRank, roleSlug } from './catalogue-words.ts';
import type { IndexedTeam } from './access-index.ts';
import { accessOfAccount, accessToRepository, caveatsOf, managingPaths, type EffectiveAccess } from './effective-access.ts';
import { organizationId, repositoryId } from './ids.ts';

/** What is held, strongest first; `manages` is no level, `unknown` may be anything. */
export const STANDINGS = ['owner', 'admin', 'write', 'read', 'manages', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface Through {
  type: 'role' | 'team' | 'public';
  /** The team's name, the role's label, or the organization. */
  name: string;
}
export interface AccessEntry<T> {
  key: string;
  subject: T;
  through: Through;
  /** Further paths to the same thing. */
  more: number;
  /** Account and resource that a Why? is asked about. */
  who: string;
  what: string;
}
export interface AccessGroup<T> {
  standing: Standing;
  entries: AccessEntry<T>[];
}

type Subject = { type: 'repository'; row: RepositoryRow } | { type: 'organization'; name: string };

/** Who has what on a repository. */
export function holdersOf({ place: { index }, row }: Placed<RepositoryRow>): AccessGroup<AccountRow>[] {
  const what = repositoryId(row.organization, row.name);
  const groups = new Groups<AccountRow>();
  for (const access of accessToRepository(index, row)) {
    groups.add(standingOf(access), {
      ...entryOf(access),
      key: access.account.id,
      subject: access.account,
      who: access.account.id,
      what,
    });
  }
  for (const account of index.accountsOf(row.organization)) {
    const entry = (through: Through): AccessEntry<AccountRow> => ({
      key: account.id,
      subject: account,
      through,
      more: 0,
      who: account.id,
      what,
    });
    const managing = managingThrough(
      index.teamsOf(account.number),
      managingPaths(index, account, row.organization),
      account,
      row.organization,
    );
    if (managing) groups.add('manages', entry(managing));
    const caveat = caveatThrough(caveatsOf(index, account, row.organization));
    if (caveat) groups.add('unknown', entry(caveat));
  }
  for (const team of index.teams.values()) {
    const unknown = Object.entries(team.document.unrecognised ?? {}).find(([, steps]) => fromSteps(steps).includes(row.number));
    if (!unknown || team.document.organization !== row.organization) continue;
    for (const number of team.members) {
      const account = index.accounts.get(number);
      if (account)
        groups.add('unknown', {
          key: `${account.id} ${team.document.id}`,
          subject: account,
          through: { type: 'team', name: `${team.document.name}: ${unknown[0]}` },
          more: 0,
          who: account.id,
          what,
        });
    }
  }
  return groups.sorted((account) => (account.fullName === '' ? account.username : account.fullName));
}

/** What an account has, wherever it was read. */
export function holdingsOf(at: readonly Placed<AccountRow>[]): AccessGroup<Subject>[] {
  const groups = new Groups<Subject>();
  for (const { place, row: account } of at) {
    const { index } = place;
    for (const access of accessOfAccount(index, account)) {
      const what = repositoryId(access.repository.organization, access.repository.name);
      groups.add(standingOf(access), {
        ...entryOf(access),
        key: what,
        subject: { type: 'repository', row: access.repository },
        who: account.id,
        what,
      });
    }
    for (const organization of Object.keys(account.roles)) {
      const what = organizationId(organization);
      const entry = (through: Through): AccessEntry<Subject> => ({
        key: what,
        subject: { type: 'organization', name: organization },
        through,
        more: 0,
        who: account.id,
        what,
      });
      const managing = managingThrough(
        index.teamsOf(account.number),
        managingPaths(index, account, organization),
        account,
        organization,
      );
      if (managing) groups.add('manages', entry(managing));
      const caveat = caveatThrough(caveatsOf(index, account, organization));
      if (caveat) groups.add('unknown', entry(caveat));
    }
  }
  return groups.sorted((subject) =>
    subject.type === 'repository' ? `${subject.row.organization}/${subject.row.name}` : subject.name,
  );
}

/** A permission that a team holds. */
export interface TeamPermission {
  repository: RepositoryRow;
  /** A permission that this version does not know, as Docker Hub spells it. */
  label: string | null;
}
export interface TeamPermissionGroup {
  standing: Standing;
  permissions: TeamPermission[];
}

/** What a team holds, by level; permissions that nobody knows come last. */
export function permissionsOfTeam({ place: { index }, row: team }: Placed<IndexedTeam>): TeamPermissionGroup[] {
  const byStanding = new Map<Standing, TeamPermission[]>();
  const add = (standing: Standing, number: number, label: string | null) => {
    const repository = index.repositories.get(number);
    if (!repository) return;
    const list = byStanding.get(standing);
    if (list) list.push({ repository, label });
    else byStanding.set(standing, [{ repository, label }]);
  };
  for (const [number, rank] of team.ranks) add(levelOfRank(rank) ?? 'unknown', number, null);
  for (const [label, steps] of Object.entries(team.document.unrecognised ?? {}))
    for (const number of fromSteps(steps)) add('unknown', number, label);
  return STANDINGS.flatMap((standing) => {
    const permissions = byStanding.get(standing)?.sort((a, b) => compare(a.repository.name, b.repository.name));
    return permissions ? [{ standing, permissions }] : [];
  });
}

/** Accounts of an organization by their role: owners, editors, members, then roles that Docker Hub's API does not explain. */
export function membersByRole(
  { index }: Placed<unknown>['place'],
  organization: string,
): { label: string; recognised: boolean; accounts: AccountRow[] }[] {
  const byRole = new Map<string, { label: string; accounts: AccountRow[] }>();
  for (const account of index.accountsOf(organization)) {
    const label = account.roles[organization] ?? '';
    const group = byRole.get(roleSlug(label));
    if (group) group.accounts.push(account);
    else byRole.set(roleSlug(label), { label, accounts: [account] });
  }
  const order = (slug: string) => ['owner', 'editor', 'member'].indexOf(slug);
  return [...byRole]
    .sort(([a], [b]) => ((order(a) + 4) % 4) - ((order(b) + 4) % 4) || compare(a, b))
    .map(([, { label, accounts }]) => ({ label, recognised: isKnownRole(label), accounts: accounts.sort(byShownName) }));
}

export const byShownName = (a: AccountRow, b: AccountRow): number =>
  compare((a.fullName || a.username).toLowerCase(), (b.fullName || b.username).toLowerCase());
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function standingOf({ level, paths }: EffectiveAccess): Standing {
  return paths.some(({ reason }) => reason.type === 'owner' || reason.type === 'team_role') ? 'owner' : level;
}

function entryOf({ paths }: EffectiveAccess): { through: Through; more: number } {
  const first = paths.find(({ reason }) => reason.type === 'owner' || reason.type === 'team_role') ?? paths[0];
  return { through: throughOf(first?.reason), more: paths.length - 1 };
}

function throughOf(reason: EffectiveAccess['paths'][number]['reason'] | undefined): Through {
  if (reason?.type === 'team' || reason?.type === 'team_role') return { type: 'team', name: reason.team.document.name };
  if (reason?.type === 'owner') return { type: 'role', name: 'owner role' };
  return { type: 'public', name: 'public' };
}

function managingThrough(
  teams: readonly IndexedTeam[],
  paths: string[][],
  account: AccountRow,
  organization: string,
): Through | null {
  const via = paths[0]?.at(-1);
  if (via === undefined) return null;
  const team = teams.find(({ document }) => document.id === via);
  return team
    ? { type: 'team', name: team.document.name }
    : { type: 'role', name: `${account.roles[organization] ?? 'Editor'} of ${organization}` };
}

function caveatThrough(caveats: ReturnType<typeof caveatsOf>): Through | null {
  const role = caveats.find(({ type }) => type === 'custom_role');
  if (role?.type === 'custom_role') return { type: 'role', name: role.label };
  const team = caveats.find(({ type }) => type === 'team_custom_role');
  return team?.type === 'team_custom_role' ? { type: 'team', name: `${team.team}: ${team.label}` } : null;
}

/** Entries by standing, an entry once in each. */
class Groups<T> {
  readonly #byStanding = new Map<Standing, Map<string, AccessEntry<T>>>();

  add(standing: Standing, entry: AccessEntry<T>): void {
    const group = this.#byStanding.get(standing) ?? new Map<string, AccessEntry<T>>();
    if (!group.has(entry.key)) group.set(entry.key, entry);
    this.#byStanding.set(standing, group);
  }

  sorted(nameOf: (subject: T) => string): AccessGroup<T>[] {
    return STANDINGS.flatMap((standing) => {
      const group = this.#byStanding.get(standing);
      if (!group) return [];
      const named = [...group.values()].map((entry) => ({ entry, name: nameOf(entry.subject).toLowerCase() }));
      return [{ standing, entries: named.sort((a, b) => compare(a.name, b.name)).map(({ entry }) => entry) }];
    });
  }
}

/** Whether anything here is a level that Docker Hub's documents know. */
export const isLevelStanding = (standing: Standing): boolean =>
  standing === 'owner' || LEVELS.some((level) => level === standing);
