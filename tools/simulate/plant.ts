// Loaded before everything else where a fault is to be planted: changes the text of the files that it names as they are loaded.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../project.ts';
import { FAULTS } from './faults.ts';

const name = process.env.PLANTED_FAULT;
const fault = FAULTS.find((one) => one.name === name);
if (!fault) throw new Error(`no fault is called ${name ?? ''}`);

registerHooks({
  load(url, context, next) {
    const file = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : '';
    const edits = fault.edits.filter((edit) => edit.file === file);
    if (edits.length === 0) return next(url, context);
    let source = readFileSync(join(ROOT, file), 'utf8');
    for (const { find, put } of edits) {
      if (source.split(find).length !== 2) throw new Error(`${fault.name}: not found once in ${file}: ${find}`);
      source = source.replace(find, () => put);
    }
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
