// What somebody has begun and not saved. A new version of the app never reloads over it. Forms are seen by themselves: a field in a
// form or a dialog that no longer holds what it held when it was first touched. What is not a field says so with `useUnsaved`.
import { SvelteMap } from 'svelte/reactivity';
import { untrack } from 'svelte';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

class UnsavedWork {
  readonly #held = new SvelteMap<symbol, string>();
  /** What each touched field held at first. */
  readonly #touched = new Map<Field, string>();

  /** What is unsaved in this tab, by the name of its dialog or page. */
  now(): string[] {
    const names = [...this.#held.values()];
    for (const [field, before] of this.#touched) {
      if (!field.isConnected) this.#touched.delete(field);
      else if (valueOf(field) !== before) names.push(nameAround(field));
    }
    return [...new Set(names)];
  }

  /** Says that something is unsaved. The answer says that it no longer is. */
  hold(what: string): () => void {
    const key = Symbol(what);
    untrack(() => this.#held.set(key, what));
    return () => untrack(() => this.#held.delete(key));
  }

  /** Begins to see forms. */
  watch(): () => void {
    const touch = ({ target }: Event) => {
      const isField =
        target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
      if (!isField || target.type === 'search' || this.#touched.has(target) || !target.closest('form, [role=dialog]')) return;
      this.#touched.set(target, valueOf(target));
    };
    // Before anything is changed: by focus, or where a pointer changes a box without one.
    document.addEventListener('focusin', touch, true);
    document.addEventListener('pointerdown', touch, true);
    return () => {
      document.removeEventListener('focusin', touch, true);
      document.removeEventListener('pointerdown', touch, true);
    };
  }
}

const valueOf = (field: Field): string =>
  field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')
    ? String(field.checked)
    : field.value;

/** What people call the place of a field: the title of its dialog, else of the page. */
function nameAround(field: Field): string {
  const label = field.closest('[role=dialog]')?.getAttribute('aria-labelledby');
  const title = label ? document.getElementById(label) : document.querySelector('h1');
  return title?.textContent.trim() || document.title;
}

export const unsaved = new UnsavedWork();

/** For unsaved work that is no form field: names it, or null where everything is saved. */
export function useUnsaved(what: () => string | null): void {
  $effect(() => {
    const name = what();
    return name === null ? undefined : unsaved.hold(name);
  });
}
