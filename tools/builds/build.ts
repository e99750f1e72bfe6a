// Builds what changed: the app (vite) into build/, the Worker (wrangler) into .wrangler/edge/. A stamp beside each holds the
// hash of what it was made from.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { waitForLock } from '../process-lock.ts';
import { ROOT, runProgram } from '../project.ts';
import { writeHeaders } from '../write-headers.ts';
import { hashInputs } from './inputs.ts';

const EVERYWHERE = ['package.json', 'package-lock.json', 'tools/builds'];
const APP_INPUTS = [
  ...EVERYWHERE,
  'src',
  'static',
  'svelte.config.js',
  'vite.config.ts',
  'tsconfig.json',
  'tools/write-headers.ts',
  'edge/http/security-headers.ts',
];
const WORKER_INPUTS = [...EVERYWHERE, 'edge', 'src/domain', 'wrangler.toml'];

/** The built Worker: the same modules that `wrangler deploy` would send. */
export const WORKER_FOLDER = join(ROOT, '.wrangler', 'edge');
/** What miniflare is told of it, out of wrangler.toml. */
export const WORKER_OPTIONS = join(WORKER_FOLDER, 'options.json');
const APP_PAGE = join(ROOT, 'build', 'index.html');
/** In the place of the service worker, where that has to be taken off devices. */
const KILL_SWITCH = join(ROOT, 'tools', 'builds', 'kill-switch-worker.js');
const STAMPS = join(ROOT, '.wrangler', 'stamps');

/** Says what is being done; the answer is called when it is done. */
export type Progress = (step: string) => () => void;

/**
 * Builds the app and the Worker where their inputs changed since. Two commands at once build one after the other.
 */
export async function buildWhatChanged(progress: Progress): Promise<void> {
  const release = await waitForLock(join(ROOT, '.wrangler', 'build-lock.sqlite'), () => progress('Waiting for another build'));
  try {
    await buildApp(progress);
    await buildWorker(progress);
  } finally {
    release();
  }
}

async function buildApp(progress: Progress): Promise<void> {
  const wantsKillSwitch = process.env.WATCHBILL_KILL_SWITCH === '1';
  const hash = hashInputs(ROOT, APP_INPUTS) + (wantsKillSwitch ? ' kill-switch' : '');
  await buildUnlessStamped('app', hash, APP_PAGE, progress, 'Building the app', async () => {
    // The version is what tells an installed app that there is a new one: a name for exactly this content.
    const built = await runProgram('vite', ['build'], { env: { APP_VERSION: hash.slice(0, 12) } });
    if (built.code === 0) writeHeaders(join(ROOT, 'build'));
    if (built.code === 0 && wantsKillSwitch) copyFileSync(KILL_SWITCH, join(ROOT, 'build', 'service-worker.js'));
    return built;
  });
}

async function buildWorker(progress: Progress): Promise<void> {
  const hash = hashInputs(ROOT, WORKER_INPUTS);
  await buildUnlessStamped('worker', hash, join(WORKER_FOLDER, 'index.js'), progress, 'Building the Worker', async () => {
    const bundled = await runProgram('wrangler', ['deploy', '--dry-run', '--outdir', WORKER_FOLDER]);
    return bundled.code === 0 ? runProgram('worker-options', [WORKER_OPTIONS]) : bundled;
  });
}

async function buildUnlessStamped(
  name: string,
  hash: string,
  result: string,
  progress: Progress,
  step: string,
  build: () => Promise<{ code: number; output: string }>,
): Promise<void> {
  const stamp = join(STAMPS, name);
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;

  const done = progress(step);
  rmSync(stamp, { force: true }); // a build that is cut short must not look finished
  const { code, output } = await build();
  if (code !== 0 || !existsSync(result)) throw new Fault(`${output}\n${step} failed: see above.`);
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, hash);
  done();
}
