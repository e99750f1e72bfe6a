// `npm test`: everything that is checked, one step after the other; short where it is green, whole where it is red.
// `npm test -- unit lint` runs those steps alone (and what they need).
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, runCommand } from '../fault.ts';
import { ROOT } from '../project.ts';
import { watchParents } from '../start/processes.ts';
import { needChromium } from './chromium.ts';
import { type Counts, countsOfStep, sumOf } from './counts.ts';
import { endRunningSteps, runStep } from './run-step.ts';
import { type Step, STEPS } from './steps.ts';

// Also when npm itself is killed: no browser and no workerd is left behind.
watchParents(() => abort(1));
process.on('SIGINT', () => abort(130));
process.on('SIGTERM', () => abort(143));
process.on('SIGHUP', () => abort(129));

async function main(): Promise<void> {
  const chosen = chooseSteps(process.argv.slice(2));
  const chromium = chosen.some((step) => step.needsChromium) ? needChromium() : null;
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });

  const startedAt = performance.now();
  const counts: Counts[] = [];
  let broken: string | null = null;
  for (const step of chosen) {
    const missing = broken ?? (step.needsChromium && !chromium ? 'Chromium' : null);
    if (missing !== null) {
      console.log(`✗ ${step.name.padEnd(8)} not run: ${missing} is missing`);
      counts.push({ passed: 0, failed: 1 });
      continue;
    }
    const counted = await runAndSay(step, chromium);
    counts.push(counted);
    if (step.isNeeded && counted.failed > 0) broken = step.name;
  }

  const { passed, failed } = sumOf(counts);
  console.log(`\n${seconds(startedAt)}\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

function chooseSteps(names: string[]): Step[] {
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Fault(`There is no step "${unknown}". Steps: ${STEPS.map(({ name }) => name).join(', ')}.`);
  }
  return STEPS.filter((step) => names.length === 0 || step.isNeeded || names.includes(step.name));
}

async function runAndSay(step: Step, chromium: string | null): Promise<Counts> {
  const startedAt = performance.now();
  const reportFile = step.report ? join(ROOT, step.report.file) : null;
  if (reportFile) rmSync(reportFile, { force: true }); // an old report must not pass for this run's
  const run = await runStep(step.line, step.limitMs, chromium ? { CHROMIUM_PATH: chromium } : {});
  const reported =
    step.report && reportFile && existsSync(reportFile)
      ? step.report.count(JSON.parse(readFileSync(reportFile, 'utf8')))
      : null;
  const counts = countsOfStep(run.exitCode, reported);
  const isGreen = counts.failed === 0;
  if (!isGreen) console.log(`\n${run.output.trimEnd()}\n`);

  const said = step.report ? `${counts.passed} passed${isGreen ? '' : `, ${counts.failed} failed`}` : isGreen ? 'ok' : 'failed';
  const late = run.isLate ? ` (ended after ${step.limitMs / 60_000} minutes)` : '';
  console.log(`${isGreen ? '✓' : '✗'} ${step.name.padEnd(8)} ${said}${late}  ${seconds(startedAt)}`);
  return step.isPreparation && isGreen ? { passed: 0, failed: 0 } : counts;
}

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function abort(code: number): void {
  endRunningSteps();
  process.exit(code);
}

await runCommand(main);
process.exit(); // also where something that a step left behind still holds one of our pipes
