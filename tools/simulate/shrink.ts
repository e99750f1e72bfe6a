// Makes a failing schedule small: leaves events out as long as the same thing still breaks.
import { runSchedule, type Verdict } from './run-schedule.ts';
import type { Event, Schedule } from './schedule.ts';

const RUNS_MAX = 3_000;

/** The smallest schedule found that breaks the same invariant, with its verdict. */
export async function shrink(schedule: Schedule, invariant: string): Promise<{ schedule: Schedule; verdict: Verdict }> {
  let events: readonly Event[] = schedule.events;
  let runs = 0;
  const breaks = async (candidate: readonly Event[]): Promise<boolean> => {
    runs += 1;
    const { broken } = await runSchedule({ ...schedule, events: [...candidate] });
    return broken?.invariant === invariant;
  };
  for (let size = Math.ceil(events.length / 2); size >= 1 && runs < RUNS_MAX; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < events.length && runs < RUNS_MAX;) {
      const candidate = events.toSpliced(at, size);
      if (await breaks(candidate)) events = candidate;
      else at += size;
    }
  }
  const faults = { ...schedule.faults };
  for (const name of Object.keys(faults).filter((key): key is keyof typeof faults => key in faults)) {
    const without = { ...schedule, events: [...events], faults: { ...faults, [name]: 0 } };
    if ((await runSchedule(without)).broken?.invariant === invariant) faults[name] = 0;
  }
  const smallest = { ...schedule, events: [...events], faults };
  return { schedule: smallest, verdict: await runSchedule(smallest) };
}
