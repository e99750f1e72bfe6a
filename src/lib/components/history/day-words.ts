// Days as people say them. A day of the history is a UTC day, so it is said without a time zone in between.
const withYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `Oct 1, 2026` */
export const dayInWords = (day: string): string => withYear.format(new Date(`${day}T00:00:00Z`));

/** Whether it is a day at all: what stands in an address may be anything. */
export const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** The UTC day of now, or of so many days before. */
export const dayBefore = (now: number, days = 0): string => new Date(now - days * 86_400_000).toISOString().slice(0, 10);
