import type { User } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Says which Docker Hub accounts are a person's: all of them. Never one's own. */
export const linkAccounts = (id: string, accounts: string[]): Promise<Result<User, Failure>> =>
  act('PUT', `/api/users/${encodeURIComponent(id)}/accounts`, {
    body: { accounts },
    returns: async () => (await import('#domain/protocol/people.ts')).User,
  });
