// The bearer at rest: sealed under a key of its own, so that a restart costs no sign-in and a copy of the database opens nothing.
import { fromBase64, randomBytes, toBase64, toHex } from '../vault/base64.ts';
import { readKeyRing } from '../vault/key-ring.ts';

const text = new TextEncoder();

export interface BearerSeal {
  seal(plaintext: string): Promise<string>;
  /** Null where it cannot be opened: another key, another connector, or a byte that changed. */
  open(sealed: string): Promise<string | null>;
  /** A digest that only this Worker can make: says whether two secrets are one, and nothing else. */
  digest(secret: string): Promise<string>;
}

/** Keys are derived from the Worker's newest key-encryption key and the connector's name. */
export function bearerSeal(keyEncryptionKeys: string, connectorName: string): BearerSeal {
  const ring = readKeyRing(keyEncryptionKeys);
  const additionalData = text.encode(`watchbill/bearer/v1\0${connectorName}`);

  const derive = async (info: string): Promise<ArrayBuffer> => {
    if (!ring.ok) throw new Error(`the key-encryption keys: ${ring.error.reason}`);
    const master = ring.value.masters.get(ring.value.newest);
    if (!master) throw new Error('the key-encryption keys: no newest key');
    const base = await crypto.subtle.importKey('raw', master, 'HKDF', false, ['deriveBits']);
    return crypto.subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt: text.encode(connectorName), info: text.encode(`watchbill|${info}`) },
      base,
      256,
    );
  };
  const sealingKey = async () =>
    crypto.subtle.importKey('raw', await derive('bearer'), 'AES-GCM', false, ['encrypt', 'decrypt']);

  return {
    async seal(plaintext) {
      const iv = randomBytes(12);
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        await sealingKey(),
        text.encode(plaintext),
      );
      return `${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`;
    },
    async open(sealed) {
      const [iv = '', ciphertext = ''] = sealed.split('.');
      try {
        const opened = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: fromBase64(iv), additionalData },
          await sealingKey(),
          fromBase64(ciphertext),
        );
        return new TextDecoder().decode(opened);
      } catch {
        return null;
      }
    },
    async digest(secret) {
      const key = await crypto.subtle.importKey('raw', await derive('sign-in'), { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
      ]);
      return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(secret))).slice(0, 8));
    },
  };
}
