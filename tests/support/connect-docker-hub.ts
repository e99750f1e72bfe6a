// The shortest way to data, by the public API alone: claim with a token, add a connector, give it the printed credential, wait
// until the first sync is done.
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { SetupResult } from '#domain/protocol/people.ts';
import type { Watchbill } from './watchbill.ts';

export interface Api {
  /** Calls a route with the token and answers its JSON; a refusal is thrown with what it said. */
  call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  token: string;
  userId: string;
}

/** Claims the workspace and answers a way to call the API as its Super Administrator. */
export async function claimByToken({ url, setupCode }: Pick<Watchbill, 'url' | 'setupCode'>): Promise<Api> {
  const claim = { code: setupCode, name: 'Ada Lovelace', email: 'ada@example.com', credential: 'token' };
  const { user, token } = SetupResult.required().parse(await callApi(url, null, 'POST', '/api/setup', claim));
  return { token, userId: user.id, call: (method, path, body) => callApi(url, token, method, path, body) };
}

async function callApi(url: string, token: string | null, method: string, path: string, body?: unknown): Promise<unknown> {
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

const Created = z.object({ id: z.string() });
const Status = z.object({ status: z.string() });
const SYNC_MS = 120_000;

/** Claims, connects the simulated Docker Hub, and waits until the connector is connected. */
export async function connectDockerHub(watchbill: Watchbill): Promise<Api & { connectorId: string }> {
  if (!watchbill.sample) throw new Error('This Watchbill has no simulated Docker Hub');
  const api = await claimByToken(watchbill);
  const connector = { type: 'docker-hub', name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [api.userId] };
  const { id } = Created.parse(await api.call('POST', '/api/connectors', connector));
  const { username, password } = watchbill.sample;
  await api.call('PUT', `/api/connectors/${id}/credential`, { kind: 'password', identifier: username, secret: password });

  for (const until = Date.now() + SYNC_MS; ; await sleep(200)) {
    const { status } = Status.parse(await api.call('GET', `/api/connectors/${id}`));
    if (status === 'connected') return { ...api, connectorId: id };
    if (status === 'error' || Date.now() > until) throw new Error(`The connector is ${status} instead of connected`);
  }
}
