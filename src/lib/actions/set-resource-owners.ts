import type { ResourceOwners } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Sets who owns one team or repository; nobody gives it back to the application's owners. */
export const setResourceOwners = (
  applicationId: string,
  wanted: { connectorId: string; resourceId: string; owners: string[] },
): Promise<Result<ResourceOwners, Failure>> =>
  act('PUT', `/api/applications/${encodeURIComponent(applicationId)}/resource-owners`, {
    body: wanted,
    returns: async () => (await import('#domain/protocol/connectors.ts')).ResourceOwners,
  });
