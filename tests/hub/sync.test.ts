import { expect, test } from 'vitest';
import { roleLabel } from '../../tools/docker-hub/views.ts';
import { organizationNamed } from '../../tools/docker-hub/worlds/world.ts';
import { asRead, asTrue } from '../support/catalogue-truth.ts';
import { SyncBench } from '../support/sync-bench.ts';

/** The catalogue of the bench against its world, organization by organization. */
export function expectTruth(bench: SyncBench): void {
  for (const { name } of bench.hub.control.worldSummary().organizations) {
    const organization = organizationNamed(bench.hub.world, name);
    const truth = asTrue(bench.hub.control.truth(name), (role) => roleLabel(organization, role));
    expect(asRead(bench.documents(), name)).toEqual(truth);
  }
}

test.for(['company', 'org-0.1', 'org-1'] as const)(
  '%s',
  async (world) => {
    const bench = new SyncBench({ world });
    const t = performance.now();
    const run = await bench.run();
    console.log(
      world,
      'ms',
      performance.now() - t,
      run.status,
      run.calls,
      bench.hub.control.worldSummary().organizations.map((o) => o.leastCalls),
    );
    expectTruth(bench);
    const before = JSON.stringify(bench.documents());
    const t2 = performance.now();
    const again = await bench.run();
    console.log('again ms', performance.now() - t2, again.calls, JSON.stringify(again.changes), again.trouble);
    expect(JSON.stringify(bench.documents())).toBe(before);
    console.log(bench.log(2).slice(0, 20).join('\n'));
  },
  120000,
);
