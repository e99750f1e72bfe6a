// What a list shows is in its address: search, filters, sort, columns, the row beside it. Whoever gets the address sees the same list.
// What is typed or walked through shows at once, and reaches the address when it rests.
import { goto } from '$app/navigation';
import { page } from '$app/state';

const RESTS_MS = 200;

/** `null` takes a parameter away; several values stand one after the other. */
export type AddressChanges = Readonly<Record<string, string | readonly string[] | null>>;

export class ListAddress {
  #pending = $state.raw<Readonly<Record<string, string>>>({});
  #pendingOn = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A parameter; empty where it is not set. */
  get(name: string): string {
    const waiting = this.#waiting[name];
    return waiting ?? page.url.searchParams.get(name) ?? '';
  }

  all(name: string): string[] {
    return page.url.searchParams.getAll(name);
  }

  /** Sets one that changes with every key press: it shows now and is written when nothing changes any more. */
  setSoon(name: string, value: string): void {
    this.#pending = { ...this.#waiting, [name]: value };
    this.#pendingOn = page.url.pathname;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.set({}), RESTS_MS);
  }

  /** The page stays where it is, without a new entry in the history. */
  async set(changes: AddressChanges): Promise<void> {
    clearTimeout(this.#timer);
    const written = this.#waiting;
    const next = this.with(changes);
    if (next !== page.url.pathname + page.url.search) {
      // eslint-disable-next-line svelte/no-navigation-without-resolve -- the page's own address with other parameters
      await goto(next, { replaceState: true, keepFocus: true, noScroll: true });
    }
    if (this.#pending === written) this.#pending = {};
  }

  /** This page's address with other parameters. */
  with(changes: AddressChanges): string {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a copy that lives as long as this call
    const query = new URLSearchParams(page.url.searchParams);
    for (const [name, value] of Object.entries({ ...this.#waiting, ...changes })) {
      query.delete(name);
      const values = value === null ? [] : typeof value === 'string' ? [value] : value;
      for (const one of values) if (one !== '') query.append(name, one);
    }
    const text = query.toString();
    return text === '' ? page.url.pathname : `${page.url.pathname}?${text}`;
  }

  /** What was typed on another page is nothing here. */
  get #waiting(): Readonly<Record<string, string>> {
    return this.#pendingOn === page.url.pathname ? this.#pending : {};
  }
}
