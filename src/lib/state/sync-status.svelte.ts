// How old the copy is, and whether something is being fetched right now.
import type { Result } from '#domain/result.ts';
import { copy } from '#lib/db/copy.ts';
import { accessIndex } from '#lib/index/client.svelte.ts';
import type { Failure } from '#lib/sync/api.ts';
import { LiveLine } from '#lib/sync/live.ts';
import { SyncLoop } from '#lib/sync/sync-loop.ts';
import { liveQuery } from 'dexie';

export interface RunningSync {
  connectorId: string;
  name: string;
  progress: number;
}

class SyncStatus {
  /** When the copy was last up to date, by the server's clock. */
  syncedAt = $state<string | null>(null);
  /** A pull is under way. */
  pulling = $state(false);
  /** Docker Hub syncs that are running on the server. */
  running = $state.raw<RunningSync[]>([]);
  /** Why the last pull did not work, where it was reached at all. */
  failure = $state.raw<Failure | null>(null);
  /** Bytes the browser says this app uses, once asked. */
  bytesUsed = $state<number | null>(null);

  readonly #line = new LiveLine({ onMore: () => void this.#loop.now() });
  readonly #loop: SyncLoop = new SyncLoop({
    pull: () => accessIndex.pull(),
    isLively: () => this.running.length > 0,
    isTold: () => this.#line.isOpen,
    onStart: () => {
      this.pulling = true;
    },
    onEnd: (outcome) => this.#ended(outcome),
  });

  /** Begins to say how old the copy is. Answers how to stop. */
  watch(): () => void {
    const meta = liveQuery(() => copy.getMeta('syncedAt')).subscribe((at) => {
      this.syncedAt = at ?? null;
    });
    const runs = liveQuery(() => copy.connectors.toArray()).subscribe((connectors) => {
      this.running = connectors.flatMap(({ id, name, run }) =>
        run?.status === 'running' ? [{ connectorId: id, name, progress: run.progress }] : [],
      );
    });
    return () => {
      meta.unsubscribe();
      runs.unsubscribe();
    };
  }

  /** Begins to keep the copy up to date. Answers how to stop. */
  start(): () => void {
    this.#loop.start();
    this.#line.start();
    return () => {
      this.#line.stop();
      this.#loop.stop();
    };
  }

  /** Pulls now: after an own act, or because somebody asked. */
  now(): Promise<void> {
    return this.#loop.now();
  }

  /** Mean progress of the running syncs, 0 to 1, or null where none runs. */
  get progress(): number | null {
    if (this.running.length === 0) return null;
    return this.running.reduce((sum, { progress }) => sum + progress, 0) / this.running.length;
  }

  async measure(): Promise<void> {
    const estimate = await navigator.storage?.estimate?.();
    this.bytesUsed = estimate?.usage ?? null;
  }

  #ended(outcome: Result<number, Failure>): void {
    this.pulling = false;
    this.failure =
      outcome.ok || outcome.error.code === 'unreachable' || outcome.error.code === 'session_ended' ? null : outcome.error;
    // What changed is there when it is asked for without a network, too.
    if (outcome.ok && outcome.value > 0) {
      void import('#lib/queries/latest-changes.ts').then(({ keepLatestChangesSoon }) => keepLatestChangesSoon());
    }
  }
}

export const syncStatus = new SyncStatus();
