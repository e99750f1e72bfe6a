import type { Role } from '#domain/permissions.ts';
import type { EnrolmentLink, InvitedUser } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { act } from './act.ts';

const people = () => import('#domain/protocol/people.ts');

interface Invitation {
  name: string;
  email: string;
  roles: Role[];
  managerId: string | null;
  /** `false`: they are written to when they are asked to set up a connector. */
  mail?: boolean;
}

/** Invites somebody. The answer holds the one-time link, also where it was mailed. */
export const invitePerson = (invitation: Invitation): Promise<Result<InvitedUser, Failure>> =>
  act('POST', '/api/users', { body: invitation, returns: async () => (await people()).InvitedUser });

/** A new link for somebody who was invited; the earlier one stops working. */
export const inviteAgain = (id: string): Promise<Result<EnrolmentLink, Failure>> =>
  act('POST', `/api/users/${encodeURIComponent(id)}/invitation`, { returns: async () => (await people()).EnrolmentLink });
