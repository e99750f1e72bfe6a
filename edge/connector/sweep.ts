// Permissions of teams on repositories are in no log of Docker Hub's, so each is looked at again now and then. Which comes next: the one
// that was not looked at for longest, sooner where more power is at stake; how often: as somebody chose, with at most a quarter of what
// Docker Hub allows.
import * as z from 'zod';
import type { TeamDocument } from '#domain/catalogue.ts';

const MINUTE_MS = 60_000;
/** The share of what Docker Hub allows that sweeping may take. */
const SHARE = 0.25;
/** Taken to be allowed while Docker Hub has not said: the least anybody has seen. */
const CALLS_PER_MINUTE_UNSAID = 180;

/** When each was looked at, by key, in milliseconds. */
export const Looks = z.record(z.string(), z.number());
export type Looks = z.infer<typeof Looks>;

export interface Sweepable {
  key: string;
  /** How soon it comes, against others of its age. */
  weight: number;
}

/** Admin rights hurt most where nobody notices them. */
export function weightOf({ admin, write }: Pick<TeamDocument, 'admin' | 'write'>): number {
  if (admin.length > 0) return 1.5;
  return write.length > 0 ? 1.2 : 1;
}

/** Who comes next: age × weight, of those whose time has come. */
export function nextToSweep<T extends Sweepable>(
  all: readonly T[],
  looks: Looks,
  from: number,
  everyMs: number,
  now: number,
): { next: T } | { dueAt: number } | null {
  let best: T | null = null;
  let most = -1;
  let dueAt = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const lookedAt = looks[one.key] ?? from;
    const age = now - lookedAt;
    if (age < everyMs) {
      dueAt = Math.min(dueAt, lookedAt + everyMs);
      continue;
    }
    if (age * one.weight > most) {
      most = age * one.weight;
      best = one;
    }
  }
  if (best) return { next: best };
  return all.length === 0 ? null : { dueAt };
}

/** Holds the sweep to its share of any minute. */
export class SweepPace {
  #calls: number[] = [];

  called(now: number): void {
    this.#calls.push(now);
  }

  /** When the next call may be made; now, or later. */
  nextAt(now: number, callsPerMinute: number | null): number {
    this.#calls = this.#calls.filter((at) => at > now - MINUTE_MS);
    const share = Math.max(1, Math.floor((callsPerMinute ?? CALLS_PER_MINUTE_UNSAID) * SHARE));
    const oldest = this.#calls[this.#calls.length - share];
    return oldest === undefined ? now : oldest + MINUTE_MS;
  }
}
