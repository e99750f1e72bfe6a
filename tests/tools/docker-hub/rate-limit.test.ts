import { describe, expect, test } from 'vitest';
import type { SimulatedDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import { aHub, type Session, signIn } from './signed-in.ts';

const START = Date.parse('2026-11-02T10:00:00Z');
const PATH = '/v2/orgs/harborline/members?page_size=1';

/** A hub whose clock stands until it is moved. */
function aLimitedHub(
  rateLimit: number,
  more: { clockSpeed?: number } = {},
): { hub: SimulatedDockerHub; move(ms: number): void } {
  let now = START;
  const hub = aHub({ rateLimit, now: () => now, ...more });
  return { hub, move: (ms) => (now += ms) };
}

async function statuses(session: Session, count: number): Promise<number[]> {
  const answers: number[] = [];
  for (let index = 0; index < count; index += 1) answers.push((await session.get(PATH)).status);
  return answers;
}

describe('the budget', () => {
  test.for([180, 600])('is %i a minute, and no more', async (limit) => {
    const { hub } = aLimitedHub(limit);
    const seen = await statuses(await signIn(hub, 'oat-read'), limit + 5);
    expect(seen.filter((status) => status === 200)).toHaveLength(limit);
    expect(seen.slice(limit)).toEqual([429, 429, 429, 429, 429]);
  });

  test('is said on every answer, refusals included', async () => {
    const { hub } = aLimitedHub(180);
    const session = await signIn(hub, 'oat-read');
    for (const [index, path] of [PATH, '/v2/orgs/nobody-here/members', '/v2/no/such/path'].entries()) {
      const { headers } = await session.get(path);
      expect(headers.get('X-RateLimit-Limit')).toBe('180');
      expect(headers.get('X-RateLimit-Remaining')).toBe(String(179 - index));
      expect(headers.get('X-RateLimit-Reset')).toBe(String(START / 1000 + 60));
    }
  });

  test('is whole again when the window ends', async () => {
    const { hub, move } = aLimitedHub(2);
    const session = await signIn(hub, 'oat-read');
    expect(await statuses(session, 3)).toEqual([200, 200, 429]);
    move(60_000);
    expect(await statuses(session, 1)).toEqual([200]);
  });

  test('is each credential’s own', async () => {
    const { hub } = aLimitedHub(1);
    const [token, owner] = [await signIn(hub, 'oat-read'), await signIn(hub, 'owner').catch(() => null)];
    expect(await statuses(token, 2)).toEqual([200, 429]);
    // Logins share one budget of their own: the second was refused.
    expect(owner).toBe(null);
  });

  test('may change while it is used, and from window to window', async () => {
    const { hub, move } = aLimitedHub(600);
    const session = await signIn(hub, 'oat-read');
    await session.get(PATH);
    hub.control.set({ rateLimit: 180 });
    expect((await session.get(PATH)).headers.get('X-RateLimit-Remaining')).toBe('178');
    hub.control.set({ rateLimitPlan: [50, 70] });
    const limits: (string | null)[] = [];
    for (let window = 0; window < 3; window += 1) {
      move(60_000);
      limits.push((await session.get(PATH)).headers.get('X-RateLimit-Limit'));
    }
    expect(limits).toEqual(['50', '70', '70']);
  });

  test('passes faster with the clock, and its reset stays in real time', async () => {
    const { hub, move } = aLimitedHub(1, { clockSpeed: 6 });
    const session = await signIn(hub, 'oat-read');
    expect((await session.get(PATH)).headers.get('X-RateLimit-Reset')).toBe(String(START / 1000 + 10));
    const refused = await session.get(PATH);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '10']);
    move(10_000);
    expect(await statuses(session, 1)).toEqual([200]);
  });

  test('is reported: windows, peak share, refusals, logins', async () => {
    const { hub } = aLimitedHub(10);
    await statuses(await signIn(hub, 'oat-read'), 9);
    const report = hub.control.calls();
    expect(report).toMatchObject({ total: 10, rateLimited: 0, logins: 1, failedLogins: 0, peakBudgetShare: 0.9 });
    expect(report.byOperation.listOrgMembers).toEqual({ 200: 9 });
    hub.control.resetCalls();
    expect(hub.control.calls().total).toBe(0);
  });
});

describe('a 429 says when to come back', () => {
  test.for([
    ['seconds', { 'retry-after': '60', 'x-retry-after': null }],
    ['timestamp', { 'retry-after': String(START / 1000 + 60), 'x-retry-after': null }],
    ['x_timestamp', { 'retry-after': null, 'x-retry-after': String(START / 1000 + 60) }],
    ['none', { 'retry-after': null, 'x-retry-after': null }],
  ] as const)('as %s', async ([retryAfter, expected]) => {
    const { hub } = aLimitedHub(1);
    hub.control.set({ retryAfter });
    const session = await signIn(hub, 'oat-read');
    await session.get(PATH);
    const { headers, status } = await session.get(PATH);
    expect(status).toBe(429);
    for (const [name, value] of Object.entries(expected)) expect(headers.get(name)).toBe(value);
  });
});
