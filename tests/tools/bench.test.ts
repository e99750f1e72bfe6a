// What the benchmark makes of what it saw. That the figures themselves are true is shown by running it.
import { expect, test } from 'vitest';
import { budgetUse } from '../../tools/bench/budget-use.ts';
import { cpuSamples } from '../../tools/bench/cpu-time.ts';
import { isMet } from '../../tools/bench/figure.ts';
import type { Call } from '../../tools/bench/hub.ts';
import { callsByKey, repeatsByKill } from '../../tools/bench/repeated-calls.ts';
import { table } from '../../tools/bench/report.ts';
import { median, medianInterval, percentile } from '../../tools/bench/statistics.ts';

const call = (at: number, path: string, more: Partial<Call> = {}): Call => ({
  at,
  path,
  method: 'GET',
  operation: 'any',
  status: 200,
  credential: 'password:ada',
  ...more,
});
const login = (at: number): Call => call(at, '/v2/auth/token', { method: 'POST', credential: 'login' });

test('a call made again after a kill is counted for that kill', () => {
  const undisturbed = callsByKey([login(0), call(0, '/a'), call(0, '/b'), call(0, '/c')]);
  const calls = [
    login(1),
    call(2, '/a'),
    call(3, '/b'),
    login(11),
    call(12, '/b'),
    call(13, '/c'),
    call(21, '/c'),
    call(22, '/c'),
  ];
  expect(repeatsByKill(calls, [10, 20], undisturbed)).toEqual([2, 2]);
});

test('what an undisturbed run asks twice, or never, is no repetition when it is asked as often', () => {
  const undisturbed = callsByKey([call(0, '/a'), call(0, '/a')]);
  expect(repeatsByKill([call(1, '/a'), call(11, '/a'), call(12, '/new')], [10], undisturbed)).toEqual([0]);
});

test('the budget is judged by whole windows, and a window in which nothing was asked counts as unused', () => {
  const window = (startedAt: number, used: number) => ({
    credential: 'password:ada',
    startedAt,
    endsAt: startedAt + 10,
    limit: 100,
    used,
  });
  const windows = [window(0, 20), window(10, 90), window(30, 100), window(40, 5), { ...window(10, 1), credential: 'login' }];
  const use = budgetUse({ calls: [login(1), call(5, '/a'), call(45, '/b')], windows });
  expect(use.value).toBeCloseTo((100 * 190) / 300);
  expect(use.samples).toEqual([90, 100]);
});

test('CPU is every look that found the isolate in JavaScript or collecting garbage, however long ago the look before was', () => {
  const node = (id: number, functionName: string) => ({ id, callFrame: { functionName } });
  const profile = {
    nodes: [node(1, '(root)'), node(2, '(idle)'), node(3, 'read'), node(4, '(garbage collector)'), node(5, '(program)')],
    samples: [2, 3, 4, 5, 3, 3],
    timeDeltas: [100, 10, 20, 300, 40, 9_000],
    startTime: 1_000,
  };
  expect(cpuSamples(profile)).toBe(4);
  expect(cpuSamples(profile, { from: 1_000, to: 1_200 })).toBe(2);
});

test('a median and a percentile are samples’ own', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(percentile([4, 1, 3, 2], 0.95)).toBe(4);
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
  const [low, high] = medianInterval([1, 2, 2, 2, 3]);
  expect(low).toBeLessThanOrEqual(2);
  expect(high).toBeGreaterThanOrEqual(2);
});

test('a missed goal and a figure that could not be measured stay in the table', () => {
  const slow = { name: 'slow', org: 'org-1', value: 3, unit: '×', goal: { atMost: 2 } };
  expect(isMet(slow)).toBe(false);
  const text = table([
    { figure: 'slow', measured: [slow], steadiness: null, failure: null },
    { figure: 'broken', measured: [], steadiness: null, failure: 'no reason' },
  ]);
  expect(text.split('\n')).toHaveLength(4);
  expect(text.match(/MISSED/g)).toHaveLength(2);
});
