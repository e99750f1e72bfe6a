// One list of Docker Hub, read page by page while others change it. It is whole when every page tells the same total and as many
// different items were seen as that total says; pages told another total than the newest are read again.
import type { Staged } from './staging.ts';

export const PAGE_SIZE = 100;

export type ListState = 'reading' | 'whole' | 'partial' | 'forbidden' | 'missing' | 'absent' | 'unknown_shape';

/** Times that a list which does not come out even is read again. */
const ROUNDS_MAX = 3;

interface ReadPage {
  total: number | null;
  /** Each item by a number made of its key: enough to tell them apart, and small. */
  keys: Float64Array;
}

/** Page sizes that a server which ignores ours may use. Shared by lists of one route. */
export class SilentPageSizes {
  /** Sizes that would look like a whole short list; each is doubted until one list has shown that it was whole. */
  readonly #doubted = new Set([10, 25, 50]);
  /** What the route was found to use. */
  size = PAGE_SIZE;

  isDoubtful(count: number): boolean {
    return count === this.size || this.#doubted.has(count);
  }
  wasWhole(count: number): void {
    this.#doubted.delete(count);
  }
  isSize(count: number): void {
    this.size = count;
  }
}

export class PagedList {
  state: ListState = 'reading';
  readonly #pages = new Map<number, ReadPage>();
  readonly #asked = new Set<number>();
  readonly #stale = new Set<number>();
  readonly #sizes: SilentPageSizes;
  #total: number | null = null;
  #pageSize = PAGE_SIZE;
  #rounds = 0;
  #different: number | null = null;
  /** Of a list without a total: its last page is known. */
  #hasEnded = false;

  readonly #isPaged: boolean;

  /** Not paged: the first answer is all there is, however much. */
  constructor(sizes = new SilentPageSizes(), isPaged = true) {
    this.#sizes = sizes;
    this.#isPaged = isPaged;
  }

  /** How many there are, as the newest page says; null while unknown. */
  get total(): number | null {
    return this.#total;
  }
  /** How many items were seen; once settled, different ones. */
  get seen(): number {
    if (this.#different !== null) return this.#different;
    let seen = 0;
    for (const { keys } of this.#pages.values()) seen += keys.length;
    return seen;
  }
  get isSettled(): boolean {
    return this.state !== 'reading';
  }
  /** Pages that were read, and how many there will be as far as is known. */
  get pagesRead(): number {
    return this.#pages.size;
  }
  get pagesExpected(): number {
    return Math.max(this.#pagesNeeded(), this.#pages.size, 1);
  }
  get inFlight(): number {
    return this.#asked.size;
  }

  /** The next page to ask for, which counts as asked for from now on; null when there is nothing to ask just now. */
  next(): number | null {
    if (this.isSettled) return null;
    for (let page = 1; page <= this.#pagesNeeded(); page += 1) {
      if (this.#asked.has(page)) continue;
      if (this.#pages.has(page) && !this.#stale.has(page)) continue;
      this.#asked.add(page);
      return page;
    }
    return null;
  }

  /** A page was not asked for after all. */
  released(page: number): void {
    this.#asked.delete(page);
  }

  /** A page came. Answers pages that are no longer part of the list. */
  arrived({ page, state, total, count }: Pick<Staged, 'page' | 'state' | 'total' | 'count'>, keys: Float64Array): number[] {
    this.#asked.delete(page);
    this.#stale.delete(page);
    this.#different = null;
    if (state === 'missing' && page > 1) {
      this.#pastEnd(page);
    } else if (state !== 'read') {
      this.state = state;
    } else {
      this.#pages.set(page, { total, keys });
      if (total === null) this.#arrivedWithoutTotal(page, count);
      else this.#arrivedWithTotal(page, total, count);
    }
    return this.#settle();
  }

  /** Reads everything again: something else showed that the list is not what it was. */
  readAgain(): void {
    this.#rounds += 1;
    if (this.state !== 'whole' || this.#rounds > ROUNDS_MAX) return;
    this.state = 'reading';
    for (const page of this.#pages.keys()) this.#stale.add(page);
  }

  *keys(): Generator<number> {
    for (const { keys } of this.#pages.values()) yield* keys;
  }

  #arrivedWithTotal(page: number, total: number, count: number): void {
    this.#total = total;
    // A server may cut pages otherwise than asked for; the first one shows it.
    const isCutOtherwise = count > PAGE_SIZE || (count > 0 && count < Math.min(total, PAGE_SIZE));
    if (page === 1) this.#pageSize = isCutOtherwise ? count : PAGE_SIZE;
  }

  #arrivedWithoutTotal(page: number, count: number): void {
    const before = this.#pages.get(page - 1);
    const own = this.#pages.get(page);
    const first = this.#pages.get(1)?.keys.length ?? 0;
    if (page > 1 && before && own && (count === 0 || isSame(before.keys, own.keys))) {
      // Nothing more, or the same once more because the route knows no pages: the list was whole before.
      this.#pages.delete(page);
      if (page === 2) this.#sizes.wasWhole(first);
      this.#hasEnded = true;
      return;
    }
    if (page > 1 && first < PAGE_SIZE) this.#sizes.isSize(first);
    this.#hasEnded = page === 1 ? !this.#sizes.isDoubtful(count) : count < first;
  }

  /** A list that got shorter answers "not found" beyond its end: how long it is now, the first page knows. */
  #pastEnd(page: number): void {
    this.#pages.delete(page);
    if (this.#total === null) {
      if (page === 2) this.#sizes.wasWhole(this.#pages.get(1)?.keys.length ?? 0);
      this.#hasEnded = true;
      return;
    }
    this.#rounds += 1;
    this.#total = Math.min(this.#total, (page - 1) * this.#pageSize);
    this.#stale.add(1);
    if (this.#rounds > ROUNDS_MAX) this.state = 'partial';
  }

  #pagesNeeded(): number {
    if (this.#pages.size === 0 || !this.#isPaged) return 1;
    if (this.#total !== null) return Math.max(1, Math.ceil(this.#total / this.#pageSize));
    return this.#hasEnded ? this.#pages.size : this.#pages.size + 1;
  }

  #settle(): number[] {
    if (this.isSettled || this.#asked.size > 0 || this.#stale.size > 0) return [];
    const needed = this.#pagesNeeded();
    for (let page = 1; page <= needed; page += 1) if (!this.#pages.has(page)) return [];

    const surplus = [...this.#pages.keys()].filter((page) => page > needed);
    for (const page of surplus) this.#pages.delete(page);
    this.#different = new Set(this.keys()).size;
    if (this.#total === null || !this.#isPaged) {
      this.state = 'whole';
      return surplus;
    }
    const older = [...this.#pages].filter(([, read]) => read.total !== this.#total).map(([page]) => page);
    if (older.length === 0 && this.#different === this.#total) this.state = 'whole';
    else if (this.#rounds >= ROUNDS_MAX) this.state = 'partial';
    else {
      this.#rounds += 1;
      for (const page of older.length > 0 ? older : this.#pages.keys()) this.#stale.add(page);
    }
    return surplus;
  }
}

const isSame = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((key, index) => key === b[index]);

/** A text as one number of 53 bits (cyrb53): collisions among a million are one in ten thousand, and cost one more read. */
export function keyOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
