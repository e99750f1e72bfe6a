// An organization belongs to exactly one connector: two that read it would each think the other's changes were somebody else's.
import * as z from 'zod';
import { rows, type Store } from './store.ts';

export interface TakenOrganization {
  name: string;
  connectorName: string;
}

const Taken = z.object({ name: z.string(), connector_name: z.string() });

// Docker Hub's organization names are lower case; what people type need not be.
const keys = (names: readonly string[]): string => JSON.stringify(names.map((name) => name.toLowerCase()));

/** Which of these another connector has. */
export const takenOrganizations = (store: Store, connectorId: string, names: readonly string[]): TakenOrganization[] =>
  rows(
    Taken,
    store.all(
      `SELECT claim.name AS name, connectors.name AS connector_name FROM organization_claims AS claim
       JOIN connectors ON connectors.id = claim.connector
       WHERE claim.connector <> ? AND claim.name IN (SELECT value FROM json_each(?)) ORDER BY claim.name`,
      connectorId,
      keys(names),
    ),
  ).map(({ name, connector_name }) => ({ name, connectorName: connector_name }));

/** Takes what is free of these for the connector, and says which another one has. */
export function claimOrganizations(
  store: Store,
  connectorId: string,
  names: readonly string[],
): { taken: TakenOrganization[] } {
  return store.transaction(() => {
    const taken = takenOrganizations(store, connectorId, names);
    // A connector that was deleted while it read claims nothing any more.
    store.run(
      `INSERT INTO organization_claims (name, connector) SELECT value, connectors.id FROM json_each(?), connectors
       WHERE connectors.id = ? ON CONFLICT (name) DO NOTHING`,
      keys(names),
      connectorId,
    );
    return { taken };
  });
}

/** Organizations of which the connector's catalogue holds something: they stay its own until it is deleted. */
export const readOrganizations = (store: Store, connectorId: string): string[] =>
  rows(
    z.object({ id: z.string() }),
    store.all("SELECT id FROM documents WHERE connector = ? AND id >= 'org:' AND id < 'org;'", connectorId),
  ).map(({ id }) => id.slice('org:'.length));

/** Gives back what the connector does not read any more, so that another may. */
export function releaseOrganizations(store: Store, connectorId: string, kept: readonly string[]): void {
  store.run(
    'DELETE FROM organization_claims WHERE connector = ? AND name NOT IN (SELECT value FROM json_each(?))',
    connectorId,
    keys(kept),
  );
}
