import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

/** Own saved views, in the order in which they were made. */
export const savedViews = new LiveQuery(async () =>
  (await copy.views.toArray()).toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
);
