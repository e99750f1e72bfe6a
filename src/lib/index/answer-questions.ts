// Questions of the pages that are answers: care, compare, matrix, what if.
import type { Side } from '#domain/compare.ts';
import type { CatalogueEdit } from '#domain/catalogue-edit.ts';
import type { Rank } from '#domain/matrix-ranks.ts';
import type { MatrixOrder } from '#domain/matrix.ts';
import type { Thing, View } from './questions.ts';

interface Viewed {
  view?: View | undefined;
}

export interface ComparedQuestion extends Viewed {
  /** Two accounts, an account and a team, or two teams. */
  a: string;
  b: string;
  side: Side;
  search?: string;
}
export interface ComparedRow {
  id: string;
  organization: string;
  name: string;
  a: Rank;
  b: Rank;
}
export interface ComparedInfo {
  /** Null where the copy has nothing under the id. */
  a: Thing | null;
  b: Thing | null;
  counts: Record<Side, number>;
  /** Of what both have: how often one holds more than the other. */
  higher: Record<'a' | 'b', number>;
}

export interface WhatIfQuestion extends Viewed {
  plan: readonly CatalogueEdit[];
}
export interface PlannedEdit {
  type: CatalogueEdit['type'];
  /** Undefined where it takes no such thing; null where the copy has it not: then the edit changes nothing. */
  account?: Thing | null;
  team?: Thing | null;
  repository?: Thing | null;
  organization?: string;
  level?: Rank;
  /** What the team holds now. */
  was?: Rank;
  members?: number;
}
export interface WhatIfInfo {
  plan: PlannedEdit[];
  accounts: number;
  lost: number;
  lowered: number;
  gained: number;
  /** Accounts that would have nothing left. */
  emptied: number;
  onlyOwnersPush: { id: string; organization: string; name: string }[];
}
export type WhatIfRow =
  | { type: 'account'; key: string; thing: Thing; lost: number; lowered: number; gained: number; losesAll: boolean }
  | { type: 'repository'; key: string; id: string; organization: string; name: string; who: string; before: Rank; after: Rank };

export interface MatrixQuestion extends Viewed {
  organization: string;
  of: 'people' | 'teams';
  order: MatrixOrder;
  /** Narrows rows and columns by their names. */
  rows?: string;
  columns?: string;
  /** Owners one by one, instead of in one row. */
  owners: boolean;
}
export interface MatrixGroup {
  label: string;
  from: number;
  size: number;
}
export interface MatrixInfo {
  columns: { id: string; name: string }[];
  columnGroups: MatrixGroup[];
  /** Places of the rows that begin a section. */
  sections: number[];
  /** Rows apart from sections and owners, and how many there are of everything when nothing is narrowed. */
  shown: { rows: number; columns: number };
  all: { rows: number; columns: number };
  /** What the picture shows, in a sentence; null where it is only a picture. */
  finding: string | null;
  outside: number;
}
export type MatrixRowView =
  | { type: 'section'; key: string; label: string; size: number }
  | { type: 'owners'; key: string; names: string[] }
  | { type: 'line'; key: string; thing: Thing; ranks: Rank[]; outside: number[] };
