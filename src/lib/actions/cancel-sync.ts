import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Cancels the run that is going on; the catalogue stays as it was. */
export const cancelSync = (connectorId: string): Promise<Result<undefined, Failure>> =>
  act('POST', `/api/connectors/${encodeURIComponent(connectorId)}/cancel`);
