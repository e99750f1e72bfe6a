import type { Application } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

export const createApplication = (application: { name: string; owners: string[] }): Promise<Result<Application, Failure>> =>
  act('POST', '/api/applications', {
    body: application,
    returns: async () => (await import('#domain/protocol/connectors.ts')).Application,
  });
