// Who watches over whom: a tool ends with the command that started it, and never lives on for the watching's sake.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../../tools/project.ts';
import { npmAncestors, type ProcessInfo } from '../../tools/start/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchbill-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROCESSES = pathToFileURL(join(ROOT, 'tools/start/processes.ts')).href;

/** Runs a tool that watches its parents and then does something, and answers how it ended. */
async function watchingTool(work: string, meanwhile: (child: ReturnType<typeof fork>) => void = () => undefined) {
  const file = join(folder, `tool-${Math.random()}.mjs`);
  writeFileSync(
    file,
    `import { watchParents } from ${JSON.stringify(PROCESSES)};\nwatchParents(() => process.exit(7));\n${work}\n`,
  );
  const child = fork(file, { stdio: 'ignore' });
  meanwhile(child);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  return code;
}

test('a tool that has nothing more to do ends, though it listens for the end of its parent', { timeout: 20_000 }, async () => {
  expect(await watchingTool('process.exitCode = 3;')).toBe(3);
});

test('a tool that is at work hears that its parent is gone', { timeout: 20_000 }, async () => {
  const code = await watchingTool("process.send('ready'); setInterval(() => undefined, 1000);", (child) => {
    child.once('message', () => child.disconnect());
  });
  expect(code).toBe(7);
});

const aFamily = (...commands: string[]): Map<number, ProcessInfo> =>
  new Map(commands.map((command, index) => [index + 1, { pid: index + 1, parent: index, command }]));

test('the npm above a tool is found, with the shell between them', () => {
  const family = aFamily('bash', 'npm start', 'sh -c node tools/start.mjs', 'node tools/start.mjs', 'node tools/start/main.ts');
  expect(npmAncestors(family, 5)).toEqual([4, 3, 2]);
});

test('where no npm runs a tool, nobody above it is watched', () => {
  expect(npmAncestors(aFamily('init', 'bash', 'node tools/start.mjs', 'node tools/start/main.ts'), 4)).toEqual([]);
});
