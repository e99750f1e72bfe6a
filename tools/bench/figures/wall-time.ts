// How long a sync takes where nothing but the way to Docker Hub holds it up: 50 ms a call, six at a time. From the moment at which it is
// asked for, until what was read is in the catalogue.
import { bareReadRatio, idealMs, readPaths } from '../bare-reads.ts';
import { checkCounts, msOf } from '../checked-sync.ts';
import type { Figure, Measured } from '../figure.ts';
import type { CallReport } from '../hub.ts';
import { LATENCY_MS } from '../org-1-run.ts';
import { median, medianInterval } from '../statistics.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 9;

const ideal = ({ total }: CallReport): number => idealMs(total, LATENCY_MS);
const NAME = 'wall time ÷ (calls × 50 ms ÷ 6)';

async function ofOrg01({ hub, inWatchbill }: Workshop): Promise<Measured> {
  const samples: number[] = [];
  const bare: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await inWatchbill(async (watchbill) => {
      const world = await hub.reset('org-0.1', { rateLimit: null, latencyMs: LATENCY_MS });
      const connectorId = await watchbill.connect(world);
      const run = await watchbill.finishedRun(connectorId);
      const wallMs = msOf(run);
      await checkCounts(watchbill, connectorId, world);
      const calls = await hub.calls();
      samples.push(wallMs / ideal(calls));

      bare.push(await bareReadRatio(hub, world, readPaths(calls), LATENCY_MS));
    });
  }
  const [low, high] = medianInterval(samples);
  const note = `first sync in a Worker just started; median of ${REPETITIONS}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}`;
  return {
    name: NAME,
    org: 'org-0.1',
    value: median(samples),
    unit: '×',
    goal: { atMost: 1.25 },
    samples,
    bare: median(bare),
    note,
  };
}

export const wallTime: Figure = {
  name: 'wall-time',
  measure: async (workshop) => {
    const small = await ofOrg01(workshop);
    const { again } = await workshop.org1();
    const value = again.wallMs / ideal(again.calls);
    const note = 'the second sync';
    return [small, { name: NAME, org: 'org-1', value, unit: '×', goal: { atMost: 1.25 }, bare: again.bareRatio, note }];
  },
};
