// Secrets that are handed out as text: session tokens, API tokens, codes of one-time links. 256 random bits, kept as a hash only;
// with so much chance in them a plain SHA-256 cannot be guessed back.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));

/** 43 characters that may stand in a cookie or an address. */
export const newSecret = (): string => base64url(random());

/** 64 hexadecimal characters. */
export const newHexSecret = (): string => bytesToHex(random());

/** What is kept of a secret. */
export const hashOf = (secret: string): string => bytesToHex(sha256(utf8ToBytes(secret)));

/** Compares two hex hashes without telling by its duration how much of them is equal. */
export function sameHash(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Bytes of a base64url text, or null where it is none. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
