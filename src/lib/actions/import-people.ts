import type { ImportResult } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Reads a CSV list and says what would become of each line; with `commit` it invites those who are new. */
export const importPeople = (csv: string, commit: boolean): Promise<Result<ImportResult, Failure>> =>
  act('POST', '/api/users/import', {
    body: { csv, commit },
    returns: async () => (await import('#domain/protocol/people.ts')).ImportResult,
  });
