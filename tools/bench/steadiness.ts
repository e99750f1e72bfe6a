// How steady the machine was: a fixed piece of work, timed before and after a figure.
import { loadavg } from 'node:os';

const ROUNDS = 5;
const STEPS = 2e7;

/** Milliseconds that a fixed loop takes, the best of a few. */
function calibrate(): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    let sum = 0;
    for (let step = 1; step < STEPS; step += 1) sum = (sum + step * step) % 1_000_003;
    return performance.now() - startedAt + (sum < 0 ? 1 : 0);
  });
  return Math.min(...times);
}

export interface Steadiness {
  /** The fixed loop afterwards, divided by the same before. */
  drift: number;
  load: [before: number, after: number];
}

/** Does the work, and says how steady the machine was around it. */
export async function watchingSteadiness<T>(work: () => Promise<T>): Promise<{ result: T; steadiness: Steadiness }> {
  const [before, loadBefore] = [calibrate(), loadavg()[0] ?? 0];
  const result = await work();
  const [after, loadAfter] = [calibrate(), loadavg()[0] ?? 0];
  return { result, steadiness: { drift: after / before, load: [loadBefore, loadAfter] } };
}
