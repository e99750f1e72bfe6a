// Asks the Worker for a recovery link, in a request that only whoever runs it can sign.
import { EnrolmentLink } from '#domain/protocol/people.ts';
import type { AdminKeys } from '../../edge/auth/admin-signature.ts';
import { Fault } from '../fault.ts';
import { signedPost } from './signed-post.ts';

/** A one-time link for this person. */
export async function recoveryLink(origin: string, keys: AdminKeys, email: string): Promise<EnrolmentLink> {
  const answer = await signedPost(origin, '/api/recovery', keys, { email }, ['not_found']);
  if ('refused' in answer) throw new Fault(`Nobody here has the e-mail address ${email}.`);
  return EnrolmentLink.parse(answer.body);
}
