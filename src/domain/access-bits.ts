// Everybody's effective access at once: a bitset of repositories for each team and level, or-ed for each account. Equal to
// `effectiveAccess` pair by pair (what differs is only how fast), for as long as the bitsets stay small.
import type { AccessIndex } from './access-index.ts';
import type { AccountRow } from './catalogue.ts';
import { isOwner, teamOwns } from './effective-access.ts';
import { numberOf, rankIn } from './team-edges.ts';

/** Above this the bitsets of the teams would weigh more than they save. */
const BYTES_MAX = 48 * 1024 * 1024;
const WORD_BITS = 32;
const LEVELS = 3;

/** What an account can do on how many repositories, each counted at its strongest level. */
export interface CountsOfAll {
  /** By account number: owner, admin, write, read, four numbers an account. */
  counts: Uint32Array;
}

/** Whether an index is small enough for bitsets. */
export const fitsBits = (index: AccessIndex): boolean => {
  const words = wordsFor(largest(index.repositories.keys()));
  return index.slots * LEVELS * words * 4 <= BYTES_MAX;
};

export class AccessBits {
  readonly #index: AccessIndex;
  readonly #words: number;
  /** For each team read, write, admin one after the other, each cumulative: who writes also reads. */
  readonly #ofTeam: Uint32Array;
  readonly #ofOrganization = new Map<string, { all: Uint32Array; open: Uint32Array }>();
  readonly #read: Uint32Array;
  readonly #write: Uint32Array;
  readonly #admin: Uint32Array;

  constructor(index: AccessIndex) {
    this.#index = index;
    this.#words = wordsFor(largest(index.repositories.keys()));
    this.#ofTeam = new Uint32Array(index.slots * LEVELS * this.#words);
    this.#read = new Uint32Array(this.#words);
    this.#write = new Uint32Array(this.#words);
    this.#admin = new Uint32Array(this.#words);
    for (const { organization, number, private: isPrivate } of index.repositories.values()) {
      const of = this.#ofOrganization.get(organization) ?? { all: this.#empty(), open: this.#empty() };
      this.#ofOrganization.set(organization, of);
      set(of.all, 0, number);
      if (!isPrivate) set(of.open, 0, number);
    }
    for (const team of index.teams.values()) this.#fill(team.slot, team.document.organization);
  }

  /** Counts every account. */
  countAll(): CountsOfAll {
    const counts = new Uint32Array((largest(this.#index.accounts.keys()) + 1) * 4);
    for (const account of this.#index.accounts.values()) this.#count(account, counts, account.number * 4);
    return { counts };
  }

  /** The repositories of one account by level, as bits; good until the next question. */
  of(account: AccountRow): { read: Uint32Array; write: Uint32Array; admin: Uint32Array } {
    this.#gather(account);
    return { read: this.#read, write: this.#write, admin: this.#admin };
  }

  #count(account: AccountRow, counts: Uint32Array, at: number): void {
    const owned = this.#gather(account);
    const [read, write, admin] = [this.#read, this.#write, this.#admin];
    let [reads, writes, admins] = [0, 0, 0];
    for (let word = 0; word < read.length; word += 1) {
      const bits = read[word] ?? 0;
      if (bits === 0) continue;
      reads += popcount(bits);
      writes += popcount(write[word] ?? 0);
      admins += popcount(admin[word] ?? 0);
    }
    counts[at] = owned;
    counts[at + 1] = admins - owned;
    counts[at + 2] = writes - admins;
    counts[at + 3] = reads - writes;
  }

  /** Ors what an account has into the three scratch sets. Answers how many repositories it has by owning. */
  #gather(account: AccountRow): number {
    const [read, write, admin, words, ofTeam] = [this.#read, this.#write, this.#admin, this.#words, this.#ofTeam];
    read.fill(0);
    write.fill(0);
    admin.fill(0);
    const { ofAccount } = this.#index.edges;
    const from = ofAccount.start(account.number);
    const slots = from < 0 ? ofAccount.row(account.number) : ofAccount.values;
    const [first, end] = from < 0 ? [0, slots.length] : [from, ofAccount.end(account.number)];
    let owned = 0;
    let owning: Set<string> | undefined;
    for (let at = first; at < end; at += 1) {
      const slot = slots[at] ?? 0;
      const base = slot * LEVELS * words;
      for (let word = 0; word < words; word += 1) {
        const bits = ofTeam[base + word] ?? 0;
        if (bits === 0) continue;
        read[word] = (read[word] ?? 0) | bits;
        write[word] = (write[word] ?? 0) | (ofTeam[base + words + word] ?? 0);
        admin[word] = (admin[word] ?? 0) | (ofTeam[base + 2 * words + word] ?? 0);
      }
      const team = this.#index.teamAt(slot);
      if (team && teamOwns(team.document)) (owning ??= new Set()).add(team.document.organization);
    }
    for (const organization in account.roles) {
      if (isOwner(account, organization)) (owning ??= new Set()).add(organization);
      else {
        const open = this.#ofOrganization.get(organization)?.open;
        if (open) for (let word = 0; word < words; word += 1) read[word] = (read[word] ?? 0) | (open[word] ?? 0);
      }
    }
    for (const organization of owning ?? []) {
      const all = this.#ofOrganization.get(organization)?.all;
      if (!all) continue;
      for (let word = 0; word < words; word += 1) {
        const bits = all[word] ?? 0;
        read[word] = (read[word] ?? 0) | bits;
        write[word] = (write[word] ?? 0) | bits;
        admin[word] = (admin[word] ?? 0) | bits;
        owned += popcount(bits);
      }
    }
    return owned;
  }

  #fill(slot: number, organization: string): void {
    const words = this.#words;
    const base = slot * LEVELS * words;
    const all = this.#ofOrganization.get(organization)?.all;
    if (!all) return;
    for (const value of this.#index.edges.team(slot).holds) {
      const number = numberOf(value);
      // A team holds what is in its own organization, and what is still there.
      if (((all[number >>> 5] ?? 0) & (1 << (number & 31))) === 0) continue;
      for (let level = 0; level < rankIn(value); level += 1) set(this.#ofTeam, base + level * words, number);
    }
  }

  #empty(): Uint32Array {
    return new Uint32Array(this.#words);
  }
}

const wordsFor = (largestNumber: number): number => Math.ceil((largestNumber + 1) / WORD_BITS);
const largest = (numbers: Iterable<number>): number => {
  let most = -1;
  for (const number of numbers) if (number > most) most = number;
  return most;
};
const set = (words: Uint32Array, base: number, number: number): void => {
  const at = base + (number >>> 5);
  words[at] = (words[at] ?? 0) | (1 << (number & 31));
};

/** How many bits of a word are set. */
export function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
