// What figures are measured with: a simulated Docker Hub, Watchbills on demand, and the one run of ORG-1 that several of them share.
import { startHub, type BenchHub } from './hub.ts';
import { observeOrg1, type Org1Observed } from './org-1-run.ts';
import { startBenchWatchbill, type BenchOptions, type BenchWatchbill } from './watchbill.ts';

export interface Workshop {
  hub: BenchHub;
  /** Starts a fresh Watchbill for this work, and ends it afterwards. */
  inWatchbill<T>(work: (watchbill: BenchWatchbill) => Promise<T>, options?: BenchOptions): Promise<T>;
  /** The first sync of ORG-1 at 600 calls a minute and the one after it; done once. */
  org1(): Promise<Org1Observed>;
  say(line: string): void;
}

/** Opens the workshop for this work, and clears it away afterwards. */
export async function inWorkshop<T>(work: (workshop: Workshop) => Promise<T>): Promise<T> {
  const hub = await startHub();
  let org1: Promise<Org1Observed> | null = null;
  const workshop: Workshop = {
    hub,
    inWatchbill: async (inside, options) => {
      const watchbill = await startBenchWatchbill(hub, options);
      try {
        return await inside(watchbill);
      } finally {
        await watchbill.stop();
      }
    },
    org1: () => (org1 ??= observeOrg1(workshop)),
    say: (line) => console.log(`  ${line}`),
  };
  try {
    return await work(workshop);
  } finally {
    await hub.stop();
  }
}
