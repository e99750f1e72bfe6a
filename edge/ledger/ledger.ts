// The Ledger: one per workspace, the only writer of the truth. Each method is a line; the work is in the file of its noun.
import type * as z from 'zod';
import type { CatalogueDocument, DataSet } from '#domain/catalogue.ts';
import type { ActivityEvent } from '#domain/change-attribution.ts';
import type { Loss } from '#domain/catalogue-diff.ts';
import type { GrantFilter } from '#domain/grants.ts';
import type { ChangePage, Entitlement, Grant, Resource } from '#domain/protocol/catalogue.ts';
import type { RunChanges } from '#domain/protocol/connectors.ts';
import type {
  ChangeRecords,
  ChangesQuery,
  HistoryReadings,
  HistorySettings,
  HistorySpan,
  PastDocuments,
  PastDocumentsQuery,
  ReadingsQuery,
} from '#domain/protocol/history.ts';
import type { Refusal } from '#domain/refusal.ts';
import type { ResourceFilter } from '#domain/resources.ts';
import type { Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import type { Env } from '../env.ts';
import * as catalogue from './catalogue.ts';
import { type CatalogueViews, catalogueViewOf, type Page, type Viewer } from './catalogue-views.ts';
import * as feed from './changes.ts';
import { FeedMemory } from './feed-memory.ts';
import { ConnectorsLedger, CONNECTORS_LEDGER_MIGRATIONS, type DueWork } from './connectors-ledger.ts';
import * as history from './history.ts';
import { HistoryViews } from './history-views.ts';
import { migrate, type Migration } from './migrations.ts';
import { PEOPLE_LEDGER_MIGRATIONS } from './people-ledger.ts';
import type { Reading } from './readings.ts';
import { LiveApps } from './live.ts';
import { acceptLine, answerPings, linePorts, listenerOf } from './live-sockets.ts';
import { hearNews } from './news.ts';
import { REQUESTS_LEDGER_MIGRATIONS } from './requests-ledger.ts';
import { headRevision, REVISION_MIGRATIONS } from './revisions.ts';
import type { Store } from './store.ts';

const MIGRATIONS: Migration[] = [
  ...REVISION_MIGRATIONS,
  ...PEOPLE_LEDGER_MIGRATIONS,
  ...catalogue.CATALOGUE_MIGRATIONS,
  ...CONNECTORS_LEDGER_MIGRATIONS,
  ...REQUESTS_LEDGER_MIGRATIONS,
];

export class Ledger extends ConnectorsLedger {
  readonly #store: Store;
  readonly #views: CatalogueViews;
  readonly #history: HistoryViews;
  readonly #live: LiveApps;
  readonly #feedMemory: FeedMemory;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = this.store;
    this.#views = this.views;
    this.#history = new HistoryViews(this.#store, this.#views);
    this.#live = new LiveApps(this.#store, linePorts(state));
    answerPings(state);
    this.#feedMemory = new FeedMemory(this.#store);
    hearNews(this.#store, (news) => {
      if (news === 'revision') this.#live.revisionMoved();
      else queueMicrotask(() => this.#live.closeEnded());
    });
    void state.blockConcurrencyWhile(async () => migrate(this.#store, MIGRATIONS));
  }

  /** Proves that the object answers and its database opens. */
  ready(): { revision: number; rowsWritten: number } {
    return { revision: headRevision(this.#store), rowsWritten: this.#store.rowsWritten };
  }

  /** Forgets everything, as if it had never been. For the sample workspace alone. */
  async forgetEverything(): Promise<void> {
    if (this.ctx.id.name !== 'sample') throw new Error('only sample data is forgotten as a whole');
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      migrate(this.#store, MIGRATIONS);
    });
    this.#live.closeEnded();
  }

  // Apps that listen

  /** The one request that is no method call: an app wants to hear that there is more (edge/routes/live.ts has asked who it is). */
  override fetch(request: Request): Response {
    const listener = listenerOf(request, Date.now());
    this.#live.makeRoom(listener.userId);
    return acceptLine(this.ctx, listener);
  }

  /** Apps listen and do not talk; pings do not come this far. */
  override webSocketMessage(): void {}

  /** For the minute clock: sessions also end by running out. */
  override dueWork(): DueWork {
    this.#live.closeEnded();
    return super.dueWork();
  }

  // The catalogue, for the Connector object

  catalogueDocuments(
    connectorId: string,
    query: catalogue.DocumentsQuery,
  ): { documents: CatalogueDocument[]; next: string | null } {
    return catalogue.catalogueDocuments(this.#store, connectorId, query);
  }

  diffDocuments(
    connectorId: string,
    documents: CatalogueDocument[],
    removedIds: string[] = [],
    renamed: Record<string, string> = {},
  ): { changedIds: string[]; changes: RunChanges; losses: Loss[] } {
    return catalogue.diffDocuments(this.#store, connectorId, documents, removedIds, renamed);
  }

  applyDocuments(connectorId: string, documents: CatalogueDocument[], reading?: Reading): void {
    catalogue.applyDocuments(this.#store, connectorId, documents, reading);
  }

  removeDocuments(connectorId: string, ids: string[], reading?: Reading): void {
    catalogue.removeDocuments(this.#store, connectorId, ids, reading);
  }

  /** A reading without a sync is through: what it changed, by noun. */
  finishReading(connectorId: string, reading: Reading, changes: RunChanges): void {
    history.finishReading(this.#store, connectorId, reading, changes, new Date().toISOString());
  }

  /** Names who made changes, where Docker Hub's activity log tells of them. Answers how many were named. */
  attributeChanges(connectorId: string, events: ActivityEvent[]): number {
    return history.attributeChanges(this.#store, connectorId, events, new Date().toISOString());
  }

  countsOf(connectorId: string): {
    counts: catalogue.CatalogueCounts;
    totals: Record<string, Partial<Record<DataSet, number>>>;
  } {
    return catalogue.countsOf(this.#store, connectorId);
  }

  putFacts(connectorId: string, day: string, pages: { id: string; body: Record<string, unknown> }[]): void {
    catalogue.putFacts(this.#store, connectorId, day, pages);
  }

  finishApply(connectorId: string, runN: number, summary: { changes: RunChanges }, by: string | null): void {
    catalogue.finishApply(this.#store, connectorId, runN, summary, { userId: by ?? 'system', via: by ? 'session' : 'system' });
  }

  // The catalogue, for those who ask

  resources(
    viewer: Viewer,
    query: { limit: number; cursor?: string | undefined; connector?: string | undefined } & ResourceFilter,
  ): Page<Resource> {
    return this.#views.resources(catalogueViewOf(this.#store, viewer), query);
  }

  entitlements(
    viewer: Viewer,
    query: { limit: number; cursor?: string | undefined; connector?: string | undefined; resource?: string | undefined },
  ): Page<Entitlement> {
    return this.#views.entitlements(catalogueViewOf(this.#store, viewer), query);
  }

  grants(
    viewer: Viewer,
    query: { limit: number; cursor?: string | undefined; connector?: string | undefined; effective: boolean } & GrantFilter,
  ): Page<Grant> {
    return this.#views.grants(catalogueViewOf(this.#store, viewer), query);
  }

  // History

  historySpans(viewer: Viewer, connectorId: string | undefined): HistorySpan[] {
    return this.#history.spans(catalogueViewOf(this.#store, viewer), connectorId, new Date().toISOString());
  }

  pastDocuments(viewer: Viewer, query: z.infer<typeof PastDocumentsQuery>): Result<PastDocuments, Refusal> {
    return this.#history.documents(catalogueViewOf(this.#store, viewer), query, new Date().toISOString());
  }

  changeRecords(viewer: Viewer, query: z.infer<typeof ChangesQuery>): ChangeRecords {
    return this.#history.changes(catalogueViewOf(this.#store, viewer), query);
  }

  historyReadings(viewer: Viewer, query: z.infer<typeof ReadingsQuery>): HistoryReadings {
    return this.#history.readings(catalogueViewOf(this.#store, viewer), query);
  }

  historySettings(): HistorySettings {
    return history.historySettings(this.#store);
  }

  changeHistorySettings(patch: Partial<HistorySettings>, acting: Acting): HistorySettings {
    return history.changeHistorySettings(this.#store, patch, acting);
  }

  changesAfter(viewer: Viewer, cursor: string | null): ChangePage | null {
    return feed.changesAfter(this.#store, this.#feedMemory, viewer, cursor, new Date().toISOString());
  }
}
