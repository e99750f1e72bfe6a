// `watchbill-past`: past days that were looked at and the latest changes, so that they open without a network. Disposable like the copy,
// and as much this person's secret: what was kept under another view, another person or another ledger is dropped unread.
import { Dexie, liveQuery, type EntityTable } from 'dexie';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { ChangeRecord } from '#domain/change-record.ts';
import type { HistoryReading } from '#domain/protocol/history.ts';
import { copy as deviceCopy, type Copy } from './copy.ts';
import { sealRowsOf } from './seal.ts';

export interface KeptDay {
  day: string;
  view: string;
  byConnector: [connectorId: string, documents: CatalogueDocument[]][];
  /** Milliseconds; the day that was opened longest ago goes first. */
  openedAt: number;
}

export interface KeptChanges {
  id: 'latest';
  view: string;
  records: ChangeRecord[];
  readings: HistoryReading[];
  /** There are no older ones than these. */
  whole: boolean;
}

/** Days kept on a device; each is as large as the catalogue. */
const DAYS_MAX = 7;
/** Records kept on a device. */
export const RECORDS_MAX = 1_000;
export const READINGS_MAX = 300;

export class Past extends Dexie {
  declare days: EntityTable<KeptDay, 'day'>;
  declare changes: EntityTable<KeptChanges, 'id'>;
  readonly #copy: Copy;

  constructor(name = 'watchbill-past', copy: Copy = deviceCopy) {
    super(name);
    sealRowsOf(this);
    this.#copy = copy;
    this.version(1).stores({ days: 'day', changes: 'id' });
  }

  /** Names what this person sees now: the cursor without its revision. Null where nothing was fetched yet. */
  async view(): Promise<string | null> {
    const cursor = await this.#copy.getMeta('cursor');
    return cursor === undefined ? null : cursor.slice(0, cursor.lastIndexOf('.'));
  }

  /** Comes when something was fetched, so that it is known what this person sees. */
  untilView(): Promise<void> {
    return new Promise((resolve, reject) => {
      const watching = liveQuery(() => this.view()).subscribe({
        next: (view) => {
          if (view === null) return;
          resolve();
          queueMicrotask(() => watching.unsubscribe());
        },
        error: reject,
      });
    });
  }

  /** Documents of a past day by connector, where they are here. */
  async day(day: string): Promise<Map<string, CatalogueDocument[]> | null> {
    const kept = await this.days.get(day);
    if (!kept || kept.view !== (await this.view())) return null;
    await this.days.update(day, { openedAt: Date.now() });
    return new Map(kept.byConnector);
  }

  /** Days that can be shown without asking the server. */
  async daysHere(): Promise<string[]> {
    const view = await this.view();
    const here: string[] = [];
    await this.days.each((kept) => {
      if (kept.view === view) here.push(kept.day);
    });
    return here.sort();
  }

  async keepDay(day: string, byConnector: ReadonlyMap<string, CatalogueDocument[]>): Promise<void> {
    const view = await this.view();
    if (view === null) return;
    await this.transaction('rw', this.days, async () => {
      await this.days.put({ day, view, byConnector: [...byConnector], openedAt: Date.now() });
      const opened: [openedAt: number, day: string][] = [];
      await this.days.each((kept) => {
        opened.push([kept.view === view ? kept.openedAt : 0, kept.day]);
      });
      opened.sort(([a], [b]) => b - a);
      const gone = opened.filter(([openedAt], place) => openedAt === 0 || place >= DAYS_MAX).map(([, one]) => one);
      await this.days.bulkDelete(gone);
    });
  }

  /** The latest changes, or undefined where none of this view were fetched. */
  async latest(): Promise<KeptChanges | undefined> {
    const kept = await this.changes.get('latest');
    return kept && kept.view === (await this.view()) ? kept : undefined;
  }

  async keepLatest(latest: Omit<KeptChanges, 'id' | 'view'>): Promise<void> {
    const view = await this.view();
    if (view !== null) await this.changes.put({ id: 'latest', view, ...latest });
  }

  async wipe(): Promise<void> {
    await this.transaction('rw', this.tables, async () => {
      for (const table of this.tables) await table.clear();
    });
  }
}

export const past = new Past();
