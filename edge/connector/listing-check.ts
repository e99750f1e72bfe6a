// Whether what teams' lists say is what repositories say of teams: the answers of the repositories that were asked one by one, and what
// does not agree with them.
import type { RepositoryPermission, TeamPermission } from '../hub/normalise.ts';
import type { Suspect, TeamProgress } from './reading-state.ts';

/** Permissions on one repository, by team. */
type Grants = ReadonlyMap<number, string>;

/** More differences than these are no coincidence, and not worth a second look. */
const SUSPECTS_MAX = 10;

export interface CheckFacts {
  teams: ReadonlyMap<number, TeamProgress>;
  /** What a team's list says, as it is staged. */
  listOf: (team: number) => readonly TeamPermission[];
}

export class ListingCheck {
  readonly #facts: CheckFacts;
  /** By the name of the repository; null where it did not answer. */
  readonly #samples = new Map<string, Grants | null>();
  suspects: readonly Suspect[] = [];

  constructor(facts: CheckFacts) {
    this.#facts = facts;
  }

  /** These will be asked. */
  expect(repositories: readonly string[]): void {
    for (const name of repositories) this.#samples.set(name, null);
  }

  answered(repository: string, grants: readonly RepositoryPermission[] | null): void {
    this.#samples.set(repository, grants && new Map(grants));
  }

  /** No repository answered: there is nothing to check against. */
  get isEmpty(): boolean {
    return [...this.#samples.values()].every((grants) => grants === null);
  }

  /** Teams that hold something on a repository that was asked. */
  get namedTeams(): Set<number> {
    return new Set([...this.#samples.values()].flatMap((grants) => [...(grants?.keys() ?? [])]));
  }

  /** Differences are too many to be changes of a moment. */
  get isHopeless(): boolean {
    return this.suspects.length > SUSPECTS_MAX;
  }

  /** Compares all lists that are whole with all that was answered. */
  compare(): void {
    const suspects: Suspect[] = [];
    for (const team of this.#facts.teams.values()) {
      if (team.isOwners || team.listing !== 'whole') continue;
      const listed = new Map(this.#facts.listOf(team.hubId));
      for (const [repository, grants] of this.#samples) {
        if (grants && grants.get(team.hubId) !== listed.get(repository)) suspects.push({ team: team.hubId, repository });
      }
    }
    this.suspects = suspects;
  }

  /** A list that came later may name a repository that does not name the team. */
  compareRows(team: number, rows: readonly TeamPermission[]): void {
    const suspects: Suspect[] = [];
    for (const [repository, permission] of rows) {
      const grants = this.#samples.get(repository);
      if (grants && grants.get(team) !== permission) suspects.push({ team, repository });
    }
    if (suspects.length > 0) this.suspects = [...this.suspects, ...suspects];
  }
}
