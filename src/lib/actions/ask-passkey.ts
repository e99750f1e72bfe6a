// Asks for a passkey on this device alone, without the server: that is how the app is locked and unlocked, also without a network.
import { err, ok, type Result } from '#domain/result.ts';
import type { Failure } from '#lib/sync/api.ts';
import { NO_PASSKEYS, passkeyFailure } from './passkey.ts';

/** A passkey that was just shown here. */
export interface ShownPasskey {
  id: Uint8Array<ArrayBuffer>;
  /** What the passkey makes of the salt (WebAuthn PRF); null where it makes nothing. */
  secret: Uint8Array<ArrayBuffer> | null;
}

const USER_VERIFIED = 0x04;
const FLAGS_AT = 32;

const NOT_VERIFIED: Failure = {
  code: 'not_verified',
  message: 'The passkey did not ask who you are. Use one with a screen lock, a fingerprint or a face.',
};

/** Asks for this passkey, or for any of this origin. The answer is as true as this browser is: nobody else looks at it. */
export async function askPasskey(
  salt: Uint8Array<ArrayBuffer>,
  id?: Uint8Array<ArrayBuffer>,
): Promise<Result<ShownPasskey, Failure>> {
  if (typeof PublicKeyCredential === 'undefined') return err(NO_PASSKEYS);
  try {
    const shown = await navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        userVerification: 'required',
        timeout: 120_000,
        ...(id ? { allowCredentials: [{ type: 'public-key', id }] } : {}),
        extensions: { prf: { eval: { first: salt } } },
      },
    });
    if (!(shown instanceof PublicKeyCredential) || !(shown.response instanceof AuthenticatorAssertionResponse)) {
      return err(NO_PASSKEYS);
    }
    const flags = new Uint8Array(shown.response.authenticatorData)[FLAGS_AT] ?? 0;
    if ((flags & USER_VERIFIED) === 0) return err(NOT_VERIFIED);
    return ok({ id: new Uint8Array(shown.rawId), secret: secretOf(shown.getClientExtensionResults().prf?.results?.first) });
  } catch (cause) {
    return err(passkeyFailure(cause));
  }
}

function secretOf(made: BufferSource | undefined): Uint8Array<ArrayBuffer> | null {
  if (made === undefined) return null;
  return Uint8Array.from(
    made instanceof ArrayBuffer ? new Uint8Array(made) : new Uint8Array(made.buffer, made.byteOffset, made.byteLength),
  );
}
