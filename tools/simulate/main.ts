// `npm run simulate -- --schedules N --seed S`: runs N schedules from seed S on. A failing one is made small, told as a story and kept as a
// test. `--faults` proves that planted faults are noticed. The last line says how many broke, and so does the exit code.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../project.ts';
import { FAULTS } from './faults.ts';
import { runSchedule } from './run-schedule.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'boolean', default: false },
    only: { type: 'string' },
    quiet: { type: 'boolean', default: false },
    'first-only': { type: 'boolean', default: false },
  },
});

/** Within so many schedules a planted fault must be caught. */
const FAULT_SCHEDULES = 20_000;
const KEPT = join(ROOT, 'tests/simulate/kept');

async function runMany(count: number, from: number): Promise<void> {
  let broken = 0;
  for (let n = 0; n < count; n += 1) {
    const schedule = scheduleOf(from + n);
    const verdict = await runSchedule(schedule);
    if (!values.quiet && (n + 1) % 10_000 === 0) console.log(`${n + 1} of ${count}, ${broken} broken`);
    if (!verdict.broken) continue;
    broken += 1;
    console.log(`seed ${schedule.seed}, schedule ${n + 1}: ${verdict.broken.message}`);
    if (values['first-only']) break;
    if (broken <= 3) await tell(schedule, verdict.broken.invariant);
  }
  console.log(`${count} schedules, ${broken} broken`);
  process.exitCode = broken > 0 ? 1 : 0;
}

/** Makes it small, tells it, and keeps it: tests/simulate runs all that were kept. */
async function tell(schedule: Schedule, invariant: string): Promise<void> {
  const small = await shrink(schedule, invariant);
  console.log(`\n  ${small.schedule.events.length} events are enough:`);
  for (const line of small.verdict.story) console.log(`  · ${line}`);
  console.log(`  → ${small.verdict.broken?.message ?? 'holds when told again'}\n`);
  mkdirSync(KEPT, { recursive: true });
  const { seed, clocks, faults, events } = small.schedule;
  writeFileSync(
    join(KEPT, `seed-${seed}.json`),
    `${JSON.stringify({ broke: invariant, seed, clocks, faults, events }, null, 2)}\n`,
  );
}

function runFaults(): void {
  const chosen = FAULTS.filter(({ name }) => values.only === undefined || name === values.only);
  let caught = 0;
  for (const { name, about } of chosen) {
    const startedAt = performance.now();
    const run = spawnSync(
      process.execPath,
      [
        '--import',
        join(ROOT, 'tools/simulate/plant.ts'),
        join(ROOT, 'tools/simulate/main.ts'),
        '--schedules',
        values.schedules ?? String(FAULT_SCHEDULES),
        '--seed',
        values.seed,
        '--first-only',
        '--quiet',
      ],
      { encoding: 'utf8', env: { ...process.env, PLANTED_FAULT: name, NODE_NO_WARNINGS: '1' } },
    );
    const found = /schedule (\d+): (.*)/.exec(run.stdout);
    const isCaught = run.status === 1 && found !== null;
    if (isCaught) caught += 1;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const said = isCaught
      ? `caught in schedule ${found[1] ?? ''}: ${found[2] ?? ''}`
      : `NOT CAUGHT\n${run.stderr.slice(-600)}${run.stdout.slice(-200)}`;
    console.log(`${isCaught ? '✓' : '✗'} ${name} (${about}): ${said}  ${seconds} s`);
  }
  console.log(`${chosen.length} faults, ${caught} caught`);
  process.exitCode = caught === chosen.length ? 0 : 1;
}

if (values.faults) runFaults();
else await runMany(Number(values.schedules ?? 1_000), Number(values.seed));
