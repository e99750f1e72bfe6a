// How often a connector reads Docker Hub by itself.
import type { Connector } from '#domain/protocol/connectors.ts';

const SCHEDULES: readonly { hours: number; label: string }[] = [
  { hours: 1, label: 'Every hour' },
  { hours: 4, label: 'Every 4 hours' },
  { hours: 6, label: 'Every 6 hours' },
  { hours: 12, label: 'Every 12 hours' },
  { hours: 24, label: 'Every day' },
  { hours: 48, label: 'Every 2 days' },
  { hours: 168, label: 'Every week' },
];

/** `Every 4 hours` */
export const scheduleInWords = (hours: number): string =>
  SCHEDULES.find((schedule) => schedule.hours === hours)?.label ?? `Every ${hours} hours`;

/** What can be chosen; a schedule that a program set is among them. */
export function scheduleChoices(current: number): { value: string; label: string }[] {
  const hours = SCHEDULES.map((schedule) => schedule.hours);
  return (hours.includes(current) ? hours : [...hours, current].toSorted((a, b) => a - b)).map((value) => ({
    value: String(value),
    label: scheduleInWords(value),
  }));
}

const CHANGE_MINUTES: readonly number[] = [1, 5, 15, 60];
const PERMISSION_MINUTES: readonly number[] = [10, 30, 60, 360, 1_440];

/** `Every 5 minutes`, `Not at all` */
export function minutesInWords(minutes: number): string {
  if (minutes === 0) return 'Not at all';
  if (minutes === 1) return 'Every minute';
  return minutes % 60 === 0 ? scheduleInWords(minutes / 60) : `Every ${minutes} minutes`;
}

/** How often changes or permissions are looked at between syncs; what a program set is among them. */
export function minuteChoices(what: 'changes' | 'permissions', current: number): { value: string; label: string }[] {
  const minutes = what === 'changes' ? CHANGE_MINUTES : PERMISSION_MINUTES;
  const all = current === 0 || minutes.includes(current) ? minutes : [...minutes, current].toSorted((a, b) => a - b);
  return [...all, 0].map((value) => ({ value: String(value), label: minutesInWords(value) }));
}

type Followed = Pick<Connector, 'changesEveryMinutes' | 'checkedAt' | 'completeness' | 'dataAt' | 'paused'>;

/** Why changes between syncs stay unseen until the next one, or null where they are followed. */
export function whyNotFollowed({ changesEveryMinutes, completeness, dataAt, paused }: Followed): string | null {
  if (paused || dataAt === null) return null;
  if (changesEveryMinutes === 0) return 'Changes between syncs are not looked for.';
  const activity = Object.values(completeness).map((sets) => sets.activity);
  const isUnread = activity.length > 0 && activity.every((set) => set !== undefined && set.state !== 'complete');
  return isUnread ? `Changes between syncs cannot be seen. ${activity[0]?.reason ?? ''}`.trim() : null;
}
