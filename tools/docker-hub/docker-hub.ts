import { Hono } from 'hono';
import { getPath } from 'hono/utils/url';
import { setTimeout as wait } from 'node:timers/promises';
import { htmlPage, refuse, refuseRate, refuseWithDetail, UNAUTHORIZED } from './answers.ts';
import { applyFault, ConnectionDropped, type Incident } from './apply-fault.ts';
import { CallLog } from './call-log.ts';
import { controlOf, type HubControl, type HubParts } from './control.ts';
import { controlRoutes } from './control-routes.ts';
import { FaultRules } from './faults.ts';
import { Gate } from './gate.ts';
import type { HubEnv, HubState, RequestScope } from './hub-env.ts';
import { restoreRemovedPeople } from './identity-provider.ts';
import { KNOWN_OPERATIONS, LOGIN_OPERATIONS, operationOf, withoutTrailingSlash } from './operations.ts';
import { RateLimiter, retryAfterHeaders } from './rate-limit.ts';
import { auditLogs } from './routes/audit-logs.ts';
import { authentication } from './routes/authentication.ts';
import { grants } from './routes/grants.ts';
import { identity } from './routes/identity.ts';
import { invites } from './routes/invites.ts';
import { legacyRepositories } from './routes/legacy-repositories.ts';
import { members } from './routes/members.ts';
import { organizationSettings } from './routes/organization-settings.ts';
import { organizationTokens } from './routes/organization-tokens.ts';
import { personalTokens } from './routes/personal-tokens.ts';
import { repositories } from './routes/repositories.ts';
import { teamRepositories } from './routes/team-repositories.ts';
import { teams } from './routes/teams.ts';
import { type Caller, callerKey, Sessions } from './sessions.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { Journal } from './worlds/journal.ts';
import type { World } from './worlds/world.ts';

export interface DockerHubOptions {
  world: World;
  /** Requests a minute for each credential, null for none; 600 unless said. */
  rateLimit?: number | null;
  latencyMs?: number;
  now?: () => number;
  bearerLifetimeSeconds?: number;
  /** How many times faster a rate-limit minute passes. */
  clockSpeed?: number;
}

export interface SimulatedDockerHub {
  /** Answers one request. Rejects with `ConnectionDropped` where a server would close the connection. */
  fetch(request: Request): Promise<Response>;
  /** The world as it is now; a reset puts another in its place. */
  readonly world: World;
  readonly control: HubControl;
}

/** Docker Hub, simulated: its routes, its refusals, its limits, and on demand its faults. */
export function createDockerHub(options: DockerHubOptions): SimulatedDockerHub {
  const now = options.now ?? Date.now;
  const state: HubState = {
    world: options.world,
    settings: {
      ...DEFAULT_SETTINGS,
      ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
      ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
      ...(options.clockSpeed === undefined ? {} : { clockSpeed: options.clockSpeed }),
      ...(options.bearerLifetimeSeconds === undefined ? {} : { bearerLifetimeSeconds: options.bearerLifetimeSeconds }),
    },
    sessions: new Sessions(),
    frozenListings: new Map(),
  };
  const parts: HubParts = {
    state,
    now,
    startSettings: state.settings,
    calls: new CallLog(),
    faults: new FaultRules(),
    limiter: new RateLimiter(),
  };
  const control = controlOf(parts);
  const controlApp = controlRoutes(control);
  const app = hubRoutes();
  const gate = new Gate();
  const restored = new WeakSet<Journal>();

  async function fetchHub(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/_control')) return controlApp.fetch(request);
    restoreRemovedPeople(state, restored, now());

    const path = withoutTrailingSlash(url.pathname);
    const operation = operationOf(request.method, path)?.operation ?? 'unknown';
    const isLogin = LOGIN_OPERATIONS.has(operation);
    const { bearer, caller } = isLogin ? { bearer: null, caller: ANONYMOUS } : whoAsks(request, state, now());
    // Logins have a budget of their own, as they have a lock of their own.
    const credential = isLogin ? 'login' : caller ? callerKey(caller) : 'refused';
    const call = parts.calls.begin({
      at: now(),
      method: request.method,
      path: `${url.pathname}${url.search}`,
      operation,
      credential,
    });

    const verdict = parts.limiter.take(credential, state.settings, now());
    if (!verdict.isAllowed) {
      call.status = 429;
      const resetAt = Number(verdict.headers['X-RateLimit-Reset']) * 1000;
      const headers = { ...verdict.headers, ...retryAfterHeaders(state.settings.retryAfter, resetAt, now()) };
      return refuseRate(headers);
    }
    const faults = parts.faults.meeting({ method: request.method, pathAndQuery: `${url.pathname}${url.search}`, operation });
    call.fault = faults[0]?.type ?? null;
    const arrivedAt = performance.now();
    const { latencyMs } = state.settings;
    await waitUntil(arrivedAt + latencyMs / 2);

    const scope: RequestScope = { state, caller: caller ?? ANONYMOUS, now: now(), journals: [] };
    const answer = async (): Promise<Response> => {
      const isKnown = operation !== 'unknown';
      return isKnown && caller === null ? refuse(401, UNAUTHORIZED) : app.fetch(request, scope);
    };
    const incident: Incident = {
      scope,
      request,
      bearer,
      now,
      answer: () => gate.shared(answer),
      answerAlone: (around) => gate.alone(() => around(answer)),
    };
    const withFaults = faults.reduceRight(
      (next, fault) => (): Promise<Response> => applyFault(fault, incident, next),
      incident.answer,
    );
    try {
      const response = await withFaults();
      await waitUntil(arrivedAt + latencyMs);
      call.status = response.status;
      return withHeaders(request, response, verdict.headers);
    } catch (error) {
      if (!(error instanceof ConnectionDropped)) throw error;
      call.status = 0;
      throw error;
    }
  }

  return {
    fetch: fetchHub,
    get world() {
      return state.world;
    },
    control,
  };
}

/** Latency is the whole time of an answer, half of it before the work and half after: what the work takes is part of it. */
async function waitUntil(moment: number): Promise<void> {
  const rest = Math.round(moment - performance.now());
  if (rest > 0) await wait(rest);
}

const ANONYMOUS: Caller = { kind: 'anonymous' };

/** The caller behind the bearer; null when there is a bearer that is none, or none any more. */
function whoAsks(request: Request, state: HubState, now: number): { bearer: string | null; caller: Caller | null } {
  const header = request.headers.get('Authorization');
  if (header === null) return { bearer: null, caller: ANONYMOUS };
  const bearer = /^Bearer\s+(\S+)$/i.exec(header)?.[1] ?? null;
  return { bearer, caller: bearer === null ? null : state.sessions.callerOf(bearer, now) };
}

function withHeaders(request: Request, response: Response, extra: Record<string, string>): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(extra)) headers.set(name, value);
  return new Response(request.method === 'HEAD' ? null : response.body, { status: response.status, headers });
}

function hubRoutes(): Hono<HubEnv> {
  // Both forms of every path are known, with and without the slash at its end, and neither is redirected.
  const app = new Hono<HubEnv>({ getPath: (request) => withoutTrailingSlash(getPath(request)) })
    .route('/', authentication)
    .route('/', identity)
    .route('/', personalTokens)
    .route('/', organizationTokens)
    .route('/', organizationSettings)
    .route('/', members)
    .route('/', invites)
    .route('/', teamRepositories)
    .route('/', teams)
    .route('/', grants)
    .route('/', repositories)
    .route('/', legacyRepositories)
    .route('/', auditLogs);
  app.notFound((c) => {
    const path = withoutTrailingSlash(new URL(c.req.url).pathname);
    const isKnownPath = KNOWN_OPERATIONS.some(({ method }) => operationOf(method, path) !== null);
    if (isKnownPath) return refuseWithDetail(405, `Method "${c.req.method}" not allowed.`);
    return htmlPage(c.env.state.settings.unknownPathStatus, 'Page not found');
  });
  return app;
}
