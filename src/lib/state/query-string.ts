import { goto } from '$app/navigation';

/** Keeps what is worth sharing (a filter, a selection) in the address, without a new entry in the history for each key press. */
export function setQuery(url: URL, changes: Record<string, string | null>): Promise<void> {
  const next = new URL(url);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') next.searchParams.delete(key);
    else next.searchParams.set(key, value);
  }
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the page's own address with another query
  return goto(next, { replaceState: true, keepFocus: true, noScroll: true });
}
