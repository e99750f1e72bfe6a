// The page's end of the index: asks the worker, and says when what it said may not hold any more.
import workerUrl from './index-worker.ts?worker&url';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { err } from '#domain/result.ts';
import { copy } from '#lib/db/copy.ts';
import { trustedWorkerUrl } from '#lib/state/trusted-types.ts';
import { reportOutcome } from '#lib/sync/api.ts';
import {
  keyOf,
  SEALED_WORKER,
  WINDOW_ROWS,
  type CopyHealth,
  type IndexStage,
  type Numbered,
  type PullOutcome,
  type Request,
  type Told,
} from './messages.ts';
import type { Ask, AskRows, QuestionName, Questions, RowQuestions, RowsName, RowsWindow } from './questions.ts';

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (reason: Error) => void;
}

const NOT_STARTED = 'The part of this app that looks through your data could not be started. Reload to try again.';

class AccessIndexClient {
  /** Raised whenever what was answered may not hold any more. */
  revision = $state(0);
  stage = $state<IndexStage>('opening');
  health = $state<CopyHealth>('fine');
  /** Why nothing can be asked. */
  failure = $state<string | null>(null);

  #worker: Worker | undefined;
  #number = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** Key of a sealed copy, once it was unlocked. */
  #key: Uint8Array | null = null;
  /** What was answered at the end of the last visit; asked only until the index has opened. */
  #first: Promise<ReadonlyMap<string, unknown>> | undefined;

  async ask<N extends QuestionName>(name: N, question: Questions[N]['question']): Promise<Questions[N]['answer']> {
    return this.#firstOrAsked(keyOf('ask', name, question), { type: 'ask', asked: asking(name, question) });
  }

  async window<N extends RowsName>(
    name: N,
    question: RowQuestions[N]['question'],
    from: number,
    to: number,
  ): Promise<RowsWindow<N>> {
    const request: Request = { type: 'window', asked: askingRows(name, question), from, to };
    if (from !== 0 || to !== WINDOW_ROWS) return this.#send(request);
    return this.#firstOrAsked(keyOf('window', name, question), request);
  }

  /** Ids of the rows from one place up to, not including, another. */
  ids<N extends RowsName>(name: N, question: RowQuestions[N]['question'], from: number, to: number): Promise<string[]> {
    return this.#send({ type: 'ids', asked: askingRows(name, question), from, to });
  }

  /** Where a row is; -1 where it is not in the list. */
  indexOf<N extends RowsName>(name: N, question: RowQuestions[N]['question'], id: string): Promise<number> {
    return this.#send({ type: 'indexOf', asked: askingRows(name, question), id });
  }

  /** Fetches, parses and keeps what is new; none of it on this thread. */
  async pull(): Promise<PullOutcome> {
    try {
      return await this.#send<PullOutcome>({ type: 'pull' });
    } catch (cause) {
      return err({ code: 'store_closed', message: cause instanceof Error ? cause.message : NOT_STARTED });
    }
  }

  /** From here on the worker reads under this key; null: the copy is not sealed. One that was started without it ends. */
  unlock(key: Uint8Array | null): void {
    this.stop();
    this.#key = key;
  }

  /** Ends the worker and forgets what it knew: somebody signed out. Whoever asks next starts another. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#first = undefined;
    this.#key = null;
    for (const { reject } of this.#waiting.values()) reject(new Error('Nobody is signed in any more.'));
    this.#waiting.clear();
    this.stage = 'opening';
    this.health = 'fine';
    this.revision += 1;
  }

  /** Opens the documents of a past day, so that it can be asked with `view: { at: day }`. */
  async openAsOf(day: string, documents: ReadonlyMap<string, readonly CatalogueDocument[]>): Promise<void> {
    await this.#send<unknown>({ type: 'openDay', day, documents });
    this.revision += 1;
  }
  async closeAsOf(day: string): Promise<void> {
    await this.#send<unknown>({ type: 'closeDay', day });
  }

  async #firstOrAsked<T>(key: string, request: Request): Promise<T> {
    if (this.stage !== 'opening') return this.#send(request);
    // Begun before the device is asked for what was answered last: whichever comes first is shown first.
    const asked = this.#send<T>(request);
    asked.catch(() => undefined);
    this.#first ??= firstAnswers();
    const known = (await this.#first).get(key);
    // Kept by the same version of the app's own worker under this very question.
    return known === undefined || this.stage !== 'opening' ? asked : (known as T);
  }

  #send<T>(request: Request): Promise<T> {
    const worker = this.#started();
    if (!worker) return Promise.reject(new Error(this.failure ?? NOT_STARTED));
    const number = (this.#number += 1);
    return new Promise<T>((resolve, reject) => {
      // Both ends are built together: what a request is answered with is fixed by its type.
      this.#waiting.set(number, { resolve: (value) => resolve(value as T), reject });
      worker.postMessage({ number, request } satisfies Numbered);
    });
  }

  #started(): Worker | undefined {
    if (this.#worker || this.failure !== null) return this.#worker;
    try {
      const worker = new Worker(trustedWorkerUrl(workerUrl), { type: 'module', name: this.#key ? SEALED_WORKER : 'index' });
      worker.addEventListener('message', ({ data }: MessageEvent<Told>) => this.#hear(data));
      worker.addEventListener('error', () => this.#broke());
      if (this.#key) worker.postMessage({ number: 0, request: { type: 'unlock', key: this.#key } } satisfies Numbered);
      this.#worker = worker;
      return worker;
    } catch (cause) {
      console.error('The index could not be started', cause);
      this.failure = NOT_STARTED;
      return undefined;
    }
  }

  #hear(told: Told): void {
    switch (told.type) {
      case 'answer':
        this.#waiting.get(told.number)?.resolve(told.value);
        this.#waiting.delete(told.number);
        return;
      case 'failed':
        this.#waiting.get(told.number)?.reject(new Error(told.message));
        this.#waiting.delete(told.number);
        return;
      case 'state':
        this.stage = told.stage;
        this.revision += 1;
        return;
      case 'outcome':
        reportOutcome(told.outcome);
        return;
      case 'health':
        this.health = told.health;
        return;
    }
  }

  /** The script is missing or broken: whoever waits is told, and so is whoever asks next. */
  #broke(): void {
    this.failure = NOT_STARTED;
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error(NOT_STARTED));
    this.#waiting.clear();
  }
}

// A name and its own question make a member of the union of all of them, which TypeScript does not see. What is reactive in a question
// stays here: proxies cannot be sent.
const asking = <N extends QuestionName>(name: N, question: Questions[N]['question']) =>
  ({ name, question: $state.snapshot(question) }) as Ask;
const askingRows = <N extends RowsName>(name: N, question: RowQuestions[N]['question']) =>
  ({ name, question: $state.snapshot(question) }) as AskRows;

async function firstAnswers(): Promise<ReadonlyMap<string, unknown>> {
  try {
    const kept = await copy.getMeta('firstAnswers');
    if (!kept || kept.catalogueVersion !== (await copy.getMeta('catalogueVersion'))) return new Map();
    return new Map(kept.answers);
  } catch {
    return new Map();
  }
}

export const accessIndex = new AccessIndexClient();
