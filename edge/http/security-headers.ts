// The security headers of everything Watchbill answers: the Worker sets them on its own answers, tools/write-headers.ts writes
// them into build/_headers for static files.

/**
 * Two fixed style attributes and no other: the one with which SvelteKit hides its announcer of page changes, and the
 * `display: contents;` of the palette's rows (bits-ui).
 */
const STYLE_ATTRIBUTES =
  "'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=' 'sha256-iaOezIDcQIoxCULa6FBKKuLUu09R7kG+Mlu+JVfU3Rw='";

/** The whole policy. `scriptHashes` are those of the shell's inline script (`'sha256-…'`); an API answer has none. */
export const contentSecurityPolicy = (scriptHashes: readonly string[]): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...scriptHashes].join(' '),
    `style-src 'self' ${STYLE_ATTRIBUTES}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html watchbill',
  ].join('; ');

/** Beside the policy, on every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // Neither includeSubDomains nor preload: what else runs under this name is not Watchbill's to decide.
  'Strict-Transport-Security': 'max-age=63072000',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=(), ' +
    'clipboard-read=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
};

/** Headers of every answer of the API. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': contentSecurityPolicy([]),
  'Cache-Control': 'no-store',
  Vary: 'Sec-Fetch-Site, Origin',
};
