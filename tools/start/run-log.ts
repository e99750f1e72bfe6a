// What the Worker logs goes to a file, so that the terminal stays readable.
import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';

const SIZE_MAX = 10_000_000;
const CHECK_EVERY = 500;

/** Appends JSON lines; the file before this one is kept as `.1`, older ones are not. */
export function openLog(file: string): (line: object) => void {
  let written = 0;
  rotate(file);
  return (line) => {
    written += 1;
    if (written % CHECK_EVERY === 0) rotate(file);
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
}

function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > SIZE_MAX) renameSync(file, `${file}.1`);
}
