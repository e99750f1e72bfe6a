// What was measured: a table for people, `bench-results.json` for programs, every sample beside it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../project.ts';
import { goalText, isMet, round, type Measured } from './figure.ts';
import type { Steadiness } from './steadiness.ts';

export interface FigureReport {
  figure: string;
  measured: Measured[];
  steadiness: Steadiness | null;
  /** Why it could not be measured, or null. */
  failure: string | null;
}

const RESULTS = join(ROOT, 'bench-results.json');
const SAMPLES = join(ROOT, 'test-results', 'bench-samples.json');

export function writeResults(reports: readonly FigureReport[]): void {
  const results = reports.flatMap(({ measured }) =>
    measured.map((figure) => ({
      name: figure.name,
      org: figure.org,
      value: round(figure.value),
      unit: figure.unit,
      goal: goalText(figure.goal),
      ok: isMet(figure),
    })),
  );
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  writeFileSync(SAMPLES, `${JSON.stringify(reports, null, 2)}\n`);
}

const COLUMNS = ['Figure', 'Org', 'Measured', 'Bare', 'Goal', ''] as const;

/** The whole table, also where a goal is missed. */
export function table(reports: readonly FigureReport[]): string {
  const lines = reports.flatMap(({ figure, measured, failure }) => [
    ...measured.map((row) => [
      row.name,
      row.org,
      `${round(row.value)} ${row.unit}`,
      row.bare === undefined ? '' : String(round(row.bare)),
      goalText(row.goal),
      isMet(row) ? 'ok' : 'MISSED',
    ]),
    ...(failure === null ? [] : [[figure, '', 'not measured', '', '', 'MISSED']]),
  ]);
  const widths = COLUMNS.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [row(COLUMNS), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}

/** What a reader must know beside the numbers. */
export const notes = (reports: readonly FigureReport[]): string[] =>
  reports.flatMap(({ figure, measured, steadiness, failure }) => [
    ...(failure === null ? [] : [`${figure}: not measured: ${failure}`]),
    ...measured.flatMap(({ name, org, note }) => (note === undefined ? [] : [`${name} (${org}): ${note}`])),
    ...(steadiness && Math.abs(steadiness.drift - 1) > 0.15
      ? [
          `${figure}: the machine was not steady: a fixed loop took ${steadiness.drift.toFixed(2)} × as long afterwards as before`,
        ]
      : []),
  ]);

export const isAllMet = (reports: readonly FigureReport[]): boolean =>
  reports.every(({ measured, failure }) => failure === null && measured.every(isMet));
