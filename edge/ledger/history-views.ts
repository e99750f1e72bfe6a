// History as one viewer may see it: the whole of it, or what concerns their own accounts.
import type * as z from 'zod';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { ChangeRecord } from '#domain/change-record.ts';
import { ownDocuments } from '#domain/own-view.ts';
import type {
  ChangeRecords,
  ChangesQuery,
  HistoryReadings,
  HistorySpan,
  PastDocuments,
  PastDocumentsQuery,
  ReadingsQuery,
} from '#domain/protocol/history.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { type CatalogueView, type CatalogueViews, mineIn } from './catalogue-views.ts';
import { recordsPage } from './change-records.ts';
import { allDocumentsAt, documentsAt } from './document-history.ts';
import { daysBefore, historySettings } from './history.ts';
import { historyConnector, historyConnectors, readingsPage, type HistoryConnector } from './readings.ts';
import type { Store } from './store.ts';

export class HistoryViews {
  readonly #store: Store;
  readonly #views: CatalogueViews;

  constructor(store: Store, views: CatalogueViews) {
    this.#store = store;
    this.#views = views;
  }

  /** Which days can be shown, by connector. */
  spans(view: CatalogueView, connectorId: string | undefined, now: string): HistorySpan[] {
    const { everyRevisionDays, dailyDays } = historySettings(this.#store);
    const later = (a: string, b: string): string => (a > b ? a : b).slice(0, 10);
    return this.#seen(view, connectorId).map(({ connector, began }) => ({
      connectorId: connector,
      from: later(began, daysBefore(now, dailyDays)),
      everyRevisionFrom: later(began, daysBefore(now, everyRevisionDays)),
      to: now.slice(0, 10),
    }));
  }

  /** Documents as they were at the end of a day, or at an instant; for an own view all in one page. */
  documents(view: CatalogueView, query: z.infer<typeof PastDocumentsQuery>, now: string): Result<PastDocuments, Refusal> {
    const connector = historyConnector(this.#store, query.connector);
    if (!connector || connector.forgotten === 1) return err({ reason: 'not_found' });
    const wholeSince = daysBefore(now, historySettings(this.#store).everyRevisionDays);
    // Where only the end of each day is kept, an instant within it would show what began and ended that day as never there.
    const wanted = query.at.length === 10 || query.at < wholeSince ? endOfDay(query.at.slice(0, 10)) : query.at;
    const at = wanted > now ? now : wanted;
    const isWritten = connector.settled === 1 || connector.run_at > at;
    const about = { connectorId: connector.connector, at, settled: wanted < now && isWritten };
    if (!view.whole) {
      const documents = allDocumentsAt(this.#store, connector.connector, at);
      return ok({ ...about, items: ownDocuments(documents, mineIn(view, connector.connector)), nextCursor: null });
    }
    const { limit, cursor } = query;
    const page = documentsAt(this.#store, connector.connector, at, { limit, cursor: openedCursor(cursor) });
    return ok({ ...about, items: page.documents, nextCursor: page.next === null ? null : btoa(encodeURIComponent(page.next)) });
  }

  changes(view: CatalogueView, query: z.infer<typeof ChangesQuery>): ChangeRecords {
    const connectors = this.#seen(view, query.connector).map(({ connector }) => connector);
    const mine = view.whole ? null : new OwnHistory(view, connectors, (id) => this.#views.documents(id));
    const ids = [query.account, query.resource].filter((id) => id !== undefined);
    return recordsPage(this.#store, {
      connectors,
      organization: query.organization,
      kinds: query.kind === undefined ? undefined : [query.kind],
      ids: ids.length > 0 ? ids : undefined,
      from: beginOf(query.from),
      to: endOf(query.to),
      limit: query.limit,
      cursor: query.cursor,
      show: (record) => {
        if (query.origin !== undefined && record.origin !== query.origin) return null;
        return mine ? mine.shown(record) : record;
      },
    });
  }

  /** When Docker Hub was read, newest first, and what each reading changed; to whoever sees only their own part, not how much. */
  readings(view: CatalogueView, query: z.infer<typeof ReadingsQuery>): HistoryReadings {
    const { items, next } = readingsPage(this.#store, {
      connectors: this.#seen(view, query.connector).map(({ connector }) => connector),
      from: beginOf(query.from),
      to: endOf(query.to),
      limit: query.limit,
      before: openedCursor(query.cursor),
    });
    return {
      items: view.whole ? items : items.map((item) => ({ ...item, changes: {} })),
      nextCursor: next === null ? null : btoa(encodeURIComponent(next)),
    };
  }

  /** Connectors whose history the viewer may ask for. */
  #seen(view: CatalogueView, connectorId: string | undefined): HistoryConnector[] {
    return historyConnectors(this.#store).filter(
      ({ connector, forgotten }) =>
        forgotten === 0 &&
        (connectorId === undefined || connector === connectorId) &&
        (view.whole || ownDocuments(this.#views.documents(connector), mineIn(view, connector)).length > 0),
    );
  }
}

/** What a viewer with an own view may know of past changes: those of their accounts, and of the teams and repositories they have now. */
class OwnHistory {
  readonly #accounts: ReadonlySet<string>;
  readonly #usernames = new Set<string>();
  readonly #visible = new Set<string>();

  constructor(view: CatalogueView, connectors: readonly string[], documentsOf: (id: string) => CatalogueDocument[]) {
    this.#accounts = new Set(view.accounts);
    for (const document of connectors.flatMap((id) => ownDocuments(documentsOf(id), mineIn(view, id)))) {
      if (document.kind === 'team' || document.kind === 'organization') this.#visible.add(document.id);
      if (document.kind === 'repositories')
        for (const { organization, name } of document.rows) this.#visible.add(`repository:${organization}/${name}`);
      if (document.kind === 'accounts') for (const { username } of document.rows) this.#usernames.add(username);
    }
  }

  /** The record as the viewer may see it, or null. Who else made a change is not theirs to know. */
  shown(record: ChangeRecord): ChangeRecord | null {
    if (!this.#isMine(record)) return null;
    return record.by && !this.#usernames.has(record.by.name) ? { ...record, by: null } : record;
  }

  #isMine({ kind, subject, object }: ChangeRecord): boolean {
    switch (kind) {
      case 'role':
      case 'membership':
        return subject !== null && this.#accounts.has(subject.id);
      case 'account':
        return this.#accounts.has(object.id);
      case 'permission':
        return subject !== null && this.#visible.has(subject.id) && this.#visible.has(object.id);
      case 'team':
      case 'repository':
      case 'completeness':
        return this.#visible.has(object.id);
      case 'organization': // says how much there is of everything
      case 'token':
      case 'invitation':
        return false;
    }
  }
}

const endOfDay = (day: string): string => `${day}T23:59:59.999Z`;
const beginOf = (from: string | undefined): string => from ?? '';
/** Exclusive: behind every time of the day, or the instant itself. */
const endOf = (to: string | undefined): string => (to === undefined ? '9999' : to.length === 10 ? `${to}U` : to);

function openedCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  try {
    return decodeURIComponent(atob(cursor));
  } catch {
    return undefined; // a cursor of somebody's own making: start from the beginning
  }
}
