// What those who are not signed in can do, which is little; and what every answer carries.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { EnrolmentLink, Workspace } from '#domain/protocol/people.ts';
import { signAdminRequest } from '../../edge/auth/admin-signature.ts';
import { app } from '../../edge/app.ts';
import type { Env } from '../../edge/env.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { keyEncryptionKeysOf } from '../../edge/vault/key-secrets.ts';
import {
  api,
  claimWorkspace,
  codeOf,
  dumpLedger,
  enrol,
  invite,
  ORIGIN,
  read,
  SETUP_CODE,
  send,
  tokenOf,
} from '../support/edge.ts';

const WHO = { name: 'Ada Park', email: 'ada@watchbill.test' };
const rowsWritten = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
const withEnv = (change: Partial<Env>, path: string, init: RequestInit = {}) =>
  app.fetch(new Request(`${ORIGIN}${path}`, init), { ...env, ...change }, createExecutionContext());

describe('recovery by whoever runs the Worker', () => {
  const keys = { keyEncryptionKeys: keyEncryptionKeysOf(env) };
  const path = '/api/recovery';
  const recover = (signature: string | null, body: string) =>
    send(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(signature === null ? {} : { 'x-watchbill-admin': signature }) },
    });

  test('a signed request makes a link that replaces every passkey', async () => {
    const person = await invite(['super']);
    const body = JSON.stringify({ email: person.user.email.toUpperCase() });
    const { url, expiresAt } = await read(
      EnrolmentLink,
      await recover(await signAdminRequest(keys, { method: 'POST', path, body }), body),
    );
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBe(60);
    expect((await person.browser.fetch('/api/session')).status).toBe(200); // until it is used, nothing is taken away
    const back = await enrol(url);
    expect(back.user.id).toBe(person.user.id);
    expect(await codeOf(await person.browser.fetch('/api/session'))).toBe('session_ended');
    expect(await codeOf(await person.browser.signIn())).toBe('passkey_refused');
  });

  test('nobody else is answered', async () => {
    const { user } = await claimWorkspace();
    const body = JSON.stringify({ email: user.email });
    const request = { method: 'POST', path, body };
    const refused = [
      null,
      'nonsense',
      await signAdminRequest(keys, request, Date.now() - 61_000),
      await signAdminRequest(keys, { ...request, path: '/api/other' }),
      await signAdminRequest(keys, { ...request, body: '{}' }),
      await signAdminRequest({ keyEncryptionKeys: `m1:${'B'.repeat(43)}=` }, request),
      await signAdminRequest({ ...keys, adminKey: 'ab'.repeat(32) }, request),
    ];
    for (const signature of refused) expect(await codeOf(await recover(signature, body))).toBe('forbidden');
  });

  test('a key set for the length of a command works like the derived one', async () => {
    const { user } = await claimWorkspace();
    const body = JSON.stringify({ email: user.email });
    const adminKey = 'ab'.repeat(32);
    const signature = await signAdminRequest({ keyEncryptionKeys: 'none', adminKey }, { method: 'POST', path, body });
    const headers = { 'content-type': 'application/json', 'x-watchbill-admin': signature ?? '' };
    expect((await withEnv({ ADMIN_KEY: adminKey }, path, { method: 'POST', headers, body })).status).toBe(201);
  });
});

test('strangers write no rows, whatever they try', async () => {
  await claimWorkspace();
  const before = await rowsWritten();
  const tries: [string, string, unknown][] = [
    ['GET', '/api/workspace', undefined],
    ['GET', '/api/session', undefined],
    ['POST', '/api/session/options', undefined],
    ['POST', '/api/session', { passkey: { id: 'AAAA' } }],
    ['POST', '/api/setup', { code: 'x', ...WHO, credential: 'token' }],
    ['POST', '/api/invitations/options', { code: 'guess' }],
    ['POST', '/api/invitations', { code: 'guess', passkey: {} }],
    ['POST', '/api/recovery', { email: WHO.email }],
    ['POST', '/api/sample', undefined],
    ['GET', '/api/users', undefined],
    ['DELETE', '/api/connectors/x', undefined],
  ];
  for (const [method, path, body] of tries) {
    const credentials: Record<string, string>[] = [
      {},
      { authorization: `Bearer wb_${'1'.repeat(64)}` },
      { cookie: `__Host-watchbill=main.${'x'.repeat(43)}` },
    ];
    for (const headers of credentials) {
      for (let n = 0; n < 5; n += 1) await (await api(path, { method, body, headers })).text();
    }
  }
  expect(await rowsWritten()).toBe(before);
});

test('a flood from many addresses is held back, and those who are signed in do not notice', async () => {
  const { browser } = await claimWorkspace();
  const before = await rowsWritten();
  const flood = Array.from({ length: 40 }, async (_, key) => {
    const statuses: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      const headers = { 'cf-connecting-ip': `203.0.113.${key}` };
      const answer = await api('/api/session', { method: 'POST', body: { passkey: { id: 'AAAA' } }, headers });
      await answer.text();
      statuses.push(answer.status);
    }
    return statuses;
  });
  const durations: number[] = [];
  for (let n = 0; n < 40; n += 1) {
    const from = performance.now();
    expect((await browser.fetch('/api/session', { headers: { 'cf-connecting-ip': '198.51.100.7' } })).status).toBe(200);
    durations.push(performance.now() - from);
  }
  const statuses = (await Promise.all(flood)).flat();
  expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(40 * 60);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(40 * 40);
  expect(durations.sort((a, b) => a - b)[37]).toBeLessThan(2_000);
  expect((await rowsWritten()) - before).toBeLessThanOrEqual(8); // the owner's use, and one summary
});

test('no secret that was handed out is found in the ledger', async () => {
  const { browser } = await claimWorkspace();
  await browser.elevate();
  const { url } = await browser.call(EnrolmentLink, '/api/devices', { method: 'POST' });
  const { authorization } = await tokenOf({ user: (await claimWorkspace()).user, browser });
  const secrets = [
    SETUP_CODE,
    browser.cookie?.slice(browser.cookie.indexOf('.') + 1) ?? '',
    url.slice(url.lastIndexOf('/') + 1),
    authorization.slice('Bearer wb_'.length),
  ];
  const held = await dumpLedger();
  expect(held).toContain('ada@watchbill.test'); // the search sees what is there
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    const bytes = new TextEncoder().encode(secret);
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    for (const form of [secret, btoa(secret).replaceAll('=', ''), hex]) expect(held).not.toContain(form);
  }
});

describe('answers', () => {
  test('carry the security headers, and are kept by nobody', async () => {
    const { headers } = await api('/api/workspace');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000'); // no includeSubDomains, no preload
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a body beyond any honest one is refused before it is read', async () => {
    const answer = await api('/api/session', { method: 'POST', body: { passkey: { id: 'A'.repeat(300_000) } } });
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'too_large']);
  });

  test('sample data is not offered where npm start does not bring it', async () => {
    expect(await codeOf(await api('/api/sample', { method: 'POST' }))).toBe('sample_not_offered');
    const from = (host: string) =>
      app.fetch(
        new Request(`http://${host}/api/workspace`),
        { ...env, PUBLIC_ORIGIN: '', SAMPLE_DOCKER_HUB_URL: 'http://127.0.0.1:1' },
        createExecutionContext(),
      );
    expect((await read(Workspace, await from('localhost:8787'))).sample).toBe(true);
    expect((await read(Workspace, await from('watchbill.example'))).sample).toBe(false);
  });

  test('a page of the app that is not there is never the shell in a script’s place', async () => {
    const missing = await send('/_app/immutable/chunks/none.js');
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(z.string().parse(missing.headers.get('content-type'))).toContain('text/plain');
  });
});
