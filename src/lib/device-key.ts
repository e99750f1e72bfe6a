// The key with which a device signs decisions: P-256, not extractable, and only relied on after it was read back and has signed.
import { type Submission, type SignedSubmission, submissionBytes } from '#domain/decision.ts';
import type { OutboxDatabase } from '#lib/db/outbox.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** What signs here. The app has the key below; tests may have another. */
export interface DeviceSigner {
  deviceId: string;
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Signs what somebody confirmed. */
export async function signSubmission(signer: DeviceSigner, submission: Submission): Promise<SignedSubmission> {
  const signature = await signer.sign(new Uint8Array(submissionBytes(submission)));
  return { submission, signature, passkey: null };
}

/** This person's key on this device, made where there is none. Null where this browser cannot keep one: then decide online only. */
export async function deviceSigner(
  outbox: OutboxDatabase,
  userId: string,
  newId: () => string,
): Promise<{ signer: DeviceSigner; publicKey: string } | null> {
  try {
    if (!(await outbox.keys.get(userId))) {
      const keys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
      await outbox.keys.add({ userId, deviceId: newId(), keys });
    }
    // Some browsers say that they kept a key and give back none: what counts is what is read.
    const kept = await outbox.keys.get(userId);
    if (!kept) return null;
    const signer = signerOf(kept.deviceId, kept.keys.privateKey);
    if (!(await hasProven(kept.keys))) return null;
    return { signer, publicKey: base64url(await crypto.subtle.exportKey('raw', kept.keys.publicKey)) };
  } catch (cause) {
    console.error('this browser cannot keep a device key', cause);
    return null;
  }
}

const signerOf = (deviceId: string, key: CryptoKey): DeviceSigner => ({
  deviceId,
  sign: async (bytes) => base64url(await crypto.subtle.sign(SIGNING, key, bytes)),
});

async function hasProven(keys: CryptoKeyPair): Promise<boolean> {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return crypto.subtle.verify(SIGNING, keys.publicKey, await crypto.subtle.sign(SIGNING, keys.privateKey, bytes), bytes);
}
