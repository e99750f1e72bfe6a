import type { EnrolmentLink } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

/** A one-time link with which another device of this person gets a passkey and is signed in. */
export const addDevice = (): Promise<Result<EnrolmentLink, Failure>> =>
  act('POST', '/api/devices', { returns: async () => (await import('#domain/protocol/people.ts')).EnrolmentLink });
