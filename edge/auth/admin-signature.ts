// How whoever runs the Worker proves it from the command line (`npm run admin`), without an account: a request signed with a key
// that only they can have. Two keys count:
// - one derived from the key-encryption key, which the state folder of `npm start` holds in the clear;
// - ADMIN_KEY, 64 hex characters, where it is set: secrets of a Worker on Cloudflare cannot be read back, but whoever runs it can
//   set one for the length of a command and remove it again.
// The signature covers method, path, body and a time that may be a minute off. Web Crypto alone, so that tools/ can import this.
import { isSignedBy, signingKey } from './derived-keys.ts';
import { fromBase64url, base64url } from './secret-text.ts';

export const ADMIN_SIGNATURE_HEADER = 'x-watchbill-admin';
const SKEW_MS = 60_000;

/** What is signed. The body is in it whole. */
export interface AdminRequest {
  method: string;
  path: string;
  body: string;
}

const messageOf = ({ method, path, body }: AdminRequest, at: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(['watchbill-admin', at, method, path, body].join('\n')));

/** The keys that a request may be signed with. */
export interface AdminKeys {
  keyEncryptionKeys: string;
  adminKey?: string | undefined;
}

async function temporaryKey(adminKey: string | undefined): Promise<CryptoKey | null> {
  if (!adminKey || !/^[0-9a-f]{64}$/.test(adminKey)) return null;
  const bytes = Uint8Array.from(adminKey.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

/** The header's value for a request, signed with `adminKey` where it is given. Null where there is no key. */
export async function signAdminRequest(keys: AdminKeys, request: AdminRequest, now = Date.now()): Promise<string | null> {
  const key = (await temporaryKey(keys.adminKey)) ?? (await signingKey(keys.keyEncryptionKeys, 'admin'));
  if (!key) return null;
  const at = String(now);
  return `${at}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, messageOf(request, at))))}`;
}

/** Whether this header's value was made for this request, just now, by somebody who has a key. */
export async function isAdminRequest(
  keys: AdminKeys,
  request: AdminRequest,
  header: string | undefined,
  now = Date.now(),
): Promise<boolean> {
  const [, at, text] = /^(\d{13})\.([A-Za-z0-9_-]{43})$/.exec(header ?? '') ?? [];
  const signature = text === undefined ? null : fromBase64url(text);
  if (at === undefined || !signature || Math.abs(now - Number(at)) > SKEW_MS) return false;

  const message = messageOf(request, at);
  const temporary = await temporaryKey(keys.adminKey);
  if (temporary && (await crypto.subtle.verify('HMAC', temporary, signature, message))) return true;
  return isSignedBy(keys.keyEncryptionKeys, 'admin', signature, message);
}
