// What a crash costs: workerd is killed at random moments of syncs and started again on the same state. Counted are the calls that
// were made again because of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCounts } from '../checked-sync.ts';
import type { Figure } from '../figure.ts';
import { callsByKey, repeatsByKill } from '../repeated-calls.ts';
import type { BenchWatchbill } from '../watchbill.ts';
import type { Workshop } from '../workshop.ts';

const KILLS = 50;
/** Slow answers, so that six are always under way when the end comes. */
const LATENCY_MS = 250;
/** Longest time that a run is left alone. */
const RANDOM_MS = 2_500;

/** Kills workerd again and again until the run is over, or the kills are used up; answers when it did. */
async function killDuringRun(watchbill: BenchWatchbill, connectorId: string, after: number, kills: number): Promise<number[]> {
  const killedAt: number[] = [];
  while (killedAt.length < kills) {
    await sleep(Math.random() * RANDOM_MS);
    const run = await watchbill.newestRun(connectorId);
    if (run && run.n > after && run.status !== 'running') break;
    killedAt.push(Date.now());
    await watchbill.kill();
    // After a crash the minute clock finds what an alarm has lost; here it need not be waited for.
    await watchbill.tick();
  }
  return killedAt;
}

async function measureKills({ hub, inWatchbill, say }: Workshop): Promise<{ repeats: number[]; extra: number; runs: number }> {
  return inWatchbill(async (watchbill) => {
    const world = await hub.reset('org-0.1', { rateLimit: null, latencyMs: LATENCY_MS });
    const connectorId = await watchbill.connect(world);
    let { n } = await watchbill.finishedRun(connectorId);
    await hub.forgetCalls();
    await watchbill.startSync(connectorId);
    n = (await watchbill.finishedRun(connectorId, { after: n })).n;
    const undisturbed = await hub.calls();
    const usual = callsByKey(undisturbed.calls);

    const repeats: number[] = [];
    let extra = 0;
    let runs = 0;
    while (repeats.length < KILLS) {
      await hub.forgetCalls();
      await watchbill.startSync(connectorId);
      const killedAt = await killDuringRun(watchbill, connectorId, n, KILLS - repeats.length);
      n = (await watchbill.finishedRun(connectorId, { after: n })).n;
      await checkCounts(watchbill, connectorId, world);
      const { calls } = await hub.calls();
      repeats.push(...repeatsByKill(calls, killedAt, usual));
      extra += calls.length - undisturbed.total;
      runs += 1;
      say(`${repeats.length} kills in ${runs} syncs`);
    }
    return { repeats, extra, runs };
  });
}

export const kills: Figure = {
  name: 'kills',
  measure: async (workshop) => {
    const { repeats, extra, runs } = await measureKills(workshop);
    return [
      {
        name: `calls repeated per kill, the most of ${repeats.length} kills`,
        org: 'org-0.1',
        value: Math.max(...repeats),
        unit: 'calls',
        goal: { atMost: 7 },
        samples: repeats,
        note: `in ${runs} syncs; calls beyond those of undisturbed syncs: ${(extra / repeats.length).toFixed(1)} a kill`,
      },
    ];
  },
};
