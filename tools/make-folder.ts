// Folders, made one by one. Node's own recursive way never ends where a parent is there and yet takes no child (`/proc/x`).
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and the parents it lacks; one that is there stays as it is. Throws what the file system says. */
export function makeFolder(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!existsSync(path)) throw error; // another process made it in between
  }
}
