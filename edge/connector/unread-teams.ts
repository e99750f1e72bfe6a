// Walks through the teams whose repositories were not listed yet, in the order in which the list of teams has them.
import type { TeamProgress } from './reading-state.ts';

export class UnreadTeams {
  readonly #teams: ReadonlyMap<number, TeamProgress>;
  #order: TeamProgress[] = [];
  #at = 0;

  constructor(teams: ReadonlyMap<number, TeamProgress>) {
    this.#teams = teams;
  }

  /** The number of the next one that is not being asked for; null when there is none. */
  next(isAsked: (team: number) => boolean): number | null {
    if (this.#order.length !== this.#teams.size) this.startOver();
    for (; this.#at < this.#order.length; this.#at += 1) {
      const team = this.#order[this.#at];
      if (team && !team.isOwners && team.listing === 'unread' && !isAsked(team.hubId)) return team.hubId;
    }
    return null;
  }

  /** One of them is unread again, or there are others now. */
  startOver(): void {
    this.#order = [...this.#teams.values()];
    this.#at = 0;
  }
}
