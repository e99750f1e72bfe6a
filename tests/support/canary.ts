// Looks for a planted text in whatever form it might have been kept in.
import { constants, gunzipSync } from 'node:zlib';

/** A form of a canary, with what it is called. */
export interface CanaryForm {
  canary: string;
  form: string;
  text: string;
}

const latin = (bytes: Uint8Array): string => bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');

/** Raw, JSON-escaped, hex, and base64 at each of its three alignments: what is left of a text whatever stands around it. */
export function formsOf(canaries: readonly string[]): CanaryForm[] {
  return canaries.flatMap((canary) => {
    const bytes = new TextEncoder().encode(canary);
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const base64 = [0, 1, 2].map((shift) => {
      const padded = new Uint8Array(shift + bytes.length);
      padded.set(bytes, shift);
      // The first characters mix with what stands before, the last with what follows.
      return btoa(latin(padded))
        .replace(/=+$/, '')
        .slice(shift === 0 ? 0 : shift + 1, -2);
    });
    return [
      { canary, form: 'raw', text: canary },
      { canary, form: 'json', text: JSON.stringify(canary).slice(1, -1) },
      { canary, form: 'hex', text: hex },
      ...base64.map((text, shift) => ({ canary, form: `base64+${shift}`, text })),
      ...base64.map((text, shift) => ({
        canary,
        form: `base64url+${shift}`,
        text: text.replaceAll('+', '-').replaceAll('/', '_'),
      })),
    ];
  });
}

/** The first form found in a text, or null. */
export function findCanary(text: string, forms: readonly CanaryForm[]): string | null {
  const lower = text.toLowerCase();
  const found = forms.find(({ form, text: wanted }) => (form === 'hex' ? lower.includes(wanted) : text.includes(wanted)));
  return found ? `${found.canary} as ${found.form}` : null;
}

/** The same, and inside whatever stands there as base64, gzipped or not. */
export function findCanaryInText(text: string, forms: readonly CanaryForm[]): string | null {
  const here = findCanary(text, forms);
  if (here) return here;
  for (const [encoded] of text.matchAll(/[A-Za-z0-9+/]{24,}={0,2}/g)) {
    const whole = encoded.slice(0, encoded.length - (encoded.length % 4));
    const bytes = Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
    const found = findCanaryInBytes(bytes, forms);
    if (found) return `${found}, in base64`;
  }
  return null;
}

/** The same in bytes, and inside every gzip stream that the bytes hold. */
export function findCanaryInBytes(bytes: Uint8Array, forms: readonly CanaryForm[]): string | null {
  const here = findCanary(latin(bytes), forms);
  if (here) return here;
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 0x08) continue;
    const inside = gunzip(bytes.slice(at));
    const found = inside && findCanary(latin(inside), forms);
    if (found) return `${found}, gzipped`;
  }
  return null;
}

/** What a gzip stream holds, whatever follows it, or null. */
function gunzip(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null; // not gzip after all
  }
}
