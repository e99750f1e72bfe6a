// Signing keys that need no storage: derived from the Worker's key-encryption secret, one for each purpose.
import { readKeyRing } from '../vault/key-ring.ts';

export type KeyPurpose = 'challenge' | 'admin';

async function derive(master: Uint8Array<ArrayBuffer>, purpose: KeyPurpose): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode(`watchbill|sign|${purpose}`);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info },
    base,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

/** The key to sign with: that of the newest key-encryption key. Null where none is configured. */
export async function signingKey(keyEncryptionKeys: string, purpose: KeyPurpose): Promise<CryptoKey | null> {
  const ring = readKeyRing(keyEncryptionKeys);
  const master = ring.ok ? ring.value.masters.get(ring.value.newest) : undefined;
  return master ? derive(master, purpose) : null;
}

/** Whether one of the configured keys made this signature: during a rotation the older ones still count. */
export async function isSignedBy(
  keyEncryptionKeys: string,
  purpose: KeyPurpose,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const ring = readKeyRing(keyEncryptionKeys);
  if (!ring.ok) return false;
  for (const master of ring.value.masters.values()) {
    if (await crypto.subtle.verify('HMAC', await derive(master, purpose), signature, message)) return true;
  }
  return false;
}
