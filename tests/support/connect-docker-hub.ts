// The shortest way to data, by the public API alone: claim with a token, add a connector, give it the printed credential, wait
// until the first sync is done.
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { SetupResult } from '#domain/protocol/people.ts';
import type { Watchbill } from './watchbill.ts';

/** Calls a route and answers its JSON; a refusal is thrown with what it said. */
export type CallApi = (method: string, path: string, body?: unknown) => Promise<unknown>;

export interface Api {
  call: CallApi;
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

/** Adds a connector and gives it the credential, which starts its first sync. Answers its id. */
export async function addConnector(
  call: CallApi,
  ownerId: string,
  { username, password }: NonNullable<Watchbill['sample']>,
): Promise<string> {
  const connector = { type: 'docker-hub', name: 'Docker Hub', application: { name: 'Docker Hub' }, owners: [ownerId] };
  const { id } = Created.parse(await call('POST', '/api/connectors', connector));
  await call('PUT', `/api/connectors/${id}/credential`, { kind: 'password', identifier: username, secret: password });
  return id;
}

/** Waits until everything has been read. */
export async function untilConnected(call: CallApi, connectorId: string): Promise<void> {
  for (const until = Date.now() + SYNC_MS; ; await sleep(200)) {
    const { status } = Status.parse(await call('GET', `/api/connectors/${connectorId}`));
    if (status === 'connected') return;
    if (status === 'error' || Date.now() > until) throw new Error(`The connector is ${status} instead of connected`);
  }
}

/** Claims, connects the simulated Docker Hub, and waits until the connector is connected. */
export async function connectDockerHub(watchbill: Watchbill): Promise<Api & { connectorId: string }> {
  if (!watchbill.sample) throw new Error('This Watchbill has no simulated Docker Hub');
  const api = await claimByToken(watchbill);
  const connectorId = await addConnector(api.call, api.userId, watchbill.sample);
  await untilConnected(api.call, connectorId);
  return { ...api, connectorId };
}
