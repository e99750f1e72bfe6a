// The same app a version later, really built: other chunks, another version of the database that has to be brought up to date first.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashInputs } from '../../tools/builds/inputs.ts';
import { ROOT, runProgram } from '../../tools/project.ts';
import { writeHeaders } from '../../tools/write-headers.ts';

const FOLDER = join(ROOT, '.wrangler', 'next-version');
const COPIED = ['src', 'static', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json', 'package.json'];
const STAMP = join(FOLDER, 'stamp');

/** Where the next version lies once it is built. */
export const NEXT_VERSION = join(FOLDER, 'build');
/** Written by its migration into the table `meta`. */
export const MIGRATED_KEY = 'broughtUpToDate';
/** Its database, which this version has never heard of. */
const DATABASE_VERSION = 900;

/** Builds it where its sources changed since. */
export async function buildNextVersion(): Promise<void> {
  const hash = hashInputs(ROOT, [...COPIED, 'tests/support/next-version.ts']);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const name of COPIED) cpSync(join(ROOT, name), join(FOLDER, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(FOLDER, 'node_modules'), 'dir');

  edit('src/lib/db/copy.ts', 'super(name);', (found) =>
    [
      found,
      `this.version(${DATABASE_VERSION}).stores({}).upgrade(async (transaction) => {`,
      `  for (let work = 0; work < 200; work++) await transaction.table('meta').put({ key: '${MIGRATED_KEY}', value: work });`,
      '});',
    ].join('\n'),
  );
  edit('src/routes/(app)/settings/about/+page.svelte', '{PRODUCT}</h2>', () => '{PRODUCT}, the next version</h2>');

  const built = await runProgram('vite', ['build'], { cwd: FOLDER, env: { APP_VERSION: `next-${hash.slice(0, 8)}` } });
  if (built.code !== 0) throw new Error(`The next version could not be built:\n${built.output}`);
  writeHeaders(NEXT_VERSION);
  writeFileSync(STAMP, hash);
}

function edit(path: string, marked: string, replacement: (found: string) => string): void {
  const file = join(FOLDER, path);
  const before = readFileSync(file, 'utf8');
  if (!before.includes(marked)) throw new Error(`${path} has no "${marked}" any more`);
  writeFileSync(file, before.replace(marked, replacement));
}
