import type { HistorySettings } from '#domain/protocol/history.ts';
import { fetchApi } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

/** For how long history is kept. */
export const historySettings = () =>
  new RemoteQuery<HistorySettings>(() =>
    fetchApi('GET', '/api/settings/history', {
      returns: async () => (await import('#domain/protocol/history.ts')).HistorySettings,
    }),
  );
