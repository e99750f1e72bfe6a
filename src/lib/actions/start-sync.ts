import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Starts a run now. Answers its number. */
export const startSync = (connectorId: string): Promise<Result<{ n: number }, Failure>> =>
  act('POST', `/api/connectors/${encodeURIComponent(connectorId)}/sync`, {
    returns: async () => (await import('#domain/protocol/connectors.ts')).StartedSync,
  });
