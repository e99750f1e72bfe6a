import type { ImportResult } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Reads a CSV list and says what would become of each line; with `commit` it adds those who are new, with an invitation or without. */
export const importPeople = (csv: string, commit: boolean, invite: boolean): Promise<Result<ImportResult, Failure>> =>
  act('POST', '/api/users/import', {
    body: { csv, commit, invite },
    returns: async () => (await import('#domain/protocol/people.ts')).ImportResult,
  });
