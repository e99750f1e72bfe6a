// From "which page of which list" to a request, and from the answer to what is staged.
import { err, ok, type Result } from '#domain/result.ts';
import { hubRequest, type HubRequest, type RequestFault } from '../hub/operations.ts';
import * as normalise from '../hub/normalise.ts';
import type { Listed, UnknownShape } from '../hub/normalise.ts';
import { PAGE_SIZE } from './paged-list.ts';
import type { Asking, Decisions } from './reading-state.ts';
import type { StagedKind, StagedRows, StagedState } from './staging.ts';

export interface AskedOf {
  baseUrl: string;
  organization: string;
  /** Name of a team by its number: the routes know teams by name only. */
  teamName: (number: number) => string | undefined;
  decisions: Decisions;
}

/** The request for one page. */
export function requestFor({ kind, subject, page }: Asking, of: AskedOf): Result<HubRequest, RequestFault> {
  const { baseUrl, organization } = of;
  const query = { page, page_size: PAGE_SIZE };
  const team = of.teamName(Number(subject)) ?? '';
  switch (kind) {
    case 'organizations':
      return hubRequest(baseUrl, 'organizationsOfCaller', {}, query);
    case 'members':
      return hubRequest(baseUrl, 'members', { organization }, query);
    case 'teams':
      return hubRequest(baseUrl, 'teams', { organization }, query);
    case 'team_members':
      return hubRequest(baseUrl, 'teamMembers', { organization, team }, query);
    case 'repositories':
      // By name: in any other order a push moves rows from page to page.
      return hubRequest(baseUrl, 'repositories', { organization }, { ...query, ordering: 'name' });
    case 'team_repositories':
      return hubRequest(baseUrl, 'teamRepositories', { organization, team }, query);
    case 'repository_teams': {
      const form = of.decisions.form ?? of.decisions.formTried;
      const operation = form === 'legacy' ? 'repositoryTeamsOldWay' : 'repositoryTeams';
      return hubRequest(baseUrl, operation, { organization, repository: subject }, query);
    }
    case 'invites':
      return hubRequest(baseUrl, 'invites', { organization });
    case 'tokens':
      return hubRequest(baseUrl, 'tokens', { organization }, query);
    case 'activity':
      // Whether it may be read, no more: nothing is kept of it yet.
      return hubRequest(baseUrl, 'activity', { organization }, { page: 1, page_size: 1 });
  }
}

/** Routes that are documented nowhere, or not for every credential: that they are not there is an answer, not a fault. */
const MAY_BE_ABSENT: ReadonlySet<StagedKind> = new Set([
  'team_repositories',
  'repository_teams',
  'activity',
  'tokens',
  'invites',
]);
export const mayBeAbsent = (kind: StagedKind): boolean => MAY_BE_ABSENT.has(kind);

const READERS: { [K in StagedKind]: (body: unknown, organization: string) => Result<Listed<StagedRows[K]>, UnknownShape> } = {
  organizations: normalise.organizationsPage,
  members: normalise.membersPage,
  teams: normalise.teamsPage,
  team_members: normalise.teamMembersPage,
  repositories: normalise.repositoriesPage,
  team_repositories: normalise.teamRepositoriesPage,
  repository_teams: normalise.repositoryTeamsPage,
  invites: normalise.invitesPage,
  tokens: normalise.tokensPage,
  activity: normalise.activityPage,
};

export interface ReadPage<K extends StagedKind> {
  state: StagedState;
  total: number | null;
  rows: StagedRows[K][];
}

const nothing = (state: StagedState): ReadPage<never> => ({ state, total: null, rows: [] });
export const absentPage = nothing('absent');
export const missingPage = nothing('missing');

/**
 * What an answer means for a list. A refusal and a "not found" are answers; a shape that is not known is one only where the route
 * itself is a guess, and stops the run everywhere else.
 */
export function readPage<K extends StagedKind>(
  kind: K,
  organization: string,
  status: number,
  body: unknown,
): Result<ReadPage<K>, { what: string }> {
  if (status === 403 || status === 401) return ok(nothing('forbidden'));
  if (status === 404) return ok(nothing('missing'));
  if (status !== 200) return mayBeAbsent(kind) ? ok(nothing('absent')) : err({ what: `status ${status}` });

  const page = READERS[kind](body, organization);
  if (page.ok) return ok({ state: 'read', total: page.value.total, rows: page.value.rows });
  const isGuess = kind === 'team_repositories' || kind === 'repository_teams';
  return isGuess ? ok(nothing('unknown_shape')) : err({ what: `${kind.replace('_', ' ')}: ${page.error.where}` });
}
