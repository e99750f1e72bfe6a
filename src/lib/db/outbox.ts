// `watchbill-outbox`: decisions made here and not yet recorded, and what came of them. The one thing on a device that must never be lost,
// so its tables are frozen: what is in an item has a version of its own (`envelope.v`).
import { Dexie, type EntityTable } from 'dexie';
import type { Receipt } from '#domain/decision.ts';
import { type QueueItem, settleItem } from '#domain/queue-item.ts';
import type { Outbox } from '#lib/sync/push.ts';

/** A nonce handed out to this device and not used yet. */
export interface StoredNonce {
  nonce: string;
  userId: string;
  /** Handed out in this order: the oldest is used first. */
  order: number;
}

export interface StoredDeviceKey {
  userId: string;
  deviceId: string;
  /** Not extractable: it signs here and never leaves. */
  keys: CryptoKeyPair;
}

/** Written when the database is made; where it is missing, the browser has thrown the database away. */
interface CanaryRow {
  key: 'canary';
  madeAt: string;
}

export class OutboxDatabase extends Dexie implements Outbox {
  declare entries: EntityTable<QueueItem, 'id'>;
  declare nonces: EntityTable<StoredNonce, 'nonce'>;
  declare keys: EntityTable<StoredDeviceKey, 'userId'>;
  declare canary: EntityTable<CanaryRow, 'key'>;

  constructor(name = 'watchbill-outbox') {
    // Saved means on the disk: with the browsers' default a crash of the machine could take it away again.
    super(name, { chromeTransactionDurability: 'strict' });
    this.version(1).stores({
      entries: 'id, state, [userId+state], *targets, order',
      nonces: 'nonce, userId',
      keys: 'userId',
      canary: 'key',
    });
  }

  /**
   * Keeps an act and uses up its nonce, together or not at all: only after this is it "saved on this device". False where the nonce is
   * used already (another tab was faster): sign over another one.
   */
  async save(item: Omit<QueueItem, 'order' | 'state' | 'receipts'>): Promise<boolean> {
    return this.transaction('rw', [this.entries, this.nonces], async () => {
      const { nonce } = item.envelope.signed.submission;
      if (!(await this.nonces.get(nonce))) return false;
      await this.nonces.delete(nonce);
      const last = await this.entries.orderBy('order').last();
      await this.entries.add({ ...item, state: 'queued', receipts: [], order: (last?.order ?? 0) + 1 });
      return true;
    });
  }

  async queuedOf(userId: string): Promise<QueueItem[]> {
    return this.entries.where({ userId, state: 'queued' }).sortBy('order');
  }

  async settle(receipts: readonly Receipt[]): Promise<number> {
    return this.transaction('rw', this.entries, async () => {
      let changed = 0;
      for (const item of await this.entries.where({ state: 'queued' }).toArray()) {
        const settled = settleItem(item, receipts);
        if (settled === item) continue;
        await this.entries.put(settled);
        changed += 1;
      }
      return changed;
    });
  }

  /** The oldest nonce that is left to somebody, or undefined. */
  async nextNonce(userId: string): Promise<string | undefined> {
    const [first] = await this.nonces.where({ userId }).sortBy('order');
    return first?.nonce;
  }

  async keepNonces(userId: string, nonces: readonly string[]): Promise<void> {
    await this.transaction('rw', this.nonces, async () => {
      const held = await this.nonces.where({ userId }).sortBy('order');
      const from = (held.at(-1)?.order ?? 0) + 1;
      await this.nonces.bulkPut(nonces.map((nonce, at) => ({ nonce, userId, order: from + at })));
    });
  }

  /** How much of anybody's is queued here: asked before signing out or clearing. */
  async countQueued(): Promise<number> {
    return this.entries.where({ state: 'queued' }).count();
  }
}

export const outbox = new OutboxDatabase();
