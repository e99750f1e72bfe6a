// Whether what a run would take away is so much that somebody has to look first.
import type { DataSet } from '#domain/catalogue.ts';
import type { Loss } from '#domain/catalogue-diff.ts';
import type { SyncRun } from '#domain/protocol/connectors.ts';

type HeldLoss = NonNullable<SyncRun['held']>[number];

const SHARE_MAX = 0.2;
const ITEMS_MAX = 25;
const HALF = 0.5;
/** Below this many, half is one or two: too few to say anything. */
const HALF_FROM = 3;

export type Totals = Record<string, Partial<Record<DataSet, number>>>;

/** Whether losing so many of so many is too much to apply unseen. */
export const isTooMuch = (lost: number, of: number): boolean =>
  (lost > ITEMS_MAX && lost > of * SHARE_MAX) || (of >= HALF_FROM && lost > of * HALF);

/** Adds losses up over the batches of a run. A few names of each are kept. */
export class Losses {
  readonly #lost = new Map<string, { organization: string; dataSet: DataSet; count: number; examples: string[] }>();

  add(losses: readonly Loss[]): void {
    for (const { organization, dataSet, lost } of losses) {
      const key = `${dataSet} ${organization}`;
      const sum = this.#lost.get(key) ?? { organization, dataSet, count: 0, examples: [] };
      sum.count += lost.length;
      sum.examples.push(...lost.slice(0, Math.max(0, 5 - sum.examples.length)));
      this.#lost.set(key, sum);
    }
  }

  /** Those that hold the run. Organizations that somebody chose not to read any more are no loss. */
  tooMuch(totals: Totals, isWanted: (organization: string) => boolean): HeldLoss[] {
    return [...this.#lost.values()]
      .map(({ organization, dataSet, count, examples }) => ({
        organization,
        dataSet,
        lost: count,
        of: totals[organization]?.[dataSet] ?? 0,
        examples,
      }))
      .filter(({ organization, lost, of }) => isWanted(organization) && isTooMuch(lost, of))
      .sort((a, b) => (a.organization + a.dataSet < b.organization + b.dataSet ? -1 : 1));
  }
}
