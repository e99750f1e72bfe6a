import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 15_000;

/** Now, for whoever shows how long ago something was: read in a component, it keeps that component up to date. */
class Clock {
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, TICK_MS);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
