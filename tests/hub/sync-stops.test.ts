import { expect, test } from 'vitest';
import { SyncBench, type SyncBenchOptions } from '../support/sync-bench.ts';

/** The catalogue as a run that nobody stops makes it, and the number of points at which it waits for somebody else. */
async function undisturbed(options: SyncBenchOptions): Promise<{ catalogue: string; awaits: number; calls: number }> {
  const bench = new SyncBench(options);
  let awaits = 0;
  bench.onAwait = () => {
    awaits += 1;
  };
  await bench.run();
  return { catalogue: JSON.stringify(bench.documents()), awaits, calls: bench.hub.control.calls().total };
}

/** Runs until the n-th point, is killed there, and goes on in a new life of the object. */
async function killedAt(options: SyncBenchOptions, points: readonly number[]): Promise<{ bench: SyncBench; status: string }> {
  const bench = new SyncBench(options);
  const left = [...points];
  let awaits = 0;
  bench.onAwait = () => {
    awaits += 1;
    if (awaits !== left[0]) return;
    left.shift();
    awaits = 0;
    bench.kill();
  };
  for (;;) {
    const life = bench.life();
    const run = await bench.goOn(life, life.sync());
    if (run !== null) return { bench, status: run.status };
  }
}

test('a run killed at any point ends with the same catalogue, byte for byte, and repeats no more than what was under way', async () => {
  const whole = await undisturbed({ world: 'company' });
  expect(whole.awaits).toBeGreaterThan(50);
  for (let point = 1; point <= whole.awaits; point += 1) {
    const { bench, status } = await killedAt({ world: 'company' }, [point]);
    expect(status, `killed at ${point}`).toBe('completed');
    expect(JSON.stringify(bench.documents()), `killed at ${point}`).toBe(whole.catalogue);
    const calls = bench.hub.control.calls().total;
    expect(calls - whole.calls, `calls repeated after a kill at ${point}`).toBeLessThanOrEqual(7);
  }
});
