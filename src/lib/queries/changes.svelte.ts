// What each sync changed: the latest from this device at once, then as the server has it, older ones page by page.
import type { ChangeRecord } from '#domain/change-record.ts';
import type { HistoryReading } from '#domain/protocol/history.ts';
import { past, READINGS_MAX } from '#lib/db/past.ts';
import type { Failure } from '#lib/sync/api.ts';
import { fetchReadings, fetchRecords, fits, isWithin, queryOf, timesOf, type ChangesFilter } from './latest-changes.ts';

const PAGE_RECORDS = 200;

/** Changes that fit a filter, newest first. */
export class ChangesLog {
  records = $state.raw<readonly ChangeRecord[]>([]);
  /** Syncs of the same time, those that changed nothing included. */
  readings = $state.raw<readonly HistoryReading[]>([]);
  failure = $state.raw<Failure | undefined>();
  loading = $state(false);
  /** Something to show has arrived, from the device or the server. */
  opened = $state(false);
  /** Only what this device has is shown. */
  fromDevice = $state(false);
  #next = $state.raw<string | null>(null);
  readonly #filter: ChangesFilter;

  constructor(filter: ChangesFilter) {
    this.#filter = filter;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  async open(): Promise<void> {
    const kept = await past.latest();
    if (kept && !this.opened) {
      this.records = kept.records.filter((record) => fits(record, this.#filter));
      this.readings = kept.readings.filter(({ at }) => isWithin(at, this.#filter));
      this.fromDevice = true;
      this.opened = true;
    }
    this.loading = true;
    const query = queryOf(this.#filter);
    const [records, readings] = await Promise.all([
      fetchRecords({ ...query, limit: String(PAGE_RECORDS) }),
      fetchReadings({ ...timesOf(this.#filter), limit: '1000' }),
    ]);
    this.loading = false;
    if (!records.ok || !readings.ok) {
      this.failure = records.ok ? (readings.ok ? undefined : readings.error) : records.error;
      return;
    }
    this.failure = undefined;
    this.fromDevice = false;
    this.opened = true;
    this.records = records.value.items;
    this.readings = readings.value.items;
    this.#next = records.value.nextCursor;
    if (Object.keys(query).length === 0) {
      await past.keepLatest({
        records: records.value.items,
        readings: readings.value.items.slice(0, READINGS_MAX),
        whole: records.value.nextCursor === null,
      });
    }
    // A page may be empty and still have a next one: somebody who looks for something rare should not have to ask again and again.
    for (let pages = 0; pages < 20 && this.records.length === 0 && this.hasMore; pages += 1) await this.more();
  }

  async more(): Promise<void> {
    if (this.loading || this.#next === null) return;
    this.loading = true;
    const page = await fetchRecords({ ...queryOf(this.#filter), limit: String(PAGE_RECORDS), cursor: this.#next });
    this.loading = false;
    if (!page.ok) {
      this.failure = page.error;
      return;
    }
    this.failure = undefined;
    this.records = [...this.records, ...page.value.items];
    this.#next = page.value.nextCursor;
  }
}
