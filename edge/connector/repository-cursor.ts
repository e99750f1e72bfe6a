// Walks through the names of an organization's repositories in the order of their pages, a page at a time.

export class RepositoryCursor {
  readonly #pageOf: (number: number) => readonly string[];
  #page = 1;
  #index = 0;
  #names: readonly string[] | null = null;

  constructor(pageOf: (number: number) => readonly string[]) {
    this.#pageOf = pageOf;
  }

  /** The next name that is still to be asked, without going past it; null at the end of so many pages. */
  peek(pages: number, isAsked: (name: string) => boolean): string | null {
    for (;;) {
      this.#names ??= this.#pageOf(this.#page);
      const name = this.#names[this.#index];
      if (name === undefined) {
        if (this.#page >= pages) return null;
        this.#page += 1;
        this.#index = 0;
        this.#names = null;
      } else if (isAsked(name)) this.#index += 1;
      else return name;
    }
  }

  advance(): void {
    this.#index += 1;
  }

  /** The name before is to be asked once more. */
  back(): void {
    this.#index = Math.max(0, this.#index - 1);
  }
}
