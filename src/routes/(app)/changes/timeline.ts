// Changes as the page shows them: by day, by sync, and the syncs that changed nothing in one line.
import type { ChangeRecord } from '#domain/change-record.ts';
import type { HistoryReading } from '#domain/protocol/history.ts';

export type Moment =
  | { type: 'reading'; key: string; at: string; run: number | null; connectorId: string; records: ChangeRecord[] }
  | { type: 'quiet'; key: string; at: string; count: number };

export interface Day {
  /** Midnight of the day, where the reader is. */
  key: string;
  at: string;
  changes: number;
  moments: Moment[];
}

/**
 * Days of records and readings, newest first. `until`: how far back the records reach; older readings would look as if they had changed
 * nothing. Null where they are all there.
 */
export function timelineOf(records: readonly ChangeRecord[], readings: readonly HistoryReading[], until: string | null): Day[] {
  const moments = new Map<string, Extract<Moment, { type: 'reading' }>>();
  for (const record of records) {
    const key = `${record.at} ${record.connectorId}`;
    const known = moments.get(key);
    if (known) known.records.push(record);
    else {
      const { at, run, connectorId } = record;
      moments.set(key, { type: 'reading', key, at, run, connectorId, records: [record] });
    }
  }
  const quiet = readings
    .filter(({ at, connectorId }) => !moments.has(`${at} ${connectorId}`) && (until === null || at > until))
    .map(({ at, connectorId }): Moment => ({ type: 'quiet', key: `${at} ${connectorId}`, at, count: 1 }));
  const all = [...moments.values(), ...quiet].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));

  const days: Day[] = [];
  for (const moment of all) {
    const key = new Date(moment.at).toDateString();
    let day = days.at(-1);
    if (day?.key !== key) days.push((day = { key, at: moment.at, changes: 0, moments: [] }));
    const last = day.moments.at(-1);
    if (moment.type === 'quiet' && last?.type === 'quiet') {
      // Said with the time of the earliest of them: it was quiet from there on.
      day.moments[day.moments.length - 1] = { ...last, at: moment.at, count: last.count + 1 };
    } else day.moments.push(moment);
    if (moment.type === 'reading') day.changes += moment.records.filter(({ origin }) => origin !== 'first_read').length;
  }
  return days;
}

export interface DayCount {
  /** A day where the reader is, as `toDateString` says it. */
  key: string;
  at: number;
  outside: number;
  other: number;
}

const DAY_MS = 86_400_000;

/** Changes a day, for so many days up to now. */
export function countsByDay(records: readonly ChangeRecord[], now: number, days: number): DayCount[] {
  const counts = Array.from({ length: days }, (_, index): DayCount => {
    const at = now - (days - 1 - index) * DAY_MS;
    return { key: new Date(at).toDateString(), at, outside: 0, other: 0 };
  });
  const byKey = new Map(counts.map((one) => [one.key, one]));
  for (const { at, origin } of records) {
    const day = byKey.get(new Date(at).toDateString());
    if (day && origin === 'outside') day.outside += 1;
    else if (day && origin === 'newly_visible') day.other += 1;
  }
  return counts;
}

/** Who made the changes, most first; null stands for nobody known. */
export function makersOf(records: readonly ChangeRecord[]): { name: string | null; count: number }[] {
  const counts = new Map<string | null, number>();
  for (const { by, origin } of records)
    if (origin === 'outside') counts.set(by?.name ?? null, (counts.get(by?.name ?? null) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => Number(a.name === null) - Number(b.name === null) || b.count - a.count);
}

/** Records under the organization they belong to, by its name. */
export function byOrganization(records: readonly ChangeRecord[]): [organization: string, records: ChangeRecord[]][] {
  const groups = new Map<string, ChangeRecord[]>();
  for (const record of records) {
    const name = record.organization ?? '';
    const group = groups.get(name);
    if (group) group.push(record);
    else groups.set(name, [record]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
