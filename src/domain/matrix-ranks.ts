// What somebody holds on every repository at once, as ranks: the way in which two people, a person and a team, or today and a plan are
// laid side by side. Equal to `effectiveAccess` pair by pair, without the paths.
import type { AccessCatalogue } from './access-catalogue.ts';
import type { AccessIndex, IndexedTeam } from './access-index.ts';
import type { AccountRow } from './catalogue.ts';
import { rankOf } from './catalogue-words.ts';
import { isOwner, teamOwns } from './effective-access.ts';
import { repositoryId } from './ids.ts';
import { numberOf, rankIn } from './team-edges.ts';

/** 0 none, 1 read, 2 write, 3 admin, 4 admin by owning the organization. */
export type Rank = 0 | 1 | 2 | 3 | 4;
/** Repository number → rank above none. */
export type Ranks = Map<number, Rank>;

export const RANK_WORDS = ['No access', 'Read-only', 'Read & Write', 'Admin', 'Owner'] as const;
const OWNER: Rank = 4;

/** A rank out of a number that is known to be one. */
export const rank = (value: number): Rank => (value === 1 || value === 2 || value === 3 || value === 4 ? value : 0);

/** What an account can do, in every organization or in one. */
export function ranksOfAccount(index: AccessIndex, account: AccountRow, only?: string): Ranks {
  const ranks: Ranks = new Map();
  for (const organization of Object.keys(account.roles)) {
    if (only !== undefined && organization !== only) continue;
    if (isOwner(account, organization)) raiseAll(index, organization, ranks);
    else {
      for (const { number, private: isPrivate } of index.repositoriesOf(organization))
        if (!isPrivate) raise(ranks, number, rankOf('read'));
    }
  }
  for (const team of index.teamsOf(account.number)) {
    if (only === undefined || team.document.organization === only) addTeam(index, team, ranks);
  }
  return ranks;
}

/** What being in a team gives. */
export function ranksOfTeam(index: AccessIndex, team: IndexedTeam): Ranks {
  const ranks: Ranks = new Map();
  addTeam(index, team, ranks);
  return ranks;
}

/** Repository id → rank of an account wherever it was read, or of a team; null where the copy has neither under the id. */
export function ranksById(catalogue: AccessCatalogue, id: string): Map<string, Rank> | null {
  const team = catalogue.team(id);
  if (team) return named(team.place.index, ranksOfTeam(team.place.index, team.row));
  const at = catalogue.account(id);
  if (at.length === 0) return null;
  return new Map(at.flatMap(({ place, row }) => [...named(place.index, ranksOfAccount(place.index, row))]));
}

function named(index: AccessIndex, ranks: Ranks): Map<string, Rank> {
  const byId = new Map<string, Rank>();
  for (const [number, held] of ranks) {
    const row = index.repositories.get(number);
    if (row) byId.set(repositoryId(row.organization, row.name), held);
  }
  return byId;
}

function addTeam(index: AccessIndex, team: IndexedTeam, ranks: Ranks): void {
  const { organization } = team.document;
  if (teamOwns(team.document)) raiseAll(index, organization, ranks);
  for (const value of index.edges.team(team.slot).holds) {
    const number = numberOf(value);
    // A team holds what is in its own organization, and what is still there.
    if (index.repositories.get(number)?.organization === organization) raise(ranks, number, rankIn(value));
  }
}

function raiseAll(index: AccessIndex, organization: string, ranks: Ranks): void {
  for (const { number } of index.repositoriesOf(organization)) ranks.set(number, OWNER);
}

function raise(ranks: Ranks, number: number, to: number): void {
  if (to > (ranks.get(number) ?? 0)) ranks.set(number, rank(to));
}
