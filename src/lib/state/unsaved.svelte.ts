// What somebody has begun and not saved, by name. A new version of the app never reloads over it.
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';

class UnsavedWork {
  readonly #held = new SvelteMap<symbol, string>();

  /** What is unsaved in this tab, in words: `Settings of Docker Hub for acme`. */
  readonly all: readonly string[] = $derived([...new Set(this.#held.values())]);

  /** Says that something is unsaved. The answer says that it no longer is. */
  hold(what: string): () => void {
    const key = Symbol(what);
    untrack(() => this.#held.set(key, what));
    return () => untrack(() => this.#held.delete(key));
  }
}

export const unsaved = new UnsavedWork();

/** For the component of a form: names what is unsaved there, or null where everything is saved. */
export function useUnsaved(what: () => string | null): void {
  $effect(() => {
    const name = what();
    return name === null ? undefined : unsaved.hold(name);
  });
}
