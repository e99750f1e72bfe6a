import { ok, type Result } from '#domain/result.ts';
import { session } from '#lib/state/session.svelte.ts';
import { callApi, fetchApi, type Failure } from '#lib/sync/api.ts';
import { usePasskey } from './passkey.ts';

const people = () => import('#domain/protocol/people.ts');

/** Signs in with a passkey. `remember` is for a device that its owner calls their own. */
export async function signIn(remember: boolean): Promise<Result<null, Failure>> {
  const options = await fetchApi('POST', '/api/session/options', { returns: async () => (await people()).WebAuthnJson });
  if (!options.ok) return options;
  const passkey = await usePasskey(options.value);
  if (!passkey.ok) return passkey;
  const signed = await callApi('POST', '/api/session', { body: { passkey: passkey.value, remember } });
  return signed.ok ? takeOverSession() : signed;
}

/** Asks who the server now thinks this is, and opens the app as that person. */
export async function takeOverSession(): Promise<Result<null, Failure>> {
  const current = await fetchApi('GET', '/api/session', { returns: async () => (await people()).Session });
  if (!current.ok) return current;
  await session.begin(current.value);
  await session.refreshWorkspace();
  return ok(null);
}
