// One sealed record: a fresh data key encrypts once and is wrapped under the key-encryption key. The only file that encrypts.
import * as z from 'zod';
import { fromBase64, randomBytes, toBase64, type Bytes } from './base64.ts';

/** Where a record belongs. It opens nowhere else: all of this is authenticated with the ciphertext. */
export interface Place {
  workspace: string;
  /** The connector's id; `mail` for the mail provider's key. */
  subject: string;
  purpose: 'read' | 'write' | 'mail';
  kind: 'password' | 'pat' | 'oat' | 'provider_key';
  /** Rises with every write of this subject and purpose. */
  version: number;
  kid: string;
}

const Base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const SealedRecord = z.strictObject({
  v: z.literal(1),
  kid: z.string(),
  cid: z.string(),
  ver: z.int(),
  wk: Base64,
  iv: Base64,
  ct: Base64,
});

/** Lengths say something about a password; multiples of this say little. */
const PADDED_TO_BYTES = 256;

/** NUL divides the parts and is in none of them, so two places never share these bytes. */
function additionalData({ workspace, subject, purpose, kind, version, kid }: Place): Bytes {
  const text = new TextEncoder();
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(version));
  const head = text.encode(`watchbill/cred/v1\0${workspace}\0${subject}\0`);
  const tail = text.encode(`\0${kid}\0${purpose}\0${kind}`);
  const all = new Uint8Array(head.length + counter.length + tail.length);
  all.set(head);
  all.set(counter, head.length);
  all.set(tail, head.length + counter.length);
  return all;
}

/** Seals a text for one place. The data key and the nonce are made here, used once and dropped. */
export async function seal(wrapping: CryptoKey, place: Place, plaintext: string): Promise<string> {
  const encoded = new TextEncoder().encode(plaintext);
  const padded = new Uint8Array(Math.ceil((encoded.length + 1) / PADDED_TO_BYTES) * PADDED_TO_BYTES);
  padded.set(encoded); // the text is JSON, and so holds no NUL: what follows the first one is padding
  const dataKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  if (!('algorithm' in dataKey)) throw new Error('AES-GCM makes one key, not a pair');

  const iv = randomBytes(12);
  const ciphertext = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: additionalData(place) },
    dataKey,
    padded,
  );
  const wrapped = await crypto.subtle.wrapKey('raw', dataKey, wrapping, 'AES-KW');
  encoded.fill(0);
  padded.fill(0);
  return JSON.stringify({
    v: 1,
    kid: place.kid,
    cid: place.subject,
    ver: place.version,
    wk: toBase64(new Uint8Array(wrapped)),
    iv: toBase64(iv),
    ct: toBase64(new Uint8Array(ciphertext)),
  } satisfies z.infer<typeof SealedRecord>);
}

/** Opens a record in its place, or answers null: another place, another key, or a byte that changed. Never says which. */
export async function open(wrapping: CryptoKey, place: Place, record: string): Promise<string | null> {
  try {
    const sealed = SealedRecord.parse(JSON.parse(record));
    const dataKey = await crypto.subtle.unwrapKey('raw', fromBase64(sealed.wk), wrapping, 'AES-KW', 'AES-GCM', false, [
      'decrypt',
    ]);
    const plaintext = new Uint8Array(
      await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: fromBase64(sealed.iv), additionalData: additionalData(place) },
        dataKey,
        fromBase64(sealed.ct),
      ),
    );
    const end = plaintext.indexOf(0);
    const text = new TextDecoder().decode(end < 0 ? plaintext : plaintext.subarray(0, end));
    plaintext.fill(0);
    return text;
  } catch {
    return null;
  }
}
