import type { LogLine } from '#domain/protocol/connectors.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';
import { createSubscriber } from 'svelte/reactivity';

const PAGE_LINES = 1_000;
const PACE_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;

/** The log of one run, followed until the run has ended and every line is here. */
export class RunLog {
  #lines: readonly LogLine[] | undefined = $state.raw();
  #failure: Failure | undefined = $state.raw();
  #ended = $state(false);
  readonly #path: string;
  readonly #subscribe: () => void;

  constructor(connectorId: string, n: number) {
    this.#path = `/api/connectors/${encodeURIComponent(connectorId)}/syncs/${n}/log`;
    this.#subscribe = createSubscriber(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stopped = false;
      const next = async () => {
        if (document.visibilityState === 'visible') await this.#more(() => stopped);
        if (!stopped && !this.#ended) timer = setTimeout(() => void next(), this.#failure ? AFTER_FAILURE_MS : PACE_MS);
      };
      queueMicrotask(() => void next());
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    });
  }

  /** Oldest first; undefined until the first answer. */
  get lines(): readonly LogLine[] | undefined {
    this.#subscribe();
    return this.#lines;
  }

  get failure(): Failure | undefined {
    this.#subscribe();
    return this.#failure;
  }

  /** Reads on until there is nothing more at the moment. */
  async #more(isStopped: () => boolean): Promise<void> {
    for (;;) {
      const after = this.#lines?.at(-1)?.seq ?? 0;
      const page = await fetchApi('GET', `${this.#path}?after=${after}&limit=${PAGE_LINES}`, {
        returns: async () =>
          (await import('#domain/protocol/common.ts')).pageOf((await import('#domain/protocol/connectors.ts')).LogLine),
      });
      if (isStopped()) return;
      if (!page.ok) {
        this.#failure = page.error;
        return;
      }
      this.#failure = undefined;
      const fresh = page.value.items.filter(({ seq }) => seq > after);
      if (fresh.length > 0 || this.#lines === undefined) this.#lines = [...(this.#lines ?? []), ...fresh];
      this.#ended = page.value.nextCursor === null;
      if (this.#ended || page.value.items.length < PAGE_LINES) return;
    }
  }
}
