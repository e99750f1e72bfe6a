// Questions to the index as values that a component can read: asked anew when what they read or the index itself changes, and showing
// the last answer until there is a newer one.
import { SvelteMap } from 'svelte/reactivity';
import { accessIndex } from './client.svelte.ts';
import { WINDOW_ROWS } from './messages.ts';
import type { QuestionName, Questions, RowQuestions, RowsName, RowsWindow } from './questions.ts';

/** One answer. `current` is undefined until the first: "nothing here" is a claim that nobody makes before it is known. */
export class IndexQuery<N extends QuestionName> {
  #current: Questions[N]['answer'] | undefined = $state.raw();
  #failure = $state.raw<string | undefined>();
  #asked = 0;

  /** Make it while a component is being made. An undefined question is not asked. */
  constructor(name: N, question: () => Questions[N]['question'] | undefined) {
    $effect(() => {
      void accessIndex.revision;
      const now = question();
      if (now === undefined) return;
      void this.#ask(name, now);
    });
  }

  get current(): Questions[N]['answer'] | undefined {
    return this.#current;
  }
  get failure(): string | undefined {
    return this.#failure;
  }

  async #ask(name: N, question: Questions[N]['question']): Promise<void> {
    const mine = ++this.#asked;
    try {
      const answer = await accessIndex.ask(name, question);
      if (mine !== this.#asked) return;
      this.#current = answer;
      this.#failure = undefined;
    } catch (cause) {
      if (mine === this.#asked) this.#failure = cause instanceof Error ? cause.message : String(cause);
    }
  }
}

/** Rows of which only those in sight are here. */
export class WindowQuery<N extends RowsName> {
  readonly #name: N;
  readonly #question: () => RowQuestions[N]['question'];
  #length = $state.raw<number | undefined>();
  #info = $state.raw<RowQuestions[N]['info'] | undefined>();
  #failure = $state.raw<string | undefined>();
  #loading = $state(false);
  /** Windows by number. Replaced as a whole when another question's first window is here, so that nothing flickers. */
  #windows = $state.raw(new SvelteMap<number, RowQuestions[N]['row'][]>());
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody draws what is on its way
  readonly #coming = new Set<number>();
  /** The window that was looked at last: the first to be asked for again. */
  #inSight = 0;
  #asked = 0;
  #key = '';

  /** Make it while a component is being made. */
  constructor(name: N, question: () => RowQuestions[N]['question']) {
    this.#name = name;
    this.#question = question;
    $effect(() => {
      void accessIndex.revision;
      void this.#begin(question());
    });
  }

  get length(): number | undefined {
    return this.#length;
  }
  get info(): RowQuestions[N]['info'] | undefined {
    return this.#info;
  }
  get failure(): string | undefined {
    return this.#failure;
  }
  /** What is shown answers an older question. */
  get loading(): boolean {
    return this.#loading;
  }

  /** A row, or undefined where it is not here yet: asking for it brings its window. */
  at(index: number): RowQuestions[N]['row'] | undefined {
    const window = Math.floor(index / WINDOW_ROWS);
    const rows = this.#windows.get(window);
    if (index >= 0 && index < (this.#length ?? 0)) {
      this.#inSight = window;
      if (!rows) this.#bring(window);
    }
    return rows?.[index - window * WINDOW_ROWS];
  }

  indexOf(id: string): Promise<number> {
    return accessIndex.indexOf(this.#name, this.#question(), id);
  }
  ids(from: number, to: number): Promise<string[]> {
    return accessIndex.ids(this.#name, this.#question(), from, to);
  }
  /** Everything in order, a thousand at a time. */
  async *all(): AsyncGenerator<readonly RowQuestions[N]['row'][]> {
    const question = this.#question();
    const AT_ONCE = 1_000;
    for (let from = 0; ; from += AT_ONCE) {
      const { rows, length } = await accessIndex.window(this.#name, question, from, from + AT_ONCE);
      if (rows.length > 0) yield rows;
      if (from + AT_ONCE >= length) return;
    }
  }

  async #begin(question: RowQuestions[N]['question']): Promise<void> {
    const mine = ++this.#asked;
    const key = JSON.stringify(question);
    // Another question begins at its top; a newer revision of the same one goes on where somebody is.
    const window = key === this.#key ? this.#inSight : 0;
    this.#loading = this.#length !== undefined;
    try {
      const answer = await this.#ask(question, window);
      if (mine !== this.#asked) return;
      this.#key = key;
      this.#coming.clear();
      const windows = new SvelteMap<number, RowQuestions[N]['row'][]>();
      windows.set(window, answer.rows);
      this.#windows = windows;
      this.#length = answer.length;
      this.#info = answer.info;
      this.#failure = undefined;
    } catch (cause) {
      if (mine === this.#asked) this.#failure = cause instanceof Error ? cause.message : String(cause);
    } finally {
      if (mine === this.#asked) this.#loading = false;
    }
  }

  #bring(window: number): void {
    if (this.#coming.has(window)) return;
    this.#coming.add(window);
    const mine = this.#asked;
    const windows = this.#windows;
    // Not while a component is being drawn: what comes back changes what it reads.
    queueMicrotask(() => {
      this.#ask(this.#question(), window).then(
        ({ rows }) => {
          this.#coming.delete(window);
          if (mine === this.#asked) windows.set(window, rows);
        },
        (cause: unknown) => {
          this.#coming.delete(window);
          console.error('Rows could not be brought', cause);
        },
      );
    });
  }

  #ask(question: RowQuestions[N]['question'], window: number): Promise<RowsWindow<N>> {
    return accessIndex.window(this.#name, question, window * WINDOW_ROWS, (window + 1) * WINDOW_ROWS);
  }
}
