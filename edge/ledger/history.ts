// What a reading changed, written down; and for how long it is kept.
import * as z from 'zod';
import type { CatalogueDocument, CompletenessBySet, DataSet } from '#domain/catalogue.ts';
import { accountsPageId, PAGE_ROWS, repositoriesPageId } from '#domain/catalogue.ts';
import { visitDifferences, type DocumentPair } from '#domain/catalogue-differences.ts';
import { Attribution, type ActivityEvent } from '#domain/change-attribution.ts';
import { ChangeRecorder } from '#domain/change-recorder.ts';
import { organizationId } from '#domain/ids.ts';
import type { RunChanges } from '#domain/protocol/connectors.ts';
import { HistorySettings } from '#domain/protocol/history.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import { CHANGE_RECORD_MIGRATIONS, changeRecords, forgetRecords, putRecords } from './change-records.ts';
import {
  DOCUMENT_HISTORY_MIGRATIONS,
  forgetDocumentHistory,
  storedDocument,
  supersededAt,
  thinDocumentHistory,
} from './document-history.ts';
import type { Migration } from './migrations.ts';
import {
  historyConnectors,
  openReading,
  READING_MIGRATIONS,
  settleReading,
  thinReadings,
  type OpenReading,
  type Reading,
} from './readings.ts';
import { getMeta, setMeta } from './revisions.ts';
import { rows, type Store } from './store.ts';

export const HISTORY_MIGRATIONS: Migration[] = [
  ...DOCUMENT_HISTORY_MIGRATIONS,
  ...READING_MIGRATIONS,
  ...CHANGE_RECORD_MIGRATIONS,
];

/** Records what differs, document by document. Call it after the documents were written, in the same transaction. */
export function recordDifferences(store: Store, open: OpenReading, pairs: readonly DocumentPair[]): void {
  const recorder = new ChangeRecorder({
    account: rowsByNumber(store, open, accountsPageId, (page) => (page.kind === 'accounts' ? page.rows : [])),
    repository: rowsByNumber(store, open, repositoriesPageId, (page) => (page.kind === 'repositories' ? page.rows : [])),
    before: completenessBefore(store, open),
    isFirst: open.began === open.at,
  });
  visitDifferences(pairs, recorder);
  putRecords(store, open, recorder.changes);
}

/** Looks up a number: in the pages as they are, or where it is gone, as they were until this reading. */
function rowsByNumber<T extends { number: number }>(
  store: Store,
  { connectorId, at }: OpenReading,
  pageId: (page: number) => string,
  rowsIn: (document: CatalogueDocument) => T[],
): (number: number) => T | null {
  const pages = new Map<string, Map<number, T>>();
  const opened = (key: string, document: () => CatalogueDocument | null): Map<number, T> => {
    const known = pages.get(key);
    if (known) return known;
    const found = document();
    const byNumber = new Map((found ? rowsIn(found) : []).map((one) => [one.number, one]));
    pages.set(key, byNumber);
    return byNumber;
  };
  return (number) => {
    const id = pageId(Math.floor(number / PAGE_ROWS));
    const is = opened(`is ${id}`, () => storedDocument(store, connectorId, id)).get(number);
    return is ?? opened(`was ${id}`, () => supersededAt(store, connectorId, id, at)).get(number) ?? null;
  };
}

/** How far each organization had been read before this reading. */
function completenessBefore(store: Store, open: OpenReading): (organization: string) => CompletenessBySet | 'first' {
  const known = new Map<string, CompletenessBySet | 'first'>();
  return (organization) => {
    const found = known.get(organization) ?? readBefore(store, open, organization);
    known.set(organization, found);
    return found;
  };
}

const Since = z.object({ since: z.string().nullable() });

function readBefore(store: Store, { connectorId, at }: OpenReading, organization: string): CompletenessBySet | 'first' {
  const id = organizationId(organization);
  const superseded = supersededAt(store, connectorId, id, at);
  if (superseded?.kind === 'organization') return superseded.completeness;
  const [stored] = rows(Since, store.all('SELECT since FROM documents WHERE connector = ? AND id = ?', connectorId, id));
  // There since this very reading: nothing of it was known before.
  if (!stored || stored.since === at) return 'first';
  const document = storedDocument(store, connectorId, id);
  return document?.kind === 'organization' ? document.completeness : 'first';
}

const Name = z.object({ organization: z.string() });

/** One record for each organization that this reading read first, with how much it found. */
export function recordFirstReadings(
  store: Store,
  open: OpenReading,
  totals: () => Record<string, Partial<Record<DataSet, number>>>,
): void {
  const fresh = rows(
    Name,
    store.all(
      `SELECT organization FROM documents WHERE connector = ? AND id >= 'org:' AND id < 'org;' AND since = ? ORDER BY id`,
      open.connectorId,
      open.at,
    ),
  ).filter(({ organization }) => readBefore(store, open, organization) === 'first');
  if (fresh.length === 0) return;
  const found = totals();
  putRecords(
    store,
    open,
    fresh.map(({ organization }) => ({
      organization,
      kind: 'organization',
      detail: {
        verb: 'first_read',
        subject: null,
        object: { id: organizationId(organization), type: 'organization', name: organization },
        before: null,
        after: null,
        by: null,
        origin: 'first_read',
        count: found[organization] ?? {},
      },
    })),
  );
}

/** A reading without a sync is through. One that changed nothing leaves no line. */
export function finishReading(store: Store, connectorId: string, reading: Reading, changes: RunChanges, now: string): void {
  if (Object.keys(changes).length === 0) return;
  store.transaction(() => {
    settleReading(store, openReading(store, connectorId, reading, now), changes);
  });
}

/** The connector is no more: nobody sees its history from now on, and the clock forgets it bit by bit. */
export const forgetHistory = (store: Store, connectorId: string): void =>
  store.run('UPDATE history_connectors SET forgotten = 1 WHERE connector = ?', connectorId);

const SETTINGS = 'history_settings';

/** For how many days history is kept. */
export function historySettings(store: Store): HistorySettings {
  const kept = getMeta(store, SETTINGS);
  return HistorySettings.parse(kept === undefined ? {} : JSON.parse(kept));
}

export function changeHistorySettings(store: Store, patch: Partial<HistorySettings>, acting: Acting): HistorySettings {
  return store.transaction(() => {
    const settings = { ...historySettings(store), ...patch };
    setMeta(store, SETTINGS, JSON.stringify(settings));
    setMeta(store, THINNED, '');
    appendAudit(store, { action: 'settings.history', actor: acting, detail: { ...settings } });
    return settings;
  });
}

/** The day on which nothing was left to thin. */
const THINNED = 'history_thinned';
const DAY_MS = 86_400_000;

/** The first moment of the UTC day that lies so many days before `now`. */
export const daysBefore = (now: string, days: number): string =>
  `${new Date(Date.parse(now) - days * DAY_MS).toISOString().slice(0, 10)}T00:00:00.000Z`;

/**
 * Forgets what is kept no longer, up to about `limit` rows, once a day. Of document revisions every one stays for a while, then the one
 * that held at the end of each day; change records stay whole. Answers how many rows it wrote.
 */
export function thinHistory(store: Store, now: string, limit: number): number {
  const today = now.slice(0, 10);
  if (getMeta(store, THINNED) === today) return 0;

  const settings = historySettings(store);
  const wholeSince = daysBefore(now, settings.everyRevisionDays);
  const dailySince = daysBefore(now, settings.dailyDays);
  const recordsSince = daysBefore(now, settings.changeDays);
  return store.transaction(() => {
    let forgotten = 0;
    const left = () => limit - forgotten;
    for (const { connector, forgotten: isForgotten, thinned_until: thinnedUntil } of historyConnectors(store)) {
      if (left() <= 0) return forgotten;
      if (isForgotten) {
        forgotten += forgetDocumentHistory(store, connector, left());
        if (left() > 0) forgotten += forgetRecords(store, { connectorId: connector }, left());
        if (left() > 0) forgotten += thinReadings(store, { connectorId: connector }, left());
        if (left() > 0) store.run('DELETE FROM history_connectors WHERE connector = ?', connector);
        continue;
      }
      forgotten += thinDocumentHistory(store, connector, { keptSince: dailySince, wholeSince, thinnedUntil }, left());
      if (left() > 0 && thinnedUntil < wholeSince)
        store.run('UPDATE history_connectors SET thinned_until = ? WHERE connector = ?', wholeSince, connector);
    }
    if (left() > 0) forgotten += forgetRecords(store, { before: recordsSince }, left());
    if (left() > 0) forgotten += thinReadings(store, { keptSince: recordsSince, wholeSince }, left());
    if (left() > 0) setMeta(store, THINNED, today);
    return forgotten;
  });
}

/** Changes found this long ago may still be told of by the activity log. */
const ATTRIBUTED_DAYS = 7;

/** Names who made changes, where the activity log tells of them. Repeating it is harmless. Answers how many were named. */
export function attributeChanges(store: Store, connectorId: string, events: readonly ActivityEvent[], now: string): number {
  if (events.length === 0) return 0;
  const attribution = new Attribution(events);
  return changeRecords(store, connectorId, daysBefore(now, ATTRIBUTED_DAYS), (record) => {
    const event = record.by ? null : attribution.of(record);
    return event ? { ...record, by: { name: event.actor, at: event.at } } : null;
  });
}
