// After the build: the response headers of static files. SvelteKit puts the hash of its one inline script into a meta tag, but a
// meta tag cannot carry frame-ancestors, and a header without that hash would block the script: so the full policy goes into
// build/_headers, with the hash taken from what was built.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../edge/http/security-headers.ts';

const POLICY_TAG = /<meta\s+http-equiv="content-security-policy"\s+content="([^"]*)"/i;
const SCRIPT_HASH = /'sha256-[A-Za-z0-9+/]{43}='/g;

/** The script hashes of a built shell, as they stand in its policy. Throws where there is none: the app would not start. */
export function scriptHashes(shell: string): string[] {
  const policy = POLICY_TAG.exec(shell)?.[1];
  const hashes = policy?.match(SCRIPT_HASH) ?? [];
  if (hashes.length === 0) throw new Error('build/index.html names no script hash in its Content-Security-Policy');
  return [...hashes];
}

/** The text of `_headers` for a shell. */
export function headersFile(shell: string): string {
  const everywhere = { 'Content-Security-Policy': contentSecurityPolicy(scriptHashes(shell)), ...SECURITY_HEADERS };
  return [
    '/*',
    ...Object.entries(everywhere).map(([name, value]) => `  ${name}: ${value}`),
    // Names in here carry the hash of their content.
    '/_app/immutable/*',
    '  ! Cache-Control',
    '  Cache-Control: public, max-age=31536000, immutable',
    '/service-worker.js',
    '  ! Cache-Control',
    '  Cache-Control: no-cache',
    '',
  ].join('\n');
}

/** Writes `_headers` into a built app. */
export function writeHeaders(folder: string): void {
  writeFileSync(join(folder, '_headers'), headersFile(readFileSync(join(folder, 'index.html'), 'utf8')));
}
