// One act of somebody on their device: kept before it is sent, and until they have read what came of it.
import type { Receipt, SignedSubmission } from './decision.ts';

/** `queued` until there is a receipt for each of its decisions; then what the receipts say. */
export type QueueState = 'queued' | 'recorded' | 'conflict' | 'refused';

export interface QueueItem {
  /** That of its first decision. */
  id: string;
  /** Whose it is: another person on this device neither sends nor sees it. */
  userId: string;
  /** Requests it is about. */
  targets: string[];
  state: QueueState;
  /** Its place in the queue of this device. */
  order: number;
  savedAt: string;
  /** What is sent, byte for byte. Its shape has a version of its own, so that the table never changes. */
  envelope: { v: 1; signed: SignedSubmission };
  receipts: Receipt[];
}

/** The item with the receipts that are its own. A receipt that was there stays: the first one counts. */
export function settleItem(item: QueueItem, receipts: readonly Receipt[]): QueueItem {
  const ids = item.envelope.signed.submission.decisions.map(({ id }) => id);
  const known = new Set(item.receipts.map(({ decisionId }) => decisionId));
  const fresh = receipts.filter(({ decisionId }) => ids.includes(decisionId) && !known.has(decisionId));
  if (fresh.length === 0) return item;
  const all = [...item.receipts, ...new Map(fresh.map((receipt) => [receipt.decisionId, receipt])).values()];
  return { ...item, receipts: all, state: all.length < ids.length ? 'queued' : stateOf(all) };
}

function stateOf(receipts: readonly Receipt[]): QueueState {
  if (receipts.some(({ outcome }) => outcome === 'refused')) return 'refused';
  return receipts.some(({ outcome }) => outcome === 'held') ? 'conflict' : 'recorded';
}

/** The first of what is queued, in order, as much as fits into one request; at least one, so that a large one does not stick. */
export function batchOf(queued: readonly QueueItem[], bytesMax: number): QueueItem[] {
  const batch: QueueItem[] = [];
  let bytes = 2;
  for (const item of queued) {
    // UTF-16 units are fewer than bytes where text is not ASCII: three each is never too few.
    bytes += JSON.stringify(item.envelope.signed).length * 3 + 1;
    if (batch.length > 0 && bytes > bytesMax) break;
    batch.push(item);
  }
  return batch;
}
