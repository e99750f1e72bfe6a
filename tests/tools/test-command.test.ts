// `npm test` itself: it counts what was run, never calls red green, and never hangs.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { canInstallChromium, findChromium } from '../../tools/test/chromium.ts';
import { countPlaywright, countsOfStep, countVitest, sumOf } from '../../tools/test/counts.ts';
import { runStep } from '../../tools/test/run-step.ts';
import { allProcesses } from '../../tools/start/processes.ts';

test('a test file that cannot be loaded is a failure, though none of its tests was counted', () => {
  expect(countVitest({ numPassedTests: 7, numFailedTests: 0, success: false })).toEqual({ passed: 7, failed: 1 });
});

test('a browser test that passed only when tried again did not pass', () => {
  expect(countPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1 }, errors: [] })).toEqual({ passed: 3, failed: 2 });
});

test('a step that ends badly is never all green, whatever it reported', () => {
  expect(countsOfStep(1, { passed: 7, failed: 0 })).toEqual({ passed: 7, failed: 1 });
  expect(countsOfStep(1, null)).toEqual({ passed: 0, failed: 1 });
  expect(countsOfStep(1, { passed: 7, failed: 3 })).toEqual({ passed: 7, failed: 3 });
  expect(countsOfStep(0, null)).toEqual({ passed: 1, failed: 0 });
});

test('the counts of all steps are added up', () => {
  expect(
    sumOf([
      { passed: 1, failed: 0 },
      { passed: 200, failed: 2 },
    ]),
  ).toEqual({ passed: 201, failed: 2 });
});

test('a step that hangs is ended at its limit, with what it started', async () => {
  const marker = `hang-${process.pid}`;
  const run = await runStep(
    `node -e "setInterval(() => {}, 1000)" ${marker} & node -e "setInterval(() => {}, 1000)" ${marker}`,
    500,
    {},
  );
  expect(run).toMatchObject({ exitCode: 124, isLate: true });
  await sleep(200);
  expect([...allProcesses().values()].filter(({ command }) => command.includes(marker))).toEqual([]);
});

test('a step is over when it exits, also where something it started holds on', async () => {
  const run = await runStep(`node -e "setInterval(() => {}, 1000)" & echo done; exit 3`, 60_000, {});
  expect(run).toMatchObject({ exitCode: 3, output: 'done\n', isLate: false });
});

test('the Chromium that is named goes before any that is found', () => {
  expect(findChromium({ CHROMIUM_PATH: '/opt/chromium', PATH: '/usr/bin' })).toBe('/opt/chromium');
  expect(findChromium({ PATH: '/nowhere' })).toBeNull();
});

test('Chromium is installed only on Debian, and only as root', () => {
  expect(canInstallChromium('PRETTY_NAME="Debian"\nID=debian\n', 0)).toBe(true);
  expect(canInstallChromium('PRETTY_NAME="Debian"\nID=debian\n', 1000)).toBe(false);
  expect(canInstallChromium('ID=ubuntu\nID_LIKE=debian\n', 0)).toBe(false);
});
