import { expect, test } from 'vitest';
import { headersFile, scriptHashes } from '../../tools/write-headers.ts';

const HASH = `'sha256-${'A'.repeat(43)}='`;
const shell = `<head><meta http-equiv="content-security-policy" content="script-src 'self' ${HASH}"></head>`;
const headers = headersFile(shell);

test('the header allows exactly the inline script that the shell holds', () => {
  expect(scriptHashes(shell)).toEqual([HASH]);
  expect(headers).toContain(`script-src 'self' ${HASH};`);
  expect(headers).not.toMatch(/unsafe-(inline|eval)/);
});

test('a shell without a hash stops the build: with the header, its script would be blocked', () => {
  expect(() => headersFile('<head></head>')).toThrow('names no script hash');
});

test('the policy starts from nothing and asks for Trusted Types', () => {
  for (const part of [
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html watchbill',
  ]) {
    expect(headers).toContain(part);
  }
});

test('transport security claims nothing for other names', () => {
  expect(headers).toMatch(/Strict-Transport-Security: max-age=63072000$/m);
  expect(headers).not.toMatch(/includeSubDomains|preload/);
});

test('files with a hash in their name are kept for a year, the service worker is asked for each time', () => {
  expect(headers).toMatch(/^\/_app\/immutable\/\*\n(?: {2}.*\n)* {2}Cache-Control: public, max-age=31536000, immutable$/m);
  expect(headers).toMatch(/^\/service-worker\.js\n(?: {2}.*\n)* {2}Cache-Control: no-cache$/m);
});
