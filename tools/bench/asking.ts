// Others, who ask the ledger while a sync goes on: at a fixed beat, whether or not the answer before has come.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchWatchbill } from './watchbill.ts';

/** Answers of the ledger whose cost does not depend on how much of the catalogue there is yet. */
const QUESTIONS = [
  '/api/session',
  '/api/users?limit=50',
  '/api/connectors',
  '/api/tasks?limit=50',
  '/api/audit?limit=50',
] as const;
const BEAT_MS = 100;

/** Milliseconds until each answer, in the order of asking. */
export interface Asking {
  stop(): Promise<number[]>;
}

/** Begins to ask. */
export function startAsking(watchbill: BenchWatchbill): Asking {
  const waits: number[] = [];
  const pending = new Set<Promise<void>>();
  let asked = 0;
  const ask = async (path: string) => {
    const askedAt = performance.now();
    await watchbill.call('GET', path);
    waits.push(performance.now() - askedAt);
  };
  const timer = setInterval(() => {
    const answered = ask(QUESTIONS[asked % QUESTIONS.length] ?? QUESTIONS[0]);
    asked += 1;
    pending.add(answered);
    void answered.finally(() => pending.delete(answered));
  }, BEAT_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(pending);
      return waits;
    },
  };
}

/** Asks for so long. */
export async function askFor(watchbill: BenchWatchbill, ms: number): Promise<number[]> {
  const asking = startAsking(watchbill);
  await sleep(ms);
  return asking.stop();
}
