// One row of one of the index's lists, by its id.
import { accessIndex } from '#lib/index/client.svelte.ts';
import type { ListName, ListRow } from '#lib/index/questions.ts';

export class ListRowQuery {
  #current = $state.raw<ListRow | null | undefined>();
  #failure = $state.raw<string | undefined>();
  #asked = 0;

  /** Make it while a component is being made. */
  constructor(list: () => ListName, id: () => string, whole: () => boolean) {
    $effect(() => {
      void accessIndex.revision;
      void this.#ask(list(), id(), whole());
    });
  }

  /** Undefined until it is known; null where no such row is in the copy. */
  get current(): ListRow | null | undefined {
    return this.#current;
  }
  get failure(): string | undefined {
    return this.#failure;
  }

  async #ask(list: ListName, id: string, whole: boolean): Promise<void> {
    const mine = ++this.#asked;
    const question = { list, whole };
    try {
      const at = await accessIndex.indexOf('list', question, id);
      const { rows } = at < 0 ? { rows: [] } : await accessIndex.window('list', question, at, at + 1);
      if (mine !== this.#asked) return;
      this.#current = rows[0] ?? null;
      this.#failure = undefined;
    } catch (cause) {
      if (mine === this.#asked) this.#failure = cause instanceof Error ? cause.message : String(cause);
    }
  }
}
