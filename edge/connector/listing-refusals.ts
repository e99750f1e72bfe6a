// Lists of teams' repositories that told another thing than the repositories themselves are not asked for again for some days.
import * as z from 'zod';
import type { Clock } from '../hub/clock.ts';
import type { ConnectorStore } from './connector-store.ts';

const REFUSED_MS = 7 * 86_400_000;
const keyOf = (organization: string): string => `listing_refused ${organization}`;

export class ListingRefusals {
  readonly #store: ConnectorStore;
  readonly #clock: Clock;

  constructor(store: ConnectorStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  has(organization: string): boolean {
    const until = this.#store.get(keyOf(organization), z.number());
    return until !== undefined && until > this.#clock.now();
  }

  add(organization: string): void {
    this.#store.set(keyOf(organization), this.#clock.now() + REFUSED_MS);
  }
}
