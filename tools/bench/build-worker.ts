// The Worker, and the Worker under measurement, bundled in the same way.
import { join } from 'node:path';
import { buildWhatChanged } from '../builds/build.ts';
import { Fault } from '../fault.ts';
import { ROOT, runProgram } from '../project.ts';
import { sayProgress } from '../say-progress.ts';

export const BENCH_WORKER_FOLDER = join(ROOT, '.wrangler', 'bench-edge');

/** Bundles both anew, and the app where it changed: what is measured is what lies in the tree. */
export async function buildWorkers(): Promise<void> {
  await buildWhatChanged(sayProgress);
  const args = ['deploy', 'tools/bench/worker/index.ts', '--dry-run', '--outdir', BENCH_WORKER_FOLDER];
  const { code, output } = await runProgram('wrangler', args);
  if (code !== 0) throw new Fault(`${output}\nThe Worker under measurement cannot be built: see above.`);
}
