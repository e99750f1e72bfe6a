// Looks for a planted text in whatever form it might have been kept in.

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

/** The same in bytes, and inside every gzip stream that the bytes hold. */
export async function findCanaryInBytes(bytes: Uint8Array<ArrayBuffer>, forms: readonly CanaryForm[]): Promise<string | null> {
  const here = findCanary(latin(bytes), forms);
  if (here) return here;
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    if (bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 0x08) continue;
    const inside = await gunzip(bytes.slice(at));
    const found = inside && findCanary(latin(inside), forms);
    if (found) return `${found}, gzipped`;
  }
  return null;
}

/** What a gzip stream holds as far as it can be read, or null. */
async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  try {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
    }
  } catch {
    // Not gzip after all, or followed by something else: what came out before is looked at all the same.
  }
  if (chunks.length === 0) return null;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
