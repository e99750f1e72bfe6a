// Which day a page shows: now, or a past one that its address names (`?at=2026-10-01`). The day is opened in the index before it is asked.
import { page } from '$app/state';
import { untrack } from 'svelte';
import type { HistorySpan } from '#domain/protocol/history.ts';
import { isDay } from '#lib/components/history/day-words.ts';
import { accessIndex } from '#lib/index/client.svelte.ts';
import { daysHere, historySpans, openDay } from '#lib/queries/past-days.ts';
import type { Failure } from '#lib/sync/api.ts';
import { setQuery } from './query-string.ts';

/** The past day that the address names; undefined where the page shows what is now. */
function dayShown(): string | undefined {
  const day = page.url.searchParams.get('at');
  return isDay(day) ? day : undefined;
}

/** What every question to the index is asked with, in parts of a page, too. */
export function viewShown(): { at: string } | undefined {
  const day = dayShown();
  return day === undefined ? undefined : { at: day };
}

/** Made in a page's component: `const asOf = new AsOf()`. Every question the page and its parts ask then takes `view: viewShown()`. */
export class AsOf {
  failure = $state.raw<Failure | undefined>();
  /** Days that can be chosen; undefined until they were asked for. */
  span = $state.raw<HistorySpan | undefined>();
  /** Where the server cannot be asked: the days that are on this device. */
  only = $state.raw<readonly string[] | undefined>();
  #opened = $state.raw<string | undefined>();

  constructor() {
    $effect(() => {
      const { day } = this;
      untrack(() => void this.#open(day));
    });
  }

  /** The past day of the address; undefined where the page shows what is now. */
  get day(): string | undefined {
    return dayShown();
  }

  /** Whether there is something to ask: now, or a day that has been opened. */
  get isOpen(): boolean {
    return this.day === undefined || this.day === this.#opened;
  }

  /** Shows another day, or now again. */
  choose(day: string): void {
    void setQuery(page.url, { at: day === '' ? null : day });
  }

  /** Tries again to open the day. */
  again(): void {
    void this.#open(this.day);
  }

  /** Learns which days can be chosen. */
  async learnDays(): Promise<void> {
    const spans = await historySpans();
    if (!spans.ok) {
      this.only = await daysHere();
      return;
    }
    const [first] = spans.value;
    this.only = undefined;
    // With several connectors a day can be shown as soon as one of them had been read.
    this.span =
      first &&
      spans.value.reduce((widest, one) => ({ ...widest, from: one.from < widest.from ? one.from : widest.from }), first);
  }

  async #open(day: string | undefined): Promise<void> {
    this.failure = undefined;
    if (day === undefined || day === this.#opened) return;
    const documents = await openDay(day);
    if (day !== this.day) return; // another was chosen meanwhile
    if (!documents.ok) {
      this.failure = documents.error;
      return;
    }
    await accessIndex.openAsOf(day, documents.value);
    if (day === this.day) this.#opened = day;
  }
}
