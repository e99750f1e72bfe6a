// What `npm test` runs, in this order.
import { type Counts, countPlaywright, countVitest } from './counts.ts';

export interface Step {
  name: string;
  line: string;
  limitMs: number;
  /** Where the step leaves its report, and how to read it; a step without one counts as one test. */
  report?: { file: string; count: (report: unknown) => Counts };
  /** The steps after it need what it makes: when it fails they are not run, and say so. */
  isNeeded?: boolean;
  needsChromium?: boolean;
  /** Makes what others need, and tests nothing. */
  isPreparation?: boolean;
}

const MINUTE_MS = 60_000;
const REPORTS = 'test-results';

const vitest = (name: string, script: string, limitMs: number): Step => {
  const file = `${REPORTS}/${name}.json`;
  return {
    name,
    line: `npm run --silent ${script} -- --reporter=default --reporter=json --outputFile.json=${file}`,
    limitMs,
    report: { file, count: countVitest },
  };
};

export const STEPS: readonly Step[] = [
  { name: 'prepare', line: 'npm run --silent prepare:types', limitMs: 3 * MINUTE_MS, isNeeded: true, isPreparation: true },
  { name: 'types', line: 'npm run --silent check', limitMs: 5 * MINUTE_MS },
  { name: 'lint', line: 'npm run --silent lint', limitMs: 5 * MINUTE_MS },
  { name: 'format', line: 'npm run --silent format:check', limitMs: 3 * MINUTE_MS },
  { name: 'build', line: 'npm run --silent build', limitMs: 5 * MINUTE_MS, isNeeded: true, isPreparation: true },
  vitest('unit', 'test:unit', 12 * MINUTE_MS),
  // Its last line says how many schedules broke; those that did are told above it.
  { name: 'simulate', line: 'npm run --silent simulate -- --schedules 5000 --seed 1', limitMs: 10 * MINUTE_MS },
  vitest('workerd', 'test:edge', 15 * MINUTE_MS),
  {
    name: 'browser',
    line: 'npm run --silent test:e2e',
    limitMs: 40 * MINUTE_MS,
    report: { file: `${REPORTS}/browser.json`, count: countPlaywright },
    needsChromium: true,
  },
];
