// Two of them side by side, one side at a time.
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import { compareAccess, SIDES, type Side } from '#domain/compare.ts';
import { parseId } from '#domain/ids.ts';
import { folded } from '#domain/item-list.ts';
import type { ComparedInfo, ComparedQuestion, ComparedRow } from './answer-questions.ts';
import type { RowSource } from './list-answers.ts';
import { accountThing, located, teamThing } from './located.ts';
import type { Thing } from './questions.ts';

export function comparedSource(
  catalogue: AccessCatalogue,
  { a, b, side, search = '' }: ComparedQuestion,
): RowSource<ComparedRow, ComparedInfo> {
  const sides = compareAccess(catalogue, a, b);
  const words = folded(search).split(/\s+/).filter(Boolean);
  const rows = (sides?.[side] ?? []).flatMap((row): ComparedRow[] => {
    const parsed = parseId(row.id);
    if (!parsed || words.some((word) => !folded(`${parsed.organization}/${parsed.name}`).includes(word))) return [];
    return [{ ...row, organization: parsed.organization ?? '', name: parsed.name }];
  });
  const counts: Record<Side, number> = { a: 0, both: 0, b: 0 };
  for (const one of SIDES) counts[one] = sides?.[one].length ?? 0;
  const higher = { a: 0, b: 0 };
  for (const row of sides?.both ?? []) {
    if (row.a > row.b) higher.a += 1;
    if (row.b > row.a) higher.b += 1;
  }
  return {
    length: rows.length,
    info: { a: thingOf(catalogue, a), b: thingOf(catalogue, b), counts, higher },
    row: (at) => rows[at],
    idAt: (at) => rows[at]?.id,
    indexOf: (id) => rows.findIndex((row) => row.id === id),
  };
}

/** An account or team as it is named. */
export function thingOf(catalogue: AccessCatalogue, id: string): Thing | null {
  const subject = located(catalogue, id);
  if (subject?.type === 'account') return accountThing(subject.row, catalogue.people);
  return subject?.type === 'team' ? teamThing(subject.at.row) : null;
}
