import type { Application } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Renames an application or sets its owners. */
export const changeApplication = (
  id: string,
  patch: { name?: string; owners?: string[] },
): Promise<Result<Application, Failure>> =>
  act('PATCH', `/api/applications/${encodeURIComponent(id)}`, {
    body: patch,
    returns: async () => (await import('#domain/protocol/connectors.ts')).Application,
  });
