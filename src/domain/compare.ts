// Two people, a person and a team, or two teams, laid side by side: what only one of them has, what both have, and at which levels.
import type { AccessCatalogue } from './access-catalogue.ts';
import { ranksById, type Rank } from './matrix-ranks.ts';

export const SIDES = ['a', 'both', 'b'] as const;
export type Side = (typeof SIDES)[number];

export interface ComparedRepository {
  id: string;
  a: Rank;
  b: Rank;
}

/** By side, in the order of names; null where the copy lacks one of the two. */
export function compareAccess(catalogue: AccessCatalogue, a: string, b: string): Record<Side, ComparedRepository[]> | null {
  const [ofA, ofB] = [ranksById(catalogue, a), ranksById(catalogue, b)];
  if (!ofA || !ofB) return null;
  const sides: Record<Side, ComparedRepository[]> = { a: [], both: [], b: [] };
  for (const id of [...new Set([...ofA.keys(), ...ofB.keys()])].sort()) {
    const row = { id, a: ofA.get(id) ?? 0, b: ofB.get(id) ?? 0 };
    sides[row.b === 0 ? 'a' : row.a === 0 ? 'b' : 'both'].push(row);
  }
  return sides;
}
