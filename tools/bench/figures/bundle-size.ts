// What `wrangler deploy` would send, compressed: Cloudflare counts the gzip.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { WORKER_FOLDER } from '../../builds/build.ts';
import type { Figure } from '../figure.ts';

const KIB = 1024;

export const bundleSize: Figure = {
  name: 'bundle-size',
  measure: async () => {
    // The source map and wrangler's own notes stay here; only modules are sent.
    const modules = readdirSync(WORKER_FOLDER).filter((name) => /\.(js|mjs|wasm)$/.test(name));
    if (modules.length === 0) throw new Error('There is no built Worker');
    const bytes = modules.map((name) => gzipSync(readFileSync(join(WORKER_FOLDER, name))).length);
    const kib = bytes.reduce((sum, size) => sum + size, 0) / KIB;
    return [{ name: 'Worker bundle, gzip', org: '-', value: kib, unit: 'KiB', goal: { atMost: 400 } }];
  },
};
