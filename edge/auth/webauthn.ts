// Passkeys, by SimpleWebAuthn: what the browser is asked, and whether what came back is true. User verification is always required.
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import * as z from 'zod';
import { PRODUCT } from '#domain/product.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { NewPasskey, Passkey, PasskeyUse } from '../ledger/passkeys.ts';
import { type ChallengeUse, type OpenChallenge, openChallenge, sealChallenge } from './challenge.ts';
import { base64url, fromBase64url } from './secret-text.ts';

/** Where the ceremony takes place: the origin that people see, and the Worker's secret that seals challenges. */
export interface Place {
  origin: string;
  keyEncryptionKeys: string;
}

const rpIdOf = ({ origin }: Place): string => new URL(origin).hostname;

const MISCONFIGURED = err({ reason: 'misconfigured', detail: 'The key-encryption key is missing or malformed.' } as const);
const REFUSED = err({ reason: 'passkey_refused' } as const);

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const Registration = z.object({
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});
const Assertion = z.object({
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: z.string().nullish(),
  }),
});
export type Assertion = z.infer<typeof Assertion>;

const idBytes = (uuid: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16));

interface Newcomer {
  /** Null for the first person, whose id is made with the challenge. */
  userId: string | null;
  name: string;
  email: string;
  passkeys: { id: string; transports: string[] }[];
}

/** Options for making a passkey, as JSON for the browser. */
export async function creationOptions(
  place: Place,
  use: ChallengeUse,
  who: Newcomer,
): Promise<Result<Record<string, unknown>, Refusal>> {
  const challenge = await sealChallenge(place.keyEncryptionKeys, use);
  if (!challenge) return MISCONFIGURED;
  const options = await generateRegistrationOptions({
    rpName: PRODUCT,
    rpID: rpIdOf(place),
    userID: idBytes(who.userId ?? challenge.userId),
    userName: who.email,
    userDisplayName: who.name,
    challenge: challenge.bytes,
    timeout: 300_000,
    attestationType: 'none',
    excludeCredentials: who.passkeys,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return ok({ ...options });
}

export interface MadePasskey {
  passkey: NewPasskey;
  challenge: OpenChallenge;
}

/** Verifies a passkey that was just made. `name` is what its owner will know it by. */
export async function verifyCreation(
  place: Place,
  use: ChallengeUse,
  sent: unknown,
  name: string,
): Promise<Result<MadePasskey, Refusal>> {
  const registration = Registration.safeParse(sent);
  if (!registration.success) return REFUSED;
  const { id, rawId, type, response } = registration.data;
  let challenge: OpenChallenge | null = null;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} },
      expectedChallenge: async (text) => (challenge = await openChallenge(place.keyEncryptionKeys, use, text)) !== null,
      expectedOrigin: place.origin,
      expectedRPID: rpIdOf(place),
      requireUserVerification: true,
    });
    if (!verified || !challenge) return REFUSED;
    const { credential, credentialBackedUp } = registrationInfo;
    const transports = response.transports ?? [];
    const publicKey = base64url(credential.publicKey);
    return ok({
      passkey: { id: credential.id, publicKey, counter: credential.counter, transports, backedUp: credentialBackedUp, name },
      challenge,
    });
  } catch (cause) {
    return refused(cause);
  }
}

/** Options for using a passkey: any of this origin, or one of those named. */
export async function requestOptions(
  place: Place,
  use: ChallengeUse,
  passkeys?: { id: string; transports: string[] }[],
): Promise<Result<Record<string, unknown>, Refusal>> {
  const challenge = await sealChallenge(place.keyEncryptionKeys, use);
  if (!challenge) return MISCONFIGURED;
  const options = await generateAuthenticationOptions({
    rpID: rpIdOf(place),
    challenge: challenge.bytes,
    timeout: 300_000,
    userVerification: 'required',
    ...(passkeys ? { allowCredentials: passkeys } : {}),
  });
  return ok({ ...options });
}

/** Reads what a browser sent when a passkey was used; null where it is no such thing. */
export const readAssertion = (sent: unknown): Assertion | null => Assertion.safeParse(sent).data ?? null;

export interface UsedPasskey {
  use: PasskeyUse;
  challenge: OpenChallenge;
}

/** Verifies the use of a passkey that we know. */
export async function verifyUse(
  place: Place,
  use: ChallengeUse,
  assertion: Assertion,
  passkey: Pick<Passkey, 'id' | 'publicKey' | 'userId'>,
): Promise<Result<UsedPasskey, Refusal>> {
  const publicKey = fromBase64url(passkey.publicKey);
  if (!publicKey) throw new Error(`public key of passkey ${passkey.id} is not base64url`);
  const { id, rawId, type, response } = assertion;
  const { userHandle, ...signed } = response;
  if (userHandle && userHandle !== base64url(idBytes(passkey.userId))) return REFUSED;

  let challenge: OpenChallenge | null = null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response: signed, clientExtensionResults: {} },
      expectedChallenge: async (text) => (challenge = await openChallenge(place.keyEncryptionKeys, use, text)) !== null,
      expectedOrigin: place.origin,
      expectedRPID: rpIdOf(place),
      // 0: a counter that stands still or goes back is no refusal, since synced passkeys have none.
      credential: { id: passkey.id, publicKey, counter: 0 },
      requireUserVerification: true,
    });
    if (!verified || !challenge) return REFUSED;
    const { newCounter, credentialBackedUp } = authenticationInfo;
    return ok({ use: { id: passkey.id, counter: newCounter, backedUp: credentialBackedUp }, challenge });
  } catch (cause) {
    return refused(cause);
  }
}

/** The outside learns that it was refused; why is in the log. SimpleWebAuthn throws where it refuses. */
function refused(cause: unknown): typeof REFUSED {
  console.warn('passkey refused:', cause instanceof Error ? cause.message : 'unknown');
  return REFUSED;
}
