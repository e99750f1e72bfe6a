const whole = new Intl.NumberFormat('en');

/** `4,812` */
export const count = (value: number): string => whole.format(value);

/** `1 team`, `4,812 teams`; for other plurals give both forms. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${whole.format(value)} ${value === 1 ? one : many}`;

/** `Dana`, `Dana and Lee`, `Dana, Lee and 3 others` */
export function namesOf(names: readonly string[], shown = 2): string {
  const [first, second] = names;
  if (first === undefined) return 'nobody';
  if (second === undefined) return first;
  const rest = names.length - shown;
  if (rest <= 0) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;
  return `${names.slice(0, shown).join(', ')} and ${counted(rest, 'other')}`;
}

/** `1.2 MB` */
export function bytes(value: number): string {
  if (value < 1_000_000) return `${Math.max(1, Math.round(value / 1_000))} kB`;
  return `${(value / 1_000_000).toFixed(value < 10_000_000 ? 1 : 0)} MB`;
}
