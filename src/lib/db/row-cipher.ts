// The cipher of sealed rows: XChaCha20-Poly1305, whose nonces are long enough to be drawn at random. Loaded where the app is locked.
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { RowCipher } from './seal.ts';

const NONCE_BYTES = 24;
export const KEY_BYTES = 32;

export function rowCipher(key: Uint8Array): RowCipher {
  return {
    seal(plain, place) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = xchacha20poly1305(key, nonce, place).encrypt(plain);
      const bytes = new Uint8Array(NONCE_BYTES + sealed.length);
      bytes.set(nonce);
      bytes.set(sealed, NONCE_BYTES);
      return bytes;
    },
    open: (bytes, place) => xchacha20poly1305(key, bytes.subarray(0, NONCE_BYTES), place).decrypt(bytes.subarray(NONCE_BYTES)),
  };
}
