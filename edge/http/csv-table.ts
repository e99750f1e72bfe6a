// A table that somebody hands over as CSV: the first line names the columns, in any order; commas, semicolons or tabs; quoted cells.
import Papa from 'papaparse';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';

export interface CsvLine {
  /** As an editor counts it, where no cell holds a line break. */
  line: number;
  /** Trimmed cells by the name of their column, in lower case. */
  cells: Readonly<Record<string, string>>;
}

interface Bounds {
  /** Each in all its spellings: one of them must be there. */
  columns: readonly (readonly string[])[];
  linesMax: number;
  /** What there are too many of. */
  noun: string;
}

/** Reads the table, or says what is wrong with it as a whole. */
export function readCsvTable(csv: string, { columns, linesMax, noun }: Bounds): Result<CsvLine[], Refusal> {
  const { data, meta, errors } = Papa.parse<Record<string, string>>(csv.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (header) => header.trim().toLowerCase(),
    delimitersToGuess: [',', ';', '\t'],
  });
  const missing = columns.filter((spellings) => !spellings.some((column) => meta.fields?.includes(column)));
  if (missing.length > 0)
    return invalid(`The first line must name the columns; missing: ${missing.map(([column]) => column).join(', ')}.`);
  const torn = errors.find(({ type }) => type === 'Quotes');
  if (torn) return invalid(`A quotation mark near line ${(torn.row ?? 0) + 2} is not closed or stands alone.`);
  if (data.length > linesMax) return invalid(`At most ${linesMax.toLocaleString('en')} ${noun} at a time.`);
  return ok(
    data.map((cells, at) => ({
      line: at + 2,
      cells: Object.fromEntries(
        Object.entries(cells).flatMap(([column, cell]) => (typeof cell === 'string' ? [[column, plain(cell)]] : [])),
      ),
    })),
  );
}

const invalid = (detail: string): Result<never, Refusal> => err({ reason: 'invalid', detail });

/** Our own files defuse what a spreadsheet would take for a formula by an apostrophe in front of it. It is no part of the value. */
const plain = (cell: string): string => cell.trim().replace(/^'(?=[=+\-@])/, '');
