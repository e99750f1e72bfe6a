import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { serveDockerHub, type ServedDockerHub } from '../../../tools/docker-hub/serve.ts';
import type { SimulatedDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import { aHub, credential, objectOf } from './signed-in.ts';

let served: ServedDockerHub | null = null;
afterEach(async () => {
  await served?.close();
  served = null;
});

async function serve(hub: SimulatedDockerHub = aHub()): Promise<string> {
  served = await serveDockerHub(hub);
  return served.url;
}

const post = (url: string, body: unknown): Promise<Response> => fetch(url, { method: 'POST', body: JSON.stringify(body) });

describe('over the wire', () => {
  test('a sign-in, a read, a write without a body in the answer, a HEAD', async () => {
    const hub = aHub();
    const url = await serve(hub);
    const { identifier, secret } = credential(hub, 'owner');
    const { access_token: bearer } = await objectOf(await post(`${url}/v2/auth/token`, { identifier, secret }));
    const headers = { Authorization: `Bearer ${String(bearer)}` };
    expect((await fetch(`${url}/v2/orgs/harborline/members/`, { headers })).status).toBe(200);
    const removed = await fetch(`${url}/v2/orgs/harborline/members/emilyzhao/`, {
      method: 'DELETE',
      headers,
      redirect: 'error',
    });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    const head = await fetch(`${url}/v2/namespaces/harborline/repositories/api-gateway`, { method: 'HEAD', headers });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('a cut body promises more than it sends', async () => {
    const url = await serve();
    await post(`${url}/_control/faults`, { fault: { type: 'cut' } });
    const answer = await fetch(`${url}/v2/orgs/harborline`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  test('a dropped connection has no answer', async () => {
    const url = await serve();
    await post(`${url}/_control/faults`, { fault: { type: 'drop' } });
    await expect(fetch(`${url}/v2/orgs/harborline`)).rejects.toThrow('fetch failed');
  });

  test('latency is waited', async () => {
    const url = await serve(aHub({ latencyMs: 80 }));
    const begun = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => fetch(`${url}/v2/orgs/harborline`)));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79);
    expect(performance.now() - begun).toBeLessThan(6 * 80);
  });

  test('a port that is taken is an error', async () => {
    await serve();
    await expect(serveDockerHub(aHub(), { port: served?.port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('the control over HTTP', () => {
  test('resets the world, tells it, changes it and its settings, and is not counted itself', async () => {
    const url = await serve();
    const summary = await objectOf(
      await post(`${url}/_control/reset`, { world: 'org-0.1', seed: 3, rateLimit: 180, settings: { clockSpeed: 6 } }),
    );
    expect(summary).toMatchObject({ name: 'org-0.1', seed: 3, organizations: [{ name: 'org-0-1', members: 1_000 }] });
    expect(await objectOf(await fetch(`${url}/_control/settings`))).toMatchObject({ rateLimit: 180, clockSpeed: 6 });
    const member = { type: 'add_member', organization: 'org-0-1', username: 'newcomer' };
    expect(await objectOf(await post(`${url}/_control/mutate`, [member]))).toEqual({ ids: ['newcomer'] });
    const again = await post(`${url}/_control/mutate`, member);
    expect([again.status, await again.json()]).toMatchObject([409, { reason: 'already_exists' }]);
    expect(await (await fetch(`${url}/_control/history`)).json()).toMatchObject([
      { number: 1, source: 'control', mutation: member },
    ]);
    await fetch(`${url}/v2/orgs/org-0-1`);
    expect(await objectOf(await fetch(`${url}/_control/calls`))).toMatchObject({
      total: 1,
      byOperation: { getOrg: { 200: 1 } },
    });
    const { members } = await objectOf(await fetch(`${url}/_control/truth?organization=org-0-1`));
    expect(members).toHaveLength(1_001);
  });

  test('faults are added, listed and cleared', async () => {
    const url = await serve();
    await post(`${url}/_control/faults`, { match: { operation: 'getOrg', times: 1 }, fault: { type: 'html' } });
    expect(await (await fetch(`${url}/_control/faults`)).json()).toMatchObject([{ seen: 0, met: 0 }]);
    await fetch(`${url}/_control/faults`, { method: 'DELETE' });
    expect(await (await fetch(`${url}/_control/faults`)).json()).toEqual([]);
  });

  test('what it does not understand it refuses', async () => {
    const url = await serve();
    expect((await post(`${url}/_control/faults`, { fault: { type: 'nonsense' } })).status).toBe(400);
    expect((await post(`${url}/_control/reset`, { world: 'atlantis' })).status).toBe(400);
    expect((await post(`${url}/_control/settings`, { rateLimit: -1 })).status).toBe(400);
  });
});

describe('as a process', () => {
  test.for(['SIGTERM', 'SIGINT', 'the end of its input'] as const)(
    'is ready with one line and ends cleanly on %s',
    async (way) => {
      const child = spawn(process.execPath, ['tools/docker-hub/main.ts', '--port', '0', '--exit-with-stdin'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [line]: unknown[] = await once(createInterface(child.stdout), 'line');
      const url = /http:\/\/127\.0\.0\.1:\d+$/.exec(String(line))?.[0];
      expect((await fetch(`${url}/_control/world`)).status).toBe(200);
      const ended = once(child, 'exit');
      if (way === 'the end of its input') child.stdin.end();
      else child.kill(way);
      expect(await ended).toEqual([0, null]);
    },
  );

  test('says in one sentence what is wrong with its flags', async () => {
    const child = spawn(process.execPath, ['tools/docker-hub/main.ts', '--world', 'atlantis'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [line]: unknown[] = await once(createInterface(child.stderr), 'line');
    expect(line).toMatch(/^There is no world "atlantis"/);
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
