import type { ConnectorPatch, CreatedConnector } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Changes name, owners, what is read and when, pause, or who governs an organization or team. */
export const changeConnector = (id: string, patch: ConnectorPatch): Promise<Result<CreatedConnector, Failure>> =>
  act('PATCH', `/api/connectors/${encodeURIComponent(id)}`, {
    body: patch,
    returns: async () => (await import('#domain/protocol/connectors.ts')).CreatedConnector,
  });
