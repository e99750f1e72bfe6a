// What every list is made of, whatever it lists and wherever its rows come from.

/** A value as an export has it. A number that is not wholly known says so: in a file, too, "not known" never reads as 0. */
export type ExportValue = string | number | boolean | null | PartlyKnown;
export interface PartlyKnown {
  /** The least it is; null where nothing is known. */
  atLeast: number | null;
}

export interface ListColumn<T> {
  id: string;
  label: string;
  /** A track of the grid: `200px`, `minmax(0,1fr)`. */
  width: string;
  align?: 'end';
  /** What the column sorts by, where the rows are all here. */
  by?: (item: T) => string | number;
  /** Whoever holds the rows can sort by it. */
  sortable?: boolean;
  /** What an export says, without marks and abbreviations. */
  value: (item: T) => ExportValue;
  /** Not shown until it is chosen. */
  hidden?: boolean;
}

export interface ListChoice {
  value: string;
  label: string;
  /** How many rows there are with this choice, together with the search and the other filters. */
  count: number;
}
export interface ListFilter {
  /** Its name in the address. */
  name: string;
  label: string;
  choices: readonly ListChoice[];
}

/** The rows of a list in its order: all in memory, or those of a worker or a server, brought as they are looked at. */
export interface ListRows<T> {
  /** How many fit; undefined until that is known. */
  readonly length: number | undefined;
  /** Undefined where it is not here yet; asking for it brings it. */
  at(index: number): T | undefined;
  /** -1 where it is not in the list. */
  indexOf(id: string): Promise<number>;
  /** Ids from one place up to, not including, another. */
  ids(from: number, to: number): Promise<string[]>;
  /** Everything in order, some at a time. */
  all(): AsyncIterable<readonly T[]>;
}

/** What a list is about, in words: `1 repository`, `64 repositories`. */
export interface ListWords {
  one: string;
  many: string;
}

/** Parameters of an address that are no filters. */
export const ADDRESS_WORDS = ['q', 'sort', 'cols', 'sel', 'tab', 'at'] as const;

/** `-name` is by name, turned round. */
export interface ListSort {
  id: string;
  desc: boolean;
}
export const sortOf = (text: string): ListSort => ({ id: text.replace(/^-/, ''), desc: text.startsWith('-') });
export const sortText = ({ id, desc }: ListSort): string => `${desc ? '-' : ''}${id}`;
