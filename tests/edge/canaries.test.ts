// A whole run, from the claim to the last page, with every secret of it watched: none may be found anywhere it was not put by hand.
import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { pageOf } from '#domain/protocol/common.ts';
import { Connector, CreatedConnector, LogLine, SyncRun } from '#domain/protocol/connectors.ts';
import { connectorName } from '../../edge/connector/remote-connector.ts';
import { runMinuteClock } from '../../edge/minute-clock.ts';
import { keyEncryptionKeysOf } from '../../edge/vault/key-secrets.ts';
import { findCanaryInBytes, findCanaryInText, formsOf, type CanaryForm } from '../support/canary.ts';
import { claimWorkspace, read, SETUP_CODE, type ApiInit, type Person } from '../support/edge.ts';

const HUB = env.DOCKER_HUB_URL;
const SYNC_MS = 50_000;

const World = z.object({
  credentials: z.array(z.object({ key: z.string(), kind: z.string(), identifier: z.string(), secret: z.string() })),
});

/** Secrets of this run. Bearers join as Docker Hub hands them out. */
const secrets = new Set([
  'canary-write-credential-0c41',
  'canary-wrong-password-9d27',
  'canary-mail-provider-key-55aa',
  SETUP_CODE,
  ...keyEncryptionKeysOf(env)
    .split(',')
    .map((entry) => entry.slice(entry.indexOf(':') + 1)),
]);
const [WRITE, WRONG, MAIL_KEY] = [...secrets];
/** Every answer of the API and every line of the console. */
const said: { where: string; text: string }[] = [];

let ada: Person;
let connectorId: string;
let password: { identifier: string; secret: string };

async function control(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${HUB}/_control${path}`, { method: 'POST', body: JSON.stringify(body) });
  return answer.json();
}

/** Asks as Ada, and keeps the answer with its headers. */
async function ask(path: string, init: ApiInit = {}): Promise<Response> {
  const response = await ada.browser.fetch(path, init);
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  said.push({ where: `${init.method ?? 'GET'} ${path}`, text: `${headers}\n${await response.clone().text()}` });
  return response;
}
const connector = async () => read(Connector, await ask(`/api/connectors/${connectorId}`));

async function untilSettled(isSettled: (found: Connector) => boolean): Promise<Connector> {
  const until = Date.now() + SYNC_MS;
  for (;;) {
    const found = await connector();
    if (isSettled(found)) return found;
    if (Date.now() > until) throw new Error(`still ${found.status}: ${JSON.stringify(found.run)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

beforeAll(async () => {
  const out = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (bearer && request.url.startsWith(HUB)) secrets.add(bearer);
    return out(request);
  });
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      const text = words.map((word) =>
        word instanceof Error ? `${word.stack} ${JSON.stringify(word)}` : JSON.stringify(word),
      );
      said.push({ where: `console.${level}`, text: text.join(' ') });
    });
  }

  const { credentials } = World.parse(await control('/reset', { world: 'company', rateLimit: null }));
  const owner = credentials.find(({ key }) => key === 'owner');
  if (!owner) throw new Error('the company has an owner');
  password = owner;
  secrets.add(owner.secret);
  ada = await claimWorkspace();
});
afterAll(() => vi.restoreAllMocks());

test(
  'the run: a wrong password, the right one, a whole sync, a second key, every page read',
  { timeout: 150_000 },
  async () => {
    await ask('/api/settings/mail', {
      method: 'PATCH',
      body: { mode: 'http', from: 'a@acme.example', endpoint: 'http://127.0.0.1:9/', key: MAIL_KEY },
    });
    await ask('/api/settings/mail/test', { method: 'POST' });
    const body = { type: 'docker-hub', name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [ada.user.id] };
    connectorId = (await read(CreatedConnector, await ask('/api/connectors', { method: 'POST', body }))).id;

    const at = `/api/connectors/${connectorId}`;
    const credential = (secret: string | undefined, purpose = 'read') => ({
      kind: 'password',
      identifier: password.identifier,
      secret,
      purpose,
    });
    await ask(`${at}/test`, { method: 'POST', body: credential(WRONG) });
    await ask(`${at}/credential`, { method: 'PUT', body: credential(WRITE, 'write') });
    await ask(`${at}/credential`, { method: 'PUT', body: { kind: 'nonsense', identifier: 'x', secret: WRONG } });
    expect((await ask(`${at}/test`, { method: 'POST', body: credential(password.secret) })).status).toBe(200);
    expect((await ask(`${at}/credential`, { method: 'PUT', body: credential(password.secret) })).status).toBe(200);
    const connected = await untilSettled(({ status }) => status !== 'syncing');
    expect(connected.status).toBe('connected');

    await ask(`${at}/sync`, { method: 'POST' });
    await untilSettled(({ run }) => run?.n !== connected.run?.n && run?.status !== 'running');
    await runMinuteClock({ ...env, KEY_ENCRYPTION_KEYS: `${env.KEY_ENCRYPTION_KEYS},m2:${btoa('n'.repeat(32))}` });
    await runMinuteClock({ ...env, KEY_ENCRYPTION_KEYS: `${env.KEY_ENCRYPTION_KEYS},m2:${btoa('n'.repeat(32))}` });
    secrets.add(btoa('n'.repeat(32)));

    const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
    const { paths } = await read(document, await ask('/api/openapi.json'));
    for (const [path, methods] of Object.entries(paths)) {
      if (!('get' in methods)) continue;
      await ask(
        path.replace('{id}', path.includes('/applications/') ? connected.application.id : connectorId).replace('{n}', '1'),
      );
    }
    const runs = await read(pageOf(SyncRun), await ask(`${at}/syncs`));
    for (const { n } of runs.items) await read(pageOf(LogLine), await ask(`${at}/syncs/${n}/log?limit=1000`));
    expect(said.length).toBeGreaterThan(40);
    expect([...secrets].filter((secret) => secret.startsWith('canary-'))).toHaveLength(3);
    expect(secrets.size).toBeGreaterThan(6); // bearers were seen
  },
);

describe('after the run no secret is found', () => {
  const found: string[] = [];
  let forms: CanaryForm[];
  beforeAll(() => {
    forms = formsOf([...secrets]);
    found.length = 0;
  });

  test('in any answer or line of the console', async () => {
    for (const { where, text } of said) {
      const canary = findCanaryInText(text, forms);
      if (canary) found.push(`${where}: ${canary}`);
    }
    expect(found).toEqual([]);
  });

  test('in KV: neither in names nor in what lies there', async () => {
    const { keys } = await env.CREDENTIALS.list();
    expect(keys.length).toBeGreaterThanOrEqual(3);
    for (const { name, metadata } of keys) {
      const bytes = new Uint8Array((await env.CREDENTIALS.get(name, 'arrayBuffer')) ?? new ArrayBuffer());
      const text = `${name} ${JSON.stringify(metadata ?? null)} ${new TextDecoder().decode(bytes)}`;
      expect(findCanaryInBytes(bytes, forms) ?? findCanaryInText(text, forms)).toBeNull();
    }
  });

  test.for(['ledger', 'connector'] as const)('in the SQLite of the %s', async (object) => {
    const dumped = await dump(object);
    expect(dumped.length).toBeGreaterThan(10);
    for (const { where, value } of dumped) {
      const canary = typeof value === 'string' ? findCanaryInText(value, forms) : findCanaryInBytes(value, forms);
      expect(canary, where).toBeNull();
    }
  });
});

test('the search would find a secret in each form it looks for', async () => {
  const secret = 'canary-found-in-every-form';
  const forms = formsOf([secret]);
  const around = `{"before":"${secret}","after":1}`;
  const bytes = new TextEncoder().encode(around);
  const gzipped = new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  );
  const latin = (data: Uint8Array) => data.reduce((text, byte) => text + String.fromCharCode(byte), '');
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const text of [
    around,
    hex,
    hex.toUpperCase(),
    btoa(around),
    btoa(`.${around}`),
    btoa(`..${around}`),
    btoa(latin(gzipped)),
  ]) {
    expect(findCanaryInText(`x${text.length} ${text} y`, forms), text).not.toBeNull();
  }
  expect(findCanaryInBytes(gzipped, forms)).not.toBeNull();
  expect(findCanaryInBytes(new Uint8Array([1, 2, 3, ...gzipped, 9]), forms)).not.toBeNull();
  expect(findCanaryInText('canary-found-in-no-form', forms)).toBeNull();
});

/** Everything an object keeps: each row of each table, and its key-value store. */
async function dump(object: 'ledger' | 'connector'): Promise<{ where: string; value: string | Uint8Array<ArrayBuffer> }[]> {
  const read = async (_instance: unknown, state: DurableObjectState) => {
    const found: { where: string; value: string | Uint8Array<ArrayBuffer> }[] = [];
    const tables = state.storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    for (const { name } of tables.filter((table) => !table.name.startsWith('_cf_') && !table.name.startsWith('sqlite_'))) {
      for (const row of state.storage.sql.exec(`SELECT * FROM "${name}"`).toArray()) {
        for (const [column, value] of Object.entries(row)) {
          const where = `${name}.${column}`;
          if (value instanceof ArrayBuffer) found.push({ where, value: new Uint8Array(value) });
          else if (value !== null) found.push({ where, value: String(value) });
        }
      }
    }
    for (const [key, value] of await state.storage.list()) found.push({ where: key, value: JSON.stringify(value) });
    return found;
  };
  return object === 'ledger'
    ? runInDurableObject(env.LEDGER.getByName('main'), read)
    : runInDurableObject(env.CONNECTOR.getByName(connectorName('main', connectorId)), read);
}
