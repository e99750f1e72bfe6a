import type { AuditRow } from '#domain/protocol/audit.ts';
import type { Result } from '#domain/result.ts';
import type { ListRows } from '#lib/lists/list.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

export interface AuditFilter {
  /** How the action begins. */
  action: string;
  /** Id of who did it. */
  actor: string;
  /** Id of what it was done to. */
  object: string;
}

const PAGE_ROWS = 100;
const EXPORT_ROWS = 1_000;

interface AuditPage {
  items: AuditRow[];
  nextCursor: string | null;
}
const auditPage = async () => {
  const [{ pageOf }, { AuditRow }] = await Promise.all([
    import('#domain/protocol/common.ts'),
    import('#domain/protocol/audit.ts'),
  ]);
  return pageOf(AuditRow);
};

/** The audit log, newest first, a page at a time. It lives on the server: what is proof is not copied to devices. */
export class AuditLog {
  rows = $state.raw<AuditRow[]>([]);
  failure = $state.raw<Failure | undefined>();
  loading = $state(false);
  /** The first page has arrived. */
  opened = $state(false);
  #next: string | null = $state(null);
  #asked = 0;
  readonly #filter: AuditFilter;

  constructor(filter: AuditFilter) {
    this.#filter = filter;
  }

  /** There are older entries. */
  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** Reads the newest page anew. */
  open(): Promise<void> {
    return this.#read(null);
  }

  /** Reads the next older page, unless one is being read. */
  async more(): Promise<void> {
    if (this.loading || this.#next === null) return;
    await this.#read(this.#next);
  }

  async #read(cursor: string | null): Promise<void> {
    const mine = ++this.#asked;
    this.loading = true;
    const page = await this.#fetch(cursor, PAGE_ROWS);
    if (mine !== this.#asked) return;
    this.loading = false;
    if (!page.ok) {
      this.failure = page.error;
      return;
    }
    this.failure = undefined;
    this.opened = true;
    this.rows = cursor === null ? page.value.items : [...this.rows, ...page.value.items];
    this.#next = page.value.nextCursor;
  }

  #fetch(cursor: string | null, limit: number): Promise<Result<AuditPage, Failure>> {
    const asked = Object.entries({ limit: String(limit), ...this.#filter, cursor: cursor ?? '' }).filter(
      ([, value]) => value !== '',
    );
    const query = asked.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
    return fetchApi('GET', `/api/audit?${query}`, { returns: auditPage });
  }

  /** Every entry that fits, also those nobody has scrolled to. Throws where the server cannot be reached: half a log is no log. */
  async *everything(): AsyncGenerator<readonly AuditRow[]> {
    let cursor: string | null = null;
    do {
      const page: Result<AuditPage, Failure> = await this.#fetch(cursor, EXPORT_ROWS);
      if (!page.ok) throw new Error(page.error.message);
      yield page.value.items;
      cursor = page.value.nextCursor;
    } while (cursor !== null);
  }
}

/** The log as the rows of a list: those that have been read, and the rest when it is exported. */
export class AuditRows implements ListRows<AuditRow> {
  readonly #log: () => AuditLog;

  constructor(log: () => AuditLog) {
    this.#log = log;
  }

  get length(): number | undefined {
    return this.#log().opened ? this.#log().rows.length : undefined;
  }
  at(index: number): AuditRow | undefined {
    return this.#log().rows[index];
  }
  indexOf(id: string): Promise<number> {
    return Promise.resolve(this.#log().rows.findIndex(({ index }) => String(index) === id));
  }
  ids(from: number, to: number): Promise<string[]> {
    return Promise.resolve(
      this.#log()
        .rows.slice(from, to)
        .map(({ index }) => String(index)),
    );
  }
  all(): AsyncIterable<readonly AuditRow[]> {
    return this.#log().everything();
  }
}
