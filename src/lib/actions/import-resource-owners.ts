import type { ImportedOwners } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import { act } from './act.ts';
import type { Failure } from './failure.ts';

/** Owners of teams and repositories from CSV. Without `commit` it only says what would be done. */
export const importResourceOwners = (
  applicationId: string,
  csv: string,
  commit: boolean,
): Promise<Result<ImportedOwners, Failure>> =>
  act('POST', `/api/applications/${encodeURIComponent(applicationId)}/resource-owners/import`, {
    body: { csv, commit },
    returns: async () => (await import('#domain/protocol/connectors.ts')).ImportedOwners,
  });
