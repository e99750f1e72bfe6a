// How times are said: relative in lists, absolute with the zone where it counts. `Intl` and nothing else.
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const timeWithSeconds = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `Nov 24, 2026, 8:04:48 AM UTC` */
export const exactTime = (at: string): string => exact.format(new Date(at));

/** `08:04` */
export const timeOfDay = (at: string): string => time.format(new Date(at));

/** `08:04:48`: for log lines. */
export const timeOfDayWithSeconds = (at: string): string => timeWithSeconds.format(new Date(at));

/** `Nov 24`, with the year where it is not this one. */
export function dayOf(at: string, now = Date.now()): string {
  const date = new Date(at);
  return (date.getFullYear() === new Date(now).getFullYear() ? day : dayAndYear).format(date);
}

/** `today 08:04`, `Nov 26, 08:04` */
export function dayAndTime(at: string, now = Date.now()): string {
  const date = new Date(at);
  const today = new Date(now).toDateString() === date.toDateString();
  return today ? `today ${time.format(date)}` : `${dayOf(at, now)}, ${time.format(date)}`;
}

/** `just now`, `2 min ago`, `3 h ago`, `2 d ago`, then the date; `in 5 min` for what is to come. */
export function relativeTime(at: string, now: number): string {
  const past = now - Date.parse(at);
  const distance = Math.abs(past);
  if (distance < MINUTE_MS) return past >= -MINUTE_MS / 2 ? 'just now' : 'in a moment';
  const said =
    distance < HOUR_MS
      ? `${Math.round(distance / MINUTE_MS)} min`
      : distance < DAY_MS
        ? `${Math.round(distance / HOUR_MS)} h`
        : distance < 14 * DAY_MS
          ? `${Math.round(distance / DAY_MS)} d`
          : null;
  if (said === null) return dayOf(at, now);
  return past > 0 ? `${said} ago` : `in ${said}`;
}

/** `about 3 min`, `about 20 s`: for what is left of something. */
export function roughDuration(seconds: number): string {
  if (seconds < 45) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  if (seconds < 90 * 60) return `about ${Math.max(1, Math.round(seconds / 60))} min`;
  return `about ${Math.round(seconds / 3_600)} h`;
}
