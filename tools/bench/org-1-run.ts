// ORG-1 takes minutes at 600 calls a minute, so it is read once for all figures that are about it: the first sync in real time, with
// others asking the ledger meanwhile, then a second sync that finds nothing new.
import type { SyncRun } from '#domain/protocol/connectors.ts';
import { bareReadRatio, readPaths } from './bare-reads.ts';
import { askFor, startAsking } from './asking.ts';
import { checkCounts, msOf } from './checked-sync.ts';
import type { BenchWorld, CallReport } from './hub.ts';
import type { Workshop } from './workshop.ts';

export interface Org1Observed {
  world: BenchWorld;
  first: { run: SyncRun; calls: CallReport; rows: Record<string, number> };
  /** Milliseconds until the ledger's answers: before and after the sync, and during. */
  idle: number[];
  busy: number[];
  /** With 50 ms a call and no limit. */
  again: { run: SyncRun; calls: CallReport; rows: Record<string, number>; wallMs: number; bareRatio: number };
}

const IDLE_MS = 30_000;
export const LATENCY_MS = 50;

/** Reads ORG-1 twice and answers everything that was seen. */
export const observeOrg1 = ({ hub, inWatchbill, say }: Workshop): Promise<Org1Observed> =>
  inWatchbill(async (watchbill) => {
    const world = await hub.reset('org-1', { rateLimit: 600 });
    const idleBefore = await askFor(watchbill, IDLE_MS);

    say('first sync of ORG-1 at 600 calls a minute, in real time: about four minutes');
    await watchbill.forgetRows();
    await hub.forgetCalls();
    const connectorId = await watchbill.connect(world);
    const asking = startAsking(watchbill);
    const firstRun = await watchbill.finishedRun(connectorId, { everyMs: 500 });
    const busy = await asking.stop();
    const first = { run: firstRun, calls: await hub.calls(), rows: await watchbill.rowsWritten() };
    await checkCounts(watchbill, connectorId, world);
    const idle = [...idleBefore, ...(await askFor(watchbill, IDLE_MS))];

    say('second sync of ORG-1, which finds nothing new');
    await hub.set({ rateLimit: null, latencyMs: LATENCY_MS });
    await watchbill.forgetRows();
    await hub.forgetCalls();
    await watchbill.startSync(connectorId);
    const run = await watchbill.finishedRun(connectorId, { after: firstRun.n, everyMs: 500 });
    await checkCounts(watchbill, connectorId, world);
    const calls = await hub.calls();
    const rows = await watchbill.rowsWritten();
    const bareRatio = await bareReadRatio(hub, world, readPaths(calls), LATENCY_MS);
    const again = { run, calls, rows, wallMs: msOf(run), bareRatio };
    return { world, first, idle, busy, again };
  });
