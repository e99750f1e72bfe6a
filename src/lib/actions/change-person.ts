import type { User, UserPatch } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Changes name, e-mail, roles, manager or state of a person. */
export const changePerson = (id: string, patch: UserPatch): Promise<Result<User, Failure>> =>
  act('PATCH', `/api/users/${encodeURIComponent(id)}`, {
    body: patch,
    returns: async () => (await import('#domain/protocol/people.ts')).User,
  });
