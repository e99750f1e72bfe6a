import { describe, expect, test } from 'vitest';
import { Budget } from '../../edge/connector/budget.ts';
import { createDockerHub, type SimulatedDockerHub } from '../../tools/docker-hub/docker-hub.ts';
import { makeWorld } from '../../tools/docker-hub/worlds/make-world.ts';
import { rateHeaders } from '../../edge/hub/rate-headers.ts';
import type { Clock } from '../../edge/hub/clock.ts';

/** Time that jumps to whoever wants to be woken next. */
class EventClock implements Clock {
  #now = Date.parse('2026-11-24T08:00:00.300Z');
  #sleepers: { at: number; wake: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  random(): number {
    return 0.5;
  }
  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + Math.max(1, ms), wake }));
  }
  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (!next) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return done;
  }
}

const LATENCY_MS = 50;
const BAD = { authorization: 'Bearer none' };

/** Sends so many calls, six at a time, at the budget's pace. Unsigned ones: they are counted like any other. */
async function spend(clock: EventClock, hub: SimulatedDockerHub, budget: Budget, calls: number): Promise<number> {
  let left = calls;
  let refused = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      if (left <= 0) return;
      left -= 1;
      for (;;) {
        const turn = await budget.take('sync');
        if (turn === 'go') break;
        await clock.sleep(turn.later - clock.now());
      }
      const sentAt = clock.now();
      await clock.sleep(LATENCY_MS / 2);
      const response = await hub.fetch(new Request('http://hub.test/v2/orgs/harborline/members', { headers: BAD }));
      await clock.sleep(LATENCY_MS / 2);
      if (response.status === 429) refused += 1;
      budget.answered(rateHeaders(response.headers, clock.now()), sentAt);
    }
  };
  await clock.until(Promise.all(Array.from({ length: 6 }, lane)));
  return refused;
}

describe('the budget of a sync', () => {
  test.each([
    [180, 1, 900],
    [600, 1, 3_000],
    [600, 6, 3_000],
    [180, 6, 900],
    [60, 1, 240],
  ])(
    'of %i a minute, at a clock %i times as fast, is used to more than nine tenths, and never overrun',
    async (rateLimit, clockSpeed, calls) => {
      const clock = new EventClock();
      const hub = createDockerHub({ world: makeWorld('company'), rateLimit, clockSpeed, now: () => clock.now() });
      const budget = new Budget(clock);
      expect(await spend(clock, hub, budget, calls)).toBe(0);
      const windows = hub.control.calls().windows;
      // The first one was joined in the middle, the last one left.
      for (const { used, limit } of windows.slice(1, -1)) {
        expect(used / limit).toBeGreaterThanOrEqual(0.9);
        expect(used / limit).toBeLessThanOrEqual(0.951);
      }
      expect(windows.length).toBeGreaterThanOrEqual(4);
    },
  );

  test('is spent evenly', async () => {
    const clock = new EventClock();
    const hub = createDockerHub({ world: makeWorld('company'), rateLimit: 600, now: () => clock.now() });
    await spend(clock, hub, new Budget(clock), 1_800);
    const at = hub.control.calls().calls.map((call) => Math.floor(call.at / 10_000));
    const counts = [...Map.groupBy(at, (slot) => slot).values()].map((slot) => slot.length).slice(7, -2);
    for (const count of counts) expect(Math.abs(count - 95)).toBeLessThanOrEqual(6);
  });

  test('follows a limit that changes while it is used, with no more than a handful refused', async () => {
    const clock = new EventClock();
    const hub = createDockerHub({ world: makeWorld('company'), rateLimit: 600, now: () => clock.now() });
    hub.control.set({ rateLimitPlan: [600, 180, 60, 600] });
    expect(await spend(clock, hub, new Budget(clock), 1_500)).toBeLessThanOrEqual(6);
  });

  test('without a limit nobody waits', async () => {
    const clock = new EventClock();
    const hub = createDockerHub({ world: makeWorld('company'), rateLimit: null, now: () => clock.now() });
    const from = clock.now();
    await spend(clock, hub, new Budget(clock), 600);
    expect(clock.now() - from).toBeLessThanOrEqual((600 / 6) * LATENCY_MS * 1.05);
  });

  test('gives way at once to whoever is looking', async () => {
    const clock = new EventClock();
    const budget = new Budget(clock);
    budget.answered({ limit: 180, remaining: 9, resetAtMs: clock.now() + 40_000 }, clock.now());
    // The sync is down to its reserve: it comes back later, and somebody who looks is served now.
    expect(await budget.take('sync')).toMatchObject({ later: expect.any(Number) });
    expect(await budget.take('interactive')).toBe('go');
    let order = '';
    const budget2 = new Budget(clock);
    const looking = budget2.whileInteractive(async () => {
      await clock.sleep(200);
      order += 'looked ';
    });
    const sync = budget2.take('sync').then(() => {
      order += 'synced';
    });
    await clock.until(Promise.all([looking, sync]));
    expect(order).toBe('looked synced');
  });
});
