// What a page shows is in its address: filters, sort, selection, tab. Typing shows at once and reaches the address when it rests.
import { goto } from '$app/navigation';
import { page } from '$app/state';

const TYPING_RESTS_MS = 200;

export class PageAddress {
  #typed = $state<string | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A parameter; empty where it is not set. */
  get(name: string): string {
    return page.url.searchParams.get(name) ?? '';
  }

  /** What is searched: as typed just now, else as in the address. */
  get search(): string {
    return this.#typed ?? this.get('q');
  }
  set search(text: string) {
    this.#typed = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.set({ q: text }), TYPING_RESTS_MS);
  }

  /** Sets parameters, or takes those away that are empty. The page stays where it is; Back leaves the page. */
  async set(parameters: Record<string, string>): Promise<void> {
    const pathname = page.url.pathname;
    // eslint-disable-next-line svelte/no-navigation-without-resolve -- the page's own address with other parameters
    await goto(this.with(parameters), { replaceState: true, keepFocus: true, noScroll: true });
    if (page.url.pathname === pathname && this.#typed === this.get('q')) this.#typed = undefined;
  }

  /** This page's address with other parameters. */
  with(parameters: Record<string, string>): string {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a copy that lives as long as this call
    const query = new URLSearchParams(page.url.searchParams);
    for (const [name, value] of Object.entries(parameters)) {
      if (value === '') query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    return text === '' ? page.url.pathname : `${page.url.pathname}?${text}`;
  }

  /** Forgets what was typed: another page. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#typed = undefined;
  }
}
