// What `npm start -- …` may be told.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorCode, Fault } from '../fault.ts';
import { ROOT } from '../project.ts';

export interface StartFlags {
  /** 0: any free port. */
  port: number;
  /** Null: the simulated Docker Hub is started. */
  dockerHubUrl: string | null;
  stateFolder: string;
  /** Null: the one kept in the state folder, made on the first start. */
  setupCode: string | null;
  /** Also vite, which reloads the app as it is edited. */
  isDev: boolean;
}

export const DEFAULT_PORT = 8787;
const USAGE = 'npm start -- [--port N] [--docker-hub-url URL] [--state-dir DIR] [--setup-code CODE]';

/** Parses the arguments, or says in one sentence which does not fit. Paths count from where the person stands. */
export function parseFlags(args: string[], cwd: string): StartFlags {
  const given = parseOrFault(args);
  return {
    port: given.port === undefined ? DEFAULT_PORT : parsePort(given.port),
    dockerHubUrl: given['docker-hub-url'] === undefined ? null : parseDockerHubUrl(given['docker-hub-url']),
    stateFolder: given['state-dir'] === undefined ? resolve(ROOT, '.wrangler/state') : resolve(cwd, given['state-dir']),
    setupCode: given['setup-code'] === undefined ? null : parseSetupCode(given['setup-code']),
    isDev: given.dev ?? false,
  };
}

function parseOrFault(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        'docker-hub-url': { type: 'string' },
        'state-dir': { type: 'string' },
        'setup-code': { type: 'string' },
        dev: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof Error) || !errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Fault(`${error.message.split('. ')[0]}. Usage: ${USAGE}`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Fault(`--port takes a number from 1 to 65535, not "${text}".`);
  return port;
}

function parseDockerHubUrl(text: string): string {
  const url = URL.parse(text);
  const isPlain =
    url && ['http:', 'https:'].includes(url.protocol) && url.search === '' && url.hash === '' && url.username === '';
  if (!isPlain) throw new Fault(`--docker-hub-url takes an http or https address, not "${text}".`);
  return url.href.replace(/\/$/, '');
}

function parseSetupCode(text: string): string {
  if (text.length < 1 || text.length > 200) throw new Fault('--setup-code takes 1 to 200 characters.');
  return text;
}
