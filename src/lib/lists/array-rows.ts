import type { ListRows } from './list.ts';

/** Rows that are all in memory. Reads them anew each time, so that whoever asks follows what they are made of. */
export class ArrayRows<T> implements ListRows<T> {
  readonly #read: () => readonly T[] | undefined;
  readonly #idOf: (item: T) => string;

  constructor(read: () => readonly T[] | undefined, idOf: (item: T) => string) {
    this.#read = read;
    this.#idOf = idOf;
  }

  get length(): number | undefined {
    return this.#read()?.length;
  }

  at(index: number): T | undefined {
    return this.#read()?.[index];
  }

  indexOf(id: string): Promise<number> {
    return Promise.resolve((this.#read() ?? []).findIndex((item) => this.#idOf(item) === id));
  }

  ids(from: number, to: number): Promise<string[]> {
    return Promise.resolve((this.#read() ?? []).slice(from, to).map(this.#idOf));
  }

  async *all(): AsyncGenerator<readonly T[]> {
    yield this.#read() ?? [];
  }
}
