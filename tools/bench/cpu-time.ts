// CPU time of the isolate out of a profile: JavaScript and what it calls (JSON, SQL, garbage), without the event loop. The sampler looks
// at even times, so CPU is the number of looks that found the isolate at work. The time from one look to the next is no measure: where
// it is long, the thread waited for an answer, or another program had its core.
import type { CpuProfile } from './inspector.ts';
import { median } from './statistics.ts';

const NOT_OURS = new Set(['(idle)', '(program)', '(root)']);

export interface Span {
  /** On the clock of `process.hrtime`, in microseconds: the profile's own. */
  from: number;
  to: number;
}

/** Looks that found the isolate at work, within a span or at all. */
export function cpuSamples({ nodes, samples, timeDeltas, startTime }: CpuProfile, span?: Span): number {
  const ours = new Set(nodes.filter(({ callFrame }) => !NOT_OURS.has(callFrame.functionName)).map(({ id }) => id));
  let at = startTime;
  let count = 0;
  for (const [index, node] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (ours.has(node) && (!span || (at >= span.from && at <= span.to))) count += 1;
  }
  return count;
}

/** Time between two looks: that of a profile in which the isolate was never idle. */
export const microsecondsPerSample = ({ timeDeltas }: CpuProfile): number => median(timeDeltas);

/** Where the CPU went: looks by function, the most first. Built-in functions that are called from one count with it. */
export function costliest({ nodes, samples }: CpuProfile, count: number): [name: string, samples: number][] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName || '(anonymous)']));
  const spent = new Map<string, number>();
  for (const node of samples) {
    const name = names.get(node) ?? '';
    if (!NOT_OURS.has(name)) spent.set(name, (spent.get(name) ?? 0) + 1);
  }
  return [...spent].sort(([, a], [, b]) => b - a).slice(0, count);
}

/** A moment of `Date.now` on the clock of the profile. */
export const onProfileClock = (at: number): number => {
  const offset = Number(process.hrtime.bigint() / 1000n) - (performance.timeOrigin + performance.now()) * 1000;
  return at * 1000 + offset;
};
