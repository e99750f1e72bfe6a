// What differs between the catalogue as it was and as it is read now: counted for people, and what was lost, by name, so that a
// large drop can be held.
import {
  fromSteps,
  LEVELS,
  type AccountRow,
  type CatalogueDocument,
  type DataSet,
  type RepositoryRow,
  type TeamDocument,
} from './catalogue.ts';
import type { Counted, RunChanges } from './protocol/connectors.ts';

export interface Loss {
  organization: string;
  dataSet: DataSet;
  /** What is no longer there, by a name people know. */
  lost: string[];
}

export interface CatalogueDiff {
  changes: RunChanges;
  losses: Loss[];
}

class Tally {
  readonly changes: Record<string, Counted> = {};
  readonly #lost = new Map<string, Loss>();

  count(noun: string, what: keyof Counted, by = 1): void {
    if (by === 0) return;
    const counted = (this.changes[noun] ??= { added: 0, removed: 0, changed: 0 });
    counted[what] += by;
  }

  lose(organization: string, dataSet: DataSet, name: string): void {
    const key = `${organization}/${dataSet}`;
    const loss = this.#lost.get(key) ?? { organization, dataSet, lost: [] };
    loss.lost.push(name);
    this.#lost.set(key, loss);
  }

  get diff(): CatalogueDiff {
    return { changes: this.changes, losses: [...this.#lost.values()] };
  }
}

/** Compares pairs of one document before and after; null where it was not there, or is not any more. */
export function diffCatalogue(
  pairs: Iterable<{ before: CatalogueDocument | null; after: CatalogueDocument | null }>,
): CatalogueDiff {
  const tally = new Tally();
  for (const { before, after } of pairs) {
    const kind = (after ?? before)?.kind;
    switch (kind) {
      case 'organization':
        if (!before) tally.count('organizations', 'added');
        else if (!after) tally.count('organizations', 'removed');
        break;
      case 'accounts':
        diffRows(rowsOf(before, 'accounts'), rowsOf(after, 'accounts'), (was, is) => diffAccount(tally, was, is));
        break;
      case 'repositories':
        diffRows(rowsOf(before, 'repositories'), rowsOf(after, 'repositories'), (was, is) => diffRepository(tally, was, is));
        break;
      case 'team':
        diffTeam(tally, before?.kind === 'team' ? before : null, after?.kind === 'team' ? after : null);
        break;
      case 'invitations':
        diffListed(
          tally,
          before?.kind === kind ? before : null,
          after?.kind === kind ? after : null,
          'invites',
          (row) => row.invitee,
        );
        break;
      case 'tokens':
        diffListed(
          tally,
          before?.kind === kind ? before : null,
          after?.kind === kind ? after : null,
          'tokens',
          (row) => row.label,
        );
        break;
    }
  }
  return tally.diff;
}

/** Adds up what several batches of one run changed. */
export function addChanges(sum: RunChanges, more: RunChanges): RunChanges {
  const total: RunChanges = structuredClone(sum);
  for (const [noun, counted] of Object.entries(more)) {
    const into = (total[noun] ??= { added: 0, removed: 0, changed: 0 });
    into.added += counted.added;
    into.removed += counted.removed;
    into.changed += counted.changed;
  }
  return total;
}

type PagedKind = 'accounts' | 'repositories';
function rowsOf<K extends PagedKind>(
  document: CatalogueDocument | null,
  kind: K,
): Extract<CatalogueDocument, { kind: K }>['rows'];
function rowsOf(document: CatalogueDocument | null, kind: PagedKind): (AccountRow | RepositoryRow)[] {
  return document?.kind === kind ? document.rows : [];
}

function diffRows<T extends { number: number }>(before: T[], after: T[], compare: (was: T | null, is: T | null) => void): void {
  const was = new Map(before.map((row) => [row.number, row]));
  for (const row of after) {
    compare(was.get(row.number) ?? null, row);
    was.delete(row.number);
  }
  for (const row of was.values()) compare(row, null);
}

function diffAccount(tally: Tally, was: AccountRow | null, is: AccountRow | null): void {
  if (!was) tally.count('accounts', 'added');
  else if (!is) tally.count('accounts', 'removed');
  else if (was.username !== is.username || was.fullName !== is.fullName || was.email !== is.email)
    tally.count('accounts', 'changed');

  for (const [organization, role] of Object.entries(was?.roles ?? {})) {
    const now = is?.roles[organization];
    if (now === undefined) {
      tally.count('roles', 'removed');
      tally.lose(organization, 'members', was?.username ?? '');
    } else if (now !== role) tally.count('roles', 'changed');
  }
  for (const organization of Object.keys(is?.roles ?? {})) {
    if (was?.roles[organization] === undefined) tally.count('roles', 'added');
  }
}

function diffRepository(tally: Tally, was: RepositoryRow | null, is: RepositoryRow | null): void {
  if (!was) tally.count('repositories', 'added');
  else if (!is) {
    tally.count('repositories', 'removed');
    tally.lose(was.organization, 'repositories', `${was.organization}/${was.name}`);
  } else if (was.name !== is.name || was.private !== is.private || was.status !== is.status)
    tally.count('repositories', 'changed');
}

const permissionsOf = (team: TeamDocument | null): Map<number, string> => {
  const labels = new Map<number, string>();
  if (!team) return labels;
  for (const level of LEVELS) for (const number of fromSteps(team[level])) labels.set(number, level);
  for (const [label, steps] of Object.entries(team.unrecognised ?? {}))
    for (const number of fromSteps(steps)) labels.set(number, label);
  return labels;
};

function diffTeam(tally: Tally, was: TeamDocument | null, is: TeamDocument | null): void {
  const organization = (is ?? was)?.organization ?? '';
  const team = (was ?? is)?.name ?? '';
  if (!was) tally.count('teams', 'added');
  else if (!is) {
    tally.count('teams', 'removed');
    tally.lose(organization, 'teams', team);
  } else if (was.name !== is.name || was.description !== is.description || was.role !== is.role)
    tally.count('teams', 'changed');

  const members = new Set(fromSteps(is?.members ?? []));
  for (const number of fromSteps(was?.members ?? [])) {
    if (members.delete(number)) continue;
    tally.count('members', 'removed');
    tally.lose(organization, 'team_members', `a member of ${team}`);
  }
  tally.count('members', 'added', members.size);

  const permissions = permissionsOf(is);
  for (const [number, label] of permissionsOf(was)) {
    const now = permissions.get(number);
    permissions.delete(number);
    if (now === undefined) {
      tally.count('permissions', 'removed');
      tally.lose(organization, 'permissions', `${label} of ${team}`);
    } else if (now !== label) tally.count('permissions', 'changed');
  }
  tally.count('permissions', 'added', permissions.size);
}

function diffListed<T extends { id: string }>(
  tally: Tally,
  before: { organization: string; rows: T[] } | null,
  after: { organization: string; rows: T[] } | null,
  dataSet: 'invites' | 'tokens',
  nameOf: (row: T) => string,
): void {
  const noun = dataSet === 'invites' ? 'invitations' : 'tokens';
  const is = new Map((after?.rows ?? []).map((row) => [row.id, row]));
  for (const row of before?.rows ?? []) {
    const now = is.get(row.id);
    is.delete(row.id);
    if (!now) {
      tally.count(noun, 'removed');
      tally.lose(before?.organization ?? '', dataSet, nameOf(row));
    } else if (JSON.stringify(now) !== JSON.stringify(row)) tally.count(noun, 'changed');
  }
  tally.count(noun, 'added', is.size);
}
