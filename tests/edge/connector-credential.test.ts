// From a credential to a connector that is connected, or says why not.
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { pageOf } from '#domain/protocol/common.ts';
import { Connector, DeletionPreview, LogLine, Task } from '#domain/protocol/connectors.ts';
import { runMinuteClock } from '../../edge/minute-clock.ts';
import { claimWorkspace, invite, type Person } from '../support/edge.ts';
import { addConnector, mailProvider, useNoMail, useProvider } from '../support/edge-connectors.ts';

let ada: Person;
let dana: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  dana = await invite(['connector'], 'Dana Cole');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await useNoMail(ada);
});

describe('the credential of an owner', () => {
  const Credentials = z.object({
    credentials: z.array(
      z.object({ key: z.string(), kind: z.enum(['password', 'pat', 'oat']), identifier: z.string(), secret: z.string() }),
    ),
  });
  const reset = async () => {
    const answer = await fetch(`${env.DOCKER_HUB_URL}/_control/reset`, {
      method: 'POST',
      body: JSON.stringify({ world: 'small', rateLimit: null }),
    });
    const { credentials } = Credentials.parse(await answer.json());
    const found = credentials.find(({ key }) => key === 'oat-read');
    if (!found) throw new Error('the small world has a token that reads');
    const { kind, identifier, secret } = found;
    return { kind, identifier, secret };
  };
  const until = (id: string, isSo: (found: Connector) => boolean) =>
    vi.waitFor(
      async () => {
        const found = await dana.browser.call(Connector, `/api/connectors/${id}`);
        expect(isSo(found), JSON.stringify(found.trouble ?? found.status)).toBe(true);
        return found;
      },
      { timeout: 40_000, interval: 200 },
    );

  test('leads from not connected over syncing to connected, with a log, and their task is done', async () => {
    const good = await reset();
    const { id, status } = await addConnector(ada, { owners: [dana.user.id] });
    expect(status).toBe('not_connected');
    const saved = await dana.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: good });
    expect(saved.status).toBe('syncing');

    const connected = await until(id, (found) => found.status !== 'syncing');
    expect(connected).toMatchObject({ status: 'connected', trouble: null, lastSync: { n: 1 }, dataAt: expect.any(String) });
    expect(connected.organizations.map(({ name }) => name)).toEqual(['small-one']);
    expect(connected.counts.teams).toBeGreaterThan(0);
    const log = await dana.browser.call(pageOf(LogLine), `/api/connectors/${id}/syncs/1/log?limit=1000`);
    expect(log.items.length).toBeGreaterThan(3);
    const tasks = await dana.browser.call(pageOf(Task), '/api/tasks?state=done');
    expect(tasks.items.some(({ connector }) => connector.id === id)).toBe(true);
    const lost = await dana.browser.call(DeletionPreview, `/api/connectors/${id}/deletion`);
    expect(lost).toMatchObject({ teams: connected.counts.teams, runs: 1 });

    // The same organization by another connector.
    const second = await addConnector(ada, { owners: [dana.user.id] });
    await dana.browser.call(Connector, `/api/connectors/${second.id}/credential`, { method: 'PUT', body: good });
    const refused = await until(second.id, (found) => found.status !== 'syncing');
    expect(refused.status).not.toBe('connected');
    expect(refused.trouble?.message).toContain('small-one');
  });

  test('that Docker Hub refuses says so, and the owner is told', async () => {
    await useProvider(ada);
    const good = await reset();
    const { id } = await addConnector(ada, { name: 'Refused', owners: [dana.user.id] });
    await dana.browser.call(Connector, `/api/connectors/${id}/credential`, {
      method: 'PUT',
      body: { ...good, kind: 'password', secret: 'wrong' },
    });
    const refused = await until(id, (found) => found.status !== 'syncing');
    expect(refused.status).toBe('needs_attention');
    expect(refused.trouble).toMatchObject({ message: expect.any(String), next: expect.any(String) });
    const { mails } = mailProvider();
    await runMinuteClock(env);
    expect(
      mails.filter(({ subject }) => subject === 'Refused needs attention: Docker Hub refused the credential'),
    ).toMatchObject([{ to: dana.user.email }]);
  });
});
