// Calls of a first sync beyond those of the least plan: everything from saving the credential to the last answer, sign-ins and
// probes included.
import { checkCounts } from '../checked-sync.ts';
import type { Figure, Measured } from '../figure.ts';
import type { CallReport } from '../hub.ts';
import { org01Unlisted } from '../org-01-unlisted-run.ts';
import { median } from '../statistics.ts';
import type { Workshop } from '../workshop.ts';

const REPETITIONS = 3;
const SHARE = 0.03;
const PER_ORGANIZATION = 15;

const beyond = (org: string, plan: string, leastCalls: number, calls: readonly number[]): Measured => {
  const samples = calls.map((total) => total - leastCalls);
  return {
    name: `calls of a first sync beyond the least plan, ${plan}`,
    org,
    value: median(samples),
    unit: 'calls',
    goal: { atMost: Math.floor(SHARE * leastCalls + PER_ORGANIZATION) },
    samples,
    bare: 0,
    note: `${median(calls)} calls, the least plan has ${leastCalls}`,
  };
};

/** Calls that were made, each once: what a fault repeats is not told apart, there are none here. */
const total = (calls: CallReport): number => calls.total;

async function listedOrg01({ hub, inWatchbill }: Workshop): Promise<Measured> {
  const calls: number[] = [];
  let least = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    await inWatchbill(async (watchbill) => {
      const world = await hub.reset('org-0.1', { rateLimit: null, latencyMs: 20 });
      const connectorId = await watchbill.connect(world);
      await watchbill.finishedRun(connectorId);
      await checkCounts(watchbill, connectorId, world);
      least = world.organization.leastCalls.perTeam;
      calls.push(total(await hub.calls()));
    });
  }
  return beyond('org-0.1', 'per-team listing', least, calls);
}

export const firstSyncCalls: Figure = {
  name: 'first-sync-calls',
  measure: async (workshop) => {
    const listed = await listedOrg01(workshop);
    const unlisted = await org01Unlisted(workshop);
    const { world, first } = await workshop.org1();
    return [
      listed,
      beyond('org-0.1', 'no per-team listing', unlisted.world.organization.leastCalls.perRepository, [total(unlisted.calls)]),
      beyond('org-1', 'per-team listing', world.organization.leastCalls.perTeam, [total(first.calls)]),
    ];
  },
};
