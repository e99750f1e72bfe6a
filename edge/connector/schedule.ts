// When a connector is read next.
import * as z from 'zod';

const HOUR_MS = 3_600_000;
/** Connectors that were set up together need not all start together. */
const JITTER_SHARE = 0.02;
const JITTER_MS_MAX = 10 * 60_000;
const RETRY_MS_FIRST = 5 * 60_000;

export const Schedule = z.object({
  /** When the next run is due, in milliseconds; null: none is. */
  nextAtMs: z.number().nullable(),
  /** Failed runs in a row. */
  failures: z.int(),
});
export type Schedule = z.infer<typeof Schedule>;

export interface Rhythm {
  everyHours: number;
  /** The last run failed for another reason than the credential: then it is worth trying again sooner. */
  retriesSooner: boolean;
  failures: number;
}

/** The moment of the next run, counted from now. `random`: 0 to 1. */
export function nextRunAt(now: number, { everyHours, retriesSooner, failures }: Rhythm, random: number): number {
  const regular = everyHours * HOUR_MS;
  const wait = retriesSooner ? Math.min(regular, RETRY_MS_FIRST * 2 ** Math.max(0, failures - 1)) : regular;
  return now + wait + Math.floor(random * Math.min(JITTER_MS_MAX, wait * JITTER_SHARE));
}
