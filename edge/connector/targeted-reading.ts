// Reads single lists and things to their end, with the same pages, the same shapes and the same doubts as a sync. What a step does not
// get done stays in memory, and the next one goes on from there.
import type { Result } from '#domain/result.ts';
import type { Trouble } from '#domain/protocol/connectors.ts';
import type { CallOptions, CallResult } from '../hub/call.ts';
import { repositoryDetail, teamDetail, type RepositoryItem, type TeamRow, type UnknownShape } from '../hub/normalise.ts';
import { hubRequest, type HubRequest, type RequestFault } from '../hub/operations.ts';
import * as troubles from '../hub/troubles.ts';
import { absentPage, mayBeAbsent, missingPage, readPage, requestFor, type ReadPage } from './ask.ts';
import { keyOf, PagedList, SilentPageSizes, type ListState } from './paged-list.ts';
import type { Decisions } from './reading-state.ts';
import type { StagedKind, StagedRows } from './staging.ts';

/** Not now, or not at all: either way nothing was learned. */
export type Unread = { type: 'later'; at: number } | { type: 'failed'; trouble: Trouble; isCredential: boolean };
export type ListRead<K extends StagedKind> =
  { type: 'list'; state: Exclude<ListState, 'reading'>; rows: StagedRows[K][] } | Unread;
export type ThingRead<T> = { type: 'found'; thing: T } | { type: 'missing' } | { type: 'forbidden' } | Unread;

export interface ReadingPorts {
  baseUrl: string;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  /** Whether the step has calls left and nothing else wants its turn. */
  mayGoOn: () => boolean;
}

export interface ReadOrganization {
  name: string;
  decisions: Decisions;
}

interface OpenList<K extends StagedKind> {
  list: PagedList;
  pages: Map<number, StagedRows[K][]>;
}
type OpenLists = { [K in StagedKind]: Map<string, OpenList<K>> };

/** How the rows of a list are told apart. */
const KEYS: { [K in StagedKind]: (row: StagedRows[K]) => number } = {
  organizations: ({ name }) => keyOf(name),
  members: (row) => keyOf(row.hubId === '' ? `invitee ${row.email ?? row.username}` : row.hubId),
  teams: ({ hubId }) => hubId,
  team_members: ({ hubId }) => keyOf(hubId),
  repositories: ({ name }) => keyOf(name),
  team_repositories: ([repository]) => keyOf(repository),
  repository_teams: ([team]) => team,
  invites: ({ hubId }) => keyOf(hubId),
  tokens: ({ hubId }) => keyOf(hubId),
  activity: () => 0,
};

export class TargetedReading {
  readonly #ports: ReadingPorts;
  readonly #open: OpenLists = {
    organizations: new Map(),
    members: new Map(),
    teams: new Map(),
    team_members: new Map(),
    repositories: new Map(),
    team_repositories: new Map(),
    repository_teams: new Map(),
    invites: new Map(),
    tokens: new Map(),
    activity: new Map(),
  };
  readonly #sizes = new SilentPageSizes();
  readonly #teamsRead = new Map<string, ThingRead<TeamRow>>();
  readonly #repositoriesRead = new Map<string, ThingRead<RepositoryItem>>();

  constructor(ports: ReadingPorts) {
    this.#ports = ports;
  }

  /** A list, whole. `subject`: the team's name, or the repository's. */
  async list<K extends StagedKind>(organization: ReadOrganization, kind: K, subject = ''): Promise<ListRead<K>> {
    const team = kind === 'team_members' || kind === 'team_repositories' ? subject : undefined;
    const ask = (page: number) =>
      requestFor(
        { kind, subject, page },
        { ...this.#ports, organization: organization.name, decisions: organization.decisions, teamName: () => team },
      );
    return this.#read(`${organization.name} ${kind} ${subject}`, organization.name, kind, ask);
  }

  /** Members of whom a text is found: by it one of many is read in one call. */
  async membersFound(organization: ReadOrganization, text: string): Promise<ListRead<'members'>> {
    const ask = (page: number): Result<HubRequest, RequestFault> =>
      hubRequest(this.#ports.baseUrl, 'members', { organization: organization.name }, { page, page_size: 100, search: text });
    return this.#read(`${organization.name} members ${text}`, organization.name, 'members', ask);
  }

  team(organization: string, team: string): Promise<ThingRead<TeamRow>> {
    const request = hubRequest(this.#ports.baseUrl, 'team', { organization, team });
    return this.#thing(request, teamDetail, this.#teamsRead, `${organization}/${team}`);
  }

  repository(organization: string, repository: string): Promise<ThingRead<RepositoryItem>> {
    const request = hubRequest(this.#ports.baseUrl, 'repository', { organization, repository });
    return this.#thing(request, repositoryDetail, this.#repositoriesRead, `${organization}/${repository}`);
  }

  /** What was read is used up: asked for again it is read again. */
  forget(): void {
    for (const lists of Object.values(this.#open)) lists.clear();
    this.#teamsRead.clear();
    this.#repositoriesRead.clear();
  }

  async #read<K extends StagedKind>(
    key: string,
    organization: string,
    kind: K,
    ask: (page: number) => Result<HubRequest, RequestFault>,
  ): Promise<ListRead<K>> {
    const lists: Map<string, OpenList<K>> = this.#open[kind];
    const sizes = kind === 'team_repositories' ? this.#sizes : undefined;
    const { list, pages } = lists.get(key) ?? {
      list: new PagedList(sizes, kind !== 'invites'),
      pages: new Map<number, StagedRows[K][]>(),
    };
    lists.set(key, { list, pages });
    for (let page = list.next(); page !== null; page = list.next()) {
      const read = await this.#page(organization, kind, ask(page));
      if (read.type !== 'page') {
        list.released(page);
        if (read.type === 'failed') lists.delete(key);
        return read;
      }
      const { state, total, rows } = read.page;
      pages.set(page, rows);
      const keys = Float64Array.from(rows, KEYS[kind]);
      for (const surplus of list.arrived({ page, state, total, count: rows.length }, keys)) pages.delete(surplus);
    }
    const { state } = list;
    if (state === 'reading') throw new Error(`the list ${key} neither goes on nor ends`);
    return { type: 'list', state, rows: [...pages].sort(([a], [b]) => a - b).flatMap(([, rows]) => rows) };
  }

  async #page<K extends StagedKind>(
    organization: string,
    kind: K,
    request: Result<HubRequest, RequestFault>,
  ): Promise<{ type: 'page'; page: ReadPage<K> } | Unread> {
    if (!request.ok) return { type: 'page', page: missingPage };
    if (!this.#ports.mayGoOn()) return { type: 'later', at: 0 };
    const result = await this.#ports.call(request.value, { lane: 'sync', mayBeAbsent: mayBeAbsent(kind) });
    switch (result.type) {
      case 'later':
      case 'failed':
        return result;
      case 'absent':
        return { type: 'page', page: absentPage };
      case 'answered': {
        const page = readPage(kind, organization, result.status, result.body);
        if (page.ok) return { type: 'page', page: page.value };
        return { type: 'failed', trouble: troubles.unexpected(page.error.what), isCredential: false };
      }
    }
  }

  async #thing<T>(
    request: Result<HubRequest, RequestFault>,
    parse: (body: unknown) => Result<T, UnknownShape>,
    kept: Map<string, ThingRead<T>>,
    key: string,
  ): Promise<ThingRead<T>> {
    const known = kept.get(key);
    if (known) return known;
    const read = await this.#askThing(request, parse);
    if (read.type !== 'later' && read.type !== 'failed') kept.set(key, read);
    return read;
  }

  async #askThing<T>(
    request: Result<HubRequest, RequestFault>,
    parse: (body: unknown) => Result<T, UnknownShape>,
  ): Promise<ThingRead<T>> {
    // A name that no address can be made of says nothing about what is there.
    if (!request.ok) return { type: 'forbidden' };
    if (!this.#ports.mayGoOn()) return { type: 'later', at: 0 };
    const result = await this.#ports.call(request.value, { lane: 'sync' });
    if (result.type === 'later' || result.type === 'failed') return result;
    if (result.type === 'absent') return { type: 'forbidden' };
    if (result.status === 404) return { type: 'missing' };
    if (result.status !== 200) return { type: 'forbidden' };
    const thing = parse(result.body);
    if (thing.ok) return { type: 'found', thing: thing.value };
    const { where } = thing.error;
    return { type: 'failed', trouble: troubles.unexpected(`${request.value.operation}: ${where}`), isCredential: false };
  }
}
