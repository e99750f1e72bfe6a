// When accounts were seen and tokens used last, as far as Docker Hub says: three heaps, of which the one that nobody knows is its own.

/** One account or token with what is known of its last use: a day, or nothing. */
export interface Used {
  id: string;
  name: string;
  /** `YYYY-MM-DD` */
  lastOn: string | null;
}
export interface Activity<T extends Used> {
  recent: T[];
  /** Longest ago first. */
  quiet: T[];
  /** Docker Hub does not say when; not the same as never. */
  unknown: T[];
}

const DAY_MS = 86_400_000;

/** Who was active within so many days before `today`, who was not, and of whom nobody knows. */
export function activityOf<T extends Used>(items: readonly T[], today: string, days: number): Activity<T> {
  const since = new Date(Date.parse(today) - days * DAY_MS).toISOString().slice(0, 10);
  const activity: Activity<T> = { recent: [], quiet: [], unknown: [] };
  for (const item of items) {
    if (item.lastOn === null) activity.unknown.push(item);
    else if (item.lastOn < since) activity.quiet.push(item);
    else activity.recent.push(item);
  }
  activity.quiet.sort((a, b) => compareText(a.lastOn ?? '', b.lastOn ?? '') || compareText(a.name, b.name));
  activity.unknown.sort((a, b) => compareText(a.name, b.name));
  return activity;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
