// What somebody owns, as far as it opens a part of the catalogue to them.
import * as z from 'zod';
import { rows, type Store } from './store.ts';

const Id = z.object({ id: z.string() });

/** Connectors that somebody owns, and those of applications they own. */
export const ownedConnectors = (store: Store, userId: string): string[] =>
  rows(
    Id,
    store.all(
      `SELECT connectors.id AS id FROM connectors LEFT JOIN applications ON applications.id = connectors.application
       WHERE EXISTS (SELECT 1 FROM json_each(connectors.owners) WHERE value = ?1)
          OR EXISTS (SELECT 1 FROM json_each(applications.owners) WHERE value = ?1)
       ORDER BY connectors.id`,
      userId,
    ),
  ).map(({ id }) => id);

/** Teams and repositories that somebody owns, as `<connector>/<resource>`. */
export const ownedResources = (store: Store, userId: string): string[] =>
  rows(
    Id,
    store.all(
      `SELECT connector || '/' || resource AS id FROM resource_owners
       WHERE EXISTS (SELECT 1 FROM json_each(resource_owners.owners) WHERE value = ?) ORDER BY connector, resource`,
      userId,
    ),
  ).map(({ id }) => id);
