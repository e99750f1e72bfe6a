// Part of the build, as a process of its own (loading wrangler takes a second and 300 MB, which a start then saves): the bindings,
// assets and objects of wrangler.toml as miniflare wants them, so that what runs here is what is deployed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler';
import { ROOT } from '../project.ts';

const target = process.argv[2];
if (!target) throw new Error('Usage: worker-options.ts FILE');

// Left out: how to bundle (that is done), and the limit for strangers, which is Cloudflare's; locally the Worker counts in memory.
const { modulesRules: _, ratelimits: _strangers, ...options } = workerOptionsOf(join(ROOT, 'wrangler.toml')).workerOptions;
writeFileSync(target, JSON.stringify(options));
