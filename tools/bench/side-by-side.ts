// Two pieces of work measured in turns, so that whatever else the machine does falls on both.
import { median } from './statistics.ts';

export interface SideBySide {
  /** Medians. */
  ours: number;
  bare: number;
  ratio: number;
  samples: number[];
}

/** Milliseconds of each, in turns; the first rounds warm up and are not counted. */
export function sideBySide(ours: () => void, bare: () => void, rounds = 21, warmUps = 5): SideBySide {
  const timed = (work: () => void) => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  };
  const taken = { ours: [] as number[], bare: [] as number[] };
  for (let round = -warmUps; round < rounds; round += 1) {
    // Who goes first changes with every round.
    const pair = round % 2 === 0 ? [timed(ours), timed(bare)] : [timed(bare), timed(ours)].reverse();
    if (round < 0) continue;
    taken.ours.push(pair[0] ?? 0);
    taken.bare.push(pair[1] ?? 0);
  }
  const [one, other] = [median(taken.ours), median(taken.bare)];
  return { ours: one, bare: other, ratio: one / other, samples: taken.ours.map((ms, at) => ms / (taken.bare[at] ?? 1)) };
}
