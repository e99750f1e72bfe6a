// When to pull: at the start, when the network or the page comes back, after an own act, and at a steady pace while somebody looks.
import type { Result } from '#domain/result.ts';
import type { Failure } from './api.ts';

const SECOND_MS = 1_000;
export const QUIET_PACE_MS = 15 * SECOND_MS;
export const LIVELY_PACE_MS = 2 * SECOND_MS;
/** Where the server says by itself that there is more, asking only keeps the date of the copy honest. */
export const TOLD_PACE_MS = 60 * SECOND_MS;

interface SyncLoopOptions {
  pull: () => Promise<Result<number, Failure>>;
  /** Whether something is going on that people watch, so that the pace is lively. */
  isLively: () => boolean;
  /** Whether the server says by itself that there is more. */
  isTold: () => boolean;
  onStart: () => void;
  onEnd: (outcome: Result<number, Failure>) => void;
}

export class SyncLoop {
  readonly #options: SyncLoopOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = true;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    window.addEventListener('online', this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    void this.now();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    window.removeEventListener('online', this.#wake);
    document.removeEventListener('visibilitychange', this.#wake);
  }

  /** Pulls now. Asked for while a pull is under way, it pulls once more after it: the one under way may have started too early. */
  now(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      this.#options.onStart();
      this.#options.onEnd(await this.#options.pull());
    } while (this.#again && !this.#stopped);
  }

  readonly #wake = () => {
    if (document.visibilityState === 'visible') void this.now();
    else clearTimeout(this.#timer);
  };

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || document.visibilityState !== 'visible') return;
    this.#timer = setTimeout(() => void this.now(), this.#pace());
  }

  #pace(): number {
    if (this.#options.isTold()) return TOLD_PACE_MS;
    return this.#options.isLively() ? LIVELY_PACE_MS : QUIET_PACE_MS;
  }
}
