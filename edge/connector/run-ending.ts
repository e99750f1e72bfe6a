// How a run ends: what is left of it in the store, and what the ledger is told, however often that takes.
import type { CompletenessBySet } from '#domain/catalogue.ts';
import type { SyncRun, Trouble } from '#domain/protocol/connectors.ts';
import type { Clock } from '../hub/clock.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import type { ConnectorStore, StoredRun } from './connector-store.ts';

export interface EndingPorts {
  connectorId: string;
  store: ConnectorStore;
  ledger: Pick<RemoteLedger, 'reportRun'>;
  clock: Clock;
  /** When the next run is due, once this one has ended. */
  scheduleNext: (end: { hasFailed: boolean; isCredential: boolean }) => Promise<string | null>;
}

export interface End {
  status: Exclude<SyncRun['status'], 'running' | 'held'>;
  trouble: Trouble | null;
  /** The trouble is the credential's. */
  isCredential?: boolean;
  /** What was read, where it became the catalogue. */
  read?: { completeness: Map<string, CompletenessBySet>; counts: Record<string, number> };
}

/** Writes down that the run is over. The ledger has yet to be told. */
export function endRun({ run, state }: StoredRun, { status, trouble, isCredential = false, read }: End, clock: Clock): void {
  run.status = status;
  run.trouble = trouble;
  run.waiting = null;
  run.remainingSeconds = null;
  run.finishedAt = new Date(clock.now()).toISOString();
  if (status === 'completed' || status === 'completed_with_warnings') run.progress = 1;
  const refused = isCredential ? { credentialRefused: trouble } : {};
  const accepted = status === 'failed' || status === 'canceled' ? {} : { credentialRefused: null };
  state.phase = 'ended';
  state.unreported = { ...refused, ...accepted };
  if (read) {
    state.unreported.dataAt = run.finishedAt;
    state.unreported.completeness = Object.fromEntries(read.completeness);
    state.unreported.organizations = [...read.completeness.keys()];
    state.unreported.counts = read.counts;
  }
}

/** Tells the ledger how it ended, or why it waits. Until that is done it is not over: nobody else would ever say so. */
export async function tellLedger(stored: StoredRun, ports: EndingPorts): Promise<void> {
  const { run, state } = stored;
  if (!state.unreported) return;
  if (state.unreported.nextSync === undefined) {
    const isCredential = (state.unreported.credentialRefused ?? null) !== null;
    state.unreported.nextSync = await ports.scheduleNext({ hasFailed: run.status === 'failed', isCredential });
    ports.store.saveRun(stored);
  }
  const { nextSync, dataAt, completeness, organizations, counts, credentialRefused } = state.unreported;
  await ports.ledger.reportRun(ports.connectorId, run, {
    ...(nextSync === undefined ? {} : { nextSync }),
    ...(dataAt === undefined ? {} : { dataAt }),
    ...(completeness === undefined ? {} : { completeness }),
    ...(organizations === undefined ? {} : { organizations }),
    ...(counts === undefined ? {} : { counts }),
    ...(credentialRefused === undefined ? {} : { credentialRefused }),
  });
  state.unreported = null;
  ports.store.saveRun(stored);
}
