// Docker Hub that answers as things were, and a world in which somebody else puts things back: what a sync makes of them.
import { expect, test } from 'vitest';
import { expectTruth } from '../support/expect-truth.ts';
import { FakeClock, SyncBench } from '../support/sync-bench.ts';

const ACME = 'harborline';

test('reads that lag behind are never a loss: what they left out comes with the next sync', async () => {
  const bench = new SyncBench();
  await bench.run();
  bench.hub.control.mutate({ type: 'add_member', organization: ACME, username: 'somebody-new' });
  const lagging = { fault: { type: 'stale', changes: 1 } } as const;
  bench.hub.control.addFault(lagging);
  const behind = await bench.run();
  expect(behind.status).toMatch(/^completed/);
  expect(behind.changes?.accounts?.removed ?? 0).toBe(0);

  bench.hub.control.clearFaults();
  expect((await bench.run()).changes?.accounts).toMatchObject({ added: 1, removed: 0 });
  expectTruth(bench);
});

test('somebody whom an identity provider puts back is there again, under a number that was nobody’s', async () => {
  const bench = new SyncBench({ settings: { identityProviderRestoresAfterMs: 60_000 } });
  await bench.run();
  const username = bench.hub.control.truth(ACME).members.find(({ role }) => role === 'member')?.username ?? '';
  const numberOf = () =>
    bench
      .documents()
      .flatMap((document) => (document.kind === 'accounts' ? document.rows : []))
      .find((row) => row.username === username && ACME in row.roles)?.number;
  expect(numberOf()).toBeDefined();
  const highest = Math.max(
    ...bench.documents().flatMap((document) => (document.kind === 'accounts' ? document.rows.map((row) => row.number) : [])),
  );

  bench.hub.control.mutate({ type: 'remove_member', organization: ACME, username });
  await bench.run();
  expect(numberOf()).toBeUndefined();
  if (bench.clock instanceof FakeClock) bench.clock.pass(120_000);
  await bench.run();
  expectTruth(bench);
  expect(numberOf()).toBeGreaterThan(highest);
});
