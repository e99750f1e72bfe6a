import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { createSubscriber } from 'svelte/reactivity';

/**
 * An answer of the server that is not part of the copy (the audit log, one's sessions, a run's log): asked for when somebody
 * looks at it. `current` keeps the last answer while a newer one is fetched, or cannot be.
 */
export class RemoteQuery<T> {
  #current: T | undefined = $state.raw();
  #failure: Failure | undefined = $state.raw();
  #loading = $state(false);
  #asked = 0;
  readonly #ask: () => Promise<Result<T, Failure>>;
  readonly #subscribe: () => void;

  constructor(ask: () => Promise<Result<T, Failure>>, everyMs?: () => number | undefined) {
    this.#ask = ask;
    this.#subscribe = createSubscriber(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stopped = false;
      const next = async () => {
        if (document.visibilityState === 'visible') await this.refresh();
        const pause = everyMs?.();
        if (!stopped && pause !== undefined) timer = setTimeout(() => void next(), pause);
      };
      queueMicrotask(() => void next());
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    });
  }

  get current(): T | undefined {
    this.#subscribe();
    return this.#current;
  }

  get failure(): Failure | undefined {
    this.#subscribe();
    return this.#failure;
  }

  get loading(): boolean {
    this.#subscribe();
    return this.#loading;
  }

  /** Asks again. An answer that comes after a newer question was asked is dropped. */
  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    this.#loading = true;
    const answer = await this.#ask();
    if (mine !== this.#asked) return;
    this.#loading = false;
    if (answer.ok) {
      this.#current = answer.value;
      this.#failure = undefined;
    } else this.#failure = answer.error;
  }

  /** Shows what is known already, before the server confirms it. */
  set(value: T): void {
    this.#current = value;
  }
}
