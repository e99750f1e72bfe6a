// Challenges for passkeys, sealed instead of stored: a stranger who asks for thousands writes no row. A challenge is 16 random
// bytes, the time it runs out, and a signature over both and over what it is for. It is spent when it comes back signed
// (edge/ledger/passkeys.ts), so it is good once.
import type { SpentChallenge } from '../ledger/passkeys.ts';
import { isSignedBy, signingKey } from './derived-keys.ts';
import { fromBase64url } from './secret-text.ts';

const CHALLENGE_MS = 5 * 60_000;
const NONCE = 16;
const EXPIRY = 6;
const HEAD = NONCE + EXPIRY;

/**
 * What a challenge is for: a signature made for one thing is worth nothing for another. A link or a session is part of it, by
 * the hash of its code or its id.
 */
export type ChallengeUse = 'setup' | 'sign_in' | `enrolment:${string}` | `elevation:${string}`;

export interface Challenge {
  bytes: Uint8Array<ArrayBuffer>;
  /** The random part, as the id of the person who is about to come into being. */
  userId: string;
}

const boundTo = (head: Uint8Array, use: ChallengeUse): Uint8Array<ArrayBuffer> => {
  const context = new TextEncoder().encode(use);
  const message = new Uint8Array(HEAD + context.length);
  message.set(head);
  message.set(context, HEAD);
  return message;
};

/** Makes a challenge, or null where the Worker has no key. */
export async function sealChallenge(keyEncryptionKeys: string, use: ChallengeUse, now = Date.now()): Promise<Challenge | null> {
  const key = await signingKey(keyEncryptionKeys, 'challenge');
  if (!key) return null;

  const head = new Uint8Array(HEAD);
  head.set(crypto.getRandomValues(new Uint8Array(NONCE)));
  const view = new DataView(head.buffer);
  view.setUint16(NONCE, Math.floor((now + CHALLENGE_MS) / 2 ** 32));
  view.setUint32(NONCE + 2, (now + CHALLENGE_MS) % 2 ** 32);

  const seal = new Uint8Array(await crypto.subtle.sign('HMAC', key, boundTo(head, use)));
  const bytes = new Uint8Array(HEAD + seal.length);
  bytes.set(head);
  bytes.set(seal, HEAD);
  return { bytes, userId: userIdOf(head) };
}

export type OpenChallenge = SpentChallenge & Pick<Challenge, 'userId'>;

/** Checks the seal, the time and the use of a challenge that came back. */
export async function openChallenge(
  keyEncryptionKeys: string,
  use: ChallengeUse,
  challenge: string,
  now = Date.now(),
): Promise<OpenChallenge | null> {
  const bytes = fromBase64url(challenge);
  if (bytes?.length !== HEAD + 32) return null;
  const head = bytes.slice(0, HEAD);
  if (!(await isSignedBy(keyEncryptionKeys, 'challenge', bytes.slice(HEAD), boundTo(head, use)))) return null;

  const view = new DataView(head.buffer);
  const expiresAt = view.getUint16(NONCE) * 2 ** 32 + view.getUint32(NONCE + 2);
  if (expiresAt <= now) return null;
  return { id: challenge.slice(0, 22), expiresAt: new Date(expiresAt).toISOString(), userId: userIdOf(head) };
}

/** The random part as a UUID of version 4. */
function userIdOf(head: Uint8Array): string {
  const bytes = head.slice(0, NONCE);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
