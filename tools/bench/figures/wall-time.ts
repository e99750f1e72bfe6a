// How long a sync takes where nothing but the way to Docker Hub holds it up: 50 ms a call, six at a time.
import { bareReadMs } from '../bare-reads.ts';
import { checkCounts, msUntilEnd } from '../checked-sync.ts';
import type { Figure, Measured } from '../figure.ts';
import type { CallReport } from '../hub.ts';
import { LATENCY_MS } from '../org-1-run.ts';
import { median, medianInterval } from '../statistics.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 9;
const IN_FLIGHT = 6;

const ideal = (calls: CallReport): number => (calls.total * LATENCY_MS) / IN_FLIGHT;
const NAME = 'wall time ÷ (calls × 50 ms ÷ 6)';

async function ofOrg01({ hub, inWatchbill }: Workshop): Promise<Measured> {
  const samples: number[] = [];
  const bare: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await inWatchbill(async (watchbill) => {
      const world = await hub.reset('org-0.1', { rateLimit: null, latencyMs: LATENCY_MS });
      const startedAt = Date.now();
      const connectorId = await watchbill.connect(world);
      const run = await watchbill.finishedRun(connectorId);
      const wallMs = msUntilEnd(run, startedAt);
      await checkCounts(watchbill, connectorId, world);
      const calls = await hub.calls();
      samples.push(wallMs / ideal(calls));

      const paths = calls.calls.filter(({ method, status }) => method === 'GET' && status === 200).map(({ path }) => path);
      bare.push((await bareReadMs(hub, world, paths)) / ((paths.length * LATENCY_MS) / IN_FLIGHT));
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
    return [small, { name: NAME, org: 'org-1', value, unit: '×', goal: { atMost: 1.25 }, note: 'the second sync' }];
  },
};
