// No process is left behind: a child that outlives its parent would keep the port and the databases.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessInfo {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of this machine that may be seen, by id; empty where neither /proc nor ps tells. */
export function allProcesses(): Map<number, ProcessInfo> {
  const list = process.platform === 'linux' ? fromProc() : process.platform === 'win32' ? [] : fromPs();
  return new Map(list.map((info) => [info.pid, info]));
}

function fromProc(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (name) state parent …": the name may itself hold spaces and brackets.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

function fromPs(): ProcessInfo[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
  });
}

const CHECK_MS = 1_000;

/**
 * Calls `onGone` when whoever started this process is gone: the bootstrap (its channel closes), or the npm and shell above it,
 * which a `kill -9` ends without a word to us.
 */
export function watchParents(onGone: () => void): () => void {
  process.on('disconnect', onGone);
  process.channel?.unref(); // listening must not keep a process running that has nothing more to do
  const family = npmAncestors(allProcesses(), process.pid);
  if (family.length === 0) return () => process.off('disconnect', onGone);

  const timer = setInterval(() => {
    const now = allProcesses();
    // The same chain of ids all the way up: an id that was given to another process would break it.
    let pid = process.pid;
    for (const ancestor of family) {
      if (now.get(pid)?.parent !== ancestor) return onGone();
      pid = ancestor;
    }
    if (!now.has(pid)) onGone();
  }, CHECK_MS);
  timer.unref();
  return () => {
    process.off('disconnect', onGone);
    clearInterval(timer);
  };
}

/** The ids from this process's parent up to the npm that runs it; empty where no npm does. */
export function npmAncestors(processes: Map<number, ProcessInfo>, pid: number): number[] {
  const family: number[] = [];
  for (let depth = 0; depth < 5; depth += 1) {
    const parent = processes.get(processes.get(pid)?.parent ?? 0);
    if (!parent) return [];
    family.push(parent.pid);
    if (/^npm\b|npm-cli\.js|\bnpm (start|run|test)\b/.test(parent.command) && !/^\S*sh -c/.test(parent.command)) return family;
    pid = parent.pid;
  }
  return [];
}

export interface Undertaker {
  /** Ids of the processes to end when this one is gone. */
  watch: (pids: number[]) => void;
  /** All ended in good order: nothing is left to do. */
  dismiss: () => void;
}

// Reads ids until its input closes, which also happens when its parent is killed; then ends those it read last.
const LAST_ORDERS = 'last=; while read -r line; do last=$line; done; for pid in $last; do kill -9 "$pid" 2>/dev/null; done';

/** Starts a small shell that ends our children when we are killed without a chance to do it ourselves. */
export function hireUndertaker(): Undertaker {
  if (process.platform === 'win32') return { watch: () => undefined, dismiss: () => undefined };
  // Detached: a Ctrl-C at the terminal must not end it before us.
  const shell = spawn('/bin/sh', ['-c', LAST_ORDERS], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  shell.stdin.on('error', () => undefined);
  return {
    watch: (pids) => shell.stdin.write(`${pids.join(' ')}\n`),
    dismiss: () => shell.stdin.end('\n'),
  };
}

/** Ids of this process's children whose command contains the word. */
export const childrenRunning = (word: string): number[] =>
  [...allProcesses().values()]
    .filter(({ parent, command }) => parent === process.pid && command.includes(word))
    .map(({ pid }) => pid);
