// A list that keeps its order and can be searched while single items come, change and go. Each item has a number for as long as the
// list lives; what crosses to whoever shows the list are numbers, and rows of the few that are in sight.
import { NameSearch } from './name-search.ts';

export interface ListItem {
  id: string;
  /** What is searched: lower case, without accents. */
  text: string;
  /** What the list is in order of. */
  order: string;
}

export class ItemList<T extends ListItem> {
  readonly #items: (T | undefined)[] = [];
  readonly #numberById = new Map<string, number>();
  readonly #search = new NameSearch();
  /** Numbers in order; null while many have been added at once and nobody has asked for it. */
  #ordered: number[] | null = null;
  #size = 0;

  constructor(items: Iterable<T> = []) {
    for (const item of items) this.#add(item);
  }

  get size(): number {
    return this.#size;
  }
  /** One more than the largest number. */
  get numbers(): number {
    return this.#items.length;
  }

  at(number: number): T | undefined {
    return this.#items[number];
  }
  numberOf(id: string): number | undefined {
    return this.#numberById.get(id);
  }
  get(id: string): T | undefined {
    const number = this.#numberById.get(id);
    return number === undefined ? undefined : this.#items[number];
  }

  /** Adds an item, or puts it in the place of the one with its id. */
  put(item: T): void {
    const before = this.#numberById.get(item.id);
    if (before !== undefined && this.#ordered) this.#ordered.splice(this.#placeOf(before), 1);
    const number = before ?? this.#add(item);
    if (before !== undefined) {
      this.#items[number] = item;
      this.#search.put(number, item.text);
    }
    if (this.#ordered) this.#ordered.splice(this.#placeOf(number), 0, number);
  }

  remove(id: string): void {
    const number = this.#numberById.get(id);
    if (number === undefined) return;
    if (this.#ordered) this.#ordered.splice(this.#placeOf(number), 1);
    this.#items[number] = undefined;
    this.#numberById.delete(id);
    this.#search.put(number, '');
    this.#size -= 1;
  }

  /** Numbers of all items, in order. */
  inOrder(): readonly number[] {
    if (this.#ordered) return this.#ordered;
    const numbers = [...this.#numberById.values()];
    const orders = this.#items.map((item) => item?.order ?? '');
    numbers.sort((a, b) => compare(orders[a] ?? '', a, orders[b] ?? '', b));
    this.#ordered = numbers;
    return numbers;
  }

  /** Numbers of the items that hold every word, ascending; undefined where there is no word. */
  find(words: string): Uint32Array | undefined {
    return this.#search.find(words);
  }

  /** Makes the first search as quick as the others. */
  prepare(): void {
    this.#search.prepare();
  }

  #add(item: T): number {
    const number = this.#items.length;
    this.#items.push(item);
    this.#numberById.set(item.id, number);
    this.#search.put(number, item.text);
    this.#size += 1;
    return number;
  }

  /** Where an item stands in the order, or would. */
  #placeOf(number: number): number {
    const ordered = this.#ordered ?? [];
    const order = this.#items[number]?.order ?? '';
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = ordered[middle] ?? 0;
      if (compare(this.#items[other]?.order ?? '', other, order, number) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const compare = (a: string, at: number, b: string, bt: number): number => (a < b ? -1 : a > b ? 1 : at - bt);

/** Lower case and without accents, so that `Tomás` is found by typing `tomas`. */
export function folded(text: string): string {
  // Most names are plain, and taking accents off what has none costs as much as everything else together.
  // eslint-disable-next-line no-control-regex -- the whole of ASCII is meant
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
