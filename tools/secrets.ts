// Secrets that the commands make: the Worker's half of the key-encryption key, and the one-time setup code.
import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, as the Worker expects a key. */
export const makeKeyEncryptionKey = (): string => randomBytes(32).toString('base64');

/**
 * The value of a secret with a new key in it. Its id is the minute it was made in, so it is newer than every key before, also those
 * that nobody can read any more.
 */
export const newKeySecret = (now: number): string => `m${Math.floor(now / 60_000)}:${makeKeyEncryptionKey()}`;

// Crockford's 32: without letters that are read as digits, so that a code can be read out.
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** 160 random bits in eight groups of four letters. */
export function makeSetupCode(): string {
  const letters = Array.from(randomBytes(32), (byte) => LETTERS.charAt(byte % 32)).join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}

/** What the Worker knows of the setup code. */
export const hashOfSetupCode = (code: string): string => createHash('sha256').update(code).digest('hex');
