// How many hold which level: on a repository the accounts, for an account the repositories. Counted over sets of bits, so that an
// organization of 20,000 repositories is counted in a blink; equal to counting `effectiveAccess` pair by pair.
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import { rankOf, roleSlug, type AccountRow, type RepositoryRow } from './catalogue.ts';
import { isOwner } from './effective-access.ts';

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

type Bits = Uint32Array;
interface BitsByRank {
  read: Bits;
  write: Bits;
  admin: Bits;
}

const OWNERS_TEAM = 'owners';

/** Whether being in the team is owning the organization. */
export const teamGivesOwner = ({ document }: IndexedTeam): boolean =>
  document.name === OWNERS_TEAM || roleSlug(document.role ?? '') === 'owner';

/** Counts of one connector's index. Each answer is worked out when it is first asked for, and kept. */
export class Exposure {
  readonly #index: AccessIndex;
  readonly #accountWords: number;
  readonly #repositoryWords: number;
  readonly #membersOfTeam = new Map<IndexedTeam, Bits>();
  readonly #repositoriesOfTeam = new Map<IndexedTeam, BitsByRank>();
  readonly #peopleOf = new Map<string, { owners: Bits; members: Bits; guests: Bits }>();
  readonly #repositoriesOf = new Map<string, { all: Bits; public: Bits }>();
  readonly #ofRepository = new Map<number, RepositoryExposure>();
  readonly #ofAccount = new Map<number, LevelCounts>();
  #largest: number | undefined;

  constructor(index: AccessIndex) {
    this.#index = index;
    this.#accountWords = wordsFor(index.accounts.keys());
    this.#repositoryWords = wordsFor(index.repositories.keys());
  }

  /** How many accounts have which level on a repository. */
  ofRepository(repository: RepositoryRow): RepositoryExposure {
    const kept = this.#ofRepository.get(repository.number);
    if (kept) return kept;
    const { owners, members, guests } = this.#people(repository.organization);
    const [read, write, admin] = [this.#accountBits(), this.#accountBits(), this.#accountBits()];
    if (!repository.private) unite(read, members);
    for (const { team, rank } of this.#index.permissionsOn(repository.number)) {
      if (team.document.organization !== repository.organization) continue;
      unite(rank >= rankOf('admin') ? admin : rank === rankOf('write') ? write : read, this.#members(team));
    }
    const counts = { ...countEach(owners, admin, write, read), guests: 0 };
    for (let word = 0; word < read.length; word += 1) {
      const anybody = at(owners, word) | at(admin, word) | at(write, word) | at(read, word);
      counts.guests += ones(anybody & at(guests, word));
    }
    this.#ofRepository.set(repository.number, counts);
    return counts;
  }

  /** How many repositories an account has which level on. */
  ofAccount(account: AccountRow): LevelCounts {
    const kept = this.#ofAccount.get(account.number);
    if (kept) return kept;
    const [read, write, admin, owner] = [
      this.#repositoryBits(),
      this.#repositoryBits(),
      this.#repositoryBits(),
      this.#repositoryBits(),
    ];
    for (const organization of Object.keys(account.roles)) {
      const { all, public: open } = this.#repositories(organization);
      unite(read, open);
      if (isOwner(account, organization)) unite(owner, all);
    }
    for (const team of this.#index.teamsOf(account.number)) {
      if (teamGivesOwner(team)) unite(owner, this.#repositories(team.document.organization).all);
      const held = this.#held(team);
      unite(read, held.read);
      unite(write, held.write);
      unite(admin, held.admin);
    }
    const counts = countEach(owner, admin, write, read);
    this.#ofAccount.set(account.number, counts);
    return counts;
  }

  /** The most accounts that any repository has: what a bar's length is measured against. */
  get largestRepository(): number {
    if (this.#largest === undefined) {
      this.#largest = 0;
      for (const repository of this.#index.repositories.values())
        this.#largest = Math.max(this.#largest, this.ofRepository(repository).total);
    }
    return this.#largest;
  }

  #accountBits = (): Bits => new Uint32Array(this.#accountWords);
  #repositoryBits = (): Bits => new Uint32Array(this.#repositoryWords);

  #members(team: IndexedTeam): Bits {
    const kept = this.#membersOfTeam.get(team);
    if (kept) return kept;
    const bits = this.#accountBits();
    for (const number of team.members) if (this.#index.accounts.has(number)) set(bits, number);
    this.#membersOfTeam.set(team, bits);
    return bits;
  }

  #held(team: IndexedTeam): BitsByRank {
    const kept = this.#repositoriesOfTeam.get(team);
    if (kept) return kept;
    const bits = { read: this.#repositoryBits(), write: this.#repositoryBits(), admin: this.#repositoryBits() };
    for (const [number, rank] of team.ranks) {
      if (this.#index.repositories.get(number)?.organization !== team.document.organization) continue;
      set(rank >= rankOf('admin') ? bits.admin : rank === rankOf('write') ? bits.write : bits.read, number);
    }
    this.#repositoriesOfTeam.set(team, bits);
    return bits;
  }

  #people(organization: string) {
    const kept = this.#peopleOf.get(organization);
    if (kept) return kept;
    const bits = { owners: this.#accountBits(), members: this.#accountBits(), guests: this.#accountBits() };
    for (const account of this.#index.accountsOf(organization)) {
      set(bits.members, account.number);
      if (isOwner(account, organization)) set(bits.owners, account.number);
      if (account.guestOf?.includes(organization)) set(bits.guests, account.number);
    }
    for (const team of this.#index.teams.values()) {
      if (team.document.organization === organization && teamGivesOwner(team)) unite(bits.owners, this.#members(team));
    }
    this.#peopleOf.set(organization, bits);
    return bits;
  }

  #repositories(organization: string) {
    const kept = this.#repositoriesOf.get(organization);
    if (kept) return kept;
    const bits = { all: this.#repositoryBits(), public: this.#repositoryBits() };
    for (const repository of this.#index.repositoriesOf(organization)) {
      set(bits.all, repository.number);
      if (!repository.private) set(bits.public, repository.number);
    }
    this.#repositoriesOf.set(organization, bits);
    return bits;
  }
}

const BITS = 32;

function wordsFor(numbers: Iterable<number>): number {
  let largest = -1;
  for (const number of numbers) largest = Math.max(largest, number);
  return Math.ceil((largest + 1) / BITS);
}

const at = (bits: Bits, word: number): number => bits[word] ?? 0;

function set(bits: Bits, number: number): void {
  const word = number >>> 5;
  bits[word] = at(bits, word) | (1 << (number & 31));
}

function unite(into: Bits, more: Bits): void {
  for (let word = 0; word < into.length; word += 1) into[word] = at(into, word) | at(more, word);
}

/** Set bits of a word (the usual parallel count). */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Counts each member once, at the first of the sets that has it. */
function countEach(owner: Bits, admin: Bits, write: Bits, read: Bits): LevelCounts {
  const counts = { owner: 0, admin: 0, write: 0, read: 0, total: 0 };
  for (let word = 0; word < owner.length; word += 1) {
    let above = at(owner, word);
    counts.owner += ones(above);
    counts.admin += ones(at(admin, word) & ~above);
    above |= at(admin, word);
    counts.write += ones(at(write, word) & ~above);
    above |= at(write, word);
    counts.read += ones(at(read, word) & ~above);
  }
  counts.total = counts.owner + counts.admin + counts.write + counts.read;
  return counts;
}
