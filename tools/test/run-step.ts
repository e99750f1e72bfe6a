// Runs one step of the tests: to its end or its time limit, with all the processes it started.
import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from '../project.ts';

export interface StepRun {
  exitCode: number;
  output: string;
  isLate: boolean;
}

const running = new Set<ChildProcess>();

/** Runs a shell line of package.json's kind (`eslint .`) in the project, with a time limit. */
export function runStep(line: string, limitMs: number, env: Record<string, string>): Promise<StepRun> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it starts (browsers, workerd) can be ended with it.
    const child = spawn(line, {
      cwd: ROOT,
      shell: true,
      detached: process.platform !== 'win32',
      env: { ...process.env, ...env },
    });
    running.add(child);
    let output = '';
    let isLate = false;
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const limit = setTimeout(() => {
      isLate = true;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), 5_000).unref();
    }, limitMs);
    child.on('error', reject);
    // Not `close`: something left in the group could hold the pipes open for ever.
    child.on('exit', (code) => {
      clearTimeout(limit);
      setImmediate(() => {
        endGroup(child, 'SIGKILL');
        running.delete(child);
        resolve({ exitCode: isLate ? 124 : (code ?? 1), output, isLate });
      });
    });
  });
}

/** Ends whatever runs, at once. */
export function endRunningSteps(): void {
  for (const child of running) endGroup(child, 'SIGKILL');
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
