// Counts by key in a window of time, in this isolate's memory: enough to blunt a flood, and it writes nothing.

const KEYS_MAX = 10_000;

export class RequestCounter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #windows = new Map<string, { from: number; count: number }>();

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** How often this key was counted in its window. */
  count(key: string, now = Date.now()): number {
    const window = this.#windows.get(key);
    return window && now - window.from < this.#windowMs ? window.count : 0;
  }

  isOver(key: string, now = Date.now()): boolean {
    return this.count(key, now) >= this.#limit;
  }

  add(key: string, now = Date.now()): void {
    const window = this.#windows.get(key);
    if (window && now - window.from < this.#windowMs) {
      window.count += 1;
      return;
    }
    // The oldest key makes room. A flood from very many keys is for the platform's own limit to stop.
    const [oldest] = this.#windows.size >= KEYS_MAX ? this.#windows.keys() : [];
    if (oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.delete(key);
    this.#windows.set(key, { from: now, count: 1 });
  }
}
