// A saved view is an address. Which of its parameters belong to it, and what it might be called.
import type { ListFilter } from './list.ts';
import type { Chosen } from './local-filters.ts';

/** What is only where somebody stands in the list, not what it shows. */
const PASSING = ['sel', 'tab'];
const NAME_MAX = 60;

/** The address as a view keeps it. Columns that were chosen on this device are named, so that others see them too. */
export function viewPath(address: string, columns: readonly string[], hasOwnColumns: boolean): string {
  const [path = '', query = ''] = address.split('?');
  const parameters = new URLSearchParams(query);
  for (const name of PASSING) parameters.delete(name);
  parameters.delete('cols');
  if (hasOwnColumns) parameters.set('cols', columns.join(','));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Whether two addresses show the same list: the order of their parameters does not matter. */
export function isSameView(a: string, b: string): boolean {
  const [pathA = '', queryA = ''] = a.split('?');
  const [pathB = '', queryB = ''] = b.split('?');
  const sorted = (query: string) =>
    [...new URLSearchParams(query)]
      .map((pair) => pair.join('='))
      .toSorted()
      .join('&');
  return pathA === pathB && sorted(queryA) === sorted(queryB);
}

/** `Private, with insights`, or the list's own name where nothing is filtered. */
export function suggestedName(title: string, filters: readonly ListFilter[], chosen: Chosen, search: string): string {
  const labels = filters.flatMap(({ name, choices }) =>
    (chosen[name] ?? []).map((value) => choices.find((choice) => choice.value === value)?.label ?? value),
  );
  const parts = [...labels, ...(search === '' ? [] : [`“${search}”`])];
  return (parts.length === 0 ? title : parts.join(', ')).slice(0, NAME_MAX);
}
