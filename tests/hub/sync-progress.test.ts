// What is told of a run while it goes on, so that people see it move.
import { expect, test } from 'vitest';
import { FakeClock, SyncBench } from '../support/sync-bench.ts';

/** A bench in which each request takes its time, and each report is written down with the moment at which it came. */
function aSlowBench(world: 'company' | 'org-0.1', requestMs: number): { bench: SyncBench; reportedAt: number[] } {
  const clock = new FakeClock();
  const bench = new SyncBench({ world, clock });
  const reportedAt: number[] = [];
  bench.onAwait = (what) => {
    if (what === 'request') clock.pass(requestMs);
    if (what === 'report') reportedAt.push(clock.now());
  };
  return { bench, reportedAt };
}

test('a small organization is seen to move within the one step that reads it', async () => {
  const { bench } = aSlowBench('company', 50);
  await bench.run();
  const shares = bench.reports.filter(({ run }) => run.status === 'running').map(({ run }) => run.progress);
  const between = new Set(shares.filter((share) => share > 0.1 && share < 0.95));
  expect(between.size).toBeGreaterThanOrEqual(2);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  const counted = bench.reports.find(({ run }) => run.status === 'running' && (run.counts.accounts ?? 0) > 0);
  expect(counted?.run.stages.some(({ done }) => done > 0)).toBe(true);
});

test.each([
  ['company', 50],
  ['org-0.1', 20],
  ['org-0.1', 2_000],
] as const)(
  'the ledger is told little more than once a second, and less often the longer it takes: %s, %i ms a call',
  async (world, requestMs) => {
    const { bench, reportedAt } = aSlowBench(world, requestMs);
    const run = await bench.run();
    const seconds = (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt)) / 1_000;
    // Beside these: that it begins to read, to compare, and how it ended.
    const most = seconds <= 20 ? seconds : 20 + 20 * Math.log(seconds / 20);
    expect(reportedAt.length).toBeLessThanOrEqual(Math.ceil(most) + 3);
    expect(reportedAt.length).toBeGreaterThanOrEqual(Math.min(4, seconds));
  },
);
