// The Worker's half of every key-encryption key, by key id. The other half, a share per key id, is in the ledger: neither
// opens anything alone.
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { fromBase64, type Bytes } from './base64.ts';

export interface KeyRing {
  /** The key id that new records are sealed under. */
  newest: string;
  masters: ReadonlyMap<string, Bytes>;
}

/** `m12` → 12: key ids are ordered by their number. */
export const keyNumber = (kid: string): number => Number(kid.slice(1));

/** Reads `m1:<base64>,m2:<base64>`. Says no value when it does not fit. */
export function readKeyRing(configured: string): Result<KeyRing, Refusal> {
  const masters = new Map<string, Bytes>();
  for (const entry of configured.split(',')) {
    const found = /^(m[1-9]\d{0,8}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim());
    if (!found?.[1] || !found[2] || masters.has(found[1])) return misconfigured;
    masters.set(found[1], fromBase64(found[2]));
  }
  const newest = [...masters.keys()].reduce((a, b) => (keyNumber(a) > keyNumber(b) ? a : b));
  return ok({ newest, masters });
}

const misconfigured = err({
  reason: 'misconfigured',
  detail: 'KEY_ENCRYPTION_KEYS, KEY_ENCRYPTION_KEY_A or _B: expected m1:<base64 of 32 bytes>, each id once',
} as const);

/** What the ledger adds to the Worker's secret. */
export interface LedgerKeyParts {
  /** Base64 of 32 random bytes, one for each key id. */
  share: string;
  /** Base64 of 32 random bytes, one for each ledger. */
  salt: string;
}

/** The key that wraps data keys: both halves, this ledger's salt, one label for this purpose. Not extractable. */
export async function keyEncryptionKey(master: Bytes, parts: LedgerKeyParts, kid: string): Promise<CryptoKey> {
  const share = fromBase64(parts.share);
  const both = new Uint8Array(master.length + share.length);
  both.set(master);
  both.set(share, master.length);
  const base = await crypto.subtle.importKey('raw', both, 'HKDF', false, ['deriveKey']);
  both.fill(0);
  return crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: fromBase64(parts.salt),
      info: new TextEncoder().encode(`watchbill|kek|cred|${kid}`),
    },
    base,
    { name: 'AES-KW', length: 256 },
    false,
    ['wrapKey', 'unwrapKey'],
  );
}
