// How the permissions of one organization are read: a list for each team where Docker Hub's undocumented route is there and tells the
// truth, else a list for each repository. The route is believed after a handful of repositories were asked one by one: what they say of
// every team must be what the teams say of them. It is checked in every run.
import type { RepositoryPermission, TeamPermission } from '../hub/normalise.ts';
import { keyOf, PagedList, SilentPageSizes } from './paged-list.ts';
import type { Asking, Decisions, Suspect, TeamProgress } from './reading-state.ts';
import type { Staged, Staging } from './staging.ts';

/** Repositories that are asked one by one to check the lists of teams: each checks every team that holds something on it. */
const SAMPLES = 8;
/** In a large organization one more for so many teams, up to so many more. */
const TEAMS_FOR_ANOTHER = 100;
const MORE_SAMPLES_MAX = 12;
/** So many calls more are spent on reading repository by repository, which needs no checking. */
const WORTH_CERTAINTY = 10;
/** Share of them that the first team holds a permission on. */
const LISTED_SHARE = 0.4;
/** Teams tried first: the route may be there and the first teams hold nothing. */
const FIRST_TEAMS = 5;
/** Repositories asked in vain before it is taken that this credential may ask none. */
const REFUSALS_MAX = 5;
/** More differences than these are no coincidence, and not worth a second look. */
const SUSPECTS_MAX = 10;

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

type Phase = 'waiting' | 'trying' | 'sampling' | 'checking' | 'listing' | 'looking_again' | 'repositories' | 'done';

export class PermissionReading {
  readonly #facts: PermissionFacts;
  #phase: Phase = 'waiting';
  readonly #lists = new Map<string, PagedList>();
  readonly #teamSizes = new SilentPageSizes();
  readonly #repositorySizes = new SilentPageSizes();
  /** Teams that are to be listed before all others, by number. */
  #first: number[] = [];
  readonly #samples = new Map<string, Map<number, string> | null>();
  /** Repositories still to be asked in this phase, by name. */
  #wanted: string[] = [];
  #hasLookedAgain = false;
  #suspects: Suspect[] = [];
  readonly #cursor: { page: number; index: number; names: string[] | null } = { page: 1, index: 0, names: null };
  #order: TeamProgress[] = [];
  #orderAt = 0;
  #formsRefused = 0;
  readonly #repositoriesDone = new Set<number>();
  /** Repositories that could not be read to their end, by name. */
  readonly unread: string[] = [];
  #refusals = 0;

  constructor(facts: PermissionFacts) {
    this.#facts = facts;
  }

  get isDone(): boolean {
    return this.#phase === 'done';
  }
  /** Whether the lists of teams could be checked against repositories. */
  get isConfirmed(): boolean {
    return this.#facts.decisions.isConfirmed;
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
    this.#suspects = [...losses];
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
    if (this.#phase === 'sampling' && this.#wanted.length === 0 && this.#noneAsked()) this.#sampled();
    if (this.#phase === 'checking' && this.#first.length === 0 && this.#noneAsked()) this.#check();
    if (this.#phase === 'looking_again' && this.#first.length === 0 && this.#wanted.length === 0 && this.#noneAsked())
      this.#judge();
    if (this.#phase === 'listing' && this.#noneAsked() && this.#nextUnread() === null)
      this.#phase = this.#suspects.length > 0 ? this.#lookAgain() : 'done';
    if (this.#phase === 'repositories' && repositories.isSettled && this.#noneAsked()) {
      if (decisions.form === 'none' || this.#nextRepository() === null) this.#phase = 'done';
    }
  }

  next(): Asking | null {
    this.advance();
    for (const [key, list] of this.#lists) {
      const page = list.next();
      if (page !== null) return { ...askingOf(key), page };
    }
    switch (this.#phase) {
      case 'trying':
        return this.#lists.size === 0 ? this.#askTeam(this.#nextUnread()) : null;
      case 'sampling':
        // The first one finds out which spelling of the route works.
        if (this.#facts.decisions.form === null && this.#lists.size > 0) return null;
        return this.#askRepository(this.#wanted.shift() ?? null);
      case 'checking':
        return this.#askTeam(this.#first.shift() ?? null);
      case 'looking_again':
        return this.#askTeam(this.#first.shift() ?? null) ?? this.#askRepository(this.#wanted.shift() ?? null);
      case 'listing':
        return this.#askTeam(this.#nextUnread());
      case 'repositories': {
        if (!this.#facts.repositories.isSettled || (this.#facts.decisions.form === null && this.#lists.size > 0)) return null;
        const name = this.#nextRepository();
        if (name !== null) this.#cursor.index += 1;
        return this.#askRepository(name);
      }
      default:
        return null;
    }
  }

  released({ kind, subject, page }: Asking): void {
    this.#lists.get(keyOfList(kind, subject))?.released(page);
  }

  teamListArrived(staged: Staged, rows: readonly TeamPermission[]): void {
    const number = Number(staged.subject);
    this.#first = this.#first.filter((first) => first !== number);
    const team = this.#facts.teams.get(number);
    const list = this.#list('team_repositories', staged.subject);
    list.arrived(
      staged,
      Float64Array.from(rows, ([repository]) => keyOf(repository)),
    );
    if (this.#phase === 'listing') this.#suspect(number, rows);
    if (!list.isSettled) return;

    this.#lists.delete(keyOfList('team_repositories', staged.subject));
    if (team && list.state !== 'reading') team.listing = list.state;
    if (this.#phase === 'trying' && team) this.#tried(team);
  }

  repositoryArrived(staged: Staged, rows: readonly RepositoryPermission[]): void {
    const { decisions } = this.#facts;
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
    } else if (decisions.form === null && this.#nextForm(list.state)) {
      if (this.#phase === 'repositories') this.#cursor.index = Math.max(0, this.#cursor.index - 1);
      else this.#wanted.unshift(name);
      return;
    } else {
      this.unread.push(name);
      this.#refusals += 1;
      if (this.#phase === 'repositories' && this.#repositoriesDone.size === 0 && this.#refusals >= REFUSALS_MAX)
        this.#phase = 'done';
    }
    if (this.#samples.has(name) || decisions.strategy === 'teams')
      this.#samples.set(name, list.state === 'whole' ? this.#grantsOf(name) : null);
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
      const rows = this.#facts.staging.listed(this.#facts.organization, 'team_repositories', String(team.hubId));
      const isLast = teams.length >= FIRST_TEAMS || this.#nextUnread() === null;
      if (rows.length > 0 || isLast) this.#sample(rows);
      return;
    }
    // One team that is not found may just have been deleted; two are no accident.
    const missing = teams.filter(({ listing }) => listing === 'missing').length;
    if (team.listing !== 'missing' || missing > 1 || this.#nextUnread() === null) this.#refuse(team.listing);
  }

  #sample(listed: readonly TeamPermission[]): void {
    const { staging, organization, seed } = this.#facts;
    const names = listed.map(([repository]) => repository);
    const isListed = new Set(names);
    const others = staging
      .page(organization, 'repositories', '', 1)
      .map(({ name }) => name)
      .filter((name) => !isListed.has(name));
    const count = SAMPLES + Math.min(MORE_SAMPLES_MAX, Math.floor(this.#facts.teams.size / TEAMS_FOR_ANOTHER));
    const listedOnes = pick(names, Math.floor(count * LISTED_SHARE), seed);
    const chosen = [...listedOnes, ...pick(others, count - listedOnes.length, seed)];
    for (const name of chosen) this.#samples.set(name, null);
    this.#wanted = chosen;
    this.#phase = 'sampling';
  }

  #sampled(): void {
    const { decisions, teams } = this.#facts;
    if ([...this.#samples.values()].every((grants) => grants === null)) {
      // Nothing to check against: what the lists of teams say is all there is.
      this.#decide({ strategy: 'teams', form: decisions.form ?? 'none', isConfirmed: false });
      this.#phase = 'listing';
      return;
    }
    const named = new Set([...this.#samples.values()].flatMap((grants) => [...(grants?.keys() ?? [])]));
    this.#first = [...named].filter((number) => teams.get(number)?.listing === 'unread');
    this.#phase = 'checking';
  }

  // Checking

  #check(): void {
    this.#suspects = this.#mismatches();
    if (this.#suspects.length > 0) this.#phase = this.#lookAgain();
    else {
      this.#decide({ strategy: 'teams', isConfirmed: true });
      this.#phase = 'listing';
    }
  }

  /** Permissions on the samples of which a team says one thing and a repository another. */
  #mismatches(): Suspect[] {
    const { staging, organization, teams } = this.#facts;
    const found: Suspect[] = [];
    for (const team of teams.values()) {
      if (team.isOwners || team.listing !== 'whole') continue;
      const listed = new Map(staging.listed(organization, 'team_repositories', String(team.hubId)));
      for (const [repository, grants] of this.#samples) {
        if (grants && grants.get(team.hubId) !== listed.get(repository)) found.push({ team: team.hubId, repository });
      }
    }
    return found;
  }

  /** A list that came later may name a sample that does not name the team. */
  #suspect(team: number, rows: readonly TeamPermission[]): void {
    for (const [repository, permission] of rows) {
      const grants = this.#samples.get(repository);
      if (grants && grants.get(team) !== permission) this.#suspects.push({ team, repository });
    }
  }

  /** Somebody may have changed a permission between the two reads: both sides are read once more before anything is concluded. */
  #lookAgain(): Phase {
    if (this.#hasLookedAgain || this.#suspects.length > SUSPECTS_MAX) return this.#refuse('wrong');
    this.#hasLookedAgain = true;
    this.#first = [...new Set(this.#suspects.map(({ team }) => team))];
    this.#wanted = [...new Set(this.#suspects.map(({ repository }) => repository))];
    for (const number of this.#first) this.#forgetTeam(number);
    for (const name of this.#wanted) this.#samples.set(name, null);
    return 'looking_again';
  }

  #judge(): void {
    const looked = new Set(this.#suspects.map(({ team }) => team));
    this.#suspects = this.#mismatches().filter(({ team }) => looked.has(team));
    if (this.#suspects.length > 0) this.#phase = this.#refuse('wrong');
    else {
      this.#decide({ strategy: 'teams', isConfirmed: true });
      this.#phase = 'listing';
    }
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

  /** Whether to ask the same repository once more, in the other spelling of the route. */
  #nextForm(state: string): boolean {
    const { decisions } = this.#facts;
    if (decisions.formTried === 'namespace') {
      decisions.formTried = 'legacy';
      decisions.formRefusal = state;
      return true;
    }
    this.#formsRefused += 1;
    if (state === 'missing' && this.#formsRefused === 1) {
      // One repository that is not found may just have been deleted: the next one is asked both ways, too.
      decisions.formTried = 'namespace';
      return false;
    }
    this.#decide({ form: 'none' });
    this.#wanted = [];
    return false;
  }

  // Asking

  #askTeam(number: number | null): Asking | null {
    if (number === null) return null;
    const asking = { kind: 'team_repositories', subject: String(number) } as const;
    const page = this.#list(asking.kind, asking.subject).next();
    return page === null ? null : { ...asking, page };
  }

  #askRepository(name: string | null): Asking | null {
    if (name === null) return null;
    const asking = { kind: 'repository_teams', subject: name } as const;
    const page = this.#list(asking.kind, asking.subject).next();
    return page === null ? null : { ...asking, page };
  }

  #list(kind: 'team_repositories' | 'repository_teams', subject: string): PagedList {
    const key = keyOfList(kind, subject);
    const list = this.#lists.get(key) ?? new PagedList(kind === 'team_repositories' ? this.#teamSizes : this.#repositorySizes);
    this.#lists.set(key, list);
    return list;
  }

  #noneAsked(): boolean {
    return this.#lists.size === 0;
  }

  #teams(): TeamProgress[] {
    return [...this.#facts.teams.values()].filter((team) => !team.isOwners);
  }

  /** The next team whose list was not asked for. */
  #nextUnread(): number | null {
    const { teams } = this.#facts;
    if (this.#order.length !== teams.size) {
      this.#order = [...teams.values()];
      this.#orderAt = 0;
    }
    for (; this.#orderAt < this.#order.length; this.#orderAt += 1) {
      const team = this.#order[this.#orderAt];
      if (!team || team.isOwners || team.listing !== 'unread') continue;
      if (!this.#lists.has(keyOfList('team_repositories', String(team.hubId)))) return team.hubId;
    }
    return null;
  }

  #forgetTeam(number: number): void {
    const team = this.#facts.teams.get(number);
    if (team) team.listing = 'unread';
    this.#orderAt = 0;
  }

  /** Teams were read again: there may be others now. */
  teamsChanged(): void {
    this.#order = [];
    if (this.#phase === 'done' && this.#facts.decisions.strategy === 'teams') this.#phase = 'listing';
  }

  /** The next repository that was not asked, without taking it. */
  #nextRepository(): string | null {
    const { staging, organization, repositories } = this.#facts;
    const cursor = this.#cursor;
    for (;;) {
      cursor.names ??= staging.page(organization, 'repositories', '', cursor.page).map(({ name }) => name);
      const name = cursor.names[cursor.index];
      if (name === undefined) {
        if (cursor.page >= repositories.pagesRead) return null;
        cursor.page += 1;
        cursor.index = 0;
        cursor.names = null;
      } else if (this.#repositoriesDone.has(keyOf(name)) || this.#lists.has(keyOfList('repository_teams', name)))
        cursor.index += 1;
      else return name;
    }
  }

  #grantsOf(name: string): Map<number, string> {
    return new Map(this.#facts.staging.listed(this.#facts.organization, 'repository_teams', name));
  }
}

const keyOfList = (kind: string, subject: string): string => `${kind}/${subject}`;
function askingOf(key: string): Pick<Asking, 'kind' | 'subject'> {
  const slash = key.indexOf('/');
  const kind = key.slice(0, slash) === 'team_repositories' ? 'team_repositories' : 'repository_teams';
  return { kind, subject: key.slice(slash + 1) };
}

/** Some of these, spread over them, others in another run. */
function pick(names: readonly string[], count: number, seed: number): string[] {
  if (names.length <= count) return [...names];
  const start = (seed * 7919) % names.length;
  const step = Math.max(1, Math.floor(names.length / count));
  return Array.from({ length: count }, (_, index) => names[(start + index * step) % names.length] ?? '').filter(
    (name) => name !== '',
  );
}
