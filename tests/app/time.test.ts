import { expect, test } from 'vitest';
import { bytes, counted, namesOf } from '#lib/components/numbers.ts';
import { relativeTime, roughDuration } from '#lib/components/time.ts';

const NOW = Date.parse('2026-11-24T10:00:00.000Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

test.for([
  [5, 'just now'],
  [120, '2 min ago'],
  [3 * 3_600, '3 h ago'],
  [2 * 86_400, '2 d ago'],
  [40 * 86_400, 'Oct 15'],
  [-300, 'in 5 min'],
] as const)('%i seconds before now is said as "%s"', ([seconds, said]) => {
  expect(relativeTime(ago(seconds), NOW)).toBe(said);
});

test.for([
  [12, 'about 10 s'],
  [180, 'about 3 min'],
  [7_200, 'about 2 h'],
] as const)('%i seconds are left as "%s"', ([seconds, said]) => {
  expect(roughDuration(seconds)).toBe(said);
});

test.for([
  [[], 'nobody'],
  [['Dana'], 'Dana'],
  [['Dana', 'Lee'], 'Dana and Lee'],
  [['Dana', 'Lee', 'Kim', 'Ana'], 'Dana, Lee and 2 others'],
] as const)('names are listed as people say them: %o', ([names, said]) => {
  expect(namesOf(names)).toBe(said);
});

test('counts have their plural and their separators', () => {
  expect(counted(1, 'team')).toBe('1 team');
  expect(counted(4_812, 'grant')).toBe('4,812 grants');
  expect(bytes(1_240_000)).toBe('1.2 MB');
});
