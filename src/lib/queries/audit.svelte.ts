import type { AuditRow } from '#domain/protocol/audit.ts';
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
    const asked = Object.entries({ limit: String(PAGE_ROWS), ...this.#filter, cursor: cursor ?? '' }).filter(
      ([, value]) => value !== '',
    );
    const query = asked.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
    const page = await fetchApi('GET', `/api/audit?${query}`, { returns: auditPage });
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
}
