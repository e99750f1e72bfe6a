/** Lets many in, or one alone: a stale read takes the world back for a moment, and nobody else may see it then. */
export class Gate {
  #inside = 0;
  #isClosed = false;
  readonly #waiting: (() => void)[] = [];

  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#isClosed) await this.#turn();
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      this.#wake();
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#isClosed) await this.#turn();
    this.#isClosed = true;
    while (this.#inside > 0) await this.#turn();
    try {
      return await work();
    } finally {
      this.#isClosed = false;
      this.#wake();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
