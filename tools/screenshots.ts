// `npm run screenshots`: takes the pictures of README and docs anew (tests/e2e/pictures.ts) into docs/pictures.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, runCommand } from './fault.ts';
import { ROOT, runProgram } from './project.ts';

await runCommand(async () => {
  mkdirSync(join(ROOT, 'docs', 'pictures'), { recursive: true });
  const { code, output } = await runProgram('playwright', ['test', '--config', 'playwright.pictures.config.ts']);
  console.log(output.trim());
  if (code !== 0) throw new Fault('The pictures could not be taken: see above.');
});
