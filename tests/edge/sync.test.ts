// A sync in workerd: the Connector object with its alarms, the Ledger, KV, and a Docker Hub on a real socket.
import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { AuditRow } from '#domain/protocol/audit.ts';
import { Connector, CreatedConnector, ProbeResult, type SyncRun } from '#domain/protocol/connectors.ts';
import { LiveAnswer } from '#domain/protocol/hub.ts';
import { connectorName, connectorOf } from '../../edge/connector/remote-connector.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { asRead } from '../support/catalogue-truth.ts';
import { asRole, claimWorkspace, codeOf, read, type Person } from '../support/edge.ts';

const HUB = env.DOCKER_HUB_URL;
const World = z.object({
  credentials: z.array(z.object({ key: z.string(), kind: z.string(), identifier: z.string(), secret: z.string() })),
  organizations: z.array(z.object({ name: z.string(), leastCalls: z.object({ perTeam: z.int(), perRepository: z.int() }) })),
});
const Calls = z.object({ total: z.int(), rateLimited: z.int(), logins: z.int(), failedLogins: z.int() });
const Truth = z.object({
  members: z.array(z.object({ username: z.string(), role: z.string() })),
  teams: z.array(
    z.object({ name: z.string(), members: z.array(z.string()), permissions: z.array(z.tuple([z.string(), z.string()])) }),
  ),
  repositories: z.array(z.object({ name: z.string() })),
});

let ada: Person;
let world: z.infer<typeof World>;

async function control<T extends z.ZodType>(returns: T, path: string, body?: unknown): Promise<z.infer<T>> {
  const answer = await fetch(
    `${HUB}/_control${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return returns.parse(await answer.json());
}
const reset = async (name: string, more: Record<string, unknown> = {}): Promise<void> => {
  world = await control(World, '/reset', { world: name, rateLimit: null, ...more });
};
const calls = () => control(Calls, '/calls');
const mutate = (mutations: unknown) => control(z.unknown(), '/mutate', mutations);
const fault = (rule: unknown) => control(z.unknown(), '/faults', rule);

function credential(key: string): { kind: string; identifier: string; secret: string } {
  const found = world.credentials.find((one) => one.key === key);
  if (!found) throw new Error(`no credential ${key}`);
  return {
    kind: found.kind.startsWith('password') ? 'password' : found.kind,
    identifier: found.identifier,
    secret: found.secret,
  };
}

let made = 0;
const addConnector = async (): Promise<string> => {
  made += 1;
  const body = { type: 'docker-hub', name: `Docker Hub ${made}`, application: { name: `App ${made}` }, owners: [ada.user.id] };
  return (await ada.browser.call(CreatedConnector, '/api/connectors', { method: 'POST', body })).id;
};
const connect = (id: string, key: string) =>
  ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: credential(key) });
const object = (id: string) => connectorOf(env, 'main', id);
const stub = (id: string) => env.CONNECTOR.getByName(connectorName('main', id));

/** Ends the object in the middle of whatever it does; the next call finds a new one over the same storage. */
async function kill(id: string): Promise<void> {
  await runInDurableObject(stub(id), (_, state) => state.abort('killed by the test')).catch(() => undefined);
}

async function untilEnded(id: string, n: number, timeout = 50_000): Promise<SyncRun> {
  const until = Date.now() + timeout;
  for (;;) {
    const run = await object(id).run(n);
    if (run && run.status !== 'running') return run;
    if (Date.now() > until) throw new Error(`run ${n} is still ${JSON.stringify(run)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function syncNow(id: string): Promise<SyncRun> {
  const { n } = await ada.browser.call(z.object({ n: z.int() }), `/api/connectors/${id}/sync`, { method: 'POST' });
  return untilEnded(id, n);
}
/** Removes the connector, so that its organizations are free for the next test. */
async function remove(id: string): Promise<void> {
  await ada.browser.elevate();
  expect((await ada.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' })).status).toBe(204);
}
const documents = async (id: string): Promise<CatalogueDocument[]> =>
  (await ledgerOf(env, 'main').catalogueDocuments(id, { limit: 100_000 })).documents;

async function expectTruth(id: string, organization: string): Promise<void> {
  const truth = await control(Truth, `/truth?organization=${organization}`);
  const found = asRead(await documents(id), organization);
  expect(found.members.map(({ username }) => username)).toEqual(truth.members.map(({ username }) => username));
  expect(found.repositories.map(({ name }) => name)).toEqual(truth.repositories.map(({ name }) => name));
  const teams = (list: z.infer<typeof Truth>['teams']) =>
    list
      .map(({ name, members, permissions }) => ({ name, members: [...members].sort(), permissions }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(teams(found.teams)).toEqual(
    teams(truth.teams.map((team) => (team.name === 'owners' ? { ...team, permissions: [] } : team))),
  );
}

beforeAll(async () => {
  ada = await claimWorkspace();
});

describe('a connector', () => {
  test('reads the truth in little more than the fewest calls and rows, and then finds nothing new', async () => {
    await reset('org-0.1');
    const id = await addConnector();
    const ledgerRows = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
    const before = await ledgerRows();
    await connect(id, 'owner');
    const first = await untilEnded(id, 1);
    expect(first).toMatchObject({ status: 'completed', trouble: null, startedBy: { name: 'Ada Park' } });
    await expectTruth(id, 'org-0-1');
    const least = world.organizations[0]?.leastCalls.perTeam ?? 0;
    expect(first.calls).toBe((await calls()).total);
    expect(first.calls).toBeLessThanOrEqual(least * 1.03 + 15);
    // 131 documents, 30 pages of facts, 200 staged calls: a few hundred rows, where permissions alone would be ten thousand.
    const connectorRows = await object(id).rowsWritten();
    expect((await ledgerRows()) - before + connectorRows).toBeLessThan(900);

    const kept = JSON.stringify(await documents(id));
    const again = await syncNow(id);
    expect(again).toMatchObject({ n: 2, status: 'completed', changes: {} });
    expect(JSON.stringify(await documents(id))).toBe(kept);
    expect((await object(id).rowsWritten()) - connectorRows).toBeLessThan(350);
    await remove(id);
  });

  test('killed again and again goes on, and ends with the same catalogue', async () => {
    await reset('company', { latencyMs: 15 });
    const whole = await addConnector();
    await connect(whole, 'owner');
    expect((await untilEnded(whole, 1)).status).toBe('completed');
    const expected = JSON.stringify(await documents(whole));
    const callsOfWhole = (await calls()).total;
    await remove(whole);

    for (const pauses of [[10], [60], [110, 30], [40, 40, 40], [150]]) {
      await control(z.unknown(), '/calls/reset', {});
      const id = await addConnector();
      await connect(id, 'owner');
      for (const pause of pauses) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        await kill(id);
        // As the second clock would, if nothing else did.
        await object(id).tick();
      }
      expect((await untilEnded(id, 1)).status).toBe('completed');
      expect(JSON.stringify(await documents(id))).toBe(expected);
      expect((await calls()).total - callsOfWhole).toBeLessThanOrEqual(7 * pauses.length);
      expect((await calls()).logins).toBeLessThanOrEqual(1 + pauses.length);
      await remove(id);
    }
  });

  test('is read once at a time, and by nobody while it is paused', async () => {
    await reset('company', { latencyMs: 30 });
    const id = await addConnector();
    await connect(id, 'owner');
    const started = await Promise.all(Array.from({ length: 10 }, () => object(id).start({ trigger: 'manual', by: null })));
    expect(started.every((one) => !one.ok && one.error.reason === 'already_running')).toBe(true);
    await ada.browser.fetch(`/api/connectors/${id}`, { method: 'PATCH', body: { paused: true } });
    expect((await untilEnded(id, 1)).status).toBe('canceled');
    expect(await object(id).start({ trigger: 'manual', by: null })).toMatchObject({ ok: false, error: { reason: 'paused' } });
    await ada.browser.fetch(`/api/connectors/${id}`, { method: 'PATCH', body: { paused: false } });
    await vi
      .waitFor(
        async () => expect((await object(id).runs({ limit: 1, cursor: null })).items[0]).toMatchObject({ status: 'canceled' }),
        5_000,
      )
      .catch(() => undefined);
    await remove(id);
  });

  test('that would lose much is held, and an owner applies or discards it', async () => {
    await reset('company');
    const id = await addConnector();
    await connect(id, 'owner');
    await untilEnded(id, 1);
    const before = JSON.stringify(await documents(id));
    const { members } = await control(Truth, '/truth?organization=harborline');
    const leaving = members.filter(({ role }) => role !== 'owner').slice(0, 30);
    await mutate(leaving.map(({ username }) => ({ type: 'remove_member', organization: 'harborline', username })));

    expect((await syncNow(id)).status).toBe('held');
    expect((await ada.browser.call(Connector, `/api/connectors/${id}`)).status).toBe('needs_attention');
    expect(JSON.stringify(await documents(id))).toBe(before);
    // It waits through a restart of the object.
    await kill(id);
    expect((await ada.browser.fetch(`/api/connectors/${id}/syncs/2/discard`, { method: 'POST' })).status).toBeLessThan(300);
    expect(await object(id).run(2)).toMatchObject({ status: 'canceled' });
    expect(JSON.stringify(await documents(id))).toBe(before);

    expect((await syncNow(id)).status).toBe('held');
    await kill(id);
    expect((await ada.browser.fetch(`/api/connectors/${id}/syncs/3/apply`, { method: 'POST' })).status).toBeLessThan(300);
    expect((await untilEnded(id, 3)).status).toBe('completed');
    await expectTruth(id, 'harborline');
    expect((await ada.browser.call(Connector, `/api/connectors/${id}`)).status).toBe('connected');
    expect((await object(id).decideHeld(3, 'apply', ada.user.id)).ok).toBe(false);
    await remove(id);
  });

  test('whose Docker Hub is down fails, keeps what it has, and tries again sooner', async () => {
    await reset('small');
    const id = await addConnector();
    await connect(id, 'oat-read');
    await untilEnded(id, 1);
    const before = JSON.stringify(await documents(id));
    await fault({ match: { pathPattern: '/members' }, fault: { type: 'html', status: 200 } });
    const failed = await syncNow(id);
    expect(failed).toMatchObject({ status: 'failed', trouble: { code: 'docker_hub_unexpected' } });
    expect(JSON.stringify(await documents(id))).toBe(before);
    const found = await ada.browser.call(Connector, `/api/connectors/${id}`);
    expect(found.status).toBe('error');
    const wait = Date.parse(found.nextSync ?? '') - Date.now();
    expect(wait).toBeGreaterThan(60_000);
    expect(wait).toBeLessThan(10 * 60_000);
    await remove(id);
  });

  test('with a dead credential signs in twice in ten minutes, however many ask', async () => {
    await reset('company');
    const id = await addConnector();
    const dead = { ...credential('owner'), secret: 'dead' };
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: dead });
    await Promise.all([
      ...Array.from({ length: 250 }, () => object(id).start({ trigger: 'manual', by: null })),
      ...Array.from({ length: 250 }, () =>
        object(id).probe({ kind: 'password', identifier: dead.identifier, secret: dead.secret }),
      ),
    ]);
    await untilEnded(id, 1);
    for (let more = 0; more < 3; more += 1) {
      await kill(id);
      await syncNow(id);
    }
    expect((await calls()).failedLogins).toBeLessThanOrEqual(2);
    expect((await ada.browser.call(Connector, `/api/connectors/${id}`)).status).toBe('needs_attention');
    await remove(id);
  });

  test('that is deleted in the middle leaves nothing behind', async () => {
    await reset('company', { latencyMs: 30 });
    const id = await addConnector();
    await connect(id, 'owner');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await remove(id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await documents(id)).toEqual([]);
    expect(await object(id).runs({ limit: 10, cursor: null })).toMatchObject({ items: [] });
    await runInDurableObject(stub(id), async (_, state) => expect(await state.storage.getAlarm()).toBeNull());
  });

  test('is looked at again when its time has come', async () => {
    await reset('small');
    const id = await addConnector();
    await connect(id, 'oat-read');
    await untilEnded(id, 1);
    const found = await ada.browser.call(Connector, `/api/connectors/${id}`);
    const wait = Date.parse(found.nextSync ?? '') - Date.now();
    expect(wait).toBeGreaterThan(23.9 * 3_600_000);
    expect(wait).toBeLessThan(24.5 * 3_600_000);
    await runInDurableObject(stub(id), (_, state) => {
      state.storage.sql.exec("UPDATE kept SET value = json_set(value, '$.nextAtMs', 1) WHERE key = 'schedule'");
    });
    await kill(id);
    await object(id).tick();
    expect(await untilEnded(id, 2)).toMatchObject({ status: 'completed', trigger: 'schedule', startedBy: null });
    await remove(id);
  });
});

describe('the log of a run', () => {
  test('is read line by line, by level, while and after it goes on', async () => {
    await reset('company');
    await fault({ match: { pathPattern: '/members', nth: 1, times: 1 }, fault: { type: 'rate_limited', waitSeconds: 1 } });
    const id = await addConnector();
    await connect(id, 'owner');
    await untilEnded(id, 1);
    const all = await object(id).log(1, { after: 0, limit: 1_000 });
    expect(all.nextCursor).toBeNull();
    const messages = all.items.map(({ message }) => message);
    expect(messages[0]).toBe('Run 1 started by Ada Park');
    expect(messages[1]).toMatch(/^Signed in as /);
    expect(messages).toContain('2 organizations read');
    expect(messages.at(-1)).toMatch(/^\+2 organizations, \+45 accounts/);
    expect(all.items.map(({ seq }) => seq)).toEqual(all.items.map((_, index) => index + 1));

    const paged: string[] = [];
    let after = 0;
    for (;;) {
      const page = await object(id).log(1, { after, limit: 3 });
      paged.push(...page.items.map(({ message }) => message));
      if (page.nextCursor === null) break;
      after = Number(page.nextCursor);
    }
    expect(paged).toEqual(messages);
    const warnings = await object(id).log(1, { after: 0, limit: 100, level: 'warn' });
    expect(warnings.items.map(({ message }) => message)).toEqual([
      expect.stringMatching(/asked us to slow down\. Waited \d s/),
    ]);
    await remove(id);
  });
});

describe('the read-only proxy', () => {
  let id: string;
  afterAll(() => remove(id));
  beforeAll(async () => {
    await reset('company');
    id = await addConnector();
    await connect(id, 'oat-read');
    await untilEnded(id, 1);
  });
  const ask = (path: string, who = ada) => who.browser.fetch(`/api/connectors/${id}/hub/organizations/harborline${path}`);

  test.each([
    ['/members', 45],
    ['/teams', 13],
    ['/invites', 3],
    ['/teams/backend/members', 7],
    ['/teams/backend/repositories', 22],
    ['/repositories', 47],
    ['/repositories/api-billing', 1],
  ])('reads %s in one live call', async (path, count) => {
    await control(z.unknown(), '/calls/reset', {});
    const answer = await read(LiveAnswer, await ask(path));
    expect(answer.items).toHaveLength(count);
    expect(Date.parse(answer.at)).toBeGreaterThan(Date.now() - 10_000);
    expect((await calls()).total).toBe(1);
  });

  test('says what changed a moment ago, and writes down who asked', async () => {
    await mutate({
      type: 'set_permission',
      organization: 'harborline',
      team: 'support',
      repository: 'api-billing',
      permission: 'admin',
    });
    const answer = await read(LiveAnswer, await ask('/repositories/api-billing/teams'));
    expect(answer.items).toContainEqual(expect.objectContaining({ team: 'support', permission: 'admin' }));
    const audit = await ada.browser.call(pageOf(AuditRow), '/api/audit?limit=20');
    expect(audit.items.find(({ action }) => action === 'hub.read')).toMatchObject({ actor: { id: ada.user.id } });
  });

  test('finds one member by the whole name', async () => {
    const { members } = await control(Truth, '/truth?organization=harborline');
    const username = members[3]?.username ?? '';
    const answer = await read(LiveAnswer, await ask(`/members/${username}`));
    expect(answer.items).toEqual([expect.objectContaining({ username })]);
  });

  test.each([
    '/teams/..%2f..%2f..%2fusers/members',
    '/repositories/a%2Fb/teams',
    '/repositories/%5c%5cevil/teams',
    '/teams/a%00b/members',
    '/teams/ä/members',
  ])('asks nothing of Docker Hub for %s', async (path) => {
    await control(z.unknown(), '/calls/reset', {});
    const response = await ask(path);
    expect([400, 404]).toContain(response.status);
    expect((await calls()).total).toBe(0);
  });

  test('is for those who may see the connector', async () => {
    const basic = await asRole('basic');
    expect((await ask('/members', basic)).status).toBe(403);
    expect(await codeOf(await ada.browser.fetch('/api/connectors/none/hub/organizations/acme/members'))).toBe('not_found');
  });

  test('follows no redirect', async () => {
    await fault({
      match: { pathPattern: '/members' },
      fault: { type: 'redirect', location: `${HUB}/v2/orgs/harborline/groups` },
    });
    await control(z.unknown(), '/calls/reset', {});
    const response = await ask('/members');
    expect(response.status).toBeGreaterThanOrEqual(400);
    await fetch(`${HUB}/_control/faults`, { method: 'DELETE' });
  });
});

describe('the test of a credential', () => {
  test('goes through the API, and saves nothing', async () => {
    await reset('company');
    const id = await addConnector();
    const result = await ada.browser.call(ProbeResult, `/api/connectors/${id}/test`, {
      method: 'POST',
      body: credential('oat-no-members'),
    });
    expect(result).toMatchObject({ ok: true, signedInAs: 'harborline', troubles: [{ code: 'missing_scope_member_read' }] });
    expect((await ada.browser.call(Connector, `/api/connectors/${id}`)).status).toBe('not_connected');
    await remove(id);
  });
});
