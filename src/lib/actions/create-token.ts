import type { Role } from '#domain/permissions.ts';
import type { CreatedToken } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** Makes an API token. The token itself is answered once. */
export const createToken = (token: {
  name: string;
  roles: Role[];
  expiresInDays: number;
}): Promise<Result<CreatedToken, Failure>> =>
  act('POST', '/api/tokens', { body: token, returns: async () => (await import('#domain/protocol/people.ts')).CreatedToken });
