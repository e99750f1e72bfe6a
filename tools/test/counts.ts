// How many tests passed and failed, from what the test programs report.
import * as z from 'zod';

export interface Counts {
  passed: number;
  failed: number;
}

const VitestReport = z.object({ numPassedTests: z.int(), numFailedTests: z.int(), success: z.boolean() });
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int() }),
  errors: z.array(z.unknown()),
});

/** Counts of a vitest JSON report. A file that could not be loaded is one failure, though no test in it was counted. */
export function countVitest(report: unknown): Counts {
  const { numPassedTests, numFailedTests, success } = VitestReport.parse(report);
  return { passed: numPassedTests, failed: success ? numFailedTests : Math.max(1, numFailedTests) };
}

/** Counts of a Playwright JSON report. A test that passed only when tried again did not pass. */
export function countPlaywright(report: unknown): Counts {
  const { stats, errors } = PlaywrightReport.parse(report);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
}

/** What a step counts for: its report if it wrote one, else one test by its exit code. A bad exit is never all green. */
export function countsOfStep(exitCode: number, reported: Counts | null): Counts {
  if (exitCode === 0) return reported ?? { passed: 1, failed: 0 };
  return { passed: reported?.passed ?? 0, failed: Math.max(1, reported?.failed ?? 0) };
}

export const sumOf = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
});
