import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

/** Everybody this person may see, by name; people who left come last. */
export const allPeople = () =>
  new LiveQuery(async () =>
    (await copy.people.toArray()).toSorted(
      (a, b) => Number(a.state === 'left') - Number(b.state === 'left') || a.name.localeCompare(b.name),
    ),
  );

export const personById = (id: string) => new LiveQuery(async () => (await copy.people.get(id)) ?? null);
