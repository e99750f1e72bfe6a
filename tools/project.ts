// Where the project lies, and how its own programs are run: always with the Node that runs this file.
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';

/** The project's folder. */
export const ROOT = dirname(import.meta.dirname);

const PROGRAMS = {
  vite: 'node_modules/vite/bin/vite.js',
  wrangler: 'node_modules/wrangler/bin/wrangler.js',
  'svelte-kit': 'node_modules/@sveltejs/kit/svelte-kit.js',
  playwright: 'node_modules/@playwright/test/cli.js',
  'worker-options': 'tools/builds/worker-options.ts',
} as const;

/** Keeps wrangler from looking up hosts: no request data, no update check, no telemetry. */
export const QUIET_WRANGLER = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
} as const;

export interface RunOptions {
  env?: Record<string, string>;
  /** Where it runs, if not in the project's folder. */
  cwd?: string;
  /** Given to the program on its standard input. */
  input?: string;
  /** Called with the process as soon as it runs, for those who must be able to end it. */
  onStart?: (child: ChildProcess) => void;
}

/** Runs one of the project's programs to its end and answers what it said. */
export function runProgram(
  name: keyof typeof PROGRAMS,
  args: string[],
  options: RunOptions = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, PROGRAMS[name]), ...args], {
      cwd: options.cwd ?? ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...QUIET_WRANGLER, ...options.env },
    });
    options.onStart?.(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    child.stdin.end(options.input ?? '');
  });
}
