// The state folder: what outlives a restart, for this user alone. One Watchbill at a time works on it.
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode, Fault } from '../fault.ts';
import { makeFolder } from '../make-folder.ts';
import { tryLock } from '../process-lock.ts';
import { makeKeyEncryptionKey, makeSetupCode } from '../secrets.ts';

/** Made once, mode 600. */
const Secrets = z.object({ keyEncryptionKeys: z.string(), setupCode: z.string() });
export type Secrets = z.infer<typeof Secrets>;

/** Kept while Watchbill runs, for the commands that talk to it. */
const Running = z.object({ pid: z.int(), url: z.url(), dockerHubUrl: z.url().nullable() });
export type Running = z.infer<typeof Running>;

export interface StateFolder {
  path: string;
  secrets: Secrets;
  /** Databases of the Worker's objects and its key-value store. */
  data: string;
  mail: string;
  log: string;
  /** Says where Watchbill can be reached, until the folder is released. */
  announce: (running: Running) => void;
  release: () => void;
}

const OWNER_ONLY = 0o700;
const SECRET = 0o600;

/** Opens the folder, makes what is missing in it, and holds its lock. */
export function openStateFolder(path: string, setupCode: string | null): StateFolder {
  const release = lockFolder(path);
  const secrets = orUnwritable(path, () => readOrMakeSecrets(path, setupCode));
  const mail = join(path, 'mail');
  orUnwritable(path, () => makeFolder(mail, OWNER_ONLY));
  return {
    path,
    secrets,
    data: join(path, 'data'),
    mail,
    log: join(path, 'watchbill.log'),
    announce: (running) => writeWhole(runningFile(path), JSON.stringify(running)),
    release: () => {
      rmSync(runningFile(path), { force: true });
      release();
    },
  };
}

/** Where the Watchbill of a state folder can be reached, or null when none runs. */
export function readRunning(path: string): Running | null {
  const file = runningFile(path);
  if (!existsSync(file)) return null;
  const running = Running.safeParse(parseJson(readFileSync(file, 'utf8')));
  return running.success && isAlive(running.data.pid) ? running.data : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The secrets of a state folder, or null where Watchbill never ran on it. Takes no lock: it is read while Watchbill runs. */
export function readSecrets(path: string): Secrets | null {
  const file = secretsFile(path);
  if (!existsSync(file)) return null;
  const parsed = Secrets.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Fault(`${file} is damaged: put it back from a backup, or choose another folder with --state-dir.`);
  return parsed.data;
}

function lockFolder(path: string): () => void {
  const release = orUnwritable(path, () => {
    makeFolder(path, OWNER_ONLY);
    return tryLock(join(path, 'lock.sqlite'));
  });
  if (!release) throw new Fault(`Watchbill already runs on ${path}: stop it first, or choose another folder with --state-dir.`);
  return release;
}

function readOrMakeSecrets(path: string, setupCode: string | null): Secrets {
  const kept = readSecrets(path);
  // Losing the key would lose every stored credential: it is never made again beside data that was sealed with it.
  if (!kept && existsSync(join(path, 'data')))
    throw new Fault(`${path} has data but no secrets.json: put it back from a backup.`);

  const secrets = {
    keyEncryptionKeys: kept?.keyEncryptionKeys ?? `m1:${makeKeyEncryptionKey()}`,
    setupCode: setupCode ?? kept?.setupCode ?? makeSetupCode(),
  };
  if (!kept || kept.setupCode !== secrets.setupCode) writeWhole(secretsFile(path), JSON.stringify(secrets, null, 2));
  return secrets;
}

const runningFile = (path: string) => join(path, 'running.json');
const secretsFile = (path: string) => join(path, 'secrets.json');

/** All of it or none: a start that is killed half-way must not leave half a key. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: SECRET, flush: true });
  chmodSync(`${file}.new`, SECRET);
  renameSync(`${file}.new`, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function orUnwritable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = errorCode(error);
    if (!code || error instanceof Fault || (code !== 'ERR_SQLITE_ERROR' && !UNWRITABLE.has(code))) throw error;
    throw new Fault(`The state folder ${path} cannot be written (${code}): choose another with --state-dir.`);
  }
}
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ENOSPC', 'ENAMETOOLONG', 'EISDIR']);
