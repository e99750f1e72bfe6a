// People or teams × repositories: who stands beside whom so that blocks appear, and which grants reach out of their block. A cluster is a
// team with the repositories and people that are its own; rows are worked out when they are looked at, so that a large organization is no
// large answer.
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import type { AccountRow, RepositoryRow } from './catalogue.ts';
import { isOwner, teamOwns } from './effective-access.ts';
import { ranksOfAccount, ranksOfTeam, type Rank } from './matrix-ranks.ts';
import { numberOf, rankIn } from './team-edges.ts';

export type MatrixOrder = 'similarity' | 'name';
export type MatrixRow = { type: 'account'; account: AccountRow } | { type: 'team'; team: IndexedTeam };

export interface MatrixCluster {
  /** Null: what belongs to no team. */
  team: IndexedTeam | null;
  /** Place of its first row or column, and how many it has. */
  from: number;
  size: number;
}
export interface MatrixLine {
  ranks: Rank[];
  /** Columns in which the row reaches out of its cluster. */
  outside: number[];
}

/** A cell reaches outside where fewer than this share of the row's cluster have it. */
const USUAL_SHARE = 0.5;

export class Matrix {
  readonly columns: readonly RepositoryRow[];
  readonly columnClusters: readonly MatrixCluster[];
  readonly rows: readonly MatrixRow[];
  readonly rowClusters: readonly MatrixCluster[];
  /** Who owns the organization and so holds everything: no rows of their own. */
  readonly owners: readonly AccountRow[];
  readonly #index: AccessIndex;
  readonly #organization: string;
  readonly #columnAt: ReadonlyMap<number, number>;
  readonly #homeOfColumn: readonly (IndexedTeam | null)[];
  readonly #homeOfRow: readonly (IndexedTeam | null)[];
  /** Per cluster, how many of its people have what. */
  #usual: ReadonlyMap<IndexedTeam | null, ReadonlyMap<number, number>> | undefined;

  constructor(index: AccessIndex, organization: string, of: 'people' | 'teams', order: MatrixOrder) {
    this.#index = index;
    this.#organization = organization;
    const teams = [...index.teams.values()].filter(
      ({ document }) => document.organization === organization && !teamOwns(document),
    );
    const homes = homesOf(index, organization, teams);
    const places = placesOf(teams, homes);
    const bySimilarity = order === 'similarity';
    const placed = <T>(items: readonly T[], homeOf: (item: T) => IndexedTeam | null, nameOf: (item: T) => string) =>
      items
        .map((item) => ({ item, home: bySimilarity ? homeOf(item) : null, name: nameOf(item) }))
        .sort((a, b) => placeOf(places, a.home) - placeOf(places, b.home) || compareText(a.name, b.name));

    const columns = placed(
      index.repositoriesOf(organization),
      ({ number }) => homes.get(number) ?? null,
      ({ name }) => name,
    );
    this.columns = columns.map(({ item }) => item);
    this.#homeOfColumn = columns.map(({ home }) => home);
    this.columnClusters = clustersOf(this.#homeOfColumn);
    this.#columnAt = new Map(this.columns.map(({ number }, at) => [number, at]));

    const members = membersOf(index, organization, teams);
    const owning = new Set([...index.teams.values()].filter(({ document }) => teamOwns(document)));
    const owns = (account: AccountRow) =>
      isOwner(account, organization) ||
      index.teamsOf(account.number).some((team) => owning.has(team) && team.document.organization === organization);
    this.owners = members.filter(owns).sort((a, b) => compareText(shownName(a), shownName(b)));
    const sizes = new Map<IndexedTeam, number>();
    for (const home of homes.values()) sizes.set(home, (sizes.get(home) ?? 0) + 1);
    const rows =
      of === 'people'
        ? placed(
            members.filter((account) => !owns(account)),
            (account) => homeOfAccount(index, account, organization, sizes),
            shownName,
          ).map(({ item, home }) => ({ row: { type: 'account' as const, account: item }, home }))
        : placed(
            teams,
            (team) => team,
            ({ document }) => document.name,
          ).map(({ item }) => ({ row: { type: 'team' as const, team: item }, home: null }));
    this.rows = rows.map(({ row }) => row);
    this.#homeOfRow = rows.map(({ home }) => home);
    this.rowClusters = clustersOf(this.#homeOfRow);
  }

  /** One row's cells, column by column. */
  line(at: number): MatrixLine {
    const ranks: Rank[] = new Array<Rank>(this.columns.length).fill(0);
    const row = this.rows[at];
    if (!row) return { ranks, outside: [] };
    const held =
      row.type === 'team' ? ranksOfTeam(this.#index, row.team) : ranksOfAccount(this.#index, row.account, this.#organization);
    for (const [number, rank] of held) {
      const column = this.#columnAt.get(number);
      if (column !== undefined) ranks[column] = rank;
    }
    return { ranks, outside: this.#outside(at) };
  }

  /** How many grants reach into each cluster from outside it, in the order of the clusters; clusters without any are left out. */
  outsiders(): { team: IndexedTeam; count: number; first: { row: number; column: number } }[] {
    const found = new Map<IndexedTeam, { count: number; first: { row: number; column: number } }>();
    for (let row = 0; row < this.rows.length; row += 1) {
      for (const column of this.#outside(row)) {
        const team = this.#homeOfColumn[column];
        if (!team) continue;
        const before = found.get(team);
        found.set(team, before ? { ...before, count: before.count + 1 } : { count: 1, first: { row, column } });
      }
    }
    return [...found].map(([team, { count, first }]) => ({ team, count, first }));
  }

  /** What a row has through teams, on private repositories of other clusters, where its own cluster mostly has not. */
  #outside(at: number): number[] {
    const row = this.rows[at];
    const home = this.#homeOfRow[at];
    if (row?.type !== 'account' || !home) return [];
    const cluster = this.rowClusters.find(({ team }) => team === home);
    if (!cluster) return [];
    this.#usual ??= this.#countUsual();
    const usual = this.#usual.get(home);
    const columns: number[] = [];
    for (const number of throughTeams(this.#index, row.account, this.#organization)) {
      const column = this.#columnAt.get(number);
      if (column === undefined) continue;
      const other = this.#homeOfColumn[column];
      if (other && other !== home && cluster.size > 1 && (usual?.get(number) ?? 0) <= cluster.size * USUAL_SHARE)
        columns.push(column);
    }
    return columns.sort((a, b) => a - b);
  }

  #countUsual(): Map<IndexedTeam | null, Map<number, number>> {
    const counts = new Map<IndexedTeam | null, Map<number, number>>();
    for (const [at, row] of this.rows.entries()) {
      if (row.type !== 'account') continue;
      const home = this.#homeOfRow[at] ?? null;
      const of = counts.get(home) ?? new Map<number, number>();
      counts.set(home, of);
      for (const number of throughTeams(this.#index, row.account, this.#organization))
        of.set(number, (of.get(number) ?? 0) + 1);
    }
    return counts;
  }
}

export const shownName = ({ fullName, username }: AccountRow): string => (fullName === '' ? username : fullName);

/** Private repositories that an account has through teams: what everybody has says nothing about anybody. */
function throughTeams(index: AccessIndex, account: AccountRow, organization: string): Set<number> {
  const numbers = new Set<number>();
  for (const team of index.teamsOf(account.number)) {
    if (team.document.organization !== organization) continue;
    for (const value of index.edges.team(team.slot).holds) {
      const number = numberOf(value);
      if (index.repositories.get(number)?.private) numbers.add(number);
    }
  }
  return numbers;
}

/** Repository number → the team whose it is: of those that hold the most on it the one whose people and repositories make the largest block. */
function homesOf(index: AccessIndex, organization: string, teams: readonly IndexedTeam[]): Map<number, IndexedTeam> {
  const homes = new Map<number, { team: IndexedTeam; rank: number; block: number }>();
  const all = index.repositoriesOf(organization).length;
  const inOrder = teams.toSorted((a, b) => compareText(a.document.name, b.document.name));
  for (const team of inOrder) {
    const { holds, members } = index.edges.team(team.slot);
    const written = holds.filter((value) => rankIn(value) > 1).length;
    // A team that writes nearly everything is a team of everybody: nothing is its own while somebody else writes it, too.
    const block = written > all / 2 ? 0 : members.length * (written === 0 ? holds.length : written);
    for (const value of holds) {
      const number = numberOf(value);
      if (index.repositories.get(number)?.organization !== organization) continue;
      const best = homes.get(number);
      // Whoever writes lives there; whether they also administer is no reason to move.
      const rank = Math.min(rankIn(value), 2);
      if (!best || rank > best.rank || (rank === best.rank && block > best.block)) homes.set(number, { team, rank, block });
    }
  }
  return new Map([...homes].map(([number, { team }]) => [number, team]));
}

/** The team of an account that has the most repositories of its own; of equals the first by name. */
function homeOfAccount(
  index: AccessIndex,
  account: AccountRow,
  organization: string,
  sizes: ReadonlyMap<IndexedTeam, number>,
): IndexedTeam | null {
  const own = index
    .teamsOf(account.number)
    .filter(({ document }) => document.organization === organization)
    .toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || compareText(a.document.name, b.document.name));
  return own[0] ?? null;
}

/** The order of clusters, the same on both axes so that blocks lie on the diagonal: each is followed by whoever shares most with it. */
function placesOf(teams: readonly IndexedTeam[], homes: ReadonlyMap<number, IndexedTeam>): ReadonlyMap<IndexedTeam, number> {
  const sizes = new Map<IndexedTeam, number>();
  for (const home of homes.values()) sizes.set(home, (sizes.get(home) ?? 0) + 1);
  const rest = new Set(
    teams.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || compareText(a.document.name, b.document.name)),
  );
  // Shared members, looked up from each member: pairs of teams that share nobody cost nothing.
  const teamsOfMember = new Map<number, IndexedTeam[]>();
  for (const team of rest) {
    for (const member of team.members) {
      const list = teamsOfMember.get(member);
      if (list) list.push(team);
      else teamsOfMember.set(member, [team]);
    }
  }
  const places = new Map<IndexedTeam, number>();
  let [last] = rest;
  while (last) {
    places.set(last, places.size);
    rest.delete(last);
    const shared = new Map<IndexedTeam, number>();
    for (const member of last.members)
      for (const other of teamsOfMember.get(member) ?? []) if (rest.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1);
    let next: IndexedTeam | undefined;
    for (const [other, count] of shared) if (!next || count > (shared.get(next) ?? 0)) next = other;
    last = next ?? first(rest);
  }
  return places;
}

const first = <T>(items: Iterable<T>): T | undefined => {
  for (const item of items) return item;
  return undefined;
};

/** Accounts of an organization, and who is in its teams without a role in it. */
function membersOf(index: AccessIndex, organization: string, teams: readonly IndexedTeam[]): AccountRow[] {
  const members = new Set(index.accountsOf(organization));
  for (const team of teams) {
    for (const number of team.members) {
      const account = index.accounts.get(number);
      if (account) members.add(account);
    }
  }
  return [...members];
}

function clustersOf(homes: readonly (IndexedTeam | null)[]): MatrixCluster[] {
  const clusters: MatrixCluster[] = [];
  for (const [at, team] of homes.entries()) {
    const last = clusters.at(-1);
    if (last && last.team === team) last.size += 1;
    else clusters.push({ team, from: at, size: 1 });
  }
  return clusters;
}

/** What has no home comes last. */
const placeOf = (places: ReadonlyMap<IndexedTeam, number>, home: IndexedTeam | null): number =>
  (home && places.get(home)) ?? places.size;
const compareText = (a: string, b: string): number => {
  const [one, two] = [a.toLowerCase(), b.toLowerCase()];
  return one < two ? -1 : one > two ? 1 : 0;
};
