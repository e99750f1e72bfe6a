import { beforeAll, expect, test, vi } from 'vitest';
import { partsOf } from '../../src/routes/(app)/sample/mail/mail-parts.ts';

beforeAll(() => vi.stubGlobal('location', { origin: 'http://localhost:8787' }));

test('addresses of this server can be followed, without the full stop after them', () => {
  const parts = partsOf('Open http://localhost:8787/invitation/abc. Thanks');
  expect(parts.map(({ text }) => text).join('')).toBe('Open http://localhost:8787/invitation/abc. Thanks');
  expect(parts[1]).toMatchObject({ href: 'http://localhost:8787/invitation/abc' });
});

test.for(['http://evil.example/x', 'http://localhost:9999/x', 'https://localhost:8787/x'])(
  '%s is shown, not linked',
  (address) => {
    expect(partsOf(`See ${address}`).every(({ href }) => href === undefined)).toBe(true);
  },
);
