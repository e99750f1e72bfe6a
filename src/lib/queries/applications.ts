import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

/** Every application this person may see, by name. */
export const allApplications = () =>
  new LiveQuery(async () => (await copy.applications.toArray()).toSorted((a, b) => a.name.localeCompare(b.name)));

export const applicationById = (id: string) => new LiveQuery(async () => (await copy.applications.get(id)) ?? null);
