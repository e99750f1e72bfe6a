// A device: its outbox (a map where the app has Dexie), its copy of the requests, its keys and nonces, and a clock of its own.
import { requestsSince, maySeeRequest } from '../../edge/ledger/requests.ts';
import type { AccessRequest } from '../../src/domain/access-request.ts';
import type { Receipt } from '../../src/domain/decision.ts';
import { type QueueItem, settleItem } from '../../src/domain/queue-item.ts';
import type { Outbox } from '../../src/lib/sync/push.ts';
import { Crash } from './sim-store.ts';
import type { World } from './world.ts';

/** What somebody has on a device: their session, their key, their nonces, their copy. */
export interface Seat {
  userId: string;
  keyId: string;
  session: string;
  nonces: string[];
  copy: Map<string, AccessRequest>;
  cursor: number;
}

export class SimDevice implements Outbox {
  readonly name: string;
  readonly seats: Seat[];
  readonly items = new Map<string, QueueItem>();
  /** What it has said to be saved. */
  readonly savedIds = new Set<string>();
  /** How far its clock is off. */
  skewMs = 0;
  /** Dies at this many more writes. */
  crashAfterWrites: number | null = null;

  constructor(name: string, seats: Seat[]) {
    this.name = name;
    this.seats = seats;
  }

  #write(): void {
    if (this.crashAfterWrites === null || this.crashAfterWrites-- > 0) return;
    this.crashAfterWrites = null;
    throw new Crash(`${this.name} died`);
  }

  async queuedOf(userId: string): Promise<QueueItem[]> {
    return [...this.items.values()].filter((item) => item.userId === userId && item.state === 'queued');
  }

  /** One transaction: all of it, or nothing where the device dies before. */
  async settle(receipts: readonly Receipt[]): Promise<number> {
    const settled = [...this.items.values()]
      .map((item) => settleItem(item, receipts))
      .filter((item) => item !== this.items.get(item.id));
    this.#write();
    for (const item of settled) this.items.set(item.id, item);
    this.#write();
    return settled.length;
  }

  /** Takes an item out: nothing in the app does; a fault may. */
  async remove(id: string): Promise<void> {
    this.items.delete(id);
  }
}

/** Brings a copy up to date from the numbered changes, a few at a time. */
export function pullCopy(world: World, seat: Seat, pageMax: number): number {
  const person = world.person(seat.userId);
  const seesAll = person.roles.includes('super');
  const page = requestsSince(world.store, seat.cursor, pageMax);
  for (const { id, revision, row } of page) {
    if (maySeeRequest(row, { id: seat.userId, seesAll })) seat.copy.set(id, row);
    else seat.copy.delete(id);
    seat.cursor = revision;
  }
  return page.length;
}
