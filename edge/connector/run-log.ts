// The log of a run. Lines are kept in memory for moments and written in packs: a line a row would cost more than the catalogue.
import type { LogLine, Stage } from '#domain/protocol/connectors.ts';
import type { Clock } from '../hub/clock.ts';
import type { ConnectorStore } from './connector-store.ts';

export class RunLog {
  readonly #store: ConnectorStore;
  readonly #clock: Clock;
  readonly #run: number;
  #seq: number;
  #unwritten: LogLine[] = [];

  constructor(store: ConnectorStore, clock: Clock, run: number) {
    this.#store = store;
    this.#clock = clock;
    this.#run = run;
    this.#seq = store.lastLine(run);
  }

  info(stage: Stage | null, message: string, resource: string | null = null): void {
    this.#add('info', stage, message, resource);
  }
  warn(stage: Stage | null, message: string, resource: string | null = null): void {
    this.#add('warn', stage, message, resource);
  }
  error(stage: Stage | null, message: string, resource: string | null = null): void {
    this.#add('error', stage, message, resource);
  }

  /** Writes what is in memory. */
  flush(): void {
    if (this.#unwritten.length === 0) return;
    this.#store.addLines(this.#run, this.#unwritten);
    this.#unwritten = [];
  }

  get unwritten(): readonly LogLine[] {
    return this.#unwritten;
  }

  #add(level: LogLine['level'], stage: Stage | null, message: string, resource: string | null): void {
    this.#seq += 1;
    this.#unwritten.push({ seq: this.#seq, at: new Date(this.#clock.now()).toISOString(), level, stage, resource, message });
  }
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
