// A figure: something the design promises, as a number beside its goal.
import type { Workshop } from './workshop.ts';

export type Goal = { atMost: number } | { atLeast: number };

export interface Measured {
  name: string;
  /** The organization it was measured on, or `-`. */
  org: string;
  value: number;
  unit: string;
  goal: Goal;
  /** Everything that was measured, where it was measured more than once. */
  samples?: readonly number[];
  /** What the same work costs without Watchbill, measured in the same run; in the unit of the value. */
  bare?: number;
  /** What a reader must know to judge it. */
  note?: string;
}

export interface Figure {
  /** For `--only`. */
  name: string;
  measure(workshop: Workshop): Promise<Measured[]>;
}

export const isMet = ({ value, goal }: Pick<Measured, 'value' | 'goal'>): boolean =>
  'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;

export const goalText = (goal: Goal): string => ('atMost' in goal ? `<= ${round(goal.atMost)}` : `>= ${round(goal.atLeast)}`);

/** Three significant digits, or the whole number where it has more. */
export const round = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
