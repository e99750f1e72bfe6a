// How many hold which level: on a repository the accounts, for an account the repositories. Counted over numbers alone, without the
// paths, so that 20,000 repositories are counted in a blink; equal to counting `effectiveAccess` pair by pair.
import { AccessBits, fitsBits } from './access-bits.ts';
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import type { AccountRow, RepositoryRow } from './catalogue.ts';
import { LEVELS, rankOf } from './catalogue-words.ts';
import { isOwner, teamOwns } from './effective-access.ts';
import type { IndexChange } from './index-change.ts';

/** Each counted at its strongest level. `owner` is admin by owning the organization. */
export interface LevelCounts {
  owner: number;
  admin: number;
  write: number;
  read: number;
  total: number;
}
export interface RepositoryExposure extends LevelCounts {
  /** Of all who have access, those whose e-mail is outside the organization's verified domains. */
  guests: number;
}

const READ_RANK = rankOf('read');
const OWNER_RANK = LEVELS.length + 1;
const COUNTED_AT_ONCE = 500;

/** Whether being in the team is owning the organization. */
export const teamGivesOwner = ({ document }: IndexedTeam): boolean => teamOwns(document);

/** Counts of one connector's index. Each answer is worked out when it is first asked for, and kept. */
export class Exposure {
  readonly #index: AccessIndex;
  #accounts: Tally;
  #repositories: Tally;
  readonly #owners = new Map<string, number[]>();
  readonly #guests = new Map<string, number[]>();
  readonly #public = new Map<string, number[]>();
  #membersOfTeam = new WeakMap<IndexedTeam, number[]>();
  #heldByTeam = new WeakMap<IndexedTeam, Held>();
  readonly #ofRepository = new Map<number, RepositoryExposure>();
  readonly #ofAccount = new Map<number, LevelCounts>();
  #largest: number | undefined;

  constructor(index: AccessIndex) {
    this.#index = index;
    this.#accounts = new Tally(index.accounts.keys());
    this.#repositories = new Tally(index.repositories.keys());
  }

  /** Forgets what a change has touched; everything else stays counted. */
  forget(change: IndexChange): void {
    if (change.everythingIn.size > 0) {
      this.#accounts = new Tally(this.#index.accounts.keys());
      this.#repositories = new Tally(this.#index.repositories.keys());
      this.#membersOfTeam = new WeakMap();
      this.#heldByTeam = new WeakMap();
      for (const kept of [this.#owners, this.#guests, this.#public, this.#ofRepository, this.#ofAccount]) kept.clear();
    } else {
      for (const number of change.accounts) this.#ofAccount.delete(number);
      for (const number of change.repositories) this.#ofRepository.delete(number);
    }
    if (change.everythingIn.size > 0 || change.repositories.size > 0) this.#largest = undefined;
  }

  /** Counts every account that is not counted yet, all of them at once where that is quicker. */
  countAccounts(): void {
    if (this.#ofAccount.size > this.#index.accounts.size / 2 || !fitsBits(this.#index)) return;
    const { counts } = new AccessBits(this.#index).countAll();
    for (const { number } of this.#index.accounts.values()) {
      const [owner = 0, admin = 0, write = 0, read = 0] = counts.subarray(number * 4, number * 4 + 4);
      this.#ofAccount.set(number, { owner, admin, write, read, total: owner + admin + write + read });
    }
  }

  /** How many accounts have which level on a repository. */
  ofRepository(repository: RepositoryRow): RepositoryExposure {
    const kept = this.#ofRepository.get(repository.number);
    if (kept) return kept;
    const { organization } = repository;
    const tally = this.#accounts.begin();
    for (const number of this.#ownersOf(organization)) tally.raise(number, OWNER_RANK);
    for (const { team, rank } of this.#index.permissionsOn(repository.number)) {
      if (team.document.organization !== organization) continue;
      for (const number of this.#members(team)) tally.raise(number, rank);
    }
    if (!repository.private) for (const { number } of this.#index.accountsOf(organization)) tally.raise(number, READ_RANK);

    const guests = this.#guestsOf(organization).filter((number) => tally.has(number)).length;
    const counts = { ...tally.counts(), guests };
    this.#ofRepository.set(repository.number, counts);
    return counts;
  }

  /** How many repositories an account has which level on. */
  ofAccount(account: AccountRow): LevelCounts {
    const kept = this.#ofAccount.get(account.number);
    if (kept) return kept;
    const tally = this.#repositories.begin();
    const ownAll = (organization: string) => {
      for (const { number } of this.#index.repositoriesOf(organization)) tally.raise(number, OWNER_RANK);
    };
    for (const organization of Object.keys(account.roles)) {
      if (isOwner(account, organization)) ownAll(organization);
      else for (const number of this.#publicOf(organization)) tally.raise(number, READ_RANK);
    }
    for (const team of this.#index.teamsOf(account.number)) {
      if (teamGivesOwner(team)) ownAll(team.document.organization);
      const { numbers, ranks } = this.#holds(team);
      for (let at = 0; at < numbers.length; at += 1) tally.raise(numbers[at] ?? 0, ranks[at] ?? 0);
    }
    const counts = tally.counts();
    this.#ofAccount.set(account.number, counts);
    return counts;
  }

  /**
   * The most accounts that any private repository has: what a bar's length is measured against. A public one has everybody, which
   * would leave nothing to see of the others. Undefined until all are counted.
   */
  get largestRepository(): number | undefined {
    return this.#largest;
  }

  /** Counts every repository, pausing now and then for whoever has something better to do. */
  *countRepositories(): Generator<void, number> {
    if (this.#largest !== undefined) return this.#largest;
    let largest = 0;
    let done = 0;
    for (const repository of this.#index.repositories.values()) {
      const { total } = this.ofRepository(repository);
      if (repository.private) largest = Math.max(largest, total);
      done += 1;
      if (done % COUNTED_AT_ONCE === 0) yield;
    }
    this.#largest = largest;
    return largest;
  }

  /** Owners by their role, and by being in a team that owns. */
  #ownersOf(organization: string): number[] {
    return keep(this.#owners, organization, () => {
      const teams = [...this.#index.teams.values()].filter((team) => team.document.organization === organization);
      const byRole = this.#index.accountsOf(organization).filter((account) => isOwner(account, organization));
      const byTeam = teams.filter(teamGivesOwner).flatMap((team) => this.#members(team));
      return [...new Set([...byRole.map(({ number }) => number), ...byTeam])];
    });
  }

  #guestsOf(organization: string): number[] {
    return keep(this.#guests, organization, () =>
      this.#index.accountsOf(organization).flatMap(({ number, guestOf }) => (guestOf?.includes(organization) ? [number] : [])),
    );
  }

  #publicOf(organization: string): number[] {
    return keep(this.#public, organization, () =>
      this.#index.repositoriesOf(organization).flatMap(({ number, private: isPrivate }) => (isPrivate ? [] : [number])),
    );
  }

  #members(team: IndexedTeam): number[] {
    return keep(this.#membersOfTeam, team, () => team.members.filter((number) => this.#index.accounts.has(number)));
  }

  #holds(team: IndexedTeam): Held {
    return keep(this.#heldByTeam, team, () => {
      const held: Held = { numbers: [], ranks: [] };
      for (const [number, rank] of team.ranks) {
        if (this.#index.repositories.get(number)?.organization !== team.document.organization) continue;
        held.numbers.push(number);
        held.ranks.push(rank);
      }
      return held;
    });
  }
}

interface Held {
  numbers: number[];
  ranks: number[];
}

function keep<K, V>(map: { get: (key: K) => V | undefined; set: (key: K, value: V) => unknown }, key: K, make: () => V): V {
  const kept = map.get(key);
  if (kept !== undefined) return kept;
  const made = make();
  map.set(key, made);
  return made;
}

/** The strongest rank of each number, on one board that is wiped instead of made anew. */
class Tally {
  readonly #ranks: Uint8Array;
  #touched: number[] = [];

  constructor(numbers: Iterable<number>) {
    let largest = -1;
    for (const number of numbers) largest = Math.max(largest, number);
    this.#ranks = new Uint8Array(largest + 1);
  }

  begin(): this {
    for (const number of this.#touched) this.#ranks[number] = 0;
    this.#touched = [];
    return this;
  }

  raise(number: number, rank: number): void {
    const before = this.#ranks[number] ?? 0;
    if (before === 0) this.#touched.push(number);
    if (rank > before) this.#ranks[number] = rank;
  }

  counts(): LevelCounts {
    const byRank = [0, 0, 0, 0, 0];
    for (const number of this.#touched) {
      const rank = this.#ranks[number] ?? 0;
      byRank[rank] = (byRank[rank] ?? 0) + 1;
    }
    const [, read = 0, write = 0, admin = 0, owner = 0] = byRank;
    return { owner, admin, write, read, total: this.#touched.length };
  }

  has(number: number): boolean {
    return (this.#ranks[number] ?? 0) > 0;
  }
}
