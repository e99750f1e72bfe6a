// A sync in workerd: the Connector object with its alarms, the Ledger, KV, and a Docker Hub on a real socket.
import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { Connector } from '#domain/protocol/connectors.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { claimWorkspace, type Person } from '../support/edge.ts';
import {
  Truth,
  actAs,
  addConnector,
  calls,
  connect,
  control,
  credential,
  documents,
  expectTruth,
  fault,
  kill,
  mutate,
  object,
  remove,
  reset,
  stub,
  syncNow,
  untilEnded,
  world,
} from '../support/edge-sync.ts';

let ada: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  actAs(ada);
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
