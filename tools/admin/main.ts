// `npm run admin -- recover EMAIL`: a one-time link for somebody who has lost every way in.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorCode, Fault, runCommand } from '../fault.ts';
import { ROOT, runProgram } from '../project.ts';
import { readRunning, readSecrets } from '../start/state-folder.ts';
import { withTemporaryKey } from './temporary-key.ts';
import { recoveryLink } from './recovery-link.ts';

const USAGE = 'npm run admin -- recover EMAIL [--state-dir DIR] | recover EMAIL --url https://…';

function parseAdminArguments(args: string[]): { email: string; url: string | null; stateFolder: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { url: { type: 'string' }, 'state-dir': { type: 'string' } },
    });
    const [command, email, ...more] = positionals;
    if (command !== 'recover' || !email || more.length > 0) throw new Fault(`Usage: ${USAGE}`);
    const stateFolder = resolve(process.env.INIT_CWD ?? ROOT, values['state-dir'] ?? join(ROOT, '.wrangler/state'));
    return { email, url: values.url?.replace(/\/+$/, '') ?? null, stateFolder };
  } catch (error) {
    if (!(error instanceof Error) || !errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Fault(`${error.message.split('. ')[0]}. Usage: ${USAGE}`);
  }
}

/** Whoever can read the state folder may: it holds the key in the clear. */
async function localLink(email: string, stateFolder: string) {
  const secrets = readSecrets(stateFolder);
  if (!secrets)
    throw new Fault(`${stateFolder} holds no Watchbill: name its folder with --state-dir, or its address with --url.`);
  const running = readRunning(stateFolder);
  if (!running) throw new Fault('Watchbill does not run: start it with npm start, and run this beside it.');
  return recoveryLink(running.url, { keyEncryptionKeys: secrets.keyEncryptionKeys }, email);
}

/** Whoever may set the Worker's secrets may: a key is set for the length of this command. */
async function deployedLink(email: string, url: string) {
  const config = join(ROOT, 'wrangler.deploy.toml');
  if (!existsSync(config)) throw new Fault('wrangler.deploy.toml is missing: run this where npm run deploy was run.');
  const origin = /^PUBLIC_ORIGIN = "([^"]*)"$/m.exec(readFileSync(config, 'utf8'))?.[1];
  // The key must go to the Worker that it was set on, and nowhere else.
  if (origin !== url) throw new Fault(`wrangler.deploy.toml belongs to ${origin || 'another Worker'}, not to ${url}.`);
  const wrangler = (args: string[], input?: string) => runProgram('wrangler', args, input === undefined ? {} : { input });
  return withTemporaryKey(wrangler, config, (adminKey) => recoveryLink(url, { keyEncryptionKeys: '', adminKey }, email));
}

await runCommand(async () => {
  const { email, url, stateFolder } = parseAdminArguments(process.argv.slice(2));
  const link = url === null ? await localLink(email, stateFolder) : await deployedLink(email, url);
  console.log(
    `${link.url}\n\nIt works once, until ${new Date(link.expiresAt).toLocaleString()}. Whoever opens it can sign in as ${email}.`,
  );
});
