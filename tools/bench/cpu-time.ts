// CPU time of the isolate out of a profile: the time in JavaScript and in what it calls (JSON, SQL, garbage), without the event loop.
import { type CpuProfile, SAMPLING_MICROSECONDS } from './inspector.ts';

const NOT_OURS = new Set(['(idle)', '(program)', '(root)']);

/**
 * A sample stands for the time since the one before. Where that is long, the thread was not running in between: it waited for an
 * answer, or another program had its core. Then it stands for no more than this.
 */
const SAMPLE_MICROSECONDS_MAX = 2 * SAMPLING_MICROSECONDS;
const worth = (delta: number): number => Math.min(Math.max(delta, 0), SAMPLE_MICROSECONDS_MAX);

export interface Span {
  /** On the clock of `process.hrtime`, in microseconds: the profile's own. */
  from: number;
  to: number;
}

/** Microseconds of CPU within a span. */
export function cpuMicroseconds({ nodes, samples, timeDeltas, startTime }: CpuProfile, span?: Span): number {
  const ours = new Set(nodes.filter(({ callFrame }) => !NOT_OURS.has(callFrame.functionName)).map(({ id }) => id));
  let at = startTime;
  let sum = 0;
  for (const [index, node] of samples.entries()) {
    const spent = timeDeltas[index] ?? 0;
    at += spent;
    if (ours.has(node) && (!span || (at >= span.from && at <= span.to))) sum += worth(spent);
  }
  return sum;
}

/** Where the CPU went: microseconds by function, the most first. Time of built-in functions stands with them. */
export function costliest({ nodes, samples, timeDeltas }: CpuProfile, count: number): [name: string, microseconds: number][] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || '(anonymous)']));
  const spent = new Map<string, number>();
  for (const [index, node] of samples.entries()) {
    const name = names.get(node) ?? '';
    if (!NOT_OURS.has(name)) spent.set(name, (spent.get(name) ?? 0) + worth(timeDeltas[index] ?? 0));
  }
  return [...spent].sort(([, a], [, b]) => b - a).slice(0, count);
}

/** A moment of `Date.now` on the clock of the profile. */
export const onProfileClock = (at: number): number => {
  const offset = Number(process.hrtime.bigint() / 1000n) - (performance.timeOrigin + performance.now()) * 1000;
  return at * 1000 + offset;
};
