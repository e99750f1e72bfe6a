// Refusals of strangers are counted in memory and said in one entry a minute: whoever is not signed in must not be able to use up
// the row writes that everybody else needs.
import { appendAudit, SYSTEM } from './audit.ts';
import type { Store } from './store.ts';

export type RefusalCounts = Record<string, number>;

export class RefusalSummary {
  readonly #store: Store;
  #counts: RefusalCounts = {};
  #minute = '';

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds counts; those of an earlier minute become one entry. */
  add(counts: RefusalCounts, now = new Date().toISOString()): void {
    this.flush(now);
    this.#minute = minuteOf(now);
    for (const [reason, count] of Object.entries(counts)) this.#counts[reason] = (this.#counts[reason] ?? 0) + count;
  }

  /** Writes down what an earlier minute left. The minute clock calls it, so that the last refusals of an attack are said, too. */
  flush(now = new Date().toISOString()): void {
    if (Object.keys(this.#counts).length === 0 || this.#minute === minuteOf(now)) return;
    appendAudit(
      this.#store,
      { action: 'refusals.summary', actor: SYSTEM, result: 'refused', detail: { minute: this.#minute, counts: this.#counts } },
      now,
    );
    this.#counts = {};
  }
}

/** `2026-11-24T08:15`: to the minute. */
const minuteOf = (iso: string): string => iso.slice(0, 16);
