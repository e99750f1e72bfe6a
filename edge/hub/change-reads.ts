// The reads that decide about a change: each thing by its number, each list to its last page, and nothing concluded from an answer that
// was not one.
import type { HubAccount, HubTeam } from '#domain/hub-change.ts';
import { normaliseHubId } from '#domain/ids.ts';
import type { Trouble } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import type { CallOptions, CallResult } from './call.ts';
import * as normalise from './normalise.ts';
import { hubRequest, type HubRequest, type RequestFault } from './operations.ts';
import { errorText } from './schemas.ts';
import * as troubles from './troubles.ts';

export interface ReadPorts {
  baseUrl: string;
  read: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
}

/** Nothing is known: why, and from when it is worth asking again where that was said. */
export class NotRead {
  readonly because: Trouble;
  readonly isCredential: boolean;
  readonly retryAt: number | null;
  constructor(because: Trouble, isCredential = false, retryAt: number | null = null) {
    this.because = because;
    this.isCredential = isCredential;
    this.retryAt = retryAt;
  }
}
/** This credential may not read it. */
export class Forbidden {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Failed = NotRead | Forbidden;
/** Whether a read failed: nothing may be concluded from it. */
export const hasFailed = (read: unknown): read is Failed => read instanceof NotRead || read instanceof Forbidden;

/** Docker Hub says there is none, or shows none; what that means is for the list it would be in to say. */
export const MISSING = 'missing';
/** The name is another's now. */
export const ANOTHER = 'another';

const PAGE_SIZE = 100;
const PAGES_MAX = 1_000;
/** Times that a list which does not come out even is read. */
const ROUNDS_MAX = 3;

type Asked = Result<HubRequest, RequestFault>;
type Page<T> = (body: unknown) => Result<normalise.Listed<T>, normalise.UnknownShape>;
export interface MemberFound {
  hubId: string;
  username: string;
  role: string | null;
  email: string | null;
}
/** By which of two spellings a repository's teams can be reached. */
export type Spelling = 'namespace' | 'old';

const pageOf = (page: number) => ({ page, page_size: PAGE_SIZE });
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export class ChangeReads {
  readonly #ports: ReadPorts;
  constructor(ports: ReadPorts) {
    this.#ports = ports;
  }
  get #base(): string {
    return this.#ports.baseUrl;
  }

  /** The member with this number, whatever they are called now; null where the whole list has none. */
  async member(organization: string, account: HubAccount): Promise<MemberFound | typeof ANOTHER | null | Failed> {
    const id = normaliseHubId(account.hubId);
    // A search is quick and looks for parts of names: what it finds is good, what it does not find says nothing.
    for (const query of [{ search: account.username }, {}]) {
      const rows = await this.#members(organization, query);
      if (hasFailed(rows)) return rows;
      const found = rows.find(({ hubId }) => hubId === id);
      if (found) return found;
      if (rows.some(({ username }) => sameName(username, account.username))) return ANOTHER;
    }
    return null;
  }

  /** The member that an invitation to this name or address leads to, or null. */
  async memberInvitedAs(organization: string, invitee: string): Promise<MemberFound | null | Failed> {
    const rows = await this.#members(organization, { search: invitee });
    if (hasFailed(rows)) return rows;
    return rows.find(({ username, email }) => sameName(username, invitee) || sameName(email ?? '', invitee)) ?? null;
  }

  async owners(organization: string): Promise<MemberFound[] | Failed> {
    const rows = await this.#members(organization, { role: 'owner' });
    return hasFailed(rows) ? rows : rows.filter(({ role }) => sameName(role ?? '', 'owner'));
  }

  async #members(organization: string, query: { search?: string; role?: string }): Promise<MemberFound[] | Failed> {
    const ask = (page: number): Asked => hubRequest(this.#base, 'members', { organization }, { ...query, ...pageOf(page) });
    const rows = await this.#list(ask, normalise.membersPage, ({ hubId, username }) =>
      hubId === '' ? `invitee ${username}` : hubId,
    );
    return rows === MISSING ? this.#hidden() : hasFailed(rows) ? rows : rows.filter((row) => !normalise.isInvitee(row));
  }

  /** The team with this number, whatever it is called now; null where the whole list has none. */
  async team(organization: string, team: HubTeam): Promise<normalise.TeamRow | typeof ANOTHER | null | Failed> {
    const named = await this.teamNamed(organization, team.name);
    if (hasFailed(named)) return named;
    if (named !== MISSING && named.hubId === team.number) return named;
    const rows = await this.teams(organization);
    if (hasFailed(rows)) return rows;
    const found = rows.find(({ hubId }) => hubId === team.number);
    if (found) return found;
    return rows.some(({ name }) => sameName(name, team.name)) ? ANOTHER : null;
  }

  async teamNamed(organization: string, team: string): Promise<normalise.TeamRow | typeof MISSING | Failed> {
    const body = await this.#get(hubRequest(this.#base, 'team', { organization, team }));
    if (body === MISSING || hasFailed(body)) return body;
    return parsed(normalise.teamDetail(body.json));
  }

  async teams(organization: string): Promise<normalise.TeamRow[] | Failed> {
    const ask = (page: number): Asked => hubRequest(this.#base, 'teams', { organization }, pageOf(page));
    const rows = await this.#list(ask, normalise.teamsPage, ({ hubId }) => String(hubId));
    return rows === MISSING ? this.#hidden() : rows;
  }

  async teamMembers(organization: string, team: string): Promise<normalise.TeamMemberRow[] | Failed> {
    const ask = (page: number): Asked => hubRequest(this.#base, 'teamMembers', { organization, team }, pageOf(page));
    const rows = await this.#list(ask, normalise.teamMembersPage, ({ hubId }) => hubId);
    // The team was there a moment ago: it went in between, and the next look will say so.
    return rows === MISSING ? new NotRead(troubles.unexpected('a team that was just there')) : rows;
  }

  /** All that a team holds, by the route that no document knows; null where it cannot be asked. */
  async teamPermissions(organization: string, team: string): Promise<normalise.TeamPermission[] | null | NotRead> {
    const ask = (page: number): Asked => hubRequest(this.#base, 'teamRepositories', { organization, team }, pageOf(page));
    const read: Page<normalise.TeamPermission> = (body) => normalise.teamRepositoriesPage(body, organization);
    const rows = await this.#list(ask, read, ([repository]) => repository);
    return rows === MISSING || rows instanceof Forbidden ? null : rows;
  }

  /** The teams of a repository, and by which spelling they were read. */
  async repositoryTeams(
    organization: string,
    repository: string,
  ): Promise<{ spelling: Spelling; rows: normalise.RepositoryPermission[] } | typeof MISSING | Failed> {
    const spellings = [
      ['namespace', 'repositoryTeams'],
      ['old', 'repositoryTeamsOldWay'],
    ] as const;
    let refused: typeof MISSING | Forbidden = MISSING;
    for (const [spelling, operation] of spellings) {
      const ask = (page: number): Asked => hubRequest(this.#base, operation, { organization, repository }, pageOf(page));
      const rows = await this.#list(ask, normalise.repositoryTeamsPage, ([number]) => String(number));
      if (rows instanceof NotRead) return rows;
      if (rows !== MISSING && !(rows instanceof Forbidden)) return { spelling, rows };
      if (rows !== MISSING) refused = rows;
    }
    return refused;
  }

  async repository(organization: string, repository: string): Promise<normalise.RepositoryItem | typeof MISSING | Failed> {
    const body = await this.#get(hubRequest(this.#base, 'repository', { organization, repository }));
    if (body === MISSING || hasFailed(body)) return body;
    return parsed(normalise.repositoryDetail(body.json));
  }

  async invitations(organization: string): Promise<normalise.InviteItem[] | Failed> {
    const body = await this.#get(hubRequest(this.#base, 'invites', { organization }));
    if (body === MISSING) return this.#hidden();
    if (hasFailed(body)) return body;
    const page = parsed(normalise.invitesPage(body.json));
    return page instanceof NotRead ? page : page.rows;
  }

  async tokens(organization: string): Promise<normalise.TokenItem[] | Failed> {
    const ask = (page: number): Asked => hubRequest(this.#base, 'tokens', { organization }, pageOf(page));
    const rows = await this.#list(ask, normalise.tokensPage, ({ hubId }) => hubId);
    return rows === MISSING ? this.#hidden() : rows;
  }

  /** A list of an organization of ours that is not found is one that is not shown. */
  #hidden(): Forbidden {
    return new Forbidden('not found');
  }

  async #get(request: Asked): Promise<{ json: unknown } | typeof MISSING | Failed> {
    if (!request.ok) return new NotRead(troubles.unexpected('a name that is none'));
    const result = await this.#ports.read(request.value, { lane: 'write', mayBeAbsent: true });
    switch (result.type) {
      case 'absent':
        return MISSING;
      case 'later':
        return new NotRead(troubles.slowedDown(), false, result.at);
      case 'failed':
        return new NotRead(result.trouble, result.isCredential);
      case 'answered':
        if (result.status === 200) return { json: result.body };
        if (result.status === 404) return MISSING;
        if (result.status === 403) return new Forbidden(errorText(result.body));
        return new NotRead(troubles.unexpected(`status ${result.status}`));
    }
  }

  /** Every item once. The last page is known by the total, or where there is none by a page that brings nothing new. */
  async #list<T>(
    ask: (page: number) => Asked,
    readPage: Page<T>,
    keyOf: (row: T) => string,
  ): Promise<T[] | typeof MISSING | Failed> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const found = new Map<string, T>();
      let total: number | null = null;
      let isEven = true;
      for (let number = 1; number <= PAGES_MAX; number += 1) {
        const body = await this.#get(ask(number));
        if (hasFailed(body)) return body;
        if (body === MISSING && number === 1) return MISSING;
        if (body === MISSING) break;
        const read = parsed(readPage(body.json));
        if (read instanceof NotRead) return read;
        isEven &&= number === 1 || read.total === total;
        total = read.total;
        const before = found.size;
        for (const row of read.rows) found.set(keyOf(row), row);
        if (found.size === before || (total !== null && found.size >= total)) break;
      }
      if (total === null || (isEven && found.size === total)) return [...found.values()];
    }
    return new NotRead(troubles.unexpected('a list that changes while it is read'));
  }
}

const parsed = <T>(read: Result<T, normalise.UnknownShape>): T | NotRead =>
  read.ok ? read.value : new NotRead(troubles.unexpected(read.error.where));
