// Why somebody has access to something: every path from their accounts to it, the ones that give nothing and the ones that nobody
// can know included, because people ask about those most.
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import { gapsOf } from './access-gaps.ts';
import type { AccountRow, Level, RepositoryRow } from './catalogue.ts';
import { fromSteps, isKnownRole, levelOfRank, roleSlug } from './catalogue-words.ts';
import { accessOfAccount, effectiveAccess, managingPaths, type AccessPath } from './effective-access.ts';
import { teamGivesOwner } from './exposure.ts';
import { repositoryId } from './ids.ts';

/** What a path leads through. */
export type Via =
  | { type: 'role'; organization: string; label: string }
  | { type: 'team'; team: IndexedTeam }
  | { type: 'public'; organization: string }
  | { type: 'outside'; organization: string }
  | { type: 'unread'; organization: string; what: string };

/** What it leads to. `nothing` is known to be nothing; `unknown` is not known to be anything. */
export type Gives =
  | { type: 'owner' }
  | { type: 'level'; level: Level }
  | { type: 'role'; label: string }
  | { type: 'membership' }
  | { type: 'manages' }
  | { type: 'unknown'; reason: string }
  | { type: 'nothing' };

export interface WhyPath {
  key: string;
  account: AccountRow;
  via: Via;
  gives: Gives;
  /** What goes with the path, where it can go; null for what nobody can take away from one account. */
  loss: PathLoss | null;
}

/** What would change if one path went. */
export interface PathLoss {
  /** What stays on the thing that was asked about; null where nothing does. */
  keeps: Level | null;
  /** Repositories that would be lost altogether. */
  lost: number;
  /** Repositories that would stay at a lower level. */
  reduced: number;
}

export type WhyTarget =
  { type: 'repository'; row: RepositoryRow } | { type: 'team'; team: IndexedTeam } | { type: 'organization'; name: string };

const STRENGTH: Record<Gives['type'], number> = {
  owner: 9,
  level: 5,
  role: 4,
  membership: 4,
  manages: 3,
  unknown: 2,
  nothing: 0,
};
const LEVEL_STRENGTH: Record<Level, number> = { admin: 2, write: 1, read: 0 };
const ROLE_STRENGTH: Record<string, number> = { owner: 3, editor: 2, member: 1 };

/** Greater gives more. */
export const strengthOf = (gives: Gives): number =>
  STRENGTH[gives.type] +
  (gives.type === 'level' ? LEVEL_STRENGTH[gives.level] : 0) +
  (gives.type === 'role' ? (ROLE_STRENGTH[roleSlug(gives.label)] ?? 0) / 4 : 0);

/** Every path from these accounts of one person to the target: accounts with the stronger paths first, strongest path first in each. */
export function whyPaths(index: AccessIndex, accounts: readonly AccountRow[], target: WhyTarget): WhyPath[] {
  const byAccount = accounts.map((account) => pathsOf(index, account, target).sort(byStrength));
  const all = byAccount.sort((a, b) => strongest(b) - strongest(a)).flat();
  if (target.type !== 'repository') return all;
  const loss = lossesOf(index, accounts, target.row);
  return all.map((path) => ({ ...path, loss: loss(path) }));
}

const byStrength = (a: WhyPath, b: WhyPath): number => strengthOf(b.gives) - strengthOf(a.gives);
const strongest = (paths: WhyPath[]): number => (paths[0] ? strengthOf(paths[0].gives) : -1);

function pathsOf(index: AccessIndex, account: AccountRow, target: WhyTarget): WhyPath[] {
  const path = (via: Via, gives: Gives): WhyPath => ({ key: keyOf(account, via, gives), account, via, gives, loss: null });
  switch (target.type) {
    case 'organization':
      return organizationPaths(index, account, target.name, path);
    case 'team': {
      const { organization } = target.team.document;
      const inIt = target.team.members.includes(account.number);
      if (inIt) return [path({ type: 'team', team: target.team }, { type: 'membership' })];
      const [gap] = gapsOf(index, organization, ['team_members']);
      return [
        gap
          ? path({ type: 'unread', organization, what: 'Team members' }, { type: 'unknown', reason: gap.reason })
          : path(roleVia(account, organization), { type: 'nothing' }),
      ];
    }
    case 'repository':
      return repositoryPaths(index, account, target.row, path);
  }
}

const keyOf = (account: AccountRow, via: Via, gives: Gives): string =>
  [account.id, via.type, via.type === 'team' ? via.team.document.id : via.type === 'unread' ? via.what : '', gives.type].join(
    ' ',
  );

function roleVia(account: AccountRow, organization: string): Via {
  const label = account.roles[organization];
  return label === undefined ? { type: 'outside', organization } : { type: 'role', organization, label };
}

function organizationPaths(
  index: AccessIndex,
  account: AccountRow,
  organization: string,
  path: (via: Via, gives: Gives) => WhyPath,
): WhyPath[] {
  const via = roleVia(account, organization);
  const paths = [via.type === 'role' ? path(via, { type: 'role', label: via.label }) : path(via, { type: 'nothing' })];
  for (const team of index.teamsOf(account.number)) {
    if (team.document.organization !== organization) continue;
    if (team.document.role !== null) paths.push(path({ type: 'team', team }, { type: 'role', label: team.document.role }));
  }
  return paths;
}

function repositoryPaths(
  index: AccessIndex,
  account: AccountRow,
  repository: RepositoryRow,
  path: (via: Via, gives: Gives) => WhyPath,
): WhyPath[] {
  const { organization } = repository;
  const paths = (effectiveAccess(index, account, repository)?.paths ?? []).map((found) =>
    path(viaOf(found, account, organization), givesOf(found)),
  );

  const role = roleVia(account, organization);
  for (const ids of managingPaths(index, account, organization)) {
    const team = index.teams.get(ids.at(-1) ?? '');
    paths.push(path(team ? { type: 'team', team } : role, { type: 'manages' }));
  }
  for (const team of index.teamsOf(account.number)) {
    if (team.document.organization !== organization) continue;
    const via: Via = { type: 'team', team };
    if (team.document.role !== null && !isKnownRole(team.document.role))
      paths.push(path(via, { type: 'unknown', reason: roleUnknown(team.document.role) }));
    for (const [label, steps] of Object.entries(team.document.unrecognised ?? {})) {
      if (fromSteps(steps).includes(repository.number))
        paths.push(path(via, { type: 'unknown', reason: `Watchbill does not know what the permission ${label} allows.` }));
    }
  }
  for (const gap of gapsOf(index, organization, ['team_members', 'permissions']))
    paths.push(
      path(
        { type: 'unread', organization, what: gap.set === 'permissions' ? 'Team permissions' : 'Team members' },
        { type: 'unknown', reason: gap.reason },
      ),
    );

  if (role.type === 'role' && !isKnownRole(role.label))
    paths.push(path(role, { type: 'unknown', reason: roleUnknown(role.label) }));
  else if (role.type === 'outside' && !repository.private && paths.length === 0)
    paths.push(path({ type: 'public', organization }, { type: 'level', level: 'read' }));
  else if (!paths.some(({ via }) => via.type === role.type || via.type === 'public'))
    paths.push(path(role, { type: 'nothing' }));
  return paths;
}

const roleUnknown = (label: string): string => `Docker Hub's API does not say what the role ${label} allows.`;

function viaOf({ reason }: AccessPath, account: AccountRow, organization: string): Via {
  switch (reason.type) {
    case 'owner':
      return { type: 'role', organization, label: account.roles[organization] ?? 'Owner' };
    case 'team':
    case 'team_role':
      return { type: 'team', team: reason.team };
    case 'public':
      return { type: 'public', organization };
  }
}

function givesOf({ reason, rank }: AccessPath): Gives {
  if (reason.type === 'owner' || reason.type === 'team_role') return { type: 'owner' };
  return { type: 'level', level: levelOfRank(rank) ?? 'read' };
}

/** Answers for each path what all these accounts together would lose with it. Their access is worked out once. */
function lossesOf(index: AccessIndex, accounts: readonly AccountRow[], repository: RepositoryRow) {
  let everything: { account: AccountRow; id: string; path: AccessPath }[][] | undefined;
  const asked = repositoryId(repository.organization, repository.name);

  const access = () => {
    const byRepository = new Map<string, { account: AccountRow; id: string; path: AccessPath }[]>();
    for (const account of accounts) {
      for (const { repository: row, paths } of accessOfAccount(index, account)) {
        const id = repositoryId(row.organization, row.name);
        const held = byRepository.get(id) ?? [];
        for (const path of paths) held.push({ account, id, path });
        byRepository.set(id, held);
      }
    }
    return [...byRepository.values()];
  };

  return (path: WhyPath): PathLoss | null => {
    const { via, gives } = path;
    if (gives.type !== 'level' && gives.type !== 'owner') return null;
    if (via.type !== 'team' && !(via.type === 'role' && gives.type === 'owner')) return null;
    everything ??= access();
    const loss: PathLoss = { keeps: null, lost: 0, reduced: 0 };
    for (const held of everything) {
      const before = Math.max(...held.map((one) => one.path.rank));
      const after = Math.max(
        0,
        ...held.filter((one) => one.account !== path.account || !goesWith(one.path, via)).map((one) => one.path.rank),
      );
      if (held[0]?.id === asked) loss.keeps = levelOfRank(after);
      if (after === 0) loss.lost += 1;
      else if (after < before) loss.reduced += 1;
    }
    return loss;
  };
}

/** Whether a path goes when the membership or role goes. Leaving the team of owners and losing the role are one thing. */
function goesWith({ reason }: AccessPath, via: Via): boolean {
  if (via.type === 'team') {
    const owners = teamGivesOwner(via.team) && reason.type === 'owner' && via.team.document.role === null;
    return owners || ((reason.type === 'team' || reason.type === 'team_role') && reason.team === via.team);
  }
  if (reason.type === 'owner') return true;
  return reason.type === 'team_role' && reason.team.document.name === 'owners' && reason.team.document.role === null;
}
