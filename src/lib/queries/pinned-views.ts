// Saved views that this person keeps in the sidebar.
import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

export interface PinnedView {
  id: string;
  label: string;
  /** Path and query of the view; already resolved. */
  href: string;
}

/** Undefined until they are known. */
export const pinnedViews = new LiveQuery(async (): Promise<PinnedView[]> => {
  const pinned = await copy.views.filter(({ pinned }) => pinned).toArray();
  return pinned
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .map(({ id, name, path }) => ({ id, label: name, href: path }));
});
