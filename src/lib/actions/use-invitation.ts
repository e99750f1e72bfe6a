import type { EnrolmentPurpose } from '#domain/protocol/people.ts';
import type { Result } from '#domain/result.ts';
import { callApi, fetchApi, type Failure } from '#lib/sync/api.ts';
import { createPasskey } from './passkey.ts';
import { takeOverSession } from './sign-in.ts';

export interface OpenInvitation {
  purpose: EnrolmentPurpose;
  name: string;
  email: string;
  options: Record<string, unknown>;
}

/** Asks what a one-time link is for. Asking does not use it up. */
export const openInvitation = (code: string): Promise<Result<OpenInvitation, Failure>> =>
  fetchApi('POST', '/api/invitations/options', {
    body: { code },
    returns: async () => (await import('#domain/protocol/people.ts')).EnrolmentOptions,
  });

/** The connector that waits for whoever just came, or null: it is why most people are invited. */
export async function firstErrand(): Promise<string | null> {
  const { Task } = await import('#domain/protocol/connectors.ts');
  const { pageOf } = await import('#domain/protocol/common.ts');
  const tasks = await fetchApi('GET', '/api/tasks?state=open&limit=1', { returns: async () => pageOf(Task) });
  return tasks.ok ? (tasks.value.items[0]?.connector.id ?? null) : null;
}

/** Uses a one-time link: makes a passkey on this device and signs in. */
export async function useInvitation(code: string, open: OpenInvitation, remember: boolean): Promise<Result<null, Failure>> {
  const passkey = await createPasskey(open.options);
  if (!passkey.ok) return passkey;
  const used = await callApi('POST', '/api/invitations', { body: { code, passkey: passkey.value, remember } });
  return used.ok ? takeOverSession() : used;
}
