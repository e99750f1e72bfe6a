// CPU of a step: Workers bill it, and the free plan allows little. A step reads pages, makes them ours and stores them; beside it the
// bare loop that only parses the same pages, in the same isolate, both under the same sampling profiler, one after the other.
import { setTimeout as sleep } from 'node:timers/promises';
import { readAll, readPaths, signIn } from '../bare-reads.ts';
import { checkCounts } from '../checked-sync.ts';
import { costliest, cpuSamples, microsecondsPerSample, onProfileClock } from '../cpu-time.ts';
import type { Figure } from '../figure.ts';
import { attachInspector, type CpuProfile, type Inspector } from '../inspector.ts';
import { median, medianInterval } from '../statistics.ts';
import type { BenchWatchbill } from '../watchbill.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 7;
/** The bare loop is short: it goes round so often, and is divided again. */
const LOOPS = 10;
const BARE_REPETITIONS = 5;
const TEXTS_PER_CALL = 100;
const LATENCY_MS = 20;
/** From the arrival of a call to the end of what its answer sets going. */
const ANSWERED_MS = 1.5 * LATENCY_MS;

/** Looks of the profiler that found the isolate at work. */
interface Observed {
  /** From the first call to the last answer: the steps that read. */
  steps: number;
  /** The whole sync, assembling and the ledger's part included. */
  whole: number;
  /** One round of the bare loop. */
  bare: number;
  /** Fetching and parsing the same pages six at a time in the same isolate: what the platform takes. */
  platform: number;
  /** Milliseconds that a look stands for. */
  msPerSample: number;
}

async function profiled(inspector: Inspector, work: () => Promise<unknown>): Promise<CpuProfile> {
  await inspector.startProfile();
  await work();
  return inspector.stopProfile();
}

/** The bare loop over the texts, the median of a few. */
async function bareLoop(
  watchbill: BenchWatchbill,
  inspector: Inspector,
  texts: string[],
): Promise<Pick<Observed, 'bare' | 'msPerSample'>> {
  for (let from = 0; from < texts.length; from += TEXTS_PER_CALL) {
    await watchbill.call('POST', '/api/bench/texts', { texts: texts.slice(from, from + TEXTS_PER_CALL) });
  }
  const profiles: CpuProfile[] = [];
  for (let repetition = 0; repetition < BARE_REPETITIONS; repetition += 1) {
    profiles.push(await profiled(inspector, () => watchbill.call('POST', '/api/bench/parse', { times: LOOPS })));
  }
  return {
    bare: median(profiles.map((profile) => cpuSamples(profile) / LOOPS)),
    msPerSample: median(profiles.map(microsecondsPerSample)) / 1_000,
  };
}

async function observe({ hub, say }: Workshop, watchbill: BenchWatchbill, name: 'org-0.1' | 'org-1'): Promise<Observed> {
  if (watchbill.inspectorPort === null) throw new Error('There is no inspector');
  const world = await hub.reset(name, { rateLimit: null, latencyMs: LATENCY_MS });
  const inspector = await attachInspector(watchbill.inspectorPort);
  let connectorId = '';
  const profile = await profiled(inspector, async () => {
    connectorId = await watchbill.connect(world);
    await watchbill.finishedRun(connectorId, { everyMs: 1_000 });
    await sleep(200);
  });
  await checkCounts(watchbill, connectorId, world);
  const report = await hub.calls();
  const { calls } = report;
  const span = { from: onProfileClock(calls[0]?.at ?? 0), to: onProfileClock((calls.at(-1)?.at ?? 0) + ANSWERED_MS) };

  const bearer = await signIn(hub, world);
  const paths = readPaths(report);
  const urls = paths.map((path) => `${hub.url}${path}`);
  const platform = await profiled(inspector, () => watchbill.call('POST', '/api/bench/read', { urls, bearer }));
  const texts: string[] = [];
  await readAll(hub, bearer, paths, (text) => texts.push(text));
  const loop = await bareLoop(watchbill, inspector, texts);
  inspector.close();
  if (process.env.BENCH_PROFILE) {
    for (const [name, samples] of costliest(profile, 25)) say(`${(samples * loop.msPerSample).toFixed(1)} ms ${name}`);
  }
  return { steps: cpuSamples(profile, span), whole: cpuSamples(profile), platform: cpuSamples(platform), ...loop };
}

const noteOf = ({ steps, whole, bare, platform, msPerSample }: Observed): string => {
  const ms = (samples: number): string => (samples * msPerSample).toFixed(0);
  return (
    `reading steps ${ms(steps)} ms ÷ ${ms(bare)} ms; fetching and parsing alone, in the same isolate, ${ms(platform)} ms ` +
    `(${(platform / bare).toFixed(1)} ×); with assembling and the ledger’s part ${ms(whole)} ms`
  );
};

export const stepCpu: Figure = {
  name: 'step-cpu',
  measure: async (workshop) => {
    const seen: Observed[] = [];
    for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
      seen.push(await workshop.inWatchbill((watchbill) => observe(workshop, watchbill, 'org-0.1'), { inspect: true }));
    }
    const large = await workshop.inWatchbill((watchbill) => observe(workshop, watchbill, 'org-1'), { inspect: true });
    const samples = seen.map(({ steps, bare }) => steps / bare);
    const value = median(samples);
    const [low, high] = medianInterval(samples);
    const typical = seen.find(({ steps, bare }) => steps / bare === value) ?? large;
    const figure = { name: 'CPU of a step ÷ bare JSON.parse of its pages', unit: '×', goal: { atMost: 3 }, bare: 1 };
    const interval = `median of ${REPETITIONS}, 95 % interval ${low.toFixed(1)} to ${high.toFixed(1)}`;
    return [
      { ...figure, org: 'org-0.1', value, samples, note: `${interval}; ${noteOf(typical)}` },
      { ...figure, org: 'org-1', value: large.steps / large.bare, note: noteOf(large) },
    ];
  },
};
