// The Ledger: one per workspace, the only writer of the truth. Each method is a line; the work is in the file of its noun.
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import { migrate, type Migration } from './migrations.ts';
import { headRevision, REVISION_MIGRATIONS } from './revisions.ts';
import { durableStore, type Store } from './store.ts';

const MIGRATIONS: Migration[] = [...REVISION_MIGRATIONS];

export class Ledger extends DurableObject<Env> {
  readonly #store: Store;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = durableStore(state.storage);
    void state.blockConcurrencyWhile(async () => migrate(this.#store, MIGRATIONS));
  }

  /** Proves that the object answers and its database opens. */
  ready(): { revision: number; rowsWritten: number } {
    return { revision: headRevision(this.#store), rowsWritten: this.#store.rowsWritten };
  }
}
