import type { SyncRun } from '#domain/protocol/connectors.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';
import { createSubscriber } from 'svelte/reactivity';

const schemas = () => import('#domain/protocol/connectors.ts');
const RUNS_SHOWN = 30;
const LIVE_PACE_MS = 1_500;
const QUIET_PACE_MS = 20_000;

/** The last 30 runs of a connector, newest first. While one is going on it is asked for again and again, and it alone. */
export class ConnectorRuns {
  #runs: readonly SyncRun[] | undefined = $state.raw();
  #failure: Failure | undefined = $state.raw();
  readonly #path: string;
  readonly #subscribe: () => void;
  #asked = 0;

  constructor(connectorId: string) {
    this.#path = `/api/connectors/${encodeURIComponent(connectorId)}/syncs`;
    this.#subscribe = createSubscriber(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stopped = false;
      const next = async () => {
        if (document.visibilityState === 'visible') await this.#look();
        if (!stopped) timer = setTimeout(() => void next(), this.newest?.status === 'running' ? LIVE_PACE_MS : QUIET_PACE_MS);
      };
      queueMicrotask(() => void next());
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    });
  }

  /** Undefined until the first answer. */
  get current(): readonly SyncRun[] | undefined {
    this.#subscribe();
    return this.#runs;
  }

  get newest(): SyncRun | undefined {
    return this.#runs?.[0];
  }

  get failure(): Failure | undefined {
    this.#subscribe();
    return this.#failure;
  }

  /** Reads the list anew. An answer that comes after a newer question was asked is dropped. */
  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    const page = await fetchApi('GET', `${this.#path}?limit=${RUNS_SHOWN}`, {
      returns: async () => (await import('#domain/protocol/common.ts')).pageOf((await schemas()).SyncRun),
    });
    if (mine !== this.#asked) return;
    if (page.ok) {
      this.#runs = page.value.items.toSorted((a, b) => b.n - a.n);
      this.#failure = undefined;
    } else this.#failure = page.error;
  }

  async #look(): Promise<void> {
    const running = this.newest?.status === 'running' ? this.newest : undefined;
    if (!running) return this.refresh();
    const mine = ++this.#asked;
    const run = await fetchApi('GET', `${this.#path}/${running.n}`, { returns: async () => (await schemas()).SyncRun });
    if (mine !== this.#asked) return;
    if (!run.ok) {
      this.#failure = run.error;
      return;
    }
    this.#failure = undefined;
    if (run.value.status === 'running') this.#runs = [run.value, ...(this.#runs ?? []).slice(1)];
    else await this.refresh();
  }
}
