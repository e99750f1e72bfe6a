// Every route, as everybody: what the API says of itself is compared with the one table in src/domain/permissions.ts, and with what
// it does. New routes are in these tests by themselves.
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { may, mayAsOwner, type Permission, PERMISSIONS, type Role, ROLES } from '#domain/permissions.ts';
import { Problem } from '#domain/protocol/common.ts';
import { Application, Connector } from '#domain/protocol/connectors.ts';
import { app } from '../../edge/app.ts';
import {
  api,
  asRole,
  claimWorkspace,
  codeOf,
  endElevations,
  invite,
  ORIGIN,
  type Person,
  read,
  send,
  tokenOf,
} from '../support/edge.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PERMISSION_NAMES: readonly string[] = PERMISSIONS;
const Operation = z.looseObject({
  'x-permission': z.string().refine((name): name is Permission | 'open' => name === 'open' || PERMISSION_NAMES.includes(name)),
  'x-owned': z.enum(['connector', 'application']).optional(),
  'x-needs': z.enum(['person', 'elevation', 'elevation_of_people']).optional(),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), Operation)) });

interface Route {
  method: string;
  path: string;
  permission: Permission | 'open';
  owned?: 'connector' | 'application' | undefined;
  needs?: 'person' | 'elevation' | 'elevation_of_people' | undefined;
}

/** What became of a request, as far as permissions go. Whatever comes after them counts as passed. */
type Outcome = 'not_signed_in' | 'forbidden' | 'not_for_tokens' | 'needs_passkey' | 'cross_site' | 'passed';
const OUTCOMES: readonly string[] = ['not_signed_in', 'forbidden', 'not_for_tokens', 'needs_passkey', 'cross_site'];

async function outcomeOf(answer: Response): Promise<Outcome> {
  const text = await answer.text();
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return 'passed';
  const { code, status } = Problem.parse(JSON.parse(text));
  expect(status, `${answer.url}: ${code}`).not.toBe(500);
  return OUTCOMES.includes(code)
    ? z.enum(['not_signed_in', 'forbidden', 'not_for_tokens', 'needs_passkey', 'cross_site']).parse(code)
    : 'passed';
}

/** Judged by a signature and by nothing else. */
const SIGNED = ['POST /api/recovery', 'POST /api/recovery/keys'];
/** These end the session that asks. */
const ENDING = ['DELETE /api/session', 'DELETE /api/sessions'];

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const at = ({ path }: Route, id = 'nobody') => path.replaceAll(/\{[^}]+\}/g, id);
/** A body that asks for nothing: permissions come first, and nothing is changed where they let it pass. */
const bodyOf = ({ method }: Route) => (method === 'GET' || method === 'DELETE' ? {} : { body: {} });

let routes: Route[] = [];
beforeAll(async () => {
  await claimWorkspace();
  const document = await read(Document, await api('/api/openapi.json'));
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      if (!operation) return [];
      const { 'x-permission': permission, 'x-owned': owned, 'x-needs': needs } = operation;
      return [{ method: method.toUpperCase(), path, permission, owned, needs }];
    }),
  );
});

test('every route that is served says who may use it', () => {
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`);
  // Rate limits are mounted on paths of their own; they name no route that is not there.
  expect(routes.map(nameOf).sort()).toEqual([...new Set(served)].sort());
  expect(routes.length).toBeGreaterThan(50);
});

function expectedFor(route: Route, role: Role | null, via: 'session' | 'token'): Outcome {
  if (SIGNED.includes(nameOf(route))) return 'forbidden';
  if (route.permission === 'open') return 'passed';
  if (role === null) return 'not_signed_in';
  if (!may([role], route.permission)) return 'forbidden';
  if (via === 'token') return route.needs === undefined || route.needs === 'elevation_of_people' ? 'passed' : 'not_for_tokens';
  return route.needs === undefined || route.needs === 'person' ? 'passed' : 'needs_passkey';
}

test('nobody gets anything without signing in but what is open', async () => {
  for (const route of routes) {
    const answer = await api(at(route), { method: route.method, ...bodyOf(route) });
    expect(`${nameOf(route)}: ${await outcomeOf(answer)}`).toBe(`${nameOf(route)}: ${expectedFor(route, null, 'session')}`);
  }
});

test.for(ROLES)('%s: each route does as the table says, for a person and for their program', async (role) => {
  const person = await asRole(role);
  const program = await tokenOf(person);
  await endElevations();
  const seen: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const route of routes) {
    const init = { method: route.method, ...bodyOf(route) };
    const session = await outcomeOf(await person.browser.fetch(at(route), init));
    const token = await outcomeOf(await api(at(route), { ...init, headers: program }));
    seen[nameOf(route)] = `${session}, ${token}`;
    expected[nameOf(route)] = `${expectedFor(route, role, 'session')}, ${expectedFor(route, role, 'token')}`;
    if (ENDING.includes(nameOf(route))) {
      expect((await person.browser.signIn()).status).toBe(200);
      await endElevations();
    }
  }
  expect(seen).toEqual(expected);
});

test('a method that an address does not know is said to be that, with those it knows', async () => {
  const admin = await asRole('super');
  for (const path of new Set(routes.map((route) => at(route)))) {
    const known = routes.filter((route) => new RegExp(`^${at(route, '[^/]+')}$`).test(path)).map(({ method }) => method);
    const unknown = METHODS.map((method) => method.toUpperCase()).find((method) => !known.includes(method));
    if (unknown === undefined) continue;
    const answer = await admin.browser.fetch(path, { method: unknown, ...(unknown === 'GET' ? {} : { body: {} }) });
    expect(`${unknown} ${path}: ${answer.status}`).toBe(`${unknown} ${path}: 405`);
    expect(await codeOf(answer)).toBe('wrong_method');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual([...new Set(known)].sort());
  }
});

describe('owners', () => {
  const own = { connector: '', application: '' };
  const foreign = { connector: '', application: '' };
  let owner: Person;

  beforeAll(async () => {
    const admin = await claimWorkspace();
    owner = await invite(['connector'], 'Owner');
    const other = await invite(['connector'], 'Other');
    for (const [ids, person] of [
      [own, owner],
      [foreign, other],
    ] as const) {
      const application = { name: `Application of ${person.user.name}`, owners: [person.user.id] };
      ids.application = (await admin.browser.call(Application, '/api/applications', { method: 'POST', body: application })).id;
      const connector = {
        type: 'docker-hub',
        name: `Connector of ${person.user.name}`,
        application: { id: ids.application },
        owners: [person.user.id],
      };
      ids.connector = (
        await admin.browser.call(z.looseObject({ id: Connector.shape.id }), '/api/connectors', {
          method: 'POST',
          body: connector,
        })
      ).id;
    }
    await admin.browser.elevate();
    const patch = { method: 'PATCH', body: { roles: ['basic'] } };
    expect((await admin.browser.fetch(`/api/users/${owner.user.id}`, patch)).status).toBe(200);
    await endElevations();
  });

  test('do for what is theirs what its administrator may, except credentials; for what is not, nothing', async () => {
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const route of routes) {
      const kind = (['connector', 'application'] as const).find((name) => route.path.startsWith(`/api/${name}s/{id}`));
      if (!kind || route.permission === 'open') continue;
      const init = { method: route.method, ...bodyOf(route) };
      const mine = await outcomeOf(await owner.browser.fetch(at(route, own[kind]), init));
      const theirs = await outcomeOf(await owner.browser.fetch(at(route, foreign[kind]), init));
      seen[nameOf(route)] = `${mine}, ${theirs}`;
      const asOwner = route.owned === kind && mayAsOwner(route.permission);
      expected[nameOf(route)] =
        `${!asOwner ? 'forbidden' : route.needs?.startsWith('elevation') ? 'needs_passkey' : 'passed'}, forbidden`;
    }
    expect(seen).toEqual(expected);
    expect(Object.values(seen).filter((outcomes) => outcomes.startsWith('passed')).length).toBeGreaterThan(3);
  });

  test('a route that is open to owners leaves credentials and settings to those with the role', () => {
    for (const { permission, owned } of routes) {
      if (owned && permission !== 'open') expect(mayAsOwner(permission)).toBe(true);
      if (permission === 'credential_manage' || permission === 'settings_manage') expect(owned).toBeUndefined();
    }
  });
});

describe('requests from other sites', () => {
  const SITES = ['same-origin', 'same-site', 'cross-site'] as const;
  const ORIGINS = [ORIGIN, 'https://evil.test'] as const;
  const TYPES = ['application/json', 'text/plain'] as const;
  const MARKS = ['1', null] as const;
  const cells = SITES.flatMap((site) =>
    ORIGINS.flatMap((origin) => TYPES.flatMap((type) => MARKS.map((mark) => ({ site, origin, type, mark })))),
  );
  type Cell = (typeof cells)[number];

  const headersOf = ({ site, origin, type, mark }: Cell): Record<string, string> => ({
    'sec-fetch-site': site,
    origin,
    'content-type': type,
    ...(mark === null ? {} : { 'x-watchbill': mark }),
  });
  const isOwn = ({ site, origin, type, mark }: Cell) =>
    site === 'same-origin' && origin === ORIGIN && type === 'application/json' && mark === '1';

  test('of 24 ways to send it, one passes, for every route that changes something', async () => {
    const { browser } = await invite(['basic']);
    await endElevations();
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      const passed: Cell[] = [];
      for (const cell of cells) {
        const answer = await send(at(route), {
          method: route.method,
          headers: { ...headersOf(cell), cookie: browser.cookie ?? '' },
          ...(route.method === 'DELETE' ? {} : { body: '{}' }),
        });
        if ((await outcomeOf(answer)) !== 'cross_site') passed.push(cell);
      }
      expect(cells).toHaveLength(24);
      expect(passed, nameOf(route)).toEqual(cells.filter(isOwn));
      if (ENDING.includes(nameOf(route))) await browser.signIn();
    }
  });

  test('the rules hold for whoever is not signed in, too, where a browser is at the other end', async () => {
    const sent = (headers: Record<string, string>) => send('/api/session/options', { method: 'POST', headers }).then(outcomeOf);
    const whole = headersOf({ site: 'same-origin', origin: ORIGIN, type: 'application/json', mark: '1' });
    expect(await sent(whole)).toBe('passed');
    expect(await sent({})).toBe('passed'); // a program: no browser sends neither header
    const { 'sec-fetch-site': _, ...older } = whole;
    expect(await sent(older)).toBe('passed'); // a browser that does not know Fetch Metadata
    const { origin: __, ...nameless } = whole;
    expect(await sent(nameless)).toBe('cross_site');
    for (const type of ['application/json; charset=utf-8', 'application/json;charset=UTF-8']) {
      expect(await sent({ ...whole, 'content-type': type })).toBe('passed');
    }
    for (const type of ['application/jsonp', 'text/plain;application/json', 'application/json; x=y', '']) {
      expect(await sent({ ...whole, 'content-type': type })).toBe('cross_site');
    }
    for (const origin of ['null', `${ORIGIN}.evil.test`, `${ORIGIN}:8443`, 'http://watchbill.test']) {
      expect(await sent({ ...whole, origin })).toBe('cross_site');
    }
  });

  test('a cookie alone is not enough, and a socket needs our own origin', async () => {
    const { browser } = await claimWorkspace();
    const cookie = browser.cookie ?? '';
    const json = { 'content-type': 'application/json', 'x-watchbill': '1', cookie };
    expect(await outcomeOf(await send('/api/tokens', { method: 'POST', headers: json, body: '{}' }))).toBe('cross_site');
    const socket = (headers: Record<string, string>) =>
      send('/api/changes', { headers: { upgrade: 'websocket', cookie, ...headers } }).then(outcomeOf);
    expect(await socket({ origin: 'https://evil.test' })).toBe('cross_site');
    expect(await socket({})).toBe('cross_site');
  });
});
