// Search, filters and their counts for a list whose rows are all in memory.
import { folded } from '#domain/item-list.ts';
import type { ListFilter } from './list.ts';

/** A filter over rows in memory. A row has one of its values, or several. */
export interface LocalFilter<T> {
  name: string;
  label: string;
  valuesOf: (item: T) => readonly string[];
  /** The words of a value; the value itself where there are none. */
  labelOf?: (value: string) => string;
  /** Values in the order in which they are offered; others come after them by their label. */
  values?: readonly string[];
}

export type Chosen = Readonly<Record<string, readonly string[]>>;

interface Narrowed<T> {
  shown: readonly T[];
  filters: ListFilter[];
}

/**
 * The rows that fit the search and every filter; of a filter, any of its chosen values. A choice's count is how many rows there would
 * be with it, under the search and all the *other* filters: what a person sees after the tap.
 */
export function narrow<T>(
  items: readonly T[],
  textOf: (item: T) => string,
  search: string,
  filters: readonly LocalFilter<T>[],
  chosen: Chosen,
): Narrowed<T> {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? items : items.filter((item) => words.every((word) => folded(textOf(item)).includes(word)));

  const wanted = filters.map(({ name }) => new Set(chosen[name]));
  // What some row has is offered, also where the search or another filter leaves none: choices do not jump about.
  const counts = filters.map(({ valuesOf }) => new Map(items.flatMap(valuesOf).map((value) => [value, 0])));
  const shown: T[] = [];
  for (const item of found) {
    const has = filters.map((filter) => filter.valuesOf(item));
    const missed = wanted.flatMap((set, at) => (set.size === 0 || has[at]?.some((value) => set.has(value)) ? [] : [at]));
    if (missed.length === 0) shown.push(item);
    for (const [at, count] of counts.entries()) {
      if (missed.some((other) => other !== at)) continue;
      for (const value of new Set(has[at])) count.set(value, (count.get(value) ?? 0) + 1);
    }
  }
  return { shown, filters: filters.map((filter, at) => offered(filter, counts[at] ?? new Map(), wanted[at] ?? new Set())) };
}

function offered<T>(
  { name, label, values = [], labelOf = (value) => value }: LocalFilter<T>,
  counts: ReadonlyMap<string, number>,
  wanted: ReadonlySet<string>,
): ListFilter {
  // A choice that is set stays offered when nothing fits it any more: else nobody could take it back.
  const all = new Set([...counts.keys(), ...wanted]);
  const choices = [...all].map((value) => ({ value, label: labelOf(value), count: counts.get(value) ?? 0 }));
  const place = (value: string) => (values.includes(value) ? values.indexOf(value) : values.length);
  choices.sort((a, b) => place(a.value) - place(b.value) || a.label.localeCompare(b.label, 'en'));
  return { name, label, choices };
}
