// A Watchbill of its own for each measurement: an empty state folder, the Worker under workerd, a claimed workspace.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { SyncRun } from '#domain/protocol/connectors.ts';
import { SetupResult } from '#domain/protocol/people.ts';
import { hashOfSetupCode, makeKeyEncryptionKey, makeSetupCode } from '../secrets.ts';
import { freePort } from '../start/ports.ts';
import { childrenRunning, hireUndertaker } from '../start/processes.ts';
import { startClock } from '../start/clock.ts';
import { startWorker } from '../start/worker.ts';
import { BENCH_WORKER_FOLDER } from './build-worker.ts';
import type { BenchHub, BenchWorld } from './hub.ts';

export interface BenchWatchbill {
  url: string;
  /** Calls a route as the Super Administrator and answers its JSON; a refusal is thrown. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Adds a connector with the owner's password, which starts its first sync. */
  connect(world: BenchWorld): Promise<string>;
  startSync(connectorId: string): Promise<void>;
  /** The newest run, or null before the first. */
  newestRun(connectorId: string): Promise<SyncRun | null>;
  /** The newest run once it is over. A run that did not read everything is no measurement: it throws. */
  finishedRun(connectorId: string, options?: WaitOptions): Promise<SyncRun>;
  deleteConnector(connectorId: string): Promise<void>;
  /** Rows written by all objects since they were last forgotten, by statement. */
  rowsWritten(): Promise<Record<string, number>>;
  forgetRows(): Promise<void>;
  /** One beat of the minute clock. */
  tick(): Promise<void>;
  /** SIGKILL for workerd; answers when it runs again on the same state. */
  kill(): Promise<void>;
  /** Processes of workerd, to look at from outside. */
  pids(): number[];
  /** Port of the inspector, where it was asked for. */
  inspectorPort: number | null;
  stop(): Promise<void>;
}

export interface BenchOptions {
  inspect?: boolean;
  /** Whether sample data is offered, over the same simulated Docker Hub: a way in without a passkey. */
  sample?: boolean;
}

interface WaitOptions {
  /** Time between two looks: looking costs the Worker a little, too. */
  everyMs?: number;
  /** The run must be newer than this. */
  after?: number;
  timeoutMs?: number;
}

const Id = z.object({ id: z.string() });
const Runs = z.object({ items: z.array(SyncRun) });
const Rows = z.record(z.string(), z.int());
const OVER = new Set<SyncRun['status']>(['completed', 'completed_with_warnings']);

/** Starts it against a simulated Docker Hub and claims the workspace. */
export async function startBenchWatchbill(hub: BenchHub, options: BenchOptions = {}): Promise<BenchWatchbill> {
  const data = mkdtempSync(join(tmpdir(), 'watchbill-bench-'));
  const port = await freePort(0);
  const inspectorPort = options.inspect ? await freePort(0) : null;
  const url = `http://localhost:${port}`;
  const setupCode = makeSetupCode();
  const undertaker = hireUndertaker();
  // workerd takes V8's flags from miniflare's environment only: with the inspector the garbage can be collected on demand.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = options.inspect ? '--expose-gc' : '';
  const worker = await startWorker({
    port,
    data,
    variables: {
      DOCKER_HUB_URL: hub.url,
      ...(options.sample ? { SAMPLE_DOCKER_HUB_URL: hub.url } : {}),
      PUBLIC_ORIGIN: url,
      MAIL_FROM: 'Watchbill <watchbill@localhost>',
      KEY_ENCRYPTION_KEYS: `m1:${makeKeyEncryptionKey()}`,
      SETUP_CODE_HASH: hashOfSetupCode(setupCode),
    },
    onLog: ({ level, message }) => {
      if (level === 'error' || process.env.BENCH_LOG) console.error(`  [worker] ${message}`);
    },
    onRuntime: () => undertaker.watch(childrenRunning('workerd')),
    folder: BENCH_WORKER_FOLDER,
    ...(inspectorPort === null ? {} : { inspectorPort }),
  });

  const stopClock = startClock(worker.tick, (error) => console.error('  [clock]', error));

  let token: string | null = null;
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  await waitUntilHealthy(url);
  const claim = { code: setupCode, name: 'Ada Lovelace', email: 'ada@example.com', credential: 'token' };
  const claimed = SetupResult.required().parse(await call('POST', '/api/setup', claim));
  token = claimed.token;

  const newestRun = async (connectorId: string): Promise<SyncRun | null> =>
    Runs.parse(await call('GET', `/api/connectors/${connectorId}/syncs?limit=1`)).items[0] ?? null;

  return {
    url,
    call,
    connect: async ({ name, owner }) => {
      const connector = { type: 'docker-hub', name: 'Docker Hub', application: { name }, owners: [claimed.user.id] };
      const { id } = Id.parse(await call('POST', '/api/connectors', connector));
      await call('PUT', `/api/connectors/${id}/credential`, {
        kind: 'password',
        identifier: owner.identifier,
        secret: owner.secret,
      });
      return id;
    },
    startSync: async (connectorId) => void (await call('POST', `/api/connectors/${connectorId}/sync`)),
    newestRun,
    finishedRun: async (connectorId, { everyMs = 100, after = 0, timeoutMs = 900_000 } = {}) => {
      for (const until = Date.now() + timeoutMs; ; await sleep(everyMs)) {
        const run = await newestRun(connectorId);
        if (run && run.n > after && OVER.has(run.status)) return run;
        if (run && run.n > after && run.status !== 'running')
          throw new Error(`The sync ended ${run.status}: ${JSON.stringify(run.trouble ?? run.held)}`);
        if (Date.now() > until) throw new Error(`The sync does not end: ${JSON.stringify(run)}`);
      }
    },
    deleteConnector: async (connectorId) => void (await call('DELETE', `/api/connectors/${connectorId}`)),
    rowsWritten: async () => Rows.parse(await call('GET', '/api/bench/rows')),
    forgetRows: async () => void (await call('POST', '/api/bench/rows/forget')),
    tick: () => worker.tick(new Date()),
    kill: async () => {
      const killed = childrenRunning('workerd');
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      while (childrenRunning('workerd').some((pid) => killed.includes(pid))) await sleep(5);
      await waitUntilHealthy(url);
    },
    pids: () => childrenRunning('workerd'),
    inspectorPort,
    stop: async () => {
      stopClock();
      await worker.stop();
      undertaker.dismiss();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const HEALTHY_MS = 60_000;

async function waitUntilHealthy(url: string): Promise<void> {
  for (const until = Date.now() + HEALTHY_MS; Date.now() < until; await sleep(20)) {
    const answer = await fetch(`${url}/api/health`).catch(() => null);
    if (answer?.ok) return;
  }
  throw new Error('The Worker does not become ready');
}
