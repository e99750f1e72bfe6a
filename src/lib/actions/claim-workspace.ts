import type { Result } from '#domain/result.ts';
import { callApi, fetchApi, type Failure } from '#lib/sync/api.ts';
import { createPasskey } from './passkey.ts';
import { takeOverSession } from './sign-in.ts';

interface Claim {
  code: string;
  name: string;
  email: string;
  remember: boolean;
}

/** Claims the workspace with the one-time code, and signs the first Super Administrator in. */
export async function claimWorkspace({ code, name, email, remember }: Claim): Promise<Result<null, Failure>> {
  const options = await fetchApi('POST', '/api/setup/options', {
    body: { code, name, email },
    returns: async () => (await import('#domain/protocol/people.ts')).WebAuthnJson,
  });
  if (!options.ok) return options;
  const passkey = await createPasskey(options.value);
  if (!passkey.ok) return passkey;
  const claimed = await callApi('POST', '/api/setup', { body: { code, name, email, passkey: passkey.value, remember } });
  return claimed.ok ? takeOverSession() : claimed;
}
