// A connector between two syncs, on a clock of the test's own: hours pass in moments.
import type { MutationInput } from '../../tools/docker-hub/worlds/mutation.ts';
import { FakeClock, SyncBench, type Life, type SyncBenchOptions } from './sync-bench.ts';

export const MINUTE_MS = 60_000;

export class WatchBench extends SyncBench {
  readonly time: FakeClock;
  #life: Life | null = null;

  constructor(options: Omit<SyncBenchOptions, 'clock'> = {}) {
    const time = new FakeClock();
    super({ ...options, clock: time });
    this.time = time;
  }

  get watch(): Life['watch'] {
    return (this.#life ??= this.life()).watch;
  }

  /** Another life of the object over the same store: what it only remembered is gone. */
  restart(): void {
    this.#life = null;
  }

  /** A whole sync, after which the log is watched from its beginning. */
  async sync(): Promise<void> {
    const run = await this.run();
    if (!run.status.startsWith('completed')) throw new Error(`the sync ended ${run.status}`);
    this.restart();
  }

  /** Lets time pass, and the connector do what is due in it. */
  async pass(ms: number): Promise<void> {
    const until = this.time.now() + ms;
    for (let steps = 0; ; steps += 1) {
      const due = this.watch.dueAt;
      if (due === null || due > until) break;
      if (steps > 10_000) throw new Error('there is always something due');
      if (due > this.time.now()) this.time.pass(due - this.time.now());
      this.#life?.link.beginStep();
      await this.watch.step();
    }
    if (until > this.time.now()) this.time.pass(until - this.time.now());
  }

  /** Somebody changes the organization. */
  change(...mutations: MutationInput[]): void {
    for (const mutation of mutations) {
      const result = this.hub.control.mutate(mutation);
      if (!result.ok) throw new Error(`${mutation.type}: ${result.reason}`);
    }
  }

  /** Calls that a piece of work costs, sign-ins apart. */
  async callsOf(work: () => Promise<void>): Promise<number> {
    this.hub.control.resetCalls();
    await work();
    const { calls, logins } = this.hub.control.calls();
    return calls.length - logins;
  }
}
