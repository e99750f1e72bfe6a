// The plan lives in the address (`?do=…&do=…`): a link is the plan.
import { goto } from '$app/navigation';
import type { CatalogueEdit } from '#domain/catalogue-edit.ts';
import { editOfText, editToText } from '#domain/what-if-address.ts';

const NAME = 'do';

/** The changes that an address names. What stands there and is none is left out. */
export const planOf = (url: URL): CatalogueEdit[] => url.searchParams.getAll(NAME).flatMap((text) => editOfText(text) ?? []);

/** Shows another plan, under its own address. */
export function showPlan(url: URL, plan: readonly CatalogueEdit[]): Promise<void> {
  const next = new URL(url);
  next.searchParams.delete(NAME);
  for (const edit of plan) next.searchParams.append(NAME, editToText(edit));
  // Back takes the last change away again.
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the page's own address with another query
  return goto(next, { keepFocus: true, noScroll: true });
}
