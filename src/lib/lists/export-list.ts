// A list as a file: its columns, its rows, its order, nothing else.
import { PRODUCT } from '#domain/product.ts';
import type { ExportValue, ListColumn, PartlyKnown } from './list.ts';

export type ExportFormat = 'csv' | 'json';

/** What a file says about itself, so that it can be understood next year. */
export interface Provenance {
  list: string;
  /** Name of the list in file names. */
  name: string;
  /** The day as of which the rows are, `YYYY-MM-DD` in UTC. */
  asOf: string;
  exportedAt: string;
  /** When the device last had the server's data; null where it never had. */
  dataAt: string | null;
  /** The list's address: whoever opens it sees the same rows. */
  address: string;
  search: string;
  filters: readonly { filter: string; choices: readonly string[] }[];
  sort: string;
  /** How many rows there are without search, filters and selection; null where nobody can say. */
  of: number | null;
  /** What could not be read: a row that is missing may be one that is not known. */
  notKnown: readonly string[];
}

export const fileName = ({ name, asOf }: Pick<Provenance, 'name' | 'asOf'>, format: ExportFormat): string =>
  `${PRODUCT.toLowerCase()}-${name}-${asOf}.${format}`;

const isPartly = (value: ExportValue): value is PartlyKnown => typeof value === 'object' && value !== null;

const inWords = (value: ExportValue): string | number | boolean | null => {
  if (!isPartly(value)) return value;
  return value.atLeast === null ? 'not known' : `at least ${value.atLeast}`;
};

/** CSV as RFC 4180 has it. What a spreadsheet would take for a formula is defused. CSV has no place for a note: that is in the name. */
export async function csvOf<T>(columns: readonly ListColumn<T>[], rows: readonly T[]): Promise<string> {
  const { default: papa } = await import('papaparse');
  return papa.unparse(
    { fields: columns.map(({ label }) => label), data: rows.map((row) => columns.map(({ value }) => inWords(value(row)))) },
    { escapeFormulae: true },
  );
}

/** JSON with a head that says what was exported, when and how. Values keep their types; nothing has to be defused. */
export function jsonOf<T>(columns: readonly ListColumn<T>[], rows: readonly T[], provenance: Provenance): string {
  const { name: _, ...head } = provenance;
  const body = {
    product: PRODUCT,
    ...head,
    columns: columns.map(({ id, label }) => ({ id, label })),
    count: rows.length,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ id, value }) => [id, value(row)]))),
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}
