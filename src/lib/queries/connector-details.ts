import type { DeletionPreview } from '#domain/protocol/connectors.ts';
import { fetchApi } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

/** What would be lost with a connector. */
export const deletionPreview = (connectorId: string) =>
  new RemoteQuery<DeletionPreview>(() =>
    fetchApi('GET', `/api/connectors/${encodeURIComponent(connectorId)}/deletion`, {
      returns: async () => (await import('#domain/protocol/connectors.ts')).DeletionPreview,
    }),
  );
