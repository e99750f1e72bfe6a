// Rows of ascending numbers, all in one typed array (CSR), with changed rows laid over it: what a change touches is copied, nothing
// else. A fork shares the base, so that "what if" costs no more than what it changes.

const NOTHING = new Uint32Array(0);
/** Changed rows are folded into the base once they are one in so many. */
const PATCHED_SHARE = 8;
const PATCHED_MIN = 256;

export class PackedRows {
  #starts: Uint32Array;
  #values: Uint32Array;
  #patched = new Map<number, Uint32Array>();

  private constructor(starts: Uint32Array, values: Uint32Array) {
    this.#starts = starts;
    this.#values = values;
  }

  /** Rows from whoever names each of their values, a row's own in ascending order. It is asked twice: to count, and to fill. */
  static filledBy(size: number, eachValue: (add: (row: number, value: number) => void) => void): PackedRows {
    const starts = new Uint32Array(size + 1);
    eachValue((row) => {
      starts[row + 1] = (starts[row + 1] ?? 0) + 1;
    });
    for (let row = 0; row < size; row += 1) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0);
    const next = starts.slice(0, size);
    const values = new Uint32Array(starts[size] ?? 0);
    eachValue((row, value) => {
      const at = next[row] ?? 0;
      values[at] = value;
      next[row] = at + 1;
    });
    return new PackedRows(starts, values);
  }

  /** The values of a row, ascending. Not to be written to. */
  row(row: number): Uint32Array {
    if (this.#patched.size > 0) {
      const patched = this.#patched.get(row);
      if (patched !== undefined) return patched;
    }
    if (row + 1 >= this.#starts.length) return NOTHING;
    return this.#values.subarray(this.#starts[row], this.#starts[row + 1]);
  }

  length(row: number): number {
    const patched = this.#patched.get(row);
    if (patched !== undefined) return patched.length;
    return row + 1 >= this.#starts.length ? 0 : (this.#starts[row + 1] ?? 0) - (this.#starts[row] ?? 0);
  }

  /** Where a row lies in `values`, or -1 where it was changed since: for loops that cannot afford a view of every row. */
  start(row: number): number {
    if (row + 1 >= this.#starts.length || (this.#patched.size > 0 && this.#patched.has(row))) return -1;
    return this.#starts[row] ?? -1;
  }
  end(row: number): number {
    return this.#starts[row + 1] ?? 0;
  }
  get values(): Uint32Array {
    return this.#values;
  }

  replace(row: number, values: Uint32Array): void {
    this.#patched.set(row, values);
    if (this.#patched.size > Math.max(PATCHED_MIN, this.#starts.length / PATCHED_SHARE)) this.#fold();
  }

  /** Puts a value into a row, in place of one that differs only in the bits of the mask. */
  put(row: number, value: number, mask = 0): void {
    const before = this.row(row);
    const at = lowerBound(before, value & ~mask);
    const found = before[at];
    if (found === value) return;
    const replaces = found !== undefined && (found & ~mask) === (value & ~mask);
    const after = new Uint32Array(before.length + (replaces ? 0 : 1));
    after.set(before.subarray(0, at));
    after[at] = value;
    after.set(before.subarray(replaces ? at + 1 : at), at + 1);
    this.replace(row, after);
  }

  /** Takes a value out of a row, whatever its masked bits are. */
  remove(row: number, value: number, mask = 0): void {
    const before = this.row(row);
    const at = lowerBound(before, value & ~mask);
    const found = before[at];
    if (found === undefined || (found & ~mask) !== (value & ~mask)) return;
    const after = new Uint32Array(before.length - 1);
    after.set(before.subarray(0, at));
    after.set(before.subarray(at + 1), at);
    this.replace(row, after);
  }

  /** The same rows, whose changes do not reach these. */
  fork(): PackedRows {
    const fork = new PackedRows(this.#starts, this.#values);
    fork.#patched = new Map(this.#patched);
    return fork;
  }

  #fold(): void {
    let size = this.#starts.length - 1;
    for (const row of this.#patched.keys()) size = Math.max(size, row + 1);
    const starts = new Uint32Array(size + 1);
    for (let row = 0; row < size; row += 1) starts[row + 1] = (starts[row] ?? 0) + this.length(row);
    const values = new Uint32Array(starts[size] ?? 0);
    for (let row = 0; row < size; row += 1) values.set(this.row(row), starts[row] ?? 0);
    this.#starts = starts;
    this.#values = values;
    this.#patched = new Map();
  }
}

/** The first place whose value is not below `value`. */
export function lowerBound(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
