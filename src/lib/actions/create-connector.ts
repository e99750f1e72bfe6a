import type { CreatedConnector, NewConnector } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Adds a connector. Owners other than the caller are told; the answer says whom the mail reached. */
export const createConnector = (connector: NewConnector): Promise<Result<CreatedConnector, Failure>> =>
  act('POST', '/api/connectors', {
    body: connector,
    returns: async () => (await import('#domain/protocol/connectors.ts')).CreatedConnector,
  });
