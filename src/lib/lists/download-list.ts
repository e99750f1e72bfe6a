// Gives a list to the person as a file. Needs no network.
import { page } from '$app/state';
import { csvOf, fileName, jsonOf, type ExportFormat, type Provenance } from './export-list.ts';
import { sortText } from './list.ts';
import type { ListModel } from './list-model.svelte.ts';

/** What only the page knows about its rows. */
export interface ListFacts {
  title: string;
  /** The past day that is shown, or null for now. */
  asOf?: string | null;
  /** When the device last had the server's data. */
  dataAt: string | null;
  notKnown?: readonly string[];
}

const TYPES: Record<ExportFormat, string> = { csv: 'text/csv;charset=utf-8', json: 'application/json' };

/** Downloads what is shown: the selected rows, or all of them where none is selected. Answers how many rows there are in the file. */
export async function downloadList<T extends object>(
  list: ListModel<T>,
  format: ExportFormat,
  facts: ListFacts,
  now: Date,
): Promise<number> {
  const columns = [...list.columns];
  const selected = new Set(list.selectedIds);
  const rows: T[] = [];
  for await (const some of list.rows.all()) {
    for (const row of some) if (selected.size === 0 || selected.has(list.options.idOf(row))) rows.push(row);
  }
  const provenance = provenanceOf(list, facts, now);
  const text = format === 'csv' ? await csvOf(columns, rows) : jsonOf(columns, rows, provenance);
  save(new Blob([text], { type: TYPES[format] }), fileName(provenance, format));
  return rows.length;
}

function provenanceOf<T extends object>(list: ListModel<T>, facts: ListFacts, now: Date): Provenance {
  const exportedAt = now.toISOString();
  const asked = { cols: list.columns.map(({ id }) => id).join(','), sel: null };
  return {
    list: facts.title,
    name: list.options.name(),
    asOf: facts.asOf ?? (facts.dataAt ?? exportedAt).slice(0, 10),
    exportedAt,
    dataAt: facts.dataAt,
    address: page.url.origin + list.address.with(asked),
    search: list.search.trim(),
    filters: list.filters.flatMap(({ name, label, choices }) => {
      const chosen = list.chosen[name] ?? [];
      if (chosen.length === 0) return [];
      return [{ filter: label, choices: chosen.map((one) => choices.find(({ value }) => value === one)?.label ?? one) }];
    }),
    sort: sortText(list.sort),
    of: list.total ?? null,
    notKnown: facts.notKnown ?? [],
  };
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
