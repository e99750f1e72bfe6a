// Of repeated measurements.

const ascending = (samples: readonly number[]): number[] => [...samples].sort((a, b) => a - b);

export function median(samples: readonly number[]): number {
  const sorted = ascending(samples);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  if (upper === undefined) throw new Error('There is no median of nothing');
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The smallest sample that `share` of all samples do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = ascending(samples);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new Error('There is no percentile of nothing');
  return found;
}

const RESAMPLES = 2_000;

/** Where the median of further samples would lie, 95 times of 100: the bootstrap's interval. */
export function medianInterval(samples: readonly number[]): [number, number] {
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(samples.map(() => samples[Math.floor(Math.random() * samples.length)] ?? 0)),
  );
  return [percentile(medians, 0.025), percentile(medians, 0.975)];
}
