// A whole Watchbill for a test: `npm start`'s own tool on a free port, with a state folder and a simulated Docker Hub of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../tools/project.ts';
import { readRunning, readSecrets } from '../../tools/start/state-folder.ts';

export interface Watchbill {
  /** `http://localhost:PORT` */
  url: string;
  setupCode: string;
  /** Null where the test brought another one. */
  dockerHubUrl: string | null;
  /** The credential of the simulated Docker Hub that is printed for people to try. */
  sample: { username: string; password: string } | null;
  stateFolder: string;
  /** The bootstrap; `main` is the tool it handed over to. */
  process: ChildProcess;
  mainPid: number;
  /** Everything printed so far. */
  output: () => string;
  /** Ends it as Ctrl-C does, and removes the state folder if it was made here. */
  stop: () => Promise<void>;
}

export interface StartOptions {
  port?: number;
  stateFolder?: string;
  flags?: string[];
  /** Put before the command, such as a tracer. */
  under?: string[];
}

const START_MS = 180_000;

/** Starts Watchbill and answers when it says that it is ready. The first start in a clone also builds. */
export async function startWatchbill({ port = 0, stateFolder, flags = [], under = [] }: StartOptions = {}): Promise<Watchbill> {
  const folder = stateFolder ?? mkdtempSync(join(tmpdir(), 'watchbill-'));
  const { process: child, output, exit } = runStartTool(['--port', String(port), '--state-dir', folder, ...flags], under);

  const isReady = () => output().includes('Stop with Ctrl-C.');
  for (const until = Date.now() + START_MS; !isReady(); await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
      throw new Error(`Watchbill did not start:\n${output()}`);
  }
  const running = readRunning(folder);
  const secrets = readSecrets(folder);
  if (!running || !secrets) throw new Error(`Watchbill left no trace in ${folder}`);
  return {
    url: running.url,
    setupCode: secrets.setupCode,
    dockerHubUrl: running.dockerHubUrl,
    sample: printedCredential(output()),
    stateFolder: folder,
    process: child,
    mainPid: running.pid,
    output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(running.pid, 'SIGTERM');
      await exit;
      if (stateFolder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the start tool with any arguments; it ends when this process ends. */
export function runStartTool(args: string[], under: string[] = []) {
  const [command = process.execPath, ...before] = [...under, process.execPath];
  const child = spawn(command, [...before, join(ROOT, 'tools/start.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, output: () => output, exit };
}

function printedCredential(output: string): Watchbill['sample'] {
  const [, username, password] = /Username {2}(\S+)\n\s*Password {2}(\S+)/.exec(output) ?? [];
  return username && password ? { username, password } : null;
}
