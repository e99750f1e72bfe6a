import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Deletes a connector with its credential and everything it has read. Asks for the passkey. */
export const deleteConnector = (id: string): Promise<Result<undefined, Failure>> =>
  act('DELETE', `/api/connectors/${encodeURIComponent(id)}`);
