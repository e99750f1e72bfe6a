// The rows of a thing's tab, narrowed by what is searched among them.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import { folded } from '#domain/item-list.ts';
import type { RowSource } from './list-answers.ts';
import { located, rowsOf } from './located.ts';
import type { DetailRow, SubjectRowsInfo, SubjectRowsQuestion } from './questions.ts';

export function subjectRows(
  catalogue: AccessCatalogue,
  { id, tab, search = '' }: SubjectRowsQuestion,
): RowSource<DetailRow, SubjectRowsInfo> {
  const subject = located(catalogue, id);
  const all = subject && tab !== 'about' ? rowsOf(subject, tab, catalogue.people) : [];
  const rows = narrowed(all, search);
  return {
    length: rows.length,
    info: { things: all.filter(({ type }) => type === 'thing').length },
    row: (at) => rows[at],
    idAt: (at) => rows[at]?.key,
    indexOf: (key) => rows.findIndex((row) => row.key === key),
  };
}

/** Rows whose names hold every word, under the heads that still have any. */
function narrowed(all: readonly DetailRow[], text: string): readonly DetailRow[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  const fits = (row: DetailRow) => {
    if (row.type === 'head') return true;
    const { name, organization = '', username = '' } = row.thing;
    const hay = folded(`${organization}/${name} ${username} ${row.through?.name ?? ''}`);
    return words.every((word) => hay.includes(word));
  };
  const kept = all.filter(fits);
  return kept.filter((row, at) => row.type === 'thing' || kept[at + 1]?.type === 'thing');
}
