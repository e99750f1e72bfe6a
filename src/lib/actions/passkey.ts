// Making and using passkeys in the browser. What can go wrong is said in words; SimpleWebAuthn is loaded when it is needed.
import { err, ok, type Result } from '#domain/result.ts';
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import type { Failure } from '#lib/sync/api.ts';

type Json = Record<string, unknown>;

export const NO_PASSKEYS: Failure = {
  code: 'no_passkeys',
  message: 'This browser cannot use passkeys here. Open Watchbill over https, or on localhost, in a current browser.',
};

/** What went wrong with a passkey, in words. */
export function passkeyFailure(cause: unknown): Failure {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') {
    return {
      code: 'passkey_canceled',
      message: 'Nothing was confirmed: the passkey prompt was closed or took too long. Try again.',
    };
  }
  if (name === 'InvalidStateError') {
    return { code: 'passkey_exists', message: 'This device already has a passkey for you here. Sign in with it.' };
  }
  if (name === 'SecurityError') return NO_PASSKEYS;
  return { code: 'passkey_failed', message: 'The passkey could not be used on this device. Try again, or use another device.' };
}

const isSupported = () => typeof PublicKeyCredential !== 'undefined';

/** Makes a passkey from the server's options and answers what the server has to verify. */
export async function createPasskey(options: Json): Promise<Result<Json, Failure>> {
  if (!isSupported()) return err(NO_PASSKEYS);
  try {
    const { startRegistration } = await import('@simplewebauthn/browser');
    // The inside of the options is SimpleWebAuthn's own on both ends; we hand it through.
    const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
    // With PRF the passkey can open a lock that encrypts what is on the device (lock-app.ts).
    const extensions = { ...optionsJSON.extensions, prf: {} };
    return ok({ ...(await startRegistration({ optionsJSON: { ...optionsJSON, extensions } })) });
  } catch (cause) {
    return err(passkeyFailure(cause));
  }
}

/** Asks for a passkey and answers what the server has to verify. */
export async function usePasskey(options: Json): Promise<Result<Json, Failure>> {
  if (!isSupported()) return err(NO_PASSKEYS);
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser');
    return ok({ ...(await startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON })) });
  } catch (cause) {
    return err(passkeyFailure(cause));
  }
}
