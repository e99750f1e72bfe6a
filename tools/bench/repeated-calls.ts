// Calls that were made again because of a crash.
import type { Call } from './hub.ts';

const LOGIN = 'login';
/** Sign-ins are all alike; reads are told apart by what they read. */
const keyOf = ({ method, path, credential }: Call): string => (credential === LOGIN ? LOGIN : `${method} ${path}`);

export function callsByKey(calls: readonly Call[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(keyOf(call), (counts.get(keyOf(call)) ?? 0) + 1);
  return counts;
}

/**
 * For each kill, the calls after it and before the next that were made more often than in an undisturbed run. A read that is new to
 * the run may be made once: which few repositories are checked one by one is chosen anew each time.
 */
export function repeatsByKill(
  calls: readonly Call[],
  killedAt: readonly number[],
  undisturbed: ReadonlyMap<string, number>,
): number[] {
  const repeats = killedAt.map(() => 0);
  const made = new Map<string, number>();
  for (const call of calls) {
    const key = keyOf(call);
    const times = (made.get(key) ?? 0) + 1;
    made.set(key, times);
    if (times <= (undisturbed.get(key) ?? 1)) continue;
    const kill = killedAt.findLastIndex((at) => at <= call.at);
    if (kill >= 0) repeats[kill] = (repeats[kill] ?? 0) + 1;
  }
  return repeats;
}
