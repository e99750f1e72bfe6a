// Explore with sample data: another workspace beside the main one, which it never touches.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { pageOf } from '#domain/protocol/common.ts';
import { Connector } from '#domain/protocol/connectors.ts';
import { CreatedToken, Session, Workspace } from '#domain/protocol/people.ts';
import { app } from '../../edge/app.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { claimWorkspace, codeOf, read } from '../support/edge.ts';

const HERE = 'http://localhost:8787';

/** What `npm start` makes of the Worker, asked from this machine. */
function local(path: string, init: RequestInit & { cookie?: string } = {}): Promise<Response> {
  const { cookie, ...rest } = init;
  const headers = {
    ...(rest.method === undefined ? {} : { origin: HERE, 'content-type': 'application/json', 'x-watchbill': '1' }),
    ...(cookie === undefined ? {} : { cookie }),
  };
  const bindings = { ...env, PUBLIC_ORIGIN: HERE, SAMPLE_DOCKER_HUB_URL: env.DOCKER_HUB_URL };
  return Promise.resolve(app.fetch(new Request(`${HERE}${path}`, { ...rest, headers }), bindings, createExecutionContext()));
}

async function explore(): Promise<string> {
  const answer = await local('/api/sample', { method: 'POST' });
  expect(answer.status, await answer.clone().text()).toBe(204);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

test('one tap opens a workspace of its own, full of data; leaving erases it, and the main one never notices', async () => {
  await claimWorkspace();
  const main = ledgerOf(env, 'main');
  const before = [await main.ready(), await main.auditHead()];
  expect((await env.CREDENTIALS.list()).keys).toEqual([]);

  expect(await read(Workspace, await local('/api/workspace'))).toMatchObject({ sample: true, dockerHub: 'simulated' });
  const cookie = await explore();
  expect(cookie).toMatch(/^watchbill=sample\./);
  const me = await read(Session, await local('/api/session', { cookie }));
  expect(me).toMatchObject({ workspace: 'sample', user: { name: 'Sample administrator', roles: ['super'] } });
  const { items } = await read(pageOf(Connector), await local('/api/connectors', { cookie }));
  expect(items).toMatchObject([{ name: 'Docker Hub', credential: { kind: 'password' } }]);
  expect((await env.CREDENTIALS.list()).keys).toHaveLength(1);

  // Nothing here asks for a passkey, and a token of it opens nothing else.
  const made = await local('/api/tokens', { method: 'POST', cookie, body: JSON.stringify({ name: 'CI' }) });
  expect((await read(CreatedToken, made)).token).toMatch(/^wb_sample_[0-9a-f]{64}$/);

  const second = await explore();
  expect((await read(Session, await local('/api/session', { cookie: second }))).user.id).toBe(me.user.id);

  expect((await local('/api/sample', { method: 'DELETE', cookie })).status).toBe(204);
  for (const old of [cookie, second]) expect(await codeOf(await local('/api/session', { cookie: old }))).toBe('session_ended');
  expect(await ledgerOf(env, 'sample').isClaimed()).toBe(false);
  expect((await env.CREDENTIALS.list()).keys).toEqual([]);
  expect([await main.ready(), await main.auditHead()]).toEqual(before);

  const again = await explore();
  expect((await read(Session, await local('/api/session', { cookie: again }))).user.id).not.toBe(me.user.id);
  expect((await local('/api/sample', { method: 'DELETE', cookie: again })).status).toBe(204);
});

test('somebody of the main workspace cannot erase it as if it were sample data', async () => {
  const { browser } = await claimWorkspace();
  expect(await codeOf(await browser.fetch('/api/sample', { method: 'DELETE' }))).toBe('not_found');
  await expect(ledgerOf(env, 'main').user((await claimWorkspace()).user.id)).resolves.not.toBeNull();
});
