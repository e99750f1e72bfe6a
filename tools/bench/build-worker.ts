// The Worker under measurement, bundled as the real one is.
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { ROOT, runProgram } from '../project.ts';

export const BENCH_WORKER_FOLDER = join(ROOT, '.wrangler', 'bench-edge');

/** Bundles it anew: what is measured is what lies in the tree. */
export async function buildBenchWorker(): Promise<void> {
  const args = ['deploy', 'tools/bench/worker/index.ts', '--dry-run', '--outdir', BENCH_WORKER_FOLDER];
  const { code, output } = await runProgram('wrangler', args);
  if (code !== 0) throw new Fault(`${output}\nThe Worker under measurement cannot be built: see above.`);
}
