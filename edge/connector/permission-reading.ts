// How the permissions of one organization are read: a list for each team where Docker Hub's undocumented route is there and tells the
// truth, else a list for each repository. The route is believed after a handful of repositories were asked one by one: what they say of
// every team must be what the teams say of them. It is checked in every run.
import type { RepositoryItem, RepositoryPermission, TeamPermission } from '../hub/normalise.ts';
import { ListingCheck } from './listing-check.ts';
import { chooseSamples } from './listing-samples.ts';
import { keyOf, PagedList, SilentPageSizes } from './paged-list.ts';
import type { Asking, Decisions, Suspect, TeamProgress } from './reading-state.ts';
import { RepositoryCursor } from './repository-cursor.ts';
import type { Staged, Staging } from './staging.ts';
import { RouteSpelling } from './route-spelling.ts';
import { UnreadTeams } from './unread-teams.ts';

/** So many calls more are spent on reading repository by repository, which needs no checking. */
const WORTH_CERTAINTY = 10;
/** Teams tried first: the route may be there and the first teams hold nothing. */
const FIRST_TEAMS = 5;
/** Repositories asked in vain before it is taken that this credential may ask none. */
const REFUSALS_MAX = 5;
/** Lists of teams from which is chosen what to ask: few enough to have cost little where they turn out to be wrong. */
const LISTS_TO_CHOOSE_FROM = 12;

export interface PermissionFacts {
  organization: string;
  /** Varies which repositories are asked. */
  seed: number;
  teams: Map<number, TeamProgress>;
  repositories: PagedList;
  /** Whether lists of teams are wanted even where lists of repositories are fewer: they name repositories that are hidden from us. */
  wantsTeamLists: () => boolean;
  staging: Staging;
  decisions: Decisions;
  decided: () => void;
}

/** `trying`: is there such a list at all? `confirming`: does it say what repositories say? */
type Phase = 'waiting' | 'trying' | 'confirming' | 'listing' | 'looking_again' | 'repositories' | 'done';

export class PermissionReading {
  readonly #facts: PermissionFacts;
  #phase: Phase = 'waiting';
  readonly #lists = new Map<string, PagedList>();
  readonly #teamSizes = new SilentPageSizes();
  readonly #repositorySizes = new SilentPageSizes();
  /** Teams that are to be listed before all others, by number. */
  #first: number[] = [];
  readonly #check: ListingCheck;
  /** It is known which repositories are asked to check the lists. */
  #hasChosen = false;
  /** The teams that those name, as far as their lists are still to come; null before it is known which. */
  #awaited: number[] | null = null;
  /** Repositories still to be asked in this phase, by name. */
  #wanted: string[] = [];
  #hasLookedAgain = false;
  readonly #cursor: RepositoryCursor;
  readonly #unread: UnreadTeams;
  readonly #spelling: RouteSpelling;
  readonly #repositoriesDone = new Set<number>();
  /** Repositories that could not be read to their end, by name. */
  readonly unread: string[] = [];
  #refusals = 0;

  constructor(facts: PermissionFacts) {
    this.#facts = facts;
    this.#check = new ListingCheck({ teams: facts.teams, listOf: (team) => this.#listOf(team) });
    this.#unread = new UnreadTeams(facts.teams);
    this.#spelling = new RouteSpelling(facts.decisions);
    this.#cursor = new RepositoryCursor((page) => this.#repositoriesOn(page).map(({ name }) => name));
  }

  get isDone(): boolean {
    return this.#phase === 'done';
  }
  get strategy(): Decisions['strategy'] {
    return this.#facts.decisions.strategy;
  }

  /** How far it is: lists done, and how many there will be as far as is known. */
  get progress(): { done: number; total: number | null } {
    const { decisions, repositories } = this.#facts;
    if (decisions.strategy === 'repositories') return { done: this.#repositoriesDone.size, total: repositories.total };
    const teams = this.#teams();
    return { done: teams.filter((team) => team.listing !== 'unread').length, total: teams.length };
  }

  /** Asks once more about permissions that were lost since the last run, at both ends, before it is done. */
  doubt(losses: readonly Suspect[]): void {
    if (losses.length === 0 || this.#facts.decisions.strategy !== 'teams' || this.#facts.decisions.form === 'none') return;
    this.#check.suspects = losses;
    this.#hasLookedAgain = false;
    this.#phase = this.#lookAgain();
  }

  /** Goes on when teams and repositories are known well enough. */
  advance(): void {
    const { decisions, repositories } = this.#facts;
    if (this.#phase === 'waiting') {
      if (decisions.strategy === 'repositories') this.#phase = 'repositories';
      else if (decisions.strategy === 'teams') this.#phase = 'listing';
      else if (repositories.total !== null || repositories.isSettled) this.#begin();
    }
    if (this.#phase === 'confirming') this.#confirm();
    if (this.#phase === 'looking_again' && this.#first.length === 0 && this.#wanted.length === 0 && this.#noneAsked())
      this.#judge();
    if (this.#phase === 'listing' && this.#noneAsked() && this.#nextUnread() === null)
      this.#phase = this.#check.suspects.length > 0 ? this.#lookAgain() : 'done';
    if (this.#phase === 'repositories' && repositories.isSettled && this.#noneAsked()) {
      if (decisions.form === 'none' || this.#nextRepository() === null) this.#phase = 'done';
    }
  }

  /** The next call. `isIdle`: nothing else of the organization is worth asking just now. */
  next(isIdle: boolean): Asking | null {
    this.advance();
    for (const [key, list] of this.#lists) {
      const page = list.next();
      if (page !== null) return { ...askingOf(key), page };
    }
    switch (this.#phase) {
      case 'trying':
        return this.#lists.size === 0 ? this.#askTeam(this.#nextUnread()) : null;
      case 'confirming': {
        const repository = this.#mayAskRepository ? this.#askRepository(this.#wanted.shift() ?? null) : null;
        if (repository) return repository;
        const first = this.#askTeam(this.#first.shift() ?? null);
        if (first) return first;
        // A list that is older than that of the repositories might name some that are gone.
        if (!this.#facts.repositories.isSettled) return null;
        // Until they are believed, no more lists of teams than there is time for.
        const isEnough = this.#hasChosen || this.#listsBegun >= LISTS_TO_CHOOSE_FROM;
        return isEnough && !isIdle ? null : this.#askTeam(this.#nextUnread());
      }
      case 'looking_again':
        return this.#askTeam(this.#first.shift() ?? null) ?? this.#askRepository(this.#wanted.shift() ?? null);
      case 'listing':
        return this.#askTeam(this.#nextUnread());
      case 'repositories': {
        if (!this.#facts.repositories.isSettled || !this.#mayAskRepository) return null;
        const name = this.#nextRepository();
        if (name !== null) this.#cursor.advance();
        return this.#askRepository(name);
      }
      default:
        return null;
    }
  }

  released({ kind, subject, page }: Asking): void {
    if (kind === 'team_repositories' || kind === 'repository_teams') this.#lists.get(keyOfList(kind, subject))?.released(page);
  }

  /** `keys`: of the repositories that the rows name. */
  teamListArrived(staged: Staged, rows: readonly TeamPermission[], keys: Float64Array): void {
    this.advance();
    // Lists that were found wrong while this one was under way.
    if (this.#phase === 'repositories') return;
    const number = Number(staged.subject);
    this.#first = this.#first.filter((first) => first !== number);
    const team = this.#facts.teams.get(number);
    const list = this.#list('team_repositories', staged.subject);
    list.arrived(staged, keys);
    if (!list.isSettled) return;
    if (this.#phase === 'listing') this.#check.compareRows(number, list.pagesRead > 1 ? this.#listOf(number) : rows);

    this.#lists.delete(keyOfList('team_repositories', staged.subject));
    if (team && list.state !== 'reading') team.listing = list.state;
    if (this.#phase === 'trying' && team) this.#tried(team);
  }

  repositoryArrived(staged: Staged, rows: readonly RepositoryPermission[]): void {
    this.advance();
    const { decisions, staging, organization } = this.#facts;
    const name = staged.subject;
    this.#wanted = this.#wanted.filter((wanted) => wanted !== name);
    const list = this.#list('repository_teams', name);
    list.arrived(
      staged,
      Float64Array.from(rows, ([team]) => team),
    );
    if (!list.isSettled) return;
    this.#lists.delete(keyOfList('repository_teams', name));

    if (list.state === 'whole' || list.state === 'partial') {
      if (decisions.form === null) this.#decide({ form: decisions.formTried });
      this.#refusals = 0;
      if (list.state === 'partial') this.unread.push(name);
    } else if (decisions.form === null && this.#spelling.refused(list.state)) {
      if (this.#phase === 'repositories') this.#cursor.back();
      else this.#wanted.unshift(name);
      return;
    } else {
      if (decisions.form === 'none') {
        this.#facts.decided();
        this.#wanted = [];
      }
      this.unread.push(name);
      this.#refusals += 1;
      if (this.#phase === 'repositories' && this.#repositoriesDone.size === 0 && this.#refusals >= REFUSALS_MAX)
        this.#phase = 'done';
    }
    if (this.#phase !== 'repositories')
      this.#check.answered(name, list.state === 'whole' ? staging.listed(organization, 'repository_teams', name) : null);
    if (this.#phase === 'repositories' || list.state === 'whole') this.#repositoriesDone.add(keyOf(name));
  }

  // Beginning

  #begin(): void {
    const { repositories, decisions } = this.#facts;
    const teams = this.#teams().length;
    const total = repositories.total ?? 0;
    const teamLists = this.#facts.wantsTeamLists();
    if (teams === 0 || (total === 0 && !teamLists)) {
      this.#decide({ strategy: 'none' });
      this.#phase = 'done';
    } else if (decisions.listingRefused || (!teamLists && total <= teams + WORTH_CERTAINTY)) {
      this.#decide({ strategy: 'repositories' });
      this.#phase = 'repositories';
    } else this.#phase = 'trying';
  }

  /** The first teams show whether the route is there at all. */
  #tried(team: TeamProgress): void {
    const teams = this.#teams().filter(({ listing }) => listing !== 'unread');
    if (team.listing === 'whole') {
      const isLast = teams.length >= FIRST_TEAMS || this.#nextUnread() === null;
      if (this.#listOf(team.hubId).length > 0 || isLast) this.#phase = 'confirming';
      return;
    }
    // One team that is not found may just have been deleted; two are no accident.
    const missing = teams.filter(({ listing }) => listing === 'missing').length;
    if (team.listing !== 'missing' || missing > 1 || this.#nextUnread() === null) this.#refuse(team.listing);
  }

  // Checking

  /** Chooses whom to ask once there is something to choose from, wants the teams that those name, and compares when all is there. */
  #confirm(): void {
    const { decisions, repositories, teams } = this.#facts;
    if (!this.#hasChosen) {
      const read = this.#teams().filter(({ listing }) => listing !== 'unread').length;
      const isEnough = read >= LISTS_TO_CHOOSE_FROM || (this.#nextUnread() === null && this.#noneAsked());
      if (repositories.isSettled && isEnough) this.#choose();
      return;
    }
    if (this.#wanted.length > 0 || this.#isAsking('repository_teams')) return;
    if (!this.#awaited) {
      if (this.#check.isEmpty) {
        // Nothing to check against: what the lists of teams say is all there is.
        this.#decide({ strategy: 'teams', form: decisions.form ?? 'none', isConfirmed: false });
        this.#phase = 'listing';
        return;
      }
      this.#awaited = [...this.#check.namedTeams];
      this.#first = this.#awaited.filter((number) => this.#isUnasked(number));
    }
    this.#awaited = this.#awaited.filter((number) => teams.get(number)?.listing === 'unread');
    if (this.#awaited.length > 0) return;
    this.#check.compare();
    if (this.#check.suspects.length > 0) this.#phase = this.#lookAgain();
    else this.#believe();
  }

  #choose(): void {
    const { repositories, teams, seed } = this.#facts;
    const read = this.#teams().filter(({ listing }) => listing === 'whole');
    this.#wanted = chooseSamples({
      lists: read.slice(0, LISTS_TO_CHOOSE_FROM).map(({ hubId }) => this.#listOf(hubId).map(([repository]) => repository)),
      pages: repositories.pagesRead,
      page: (number) => this.#repositoriesOn(number),
      teams: teams.size,
      seed,
    });
    this.#check.expect(this.#wanted);
    this.#hasChosen = true;
  }

  #believe(): void {
    this.#decide({ strategy: 'teams', isConfirmed: true });
    this.#phase = 'listing';
  }

  /** Somebody may have changed a permission between the two reads: both sides are read once more before anything is concluded. */
  #lookAgain(): Phase {
    const { suspects } = this.#check;
    if (this.#hasLookedAgain || this.#check.isHopeless) return this.#refuse('wrong');
    this.#hasLookedAgain = true;
    this.#first = [...new Set(suspects.map(({ team }) => team))];
    this.#wanted = [...new Set(suspects.map(({ repository }) => repository))];
    for (const number of this.#first) this.#forgetTeam(number);
    this.#check.expect(this.#wanted);
    return 'looking_again';
  }

  #judge(): void {
    const looked = new Set(this.#check.suspects.map(({ team }) => team));
    this.#check.compare();
    this.#check.suspects = this.#check.suspects.filter(({ team }) => looked.has(team));
    if (this.#check.suspects.length > 0) this.#phase = this.#refuse('wrong');
    else this.#believe();
  }

  #refuse(why: string): Phase {
    this.#decide({ strategy: 'repositories', why });
    this.#phase = 'repositories';
    this.#lists.clear();
    return this.#phase;
  }

  #decide(decision: Partial<Decisions>): void {
    Object.assign(this.#facts.decisions, decision);
    this.#facts.decided();
  }

  // Asking

  #askTeam(number: number | null): Asking | null {
    return number === null ? null : this.#askList('team_repositories', String(number));
  }
  #askRepository(name: string | null): Asking | null {
    return name === null ? null : this.#askList('repository_teams', name);
  }
  #askList(kind: PermissionKind, subject: string): Asking | null {
    const page = this.#list(kind, subject).next();
    return page === null ? null : { kind, subject, page };
  }

  #list(kind: PermissionKind, subject: string): PagedList {
    const key = keyOfList(kind, subject);
    const list = this.#lists.get(key) ?? new PagedList(kind === 'team_repositories' ? this.#teamSizes : this.#repositorySizes);
    this.#lists.set(key, list);
    return list;
  }

  #noneAsked(): boolean {
    return this.#lists.size === 0;
  }
  #isAsking(kind: PermissionKind): boolean {
    for (const key of this.#lists.keys()) if (key.startsWith(kind)) return true;
    return false;
  }
  #isUnasked(team: number): boolean {
    return this.#facts.teams.get(team)?.listing === 'unread' && !this.#lists.has(keyOfList('team_repositories', String(team)));
  }
  get #listsBegun(): number {
    return this.#teams().filter(({ listing }) => listing !== 'unread').length + this.#lists.size;
  }
  /** The first repository finds out which spelling of the route works; until then there is one at a time. */
  get #mayAskRepository(): boolean {
    return this.#facts.decisions.form !== null || !this.#isAsking('repository_teams');
  }

  #teams(): TeamProgress[] {
    return [...this.#facts.teams.values()].filter((team) => !team.isOwners);
  }

  /** The next team whose list was not asked for. */
  #nextUnread(): number | null {
    return this.#unread.next((team) => this.#lists.has(keyOfList('team_repositories', String(team))));
  }

  #forgetTeam(number: number): void {
    const team = this.#facts.teams.get(number);
    if (team) team.listing = 'unread';
    this.#unread.startOver();
  }

  /** Teams were read again: there may be others now. */
  teamsChanged(): void {
    this.#unread.startOver();
    if (this.#phase === 'done' && this.#facts.decisions.strategy === 'teams') this.#phase = 'listing';
  }

  /** The next repository that was not asked, without taking it. */
  #nextRepository(): string | null {
    const isAsked = (name: string): boolean =>
      this.#repositoriesDone.has(keyOf(name)) || this.#lists.has(keyOfList('repository_teams', name));
    return this.#cursor.peek(this.#facts.repositories.pagesRead, isAsked);
  }

  #repositoriesOn(page: number): RepositoryItem[] {
    return this.#facts.staging.page(this.#facts.organization, 'repositories', '', page);
  }

  #listOf(team: number): TeamPermission[] {
    return this.#facts.staging.listed(this.#facts.organization, 'team_repositories', String(team));
  }
}

type PermissionKind = 'team_repositories' | 'repository_teams';
const keyOfList = (kind: PermissionKind, subject: string): string => `${kind}/${subject}`;
function askingOf(key: string): Pick<Asking, 'subject'> & { kind: PermissionKind } {
  const slash = key.indexOf('/');
  const kind = key.slice(0, slash) === 'team_repositories' ? 'team_repositories' : 'repository_teams';
  return { kind, subject: key.slice(slash + 1) };
}
