import { liveQuery } from 'dexie';
import { createSubscriber } from 'svelte/reactivity';

/**
 * A Dexie query as a value a component can read. `current` is undefined until the first result: "nothing here" is a claim
 * that nobody makes before it is known.
 */
export class LiveQuery<T> {
  #current: T | undefined;
  #error: unknown;
  readonly #subscribe: () => void;

  constructor(querier: () => Promise<T>) {
    this.#subscribe = createSubscriber((update) => {
      const subscription = liveQuery(querier).subscribe({
        next: (value) => {
          this.#current = value;
          this.#error = undefined;
          update();
        },
        error: (error: unknown) => {
          this.#error = error;
          update();
        },
      });
      return () => subscription.unsubscribe();
    });
  }

  get current(): T | undefined {
    this.#subscribe();
    return this.#current;
  }

  get error(): unknown {
    this.#subscribe();
    return this.#error;
  }
}
