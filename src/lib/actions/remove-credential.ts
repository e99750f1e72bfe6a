import type { Connector } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Removes the credential that reads. What was read stays. */
export const removeCredential = (connectorId: string): Promise<Result<Connector, Failure>> =>
  act('DELETE', `/api/connectors/${encodeURIComponent(connectorId)}/credential`, {
    returns: async () => (await import('#domain/protocol/connectors.ts')).Connector,
  });
