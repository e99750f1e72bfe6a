import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

const byName = <T extends { name: string }>(rows: T[]): T[] => rows.toSorted((a, b) => a.name.localeCompare(b.name));

/** Every connector this person may see, by name. */
export const allConnectors = () => new LiveQuery(async () => byName(await copy.connectors.toArray()));

/** One connector, or null where there is none (or it is not this person's to see). */
export const connectorById = (id: string) => new LiveQuery(async () => (await copy.connectors.get(id)) ?? null);
