/** After how many days without a sign somebody counts as not seen. */
export const DAYS_CHOICES = ['30', '90', '180', '365'].map((value) => ({ value, label: `${value} days` }));
const USUAL_DAYS = 90;

/** The number of days that an address names. */
export function daysOf(url: URL): number {
  const days = url.searchParams.get('days');
  return DAYS_CHOICES.some(({ value }) => value === days) ? Number(days) : USUAL_DAYS;
}
