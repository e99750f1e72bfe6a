import { expect, test } from 'vitest';
import { isUnused } from '#domain/device-contact.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;

test('a copy stays for as many days without contact as are allowed, and goes with the last of them', () => {
  expect(isUnused(NOW, NOW)).toBe(false);
  expect(isUnused(NOW - 14 * DAY + 1, NOW)).toBe(false);
  expect(isUnused(NOW - 14 * DAY, NOW)).toBe(true);
  expect(isUnused(NOW - 3 * DAY, NOW, 3)).toBe(true);
  expect(isUnused(NOW - 200 * DAY, NOW, 365)).toBe(false);
});

test('a clock that was set back gains nothing', () => {
  expect(isUnused(NOW, NOW - DAY)).toBe(false); // clocks differ a little
  expect(isUnused(NOW, NOW - DAY - 1)).toBe(true);
});

test('a device that never had contact holds nothing that could go', () => {
  expect(isUnused(undefined, NOW)).toBe(false);
});
