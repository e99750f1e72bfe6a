import { setTimeout as wait } from 'node:timers/promises';
import { htmlPage, refuse, refuseRate, UNAUTHORIZED } from './answers.ts';
import type { Fault } from './faults.ts';
import type { RequestScope } from './hub-env.ts';
import { retryAfterHeaders } from './rate-limit.ts';
import { editJson, editName, editRows, setPath } from './rewrite-answer.ts';
import { HOSTILE_TEXTS } from './worlds/hostile-names.ts';
import { asBefore, mutate, revoke } from './worlds/mutate.ts';
import type { Mutation } from './worlds/mutation.ts';

/** Thrown by `fetch` where a real server would close the connection without an answer. */
export class ConnectionDropped extends TypeError {
  constructor() {
    super('fetch failed: the connection was dropped');
    this.name = 'ConnectionDropped';
  }
}

export interface Incident {
  scope: RequestScope;
  request: Request;
  bearer: string | null;
  now: () => number;
  /** Answers as if nothing were wrong. */
  answer: () => Promise<Response>;
  /** The same with nobody else inside: for taking the world back. */
  answerAlone: (around: (answer: () => Promise<Response>) => Promise<Response>) => Promise<Response>;
}

/** What a request gets when this fault meets it. `next` is the answer behind the fault: the next fault, or the real one. */
export async function applyFault(fault: Fault, incident: Incident, next: () => Promise<Response>): Promise<Response> {
  const { scope } = incident;
  switch (fault.type) {
    case 'status':
      return new Response(fault.status === 204 || fault.status === 304 ? null : fault.body, {
        status: fault.status,
        headers: { 'Content-Type': fault.contentType, ...fault.headers },
      });
    case 'html':
      return htmlPage(fault.status, 'Something went wrong');
    case 'drop':
      if (fault.isApplied) await next();
      throw new ConnectionDropped();
    case 'cut':
      return cutBody(await next(), fault.share);
    case 'truncate':
      return truncateBody(await next(), fault.share);
    case 'applied_then_status': {
      await next();
      return Response.json({ message: 'internal error', errinfo: null }, { status: fault.status });
    }
    case 'not_applied_then_ok': {
      const answer = await next();
      for (const journal of scope.journals.toReversed()) revoke(scope.state.world, journal);
      scope.journals.length = 0;
      return answer;
    }
    case 'stale': {
      if (incident.request.method !== 'GET' && incident.request.method !== 'HEAD') return next();
      const oldest = fault.youngerThanMs === undefined ? null : incident.now() - fault.youngerThanMs;
      return incident.answerAlone((answer) =>
        asBefore(scope.state.world, (journal, age) => (oldest === null ? age < fault.changes : journal.at > oldest), answer),
      );
    }
    case 'redirect':
      return new Response(null, { status: fault.status, headers: { Location: fault.location } });
    case 'foreign_next':
      return editJson(await next(), (body) => editName(body, ['next', 'previous'], (url) => foreignUrl(url, fault.origin)));
    case 'shift': {
      if (fault.when === 'before') shiftWorld(incident, fault.mutations);
      const answer = await next();
      if (fault.when === 'after') shiftWorld(incident, fault.mutations);
      return answer;
    }
    case 'rate_limited': {
      const now = incident.now();
      return refuseRate(retryAfterHeaders(fault.retryAfter, now + fault.waitSeconds * 1000, now));
    }
    case 'delay':
      await wait(fault.ms);
      return next();
    case 'expire_bearer':
      if (incident.bearer !== null) scope.state.sessions.expire(incident.bearer);
      return refuse(401, UNAUTHORIZED);
    case 'empty_page':
      return editJson(await next(), (body) => emptied(body, fault.keepsCount));
    case 'unknown_role':
      return editJson(await next(), (body) => editName(body, ['role'], (value) => (value === null ? value : fault.role)));
    case 'unknown_permission':
      return editJson(await next(), (body) => editName(body, ['permission'], () => fault.permission));
    case 'unknown_fields':
      return editJson(await next(), (body) => editRows(body, (row) => ({ ...row, ...UNKNOWN_FIELDS })));
    case 'hostile_names':
      return editJson(await next(), (body) => editName(body, FREE_TEXT, (value, index) => hostileInstead(value, index)));
    case 'rewrite':
      return editJson(await next(), (body) => setPath(body, fault.path, fault.value));
  }
}

const FREE_TEXT = ['full_name', 'description', 'full_description', 'company', 'location', 'label', 'action_description'];
const UNKNOWN_FIELDS = {
  brand_new: { deep: [1, null, 'x'] },
  __typename: 'Thing',
  role_bindings: [],
  legacy_id: 9_007_199_254_740_991,
};

function hostileInstead(value: unknown, index: number): unknown {
  return typeof value === 'string' ? HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] : value;
}

function foreignUrl(value: unknown, origin: string): unknown {
  if (typeof value !== 'string' || value === '') return `${origin}/v2/collect?page=2`;
  const url = new URL(value);
  return `${origin}${url.pathname}${url.search}`;
}

function emptied(body: unknown, keepsCount: boolean): unknown {
  if (Array.isArray(body)) return [];
  if (typeof body !== 'object' || body === null) return body;
  const lists = Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? [] : value]);
  const counts = keepsCount ? {} : { ...('count' in body ? { count: 0 } : {}), ...('total' in body ? { total: 0 } : {}) };
  return { ...Object.fromEntries(lists), ...counts, ...('next' in body ? { next: null } : {}) };
}

function shiftWorld(incident: Incident, mutations: Mutation[]): void {
  for (const mutation of mutations) {
    mutate(incident.scope.state.world, mutation, { source: 'control', actor: 'somebody-else', at: incident.now() });
  }
}

async function truncateBody(answer: Response, share: number): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.delete('Content-Length');
  return new Response(bytes.slice(0, Math.floor(bytes.length * share)), { status: answer.status, headers });
}

/** Promises the whole length and then breaks off: on the wire the socket is destroyed, in process the body's stream fails. */
async function cutBody(answer: Response, share: number): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.set('Content-Length', String(bytes.length));
  const start = bytes.slice(0, Math.floor(bytes.length * share));
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) controller.error(new ConnectionDropped());
      else controller.enqueue(start.length > 0 ? start : new Uint8Array([32]));
      isSent = true;
    },
  });
  return new Response(body, { status: answer.status, headers });
}
