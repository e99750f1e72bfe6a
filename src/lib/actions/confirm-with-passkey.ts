import { ok, type Result } from '#domain/result.ts';
import { callApi, fetchApi, type Failure } from '#lib/sync/api.ts';
import { usePasskey } from './passkey.ts';

const webAuthnJson = async () => (await import('#domain/protocol/people.ts')).WebAuthnJson;

/** Confirms with the passkey that it is really this person, for the minutes that follow. */
export async function confirmWithPasskey(): Promise<Result<null, Failure>> {
  const options = await fetchApi('POST', '/api/session/elevation/options', { returns: webAuthnJson });
  if (!options.ok) return options;
  const passkey = await usePasskey(options.value);
  if (!passkey.ok) return passkey;
  const confirmed = await callApi('POST', '/api/session/elevation', { body: { passkey: passkey.value } });
  return confirmed.ok ? ok(null) : confirmed;
}
