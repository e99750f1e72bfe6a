// CPU of a step: Workers bill it, and the free plan allows little. A step reads pages, makes them ours and stores them; beside it the
// bare loop that only parses the same pages, in the same isolate, both under the same sampling profiler, one after the other.
import { setTimeout as sleep } from 'node:timers/promises';
import { readAll, signIn } from '../bare-reads.ts';
import { checkCounts } from '../checked-sync.ts';
import { costliest, cpuMicroseconds, onProfileClock } from '../cpu-time.ts';
import type { Figure } from '../figure.ts';
import type { BenchHub, BenchWorld, Call } from '../hub.ts';
import { attachInspector, type Inspector } from '../inspector.ts';
import { median, medianInterval } from '../statistics.ts';
import type { BenchWatchbill } from '../watchbill.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 7;
/** The bare loop is short: it goes round so often, and is divided again. */
const LOOPS = 10;
const BARE_REPETITIONS = 5;
const TEXTS_PER_CALL = 100;

interface Observed {
  steps: number;
  whole: number;
  bare: number;
}

/** The texts of the pages that a sync read, read again. */
async function pageTexts(hub: BenchHub, world: BenchWorld, calls: readonly Call[]): Promise<string[]> {
  const paths = calls.filter(({ method, status }) => method === 'GET' && status === 200).map(({ path }) => path);
  const texts: string[] = [];
  await readAll(hub, await signIn(hub, world), paths, (text) => texts.push(text));
  return texts;
}

/** CPU of one round of the bare loop, the median of a few. */
async function bareMicroseconds(watchbill: BenchWatchbill, inspector: Inspector, texts: string[]): Promise<number> {
  for (let from = 0; from < texts.length; from += TEXTS_PER_CALL) {
    await watchbill.call('POST', '/api/bench/texts', { texts: texts.slice(from, from + TEXTS_PER_CALL) });
  }
  const rounds: number[] = [];
  for (let repetition = 0; repetition < BARE_REPETITIONS; repetition += 1) {
    await inspector.startProfile();
    await watchbill.call('POST', '/api/bench/parse', { times: LOOPS });
    rounds.push(cpuMicroseconds(await inspector.stopProfile()) / LOOPS);
  }
  return median(rounds);
}

async function observe({ hub, say }: Workshop, watchbill: BenchWatchbill, name: 'org-0.1' | 'org-1'): Promise<Observed> {
  if (watchbill.inspectorPort === null) throw new Error('There is no inspector');
  const world = await hub.reset(name, { rateLimit: null, latencyMs: 20 });
  const inspector = await attachInspector(watchbill.inspectorPort);
  await inspector.startProfile();
  const connectorId = await watchbill.connect(world);
  await watchbill.finishedRun(connectorId, { everyMs: 1_000 });
  await sleep(200);
  const profile = await inspector.stopProfile();
  await checkCounts(watchbill, connectorId, world);
  const { calls } = await hub.calls();

  const answeredMs = 40;
  const span = {
    from: onProfileClock(calls[0]?.at ?? 0),
    to: onProfileClock((calls.at(-1)?.at ?? 0) + answeredMs),
  };
  const texts = await pageTexts(hub, world, calls);
  const bare = await bareMicroseconds(watchbill, inspector, texts);
  inspector.close();
  if (process.env.BENCH_PROFILE) {
    for (const [functionName, spent] of costliest(profile, 25)) say(`${(spent / 1000).toFixed(1)} ms ${functionName}`);
  }
  return { steps: cpuMicroseconds(profile, span), whole: cpuMicroseconds(profile), bare };
}

const ms = (microseconds: number): string => (microseconds / 1000).toFixed(0);

export const stepCpu: Figure = {
  name: 'step-cpu',
  measure: async (workshop) => {
    const seen: Observed[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      seen.push(await workshop.inWatchbill((watchbill) => observe(workshop, watchbill, 'org-0.1'), { inspect: true }));
    }
    const large = await workshop.inWatchbill((watchbill) => observe(workshop, watchbill, 'org-1'), { inspect: true });
    const samples = seen.map(({ steps, bare }) => steps / bare);
    const [low, high] = medianInterval(samples);
    const name = 'CPU of a step ÷ bare JSON.parse of its pages';
    const goal = { atMost: 3 };
    return [
      {
        name,
        org: 'org-0.1',
        value: median(samples),
        unit: '×',
        goal,
        samples,
        bare: 1,
        note: `all reading steps; median of ${REPETITIONS}, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)}; with assembling and ledger ${median(
          seen.map(({ whole, bare }) => whole / bare),
        ).toFixed(1)} ×`,
      },
      {
        name,
        org: 'org-1',
        value: large.steps / large.bare,
        unit: '×',
        goal,
        bare: 1,
        note: `all reading steps, ${ms(large.steps)} ms ÷ ${ms(large.bare)} ms; with assembling and ledger ${(large.whole / large.bare).toFixed(1)} ×`,
      },
    ];
  },
};
