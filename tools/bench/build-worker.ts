// The Worker, and the Worker under measurement, bundled in the same way.
import { join } from 'node:path';
import { buildWhatChanged, hasBuiltApp } from '../builds/build.ts';
import { Fault } from '../fault.ts';
import { ROOT, runProgram } from '../project.ts';
import { sayProgress } from '../say-progress.ts';

export const BENCH_WORKER_FOLDER = join(ROOT, '.wrangler', 'bench-edge');

/** Bundles both anew: what is measured is what lies in the tree. The app is no part of any figure, it must only be there. */
export async function buildWorkers(): Promise<void> {
  await buildWhatChanged(sayProgress, { leaveApp: hasBuiltApp() });
  const args = ['deploy', 'tools/bench/worker/index.ts', '--dry-run', '--outdir', BENCH_WORKER_FOLDER];
  const { code, output } = await runProgram('wrangler', args);
  if (code !== 0) throw new Fault(`${output}\nThe Worker under measurement cannot be built: see above.`);
}
