// Sends what is waiting in the outbox: peek, send, keep the receipts. Nothing leaves the outbox before its receipt is kept, and sending
// twice does no harm: the ledger keys on the decision's id. So a second tab, a crash or a lost answer costs a repetition, no more.
import type { Receipt, SignedSubmission } from '#domain/decision.ts';
import { batchOf, type QueueItem } from '#domain/queue-item.ts';

/** The outbox as the sender needs it: Dexie in the app, a map in the simulator. */
export interface Outbox {
  /** What somebody has queued, in order. */
  queuedOf(userId: string): Promise<QueueItem[]>;
  /** Keeps receipts with the items they belong to, all in one transaction. Answers how many items changed. */
  settle(receipts: readonly Receipt[]): Promise<number>;
}

export type SendOutcome =
  | { type: 'answered'; receipts: readonly Receipt[] }
  /** Nothing is known of what became of it. */
  | { type: 'unreachable' }
  | { type: 'signed_out' }
  | { type: 'slow_down'; afterMs: number }
  /** This app is too old to be understood; the queue waits for the update. */
  | { type: 'app_older' };

export type PushEnd = 'empty' | Exclude<SendOutcome['type'], 'answered'> | 'stuck';

/** As much as one request carries. */
export const BATCH_BYTES_MAX = 64 * 1024;

/** Sends until nothing is queued, or something stands in the way. No transaction is open while the network is used. */
export async function push({
  outbox,
  userId,
  send,
  bytesMax = BATCH_BYTES_MAX,
}: {
  outbox: Outbox;
  /** Who is signed in: only what is theirs is sent. */
  userId: string;
  send: (batch: SignedSubmission[]) => Promise<SendOutcome>;
  bytesMax?: number;
}): Promise<PushEnd> {
  for (;;) {
    const batch = batchOf(await outbox.queuedOf(userId), bytesMax);
    if (batch.length === 0) return 'empty';

    const outcome = await send(batch.map(({ envelope }) => envelope.signed));
    if (outcome.type !== 'answered') return outcome.type;
    // An answer that settles nothing would be asked for again and again.
    if ((await outbox.settle(outcome.receipts)) === 0) return 'stuck';
  }
}
