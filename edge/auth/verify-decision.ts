// Whether a submission was signed by the device it names. Web Crypto awaits, so this is done before the ledger's transaction.
import { type SignedSubmission, submissionBytes } from '#domain/decision.ts';
import type { DeviceKey } from '../ledger/device-keys.ts';
import type { VerifiedSubmission } from '../ledger/decisions.ts';

/** Checks a signature of a device. */
export type VerifySignature = (publicKey: string, signature: string, bytes: Uint8Array) => Promise<boolean>;
/** Checks a passkey's assertion over the same bytes; false where it is none of this person's. */
export type VerifyPasskey = (userId: string, assertion: Record<string, unknown>, bytes: Uint8Array) => Promise<boolean>;

/** The submission with how strongly it was confirmed, or null where nobody signed it. A passkey that does not hold spoils it all. */
export async function verifySubmission(
  { submission, signature, passkey }: SignedSubmission,
  key: DeviceKey | undefined,
  verify: { signature: VerifySignature; passkey: VerifyPasskey },
): Promise<VerifiedSubmission | null> {
  if (!key || key.userId !== submission.userId) return null;
  const bytes = submissionBytes(submission);
  if (!(await verify.signature(key.publicKey, signature, bytes))) return null;
  if (passkey === null) return { submission, strength: 'device' };
  return (await verify.passkey(submission.userId, passkey, bytes)) ? { submission, strength: 'passkey' } : null;
}

const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

/** ECDSA over P-256 with SHA-256; the key as its raw point. */
export const verifyP256: VerifySignature = async (publicKey, signature, bytes) => {
  try {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('raw', fromBase64url(publicKey), algorithm, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, fromBase64url(signature), new Uint8Array(bytes));
  } catch {
    // Not base64, not a point on the curve: nobody signed it.
    return false;
  }
};
