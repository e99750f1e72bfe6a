import type { EnrolmentLink } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Ends every session, passkey and token of a person, and answers a one-time link for a new passkey. */
export const resetSignIn = (id: string): Promise<Result<EnrolmentLink, Failure>> =>
  act('POST', `/api/users/${encodeURIComponent(id)}/reset`, {
    returns: async () => (await import('#domain/protocol/people.ts')).EnrolmentLink,
  });
