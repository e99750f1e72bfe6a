// Reads one organization: decides which call is worth making next from what is known so far, in as few calls as there can be. It keeps
// counts and numbers only; what was read is in staging. Fed again with what is staged, it is where it was.
import type { CredentialKind } from '#domain/protocol/connectors.ts';
import type { Stage } from '#domain/protocol/connectors.ts';
import { isInvitee } from '../hub/normalise.ts';
import { keyOf, PagedList } from './paged-list.ts';
import { PermissionReading } from './permission-reading.ts';
import type { Asking, Decisions, TeamProgress } from './reading-state.ts';
import type { Staged, StagedKind, StagedRows, Staging } from './staging.ts';

export const OWNERS_TEAM = 'owners';

export interface ReadingFacts {
  name: string;
  kind: CredentialKind;
  seed: number;
  staging: Staging;
  decisions: Decisions;
  decided: () => void;
  /** Told when a list is read to its end, for the log. */
  onRead: (kind: StagedKind, subject: string, list: PagedList) => void;
}

/** Single lists of the organization, in the order in which they are asked for. */
const SINGLE = ['invites', 'tokens', 'activity'] as const;
type Single = (typeof SINGLE)[number];
type ListKind = 'members' | 'teams' | 'repositories' | Single;

export class OrganizationReading {
  readonly name: string;
  readonly members = new PagedList();
  readonly teams = new PagedList();
  readonly repositories = new PagedList();
  readonly singles: Record<Single, PagedList> = {
    invites: new PagedList(undefined, false),
    tokens: new PagedList(),
    activity: new PagedList(undefined, false),
  };
  readonly progressOf = new Map<number, TeamProgress>();
  readonly permissions: PermissionReading;
  /** Teams that members name and the list of teams does not. */
  unknownTeams: string[] = [];
  /** Repositories that teams hold permissions on and the list of repositories does not have. */
  readonly hiddenRepositories = new Set<string>();
  hasPrivate = false;
  /** Members whose role Docker Hub does not say. */
  rolesUnsaid = 0;

  readonly #facts: ReadingFacts;
  readonly #memberLists = new Map<number, PagedList>();
  #isCompared = false;
  /** Teams whose members do not add up: each is listed. */
  #uncounted: TeamProgress[] = [];
  #known: Set<number> | null = null;
  #teamsReadAgain = false;
  #repositoriesReadAgain = false;

  constructor(facts: ReadingFacts) {
    this.name = facts.name;
    this.#facts = facts;
    this.permissions = new PermissionReading({
      organization: facts.name,
      seed: facts.seed,
      teams: this.progressOf,
      repositories: this.repositories,
      wantsTeamLists: () => facts.kind === 'oat' && !this.hasPrivate,
      staging: facts.staging,
      decisions: facts.decisions,
      decided: facts.decided,
    });
    // Only the password of an owner may list tokens: with anything else the call would be wasted.
    if (facts.kind !== 'password') this.singles.tokens.state = 'forbidden';
  }

  /** Whether there is anything that Docker Hub lets us read here. */
  get isUnknownToDockerHub(): boolean {
    return [this.members, this.teams, this.repositories].every(({ state }) => state === 'missing');
  }

  get isDone(): boolean {
    this.#advance();
    return (
      this.members.isSettled &&
      this.teams.isSettled &&
      this.repositories.isSettled &&
      SINGLE.every((kind) => this.singles[kind].isSettled) &&
      this.#isCompared &&
      this.#memberLists.size === 0 &&
      this.#nextMemberless() === null &&
      (this.permissions.isDone || this.teams.state === 'forbidden' || this.teams.state === 'missing')
    );
  }

  /** The next call worth making, or null when none is just now. */
  next(): Asking | null {
    this.#advance();
    return this.#first() ?? this.#nextOf('teams') ?? this.#nextPermission(false) ?? this.#rest();
  }

  released(asking: Asking): void {
    const { kind, subject, page } = asking;
    if (kind === 'team_members') this.#memberLists.get(Number(subject))?.released(page);
    else if (kind === 'team_repositories' || kind === 'repository_teams') this.permissions.released(asking);
    else this.#listOf(kind)?.released(page);
  }

  /** Takes in one staged page. */
  arrived<K extends StagedKind>(staged: Staged<K>, rows: readonly StagedRows[K][]): void {
    this.#advance();
    this.#arrivals[staged.kind](staged, rows);
  }

  readonly #arrivals: { [K in StagedKind]: (staged: Staged<K>, rows: readonly StagedRows[K][]) => void } = {
    organizations: () => undefined,
    members: (staged, rows) =>
      this.#listArrived(staged, rows, (row) => keyOf(row.hubId === '' ? `invitee ${row.email ?? row.username}` : row.hubId)),
    teams: (staged, rows) => this.#listArrived(staged, rows, ({ hubId }) => hubId),
    repositories: (staged, rows) => {
      this.hasPrivate ||= rows.some((row) => row.private);
      this.#listArrived(staged, rows, ({ name }) => keyOf(name));
    },
    invites: (staged, rows) => this.#listArrived(staged, rows, ({ hubId }) => keyOf(hubId)),
    tokens: (staged, rows) => this.#listArrived(staged, rows, ({ hubId }) => keyOf(hubId)),
    activity: (staged) => this.#listArrived(staged, [], () => 0),
    team_members: (staged, rows) => this.#teamMembersArrived(staged, rows),
    team_repositories: (staged, rows) => {
      const keys = Float64Array.from(rows, ([repository]) => keyOf(repository));
      this.#noteHidden(rows, keys);
      this.permissions.teamListArrived(staged, rows, keys);
    },
    repository_teams: (staged, rows) => this.permissions.repositoryArrived(staged, rows),
  };

  /** Calls made for permissions and members of teams, as far as known, by stage. */
  stageProgress(stage: Stage): { done: number; total: number | null; isDone: boolean } {
    const list =
      stage === 'members' ? this.members : stage === 'teams' ? this.teams : stage === 'repositories' ? this.repositories : null;
    if (list)
      return {
        done: list.isSettled ? list.seen : Math.min(list.seen, list.total ?? 0),
        total: list.total,
        isDone: list.isSettled,
      };
    if (stage === 'team_members') {
      const teams = [...this.progressOf.values()];
      const open = teams.filter((team) => team.membersFrom === 'list' && team.members === 'unread').length;
      return this.#isCompared
        ? { done: teams.length - open, total: teams.length, isDone: open === 0 }
        : { done: 0, total: null, isDone: false };
    }
    return {
      ...this.permissions.progress,
      isDone:
        this.permissions.isDone || (this.teams.isSettled && this.teams.state !== 'whole' && this.teams.state !== 'partial'),
    };
  }

  /** Calls still to make, as far as can be told. */
  get callsLeft(): number {
    const left = (list: PagedList) => (list.isSettled ? 0 : Math.max(1, list.pagesExpected - list.pagesRead));
    const lists = [this.members, this.teams, this.repositories, ...SINGLE.map((kind) => this.singles[kind])];
    const { done, total } = this.permissions.progress;
    const permissions = this.permissions.isDone ? 0 : Math.max(0, (total ?? 0) - done);
    const members = [...this.progressOf.values()].filter(
      (team) => team.membersFrom === 'list' && team.members === 'unread',
    ).length;
    return lists.reduce((sum, list) => sum + left(list), 0) + permissions + members;
  }

  #first(): Asking | null {
    for (const kind of ['members', 'teams', 'repositories', ...SINGLE] as const) {
      const list = this.#listOf(kind);
      if (list && list.pagesRead === 0) {
        const page = list.next();
        if (page !== null) return { kind, subject: '', page };
      }
    }
    return null;
  }

  #rest(): Asking | null {
    return (
      this.#nextOf('repositories') ??
      this.#nextOf('members') ??
      this.#nextOf('tokens') ??
      this.#nextTeamMembers() ??
      this.#nextPermission(true)
    );
  }

  #nextOf(kind: ListKind): Asking | null {
    const page = this.#listOf(kind)?.next() ?? null;
    return page === null ? null : { kind, subject: '', page };
  }

  /** `isIdle`: all but the few calls on which the choice of the way depends, which come first. */
  #nextPermission(isIdle: boolean): Asking | null {
    if (!this.teams.isSettled || this.progressOf.size === 0) return null;
    return isIdle || this.#facts.decisions.strategy === 'undecided' ? this.permissions.next(isIdle) : null;
  }

  #nextTeamMembers(): Asking | null {
    for (const [number, list] of this.#memberLists) {
      const page = list.next();
      if (page !== null) return { kind: 'team_members', subject: String(number), page };
    }
    const team = this.#nextMemberless();
    if (!team) return null;
    const list = new PagedList();
    this.#memberLists.set(team.hubId, list);
    const page = list.next();
    return page === null ? null : { kind: 'team_members', subject: String(team.hubId), page };
  }

  #nextMemberless(): TeamProgress | null {
    if (!this.#isCompared) return null;
    return this.#uncounted.find(({ hubId, members }) => members === 'unread' && !this.#memberLists.has(hubId)) ?? null;
  }

  #listOf(kind: StagedKind): PagedList | null {
    switch (kind) {
      case 'members':
        return this.members;
      case 'teams':
        return this.teams;
      case 'repositories':
        return this.repositories;
      case 'invites':
      case 'tokens':
      case 'activity':
        return this.singles[kind];
      default:
        return null;
    }
  }

  #listArrived<K extends ListKind>(
    staged: Staged<K>,
    rows: readonly StagedRows[K][],
    key: (row: StagedRows[K]) => number,
  ): void {
    const { kind } = staged;
    const list = this.#listOf(kind);
    if (!list) return;
    const wasSettled = list.isSettled;
    for (const page of list.arrived(staged, Float64Array.from(rows, key))) {
      this.#facts.staging.drop({ organization: this.name, kind, subject: '', page });
    }
    if (!wasSettled && list.isSettled) {
      if (kind === 'teams') this.#teamsSettled();
      this.#facts.onRead(kind, '', list);
    }
  }

  #teamsSettled(): void {
    const found = new Map<number, TeamProgress>();
    for (const row of this.#facts.staging.listed(this.name, 'teams')) {
      const before = this.progressOf.get(row.hubId);
      const isOwners = row.name === OWNERS_TEAM;
      const kept = before && before.name === row.name ? before : undefined;
      found.set(row.hubId, {
        ...(kept ?? { listing: 'unread', members: 'unread', membersFrom: 'members' }),
        hubId: row.hubId,
        name: row.name,
        memberCount: row.memberCount,
        isOwners,
      });
    }
    this.progressOf.clear();
    for (const [number, team] of found) this.progressOf.set(number, team);
    this.#isCompared = false;
    this.permissions.teamsChanged();
  }

  #teamMembersArrived(staged: Staged, rows: readonly StagedRows['team_members'][]): void {
    const number = Number(staged.subject);
    const list = this.#memberLists.get(number) ?? new PagedList();
    this.#memberLists.set(number, list);
    list.arrived(
      staged,
      Float64Array.from(rows, ({ hubId }) => keyOf(hubId)),
    );
    if (!list.isSettled) return;
    this.#memberLists.delete(number);
    const team = this.progressOf.get(number);
    if (team && list.state !== 'reading') {
      team.members = list.state;
      team.membersFrom = 'list';
      this.#facts.onRead('team_members', staged.subject, list);
    }
  }

  /** What follows once lists are settled: which teams need a list of their own, and whether a list is to be read again. */
  #advance(): void {
    if (!this.teams.isSettled || !this.members.isSettled) return;
    if (!this.#isCompared) this.#compareMembers();
    this.#lookForTeamsAgain();
    this.#lookForRepositoriesAgain();
    if (this.teams.isSettled) this.permissions.advance();
  }

  /** Counts members by the teams they name, and compares with what each team says of itself. */
  #compareMembers(): void {
    this.#isCompared = true;
    const counts = new Map<string, number>();
    let owners = 0;
    let unsaid = 0;
    for (const { read } of this.#facts.staging.pages(this.name, 'members')) {
      for (const row of read()) {
        if (isInvitee(row)) continue;
        if (row.role === null) unsaid += 1;
        for (const team of row.teams) counts.set(team, (counts.get(team) ?? 0) + 1);
        if (row.role?.trim().toLowerCase() === 'owner') owners += 1;
      }
    }
    const names = new Set<string>();
    const isRead = this.members.state === 'whole' || this.members.state === 'partial';
    this.rolesUnsaid = unsaid;
    for (const team of this.progressOf.values()) {
      names.add(team.name);
      const counted = counts.get(team.name) ?? 0;
      const isCounted = isRead && team.memberCount !== null;
      team.membersFrom =
        isCounted && counted === team.memberCount
          ? 'members'
          : isCounted && team.isOwners && owners === team.memberCount
            ? 'owners'
            : 'list';
    }
    this.#uncounted = [...this.progressOf.values()].filter(({ membersFrom }) => membersFrom === 'list');
    this.unknownTeams = [...counts.keys()].filter((name) => !names.has(name)).sort();
  }

  /** A team that members name, or that was not found when it was asked for, tells that the list of teams is out of date. */
  #lookForTeamsAgain(): void {
    if (this.#teamsReadAgain || this.teams.state !== 'whole') return;
    if (this.unknownTeams.length === 0 && !(this.permissions.isDone && this.#hasMissingTeam())) return;
    this.#teamsReadAgain = true;
    this.teams.readAgain();
  }

  #hasMissingTeam(): boolean {
    for (const { listing, members } of this.progressOf.values())
      if (listing === 'missing' || members === 'missing') return true;
    return false;
  }

  #lookForRepositoriesAgain(): void {
    if (!this.repositories.isSettled) return;
    if (!this.#known) {
      this.#known = new Set(this.repositories.keys());
      for (const name of this.hiddenRepositories) if (this.#known.has(keyOf(name))) this.hiddenRepositories.delete(name);
    }
    if (this.hiddenRepositories.size === 0 || this.#repositoriesReadAgain || this.repositories.state !== 'whole') return;
    // A token that is shown public repositories only would be shown no more the second time.
    if (this.#facts.kind === 'oat' && !this.hasPrivate) return;
    if (!this.permissions.isDone) return;
    this.#repositoriesReadAgain = true;
    this.#known = null;
    this.repositories.readAgain();
  }

  #noteHidden(rows: readonly StagedRows['team_repositories'][], keys: Float64Array): void {
    const known = this.#known;
    keys.forEach((key, index) => {
      const name = rows[index]?.[0];
      if (name !== undefined && !known?.has(key)) this.hiddenRepositories.add(name);
    });
  }
}
