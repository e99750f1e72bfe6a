import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

/** How old the copy is, and whether there is one at all. */
export const copyState = () =>
  new LiveQuery(async () => ({
    syncedAt: (await copy.getMeta('syncedAt')) ?? null,
    documents: await copy.documents.count(),
  }));

/** Whether somebody put the checklist away on this device. */
export const checklistHidden = () => new LiveQuery(async () => (await copy.getMeta('checklistHidden')) ?? false);
