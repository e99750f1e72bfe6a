import type { SyncRun } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Applies or discards a run that is held because it would remove unusually much. */
export const decideHeldRun = (
  connectorId: string,
  n: number,
  decision: 'apply' | 'discard',
): Promise<Result<SyncRun, Failure>> =>
  act('POST', `/api/connectors/${encodeURIComponent(connectorId)}/syncs/${n}/${decision}`, {
    returns: async () => (await import('#domain/protocol/connectors.ts')).SyncRun,
  });
