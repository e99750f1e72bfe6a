// A lock that dies with its holder, also with `kill -9`: SQLite's lock on a file, which the operating system gives back.
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from './make-folder.ts';

/** Takes the lock, or answers null when another process holds it. Call the answer to give it back. */
export function tryLock(file: string): (() => void) | null {
  makeFolder(dirname(file));
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
  return () => database.close();
}
const SQLITE_BUSY = 5;

/** Takes the lock as soon as it is free; says once that it waits. */
export async function waitForLock(file: string, onWait: () => void): Promise<() => void> {
  for (let tries = 0; ; tries += 1) {
    const release = tryLock(file);
    if (release) return release;
    if (tries === 0) onWait();
    await sleep(250);
  }
}
