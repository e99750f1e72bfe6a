// The WebSocket on which open apps hear that there is more, in workerd: who may open it, what it says, when it ends.
import { env } from 'cloudflare:workers';
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, test } from 'vitest';
import { LIVE_CLOSE, LIVE_PING, LIVE_PONG, revisionOf } from '#domain/live-line.ts';
import { runMinuteClock } from '../../edge/minute-clock.ts';
import { takeRevision } from '../../edge/ledger/revisions.ts';
import { durableStore } from '../../edge/ledger/store.ts';
import { asRole, claimWorkspace, codeOf, invite, ORIGIN, type Person, tokenOf } from '../support/edge.ts';

const UPGRADE = { upgrade: 'websocket', origin: ORIGIN };

interface HeardLine {
  socket: WebSocket;
  heard: unknown[];
  closed: Promise<number>;
  /** Resolves with the next thing said. */
  next: () => Promise<unknown>;
}

async function listen({ browser }: Person): Promise<HeardLine> {
  const response = await browser.fetch('/api/live', { headers: UPGRADE });
  expect(response.status).toBe(101);
  const socket = response.webSocket;
  if (!socket) throw new Error('no socket');
  const heard: unknown[] = [];
  let told: ((said: unknown) => void) | null = null;
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  socket.addEventListener('message', ({ data }) => {
    heard.push(data);
    told?.(data);
  });
  socket.accept();
  return { socket, heard, closed, next: () => new Promise((resolve) => (told = resolve)) };
}

const rename = (person: Person, name: string) =>
  person.browser.fetch(`/api/users/${person.user.id}`, { method: 'PATCH', body: { name } });

describe('the line to open apps', () => {
  test('says that there is more, to everybody, and not what', async () => {
    const owner = await claimWorkspace();
    const basic = await asRole('basic');
    const [first, second] = [await listen(owner), await listen(basic)];
    const both = Promise.all([first.next(), second.next()]);
    expect((await rename(owner, 'Ada P.')).status).toBe(200);
    const said = await both;
    expect(said.every((message) => revisionOf(message) !== null)).toBe(true);
    expect(Object.keys(JSON.parse(String(said[0])))).toEqual(['revision']);
  });

  test('outlives the sleep of the ledger, whose pings are answered for it', async () => {
    const owner = await claimWorkspace();
    const line = await listen(owner);
    const stub = env.LEDGER.getByName('main');
    await evictDurableObject(stub, { webSockets: 'hibernate' });
    const pong = line.next();
    line.socket.send(LIVE_PING);
    expect(await pong).toBe(LIVE_PONG);
    const more = line.next();
    await rename(owner, 'Ada Q.');
    expect(revisionOf(await more)).not.toBeNull();
  });

  test.each([
    ['another site', { origin: 'https://elsewhere.test' }],
    ['nowhere', { origin: '' }],
  ])('is not opened from %s', async (_, { origin }) => {
    const { browser } = await claimWorkspace();
    const response = await browser.fetch('/api/live', { headers: { upgrade: 'websocket', origin } });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('cross_site');
  });

  test('is for people with a session: not for strangers, not for programs, and no page', async () => {
    const owner = await claimWorkspace();
    const { browser } = await invite(['basic']);
    browser.cookie = null;
    expect((await browser.fetch('/api/live', { headers: UPGRADE })).status).toBe(401);
    const token = await tokenOf(owner);
    expect(await codeOf(await browser.fetch('/api/live', { headers: { ...UPGRADE, ...token } }))).toBe('not_for_tokens');
    expect((await owner.browser.fetch('/api/live')).status).toBe(400);
  });

  test('ends when its session is revoked', async () => {
    const leaving = await invite(['basic']);
    const staying = await invite(['basic']);
    const [line, other] = [await listen(leaving), await listen(staying)];
    expect((await leaving.browser.fetch('/api/session', { method: 'DELETE' })).ok).toBe(true);
    expect(await line.closed).toBe(LIVE_CLOSE.sessionEnded);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('ends when its session has run out, though it listened all the time', async () => {
    const idle = await invite(['basic']);
    const line = await listen(idle);
    await runInDurableObject(env.LEDGER.getByName('main'), (_, state) => {
      const store = durableStore(state.storage);
      store.run("UPDATE sessions SET last_seen_at = '2020-01-01T00:00:00.000Z' WHERE user_id = ?", idle.user.id);
      takeRevision(store);
    });
    await runMinuteClock(env);
    expect(await line.closed).toBe(LIVE_CLOSE.sessionEnded);
  });
});
