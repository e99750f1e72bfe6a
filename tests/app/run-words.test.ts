import { expect, test } from 'vitest';
import type { SyncRun } from '#domain/protocol/connectors.ts';
import { layOutBars } from '../../src/routes/(app)/connectors/[id]/overview/bars.ts';
import { changesSentence, durationInWords, runsFinding } from '../../src/routes/(app)/connectors/[id]/run-words.ts';

const START = Date.UTC(2026, 10, 24, 6, 40);
const MINUTE_MS = 60_000;
const trouble = { code: 'credential_refused', message: 'Docker Hub no longer takes this credential.', next: 'Replace it.' };

/** A run that completed in three minutes, four hours apart from the next. */
function aRun(n: number, spoiled: Partial<SyncRun> = {}): SyncRun {
  const startedAt = START - (100 - n) * 240 * MINUTE_MS;
  return {
    n,
    status: 'completed',
    trigger: 'schedule',
    startedBy: null,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(startedAt + 3 * MINUTE_MS).toISOString(),
    calls: 600,
    stages: [],
    progress: 1,
    remainingSeconds: null,
    waiting: null,
    counts: {},
    changes: null,
    held: null,
    trouble: null,
    ...spoiled,
  };
}
const runs = (many: number, spoiled: Record<number, Partial<SyncRun>> = {}) =>
  Array.from({ length: many }, (_, index) => aRun(100 - index, spoiled[100 - index]));

test('what a run learned is said by kind, what was taken away behind what was added', () => {
  const changes = { permissions: { added: 0, removed: 0, changed: 12 }, accounts: { added: 3, removed: 1, changed: 0 } };
  expect(changesSentence(changes)).toEqual({ headline: '+3 accounts, −1, 12 permissions changed', rest: '' });
  expect(changesSentence({ teams: { added: 0, removed: 1, changed: 0 } }).headline).toBe('−1 team');
  expect(changesSentence({ teams: { added: 0, removed: 0, changed: 0 } }).headline).toBe('Nothing new');
});

test('three kinds make the headline, and none of the others is lost', () => {
  const added = (many: number) => ({ added: many, removed: 0, changed: 0 });
  const changes = { tokens: added(1), accounts: added(45), gadgets: added(2), teams: added(16), permissions: added(165) };
  expect(changesSentence(changes)).toEqual({
    headline: '+45 accounts, +165 permissions, +16 teams',
    rest: '+1 access token, +2 gadgets',
  });
});

test.for([
  [48_000, '48 s'],
  [120_000, '2 min'],
  [200_000, '3 min 20 s'],
  [3_900_000, '1 h 5 min'],
] as const)('%d ms are told as %s', ([ms, words]) => expect(durationInWords(ms)).toBe(words));

test('the finding names the latest failure and leaves out the run that goes on', () => {
  const going = { status: 'running', finishedAt: null } as const;
  expect(runsFinding(runs(30, { 100: going, 90: { status: 'failed', trouble } }))).toMatch(
    /^1 of the last 29 runs failed: credential refused, \w{3} \d\d:\d\d$/,
  );
  expect(runsFinding(runs(30))).toBe('All of the last 30 runs completed');
  expect(runsFinding(runs(5, { 98: { status: 'completed_with_warnings' } }))).toBe(
    'None of the last 5 runs failed, 1 had warnings',
  );
  expect(runsFinding([])).toBe('No runs yet');
});

test('bars stand inside the plot, newest at the end, however long a run was', () => {
  const frame = { width: 728, height: 208, now: START, labels: true };
  const long = new Date(START + 9 * 60 * MINUTE_MS).toISOString();
  const { bars, days, unit } = layOutBars(runs(30, { 100: { finishedAt: long } }), frame);
  expect(unit).toBe('Hours');
  expect(bars.map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, index) => 71 + index));
  for (const bar of bars) {
    expect(bar.x).toBeGreaterThanOrEqual(36);
    expect(bar.x + bar.width).toBeLessThanOrEqual(frame.width);
    expect(bar.y).toBeGreaterThanOrEqual(0);
    expect(bar.y).toBeLessThan(frame.height);
  }
  expect(days.length).toBeGreaterThan(3);
});

test('a failed run says why above its bar; on a phone its sign alone is drawn', () => {
  const failed = runs(30, { 80: { status: 'failed', trouble, finishedAt: new Date(START).toISOString() } });
  const markOf = (labels: boolean) =>
    layOutBars(failed, { width: 728, height: 208, now: START, labels }).bars.find(({ n }) => n === 80)?.mark;
  expect(markOf(true)?.words).toBe('Credential refused');
  expect(markOf(false)).toMatchObject({ words: null });
});
