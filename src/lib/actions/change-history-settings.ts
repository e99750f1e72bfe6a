import type { HistorySettings } from '#domain/protocol/history.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Says for how many days history is kept. */
export const changeHistorySettings = (change: Partial<HistorySettings>): Promise<Result<HistorySettings, Failure>> =>
  act('PATCH', '/api/settings/history', {
    body: change,
    returns: async () => (await import('#domain/protocol/history.ts')).HistorySettings,
  });
