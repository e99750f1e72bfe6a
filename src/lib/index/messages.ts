// What the page and the index's worker say to each other. Both are built together, so neither checks the other's words.
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { Result } from '#domain/result.ts';
import type { Failure, Outcome } from '#lib/sync/api.ts';
import type { Ask, AskRows } from './questions.ts';

/** `opening`: documents are being read. `ready`: everything can be asked. `counted`: and every count is worked out. */
export type IndexStage = 'opening' | 'ready' | 'counted';

/** `cleared`: the browser took the copy away and it is fetched again. `full`: no room for newer data. `closed`: reload to go on. */
export type CopyHealth = 'fine' | 'cleared' | 'full' | 'closed';

export type Request =
  /** The copy is sealed: nothing is read before this. */
  | { type: 'unlock'; key: Uint8Array }
  | { type: 'ask'; asked: Ask }
  | { type: 'window' | 'ids'; asked: AskRows; from: number; to: number }
  | { type: 'indexOf'; asked: AskRows; id: string }
  | { type: 'pull' }
  | { type: 'openDay'; day: string; documents: ReadonlyMap<string, readonly CatalogueDocument[]> }
  | { type: 'closeDay'; day: string };
export interface Numbered {
  number: number;
  request: Request;
}

export type Told =
  | { type: 'answer'; number: number; value: unknown }
  | { type: 'failed'; number: number; message: string }
  /** Another revision of the catalogue or of the people in it: what was answered before may not hold. */
  | { type: 'state'; stage: IndexStage; revision: number }
  | { type: 'outcome'; outcome: Outcome }
  | { type: 'health'; health: CopyHealth };

export type PullOutcome = Result<number, Failure>;

/** How a question is spelled where its answer is kept: without what is not set, in one order. */
export function keyOf(type: 'ask' | 'window', name: string, question: unknown): string {
  return `${type} ${name} ${JSON.stringify(question, (_key, value: unknown) => spelled(value))}`;
}

function spelled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const set = Object.entries(value).filter(([, one]) => one !== undefined && one !== '' && !isEmpty(one));
  return Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) ? value.length === 0 : Object.values(value).every(isEmpty));

/** Name of a worker that waits for the key of a sealed copy. */
export const SEALED_WORKER = 'index-sealed';

/** Rows that are brought at once. */
export const WINDOW_ROWS = 64;
