// How often a connector reads Docker Hub by itself.
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
