// Who is in which team, and which team holds what: both ways, as packed numbers. A team's number here is its slot, given for as long as
// the index lives; what it holds on a repository is in the lowest two bits of each value.
import type { TeamDocument } from './catalogue.ts';
import { LEVELS } from './catalogue-words.ts';
import { PackedRows } from './packed-rows.ts';

const RANK_BITS = 2;
export const RANK_MASK = (1 << RANK_BITS) - 1;
/** A number with the rank of a level beside it. */
export const ranked = (number: number, rank: number): number => (number << RANK_BITS) | rank;
export const numberOf = (value: number): number => value >>> RANK_BITS;
export const rankIn = (value: number): number => value & RANK_MASK;

/** What a team document says, packed: members ascending, and repositories ascending with their ranks. */
export interface PackedTeam {
  members: Uint32Array;
  holds: Uint32Array;
}

const NO_TEAM: PackedTeam = { members: new Uint32Array(0), holds: new Uint32Array(0) };

export function packTeam(document: TeamDocument): PackedTeam {
  const members = new Uint32Array(document.members.length);
  let member = 0;
  for (let at = 0; at < members.length; at += 1) {
    member += document.members[at] ?? 0;
    members[at] = member;
  }
  const holds = new Uint32Array(document.read.length + document.write.length + document.admin.length);
  let filled = 0;
  for (let level = 0; level < LEVELS.length; level += 1) {
    let repository = 0;
    for (const step of document[LEVELS[level] ?? 'read']) {
      repository += step;
      holds[filled] = ranked(repository, level + 1);
      filled += 1;
    }
  }
  holds.sort();
  return { members, holds: strongestOnly(holds) };
}

/** A repository that stands under two levels is held at the stronger one. */
function strongestOnly(holds: Uint32Array): Uint32Array {
  let kept = 0;
  for (let at = 0; at < holds.length; at += 1) {
    const value = holds[at] ?? 0;
    if (at + 1 < holds.length && numberOf(holds[at + 1] ?? 0) === numberOf(value)) continue;
    holds[kept] = value;
    kept += 1;
  }
  return kept === holds.length ? holds : holds.slice(0, kept);
}

/** What differs between two versions of a team. */
export interface TeamChange {
  joined: readonly number[];
  left: readonly number[];
  /** Repositories on which it holds something else now. */
  permissions: readonly number[];
}

export class TeamEdges {
  readonly #teams: PackedTeam[];
  /** Account number → slots of its teams. */
  readonly ofAccount: PackedRows;
  /** Repository number → slots of the teams that hold something, with the rank. */
  readonly ofRepository: PackedRows;

  private constructor(teams: PackedTeam[], ofAccount: PackedRows, ofRepository: PackedRows) {
    this.#teams = teams;
    this.ofAccount = ofAccount;
    this.ofRepository = ofRepository;
  }

  /** From the teams by slot. */
  static of(documents: readonly (TeamDocument | undefined)[]): TeamEdges {
    const teams = documents.map((document) => (document ? packTeam(document) : NO_TEAM));
    const above = (numbers: (team: PackedTeam) => number) => teams.reduce((most, team) => Math.max(most, numbers(team) + 1), 0);
    const accounts = above(({ members }) => members.at(-1) ?? -1);
    const repositories = above(({ holds }) => numberOf(holds.at(-1) ?? 0));
    return new TeamEdges(
      teams,
      PackedRows.filledBy(accounts, (add) => {
        for (let slot = 0; slot < teams.length; slot += 1) for (const member of teams[slot]?.members ?? []) add(member, slot);
      }),
      PackedRows.filledBy(repositories, (add) => {
        for (let slot = 0; slot < teams.length; slot += 1)
          for (const held of teams[slot]?.holds ?? []) add(numberOf(held), ranked(slot, rankIn(held)));
      }),
    );
  }

  team(slot: number): PackedTeam {
    return this.#teams[slot] ?? NO_TEAM;
  }

  /** Puts another version of a team into its slot, or with none takes it away. Answers what differs. */
  put(slot: number, document: TeamDocument | undefined): TeamChange {
    const before = this.team(slot);
    const after = document ? packTeam(document) : NO_TEAM;
    this.#teams[slot] = after;
    const joined: number[] = [];
    const left: number[] = [];
    const permissions: number[] = [];
    eachDifference(before.members, after.members, 0, (number, was, is) => {
      if (is === undefined) {
        left.push(number);
        this.ofAccount.remove(number, slot);
      } else if (was === undefined) {
        joined.push(number);
        this.ofAccount.put(number, slot);
      }
    });
    eachDifference(before.holds, after.holds, RANK_MASK, (value, _was, is) => {
      const number = numberOf(value);
      permissions.push(number);
      if (is === undefined) this.ofRepository.remove(number, ranked(slot, 0), RANK_MASK);
      else this.ofRepository.put(number, ranked(slot, rankIn(is)), RANK_MASK);
    });
    return { joined, left, permissions };
  }

  /** The same edges, whose changes do not reach these. */
  fork(): TeamEdges {
    return new TeamEdges([...this.#teams], this.ofAccount.fork(), this.ofRepository.fork());
  }
}

/** Walks two ascending lists; values that differ only in the bits of the mask are two versions of one. */
function eachDifference(
  before: Uint32Array,
  after: Uint32Array,
  mask: number,
  tell: (value: number, was: number | undefined, is: number | undefined) => void,
): void {
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    const was = before[b];
    const is = after[a];
    if (was !== undefined && is !== undefined && (was & ~mask) === (is & ~mask)) {
      if (was !== is) tell(is, was, is);
      b += 1;
      a += 1;
    } else if (is === undefined || (was !== undefined && was < is)) {
      tell(was ?? 0, was, undefined);
      b += 1;
    } else {
      tell(is, undefined, is);
      a += 1;
    }
  }
}
