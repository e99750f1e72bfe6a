// Open apps, each at the other end of a WebSocket that costs nothing while nothing happens: the platform answers their pings and the
// ledger may sleep. They are told that there is more; what it is they ask for as ever, with whatever rights they hold by then.
import * as z from 'zod';
import { LIVE_CLOSE, liveMessage } from '#domain/live-line.ts';
import { headRevision } from './revisions.ts';
import { runningSessions } from './sessions.ts';
import type { Store } from './store.ts';

/** Windows and devices of one person that listen at a time. */
export const LINES_PER_PERSON = 12;
/** Changes that come closer together are said once. */
const GAP_MS = 50;

export const Listener = z.object({ userId: z.string(), sessionId: z.string(), since: z.number() });
export type Listener = z.infer<typeof Listener>;

/** A line as the platform keeps it, over the object's sleep too. */
export interface Line {
  listener: Listener;
  send(message: string): void;
  close(code: number, reason: string): void;
}

export interface LinePorts {
  /** All open lines, or those of one person. */
  lines(userId?: string): Line[];
  now(): number;
  later(work: () => void, ms: number): void;
}

export class LiveApps {
  readonly #store: Store;
  readonly #ports: LinePorts;
  #toldRevision: number | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(store: Store, ports: LinePorts) {
    this.#store = store;
    this.#ports = ports;
  }

  /** Makes room for one more line of this person: the oldest goes. */
  makeRoom(userId: string): void {
    const lines = this.#ports.lines(userId).sort((a, b) => a.listener.since - b.listener.since);
    for (const line of lines.slice(0, Math.max(0, lines.length - LINES_PER_PERSON + 1)))
      line.close(LIVE_CLOSE.replaced, 'another window of yours took its place');
  }

  /** Something may have been numbered: whoever listens hears of it once the work at hand is done. */
  revisionMoved(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#ports.later(() => this.#tell(), Math.max(0, this.#toldAt + GAP_MS - this.#ports.now()));
  }

  /** Ends the lines of sessions that are over. */
  closeEnded(): void {
    const lines = this.#ports.lines();
    if (lines.length === 0) return;
    const running = runningSessions(this.#store, new Date(this.#ports.now()).toISOString());
    for (const line of lines)
      if (!running.has(line.listener.sessionId)) line.close(LIVE_CLOSE.sessionEnded, 'the session ended');
  }

  #tell(): void {
    this.#isWaiting = false;
    const revision = headRevision(this.#store);
    // A transaction that was taken back has moved nothing.
    if (revision === this.#toldRevision) return;
    this.#toldRevision = revision;
    this.#toldAt = this.#ports.now();
    const message = liveMessage(revision);
    for (const line of this.#ports.lines()) line.send(message);
  }
}
