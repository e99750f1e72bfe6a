// The part of the Ledger that is about connectors, credentials, applications, tasks and mail. Each method is a line; the work is in
// the file of its noun.
import * as z from 'zod';
import type {
  Application,
  Connector,
  ConnectorPatch,
  DeletionPreview,
  EligibleOwner,
  ImportedOwners,
  KeyState,
  MailRow,
  MailSettings,
  NewConnector,
  ResourceOwners,
  RunChanges,
  SyncRun,
  Task,
} from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import type { Result } from '#domain/result.ts';
import { WORKSPACES, type Env, type WorkspaceName } from '../env.ts';
import type { OwnedKind } from '../http/route.ts';
import type { Acting } from '../http/actor.ts';
import type { Place } from '../vault/envelope.ts';
import * as applications from './applications.ts';
import { CatalogueViews, WHOLE_VIEW } from './catalogue-views.ts';
import * as changes from './connector-changes.ts';
import { noteChanges, noteChecked, reportRun, type RunReport } from './connector-runs.ts';
import * as connectors from './connectors.ts';
import { sweepReminders } from './credential-reminders.ts';
import * as credentials from './credentials.ts';
import { thinHistory } from './history.ts';
import * as rotation from './key-rotation.ts';
import * as mails from './mails.ts';
import type { Migration } from './migrations.ts';
import { claimOrganizations, takenOrganizations, type TakenOrganization } from './organization-claims.ts';
import { eligibleOwners } from './owners.ts';
import { PeopleLedger } from './people-ledger.ts';
import * as resourceOwners from './resource-owners.ts';
import { getMeta, setMeta } from './revisions.ts';
import * as tasks from './tasks.ts';

export const CONNECTORS_LEDGER_MIGRATIONS: Migration[] = [
  ...applications.APPLICATION_MIGRATIONS,
  ...connectors.CONNECTOR_MIGRATIONS,
  ...credentials.CREDENTIAL_MIGRATIONS,
  ...resourceOwners.RESOURCE_OWNER_MIGRATIONS,
  ...tasks.TASK_MIGRATIONS,
  ...mails.MAIL_MIGRATIONS,
];

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}
type PageOf<T> = { items: T[]; nextCursor: string | null };

/** What the minute clock finds to do; empty most minutes. */
export interface DueWork {
  connectorIds: string[];
  mailIds: string[];
  erasures: string[];
}

/** Mails that one minute sends at most: each is a call out. */
const MAILS_PER_MINUTE = 10;
/** Rows of history that one minute forgets at most: under a third of what Workers Free may write in a day. */
const HISTORY_ROWS_PER_MINUTE = 20;

const now = (): string => new Date().toISOString();

export abstract class ConnectorsLedger extends PeopleLedger {
  /** Catalogues, opened for questions. */
  protected readonly views: CatalogueViews;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.views = new CatalogueViews(this.store);
  }

  /** Where links in mails lead: what is configured, or where an administrator last came to. */
  #origin(): string {
    return this.env.PUBLIC_ORIGIN || getMeta(this.store, 'origin') || '';
  }
  /** A ledger's name is its workspace's. */
  #workspace(): WorkspaceName {
    return z.enum(WORKSPACES).parse(this.ctx.id.name);
  }
  #context({ acting, origin, mayInvite }: changes.Asking): changes.Context {
    if (getMeta(this.store, 'origin') !== origin) setMeta(this.store, 'origin', origin);
    return { acting, origin: this.#origin(), now: now(), mayInvite };
  }
  readonly #openIndex: resourceOwners.OpenIndex = (connectorId) => this.views.index(connectorId, WHOLE_VIEW);

  // Applications

  applicationsPage(query: PageQuery & { ownedBy?: string | undefined }): PageOf<Application> {
    return applications.applicationsPage(this.store, query);
  }
  application(id: string): Application | null {
    return applications.applicationById(this.store, id) ?? null;
  }
  createApplication(input: { name: string; owners: string[] }, acting: Acting): Result<Application, Refusal> {
    return applications.createApplication(this.store, { id: crypto.randomUUID(), ...input }, acting, now());
  }
  changeApplication(id: string, patch: { name?: string; owners?: string[] }, acting: Acting): Result<Application, Refusal> {
    return applications.changeApplication(this.store, id, patch, acting);
  }
  resourceOwnersPage(applicationId: string, query: PageQuery): PageOf<ResourceOwners> {
    return resourceOwners.resourceOwnersPage(this.store, applicationId, query);
  }
  setResourceOwners(
    applicationId: string,
    wanted: { connectorId: string; resourceId: string; owners: string[] },
    acting: Acting,
  ): Result<ResourceOwners, Refusal> {
    return resourceOwners.setResourceOwners(this.store, this.#openIndex, applicationId, wanted, acting);
  }
  importResourceOwners(
    applicationId: string,
    found: resourceOwners.OwnersRow[],
    commit: boolean,
    acting: Acting,
  ): Result<ImportedOwners, Refusal> {
    return resourceOwners.importResourceOwners(this.store, this.#openIndex, applicationId, found, commit, acting);
  }

  // Connectors

  connectorsPage(query: PageQuery & { ownedBy?: string }): PageOf<Connector> {
    return connectors.connectorsPage(this.store, query);
  }
  connector(id: string): Connector | null {
    return connectors.connectorById(this.store, id) ?? null;
  }
  eligibleOwners(): EligibleOwner[] {
    return eligibleOwners(this.store);
  }
  createConnector(input: NewConnector, asking: changes.Asking): Result<changes.Changed, Refusal> {
    const ids = { connectorId: crypto.randomUUID(), applicationId: crypto.randomUUID(), taskId: crypto.randomUUID() };
    return changes.createConnector(this.store, ids, input, this.#context(asking));
  }
  changeConnector(id: string, patch: ConnectorPatch, asking: changes.Asking): Result<changes.Changed, Refusal> {
    return changes.changeConnector(this.store, id, patch, crypto.randomUUID(), this.#context(asking));
  }
  deletionPreview(id: string): Omit<DeletionPreview, 'runs'> | null {
    return connectors.deletionPreview(this.store, id);
  }
  deleteConnector(id: string, acting: Acting): Result<null, Refusal> {
    return changes.deleteConnector(this.store, id, { acting, origin: this.#origin(), now: now() });
  }
  settleErasure(id: string): void {
    changes.settleErasure(this.store, id);
  }
  isOwner(kind: OwnedKind, id: string, userId: string): boolean {
    return kind === 'connector'
      ? connectors.isConnectorOwner(this.store, id, userId)
      : applications.isApplicationOwner(this.store, id, userId);
  }

  noteSyncAct(id: string, action: changes.SyncAct, n: number | null, acting: Acting): void {
    changes.noteSyncAct(this.store, id, action, n, acting);
  }
  noteHubRead(id: string, operation: string, about: Record<string, string>, acting: Acting): void {
    changes.noteHubRead(this.store, id, operation, about, acting);
  }
  noteCredentialTest(id: string, isGood: boolean, acting: Acting): void {
    changes.noteCredentialTest(this.store, id, isGood, acting);
  }

  // Connectors, for the Connector object

  connectorPlan(id: string): connectors.ConnectorPlan | null {
    return connectors.connectorPlan(this.store, id);
  }
  claimOrganizations(connectorId: string, names: string[]): { taken: TakenOrganization[] } {
    return claimOrganizations(this.store, connectorId, names);
  }
  takenOrganizations(connectorId: string, names: string[]): TakenOrganization[] {
    return takenOrganizations(this.store, connectorId, names);
  }
  reportRun(connectorId: string, run: SyncRun, report: RunReport = {}): void {
    reportRun(this.store, connectorId, run, report, this.#origin(), now());
  }

  noteChecked(connectorId: string, at: string): void {
    noteChecked(this.store, connectorId, at);
  }
  noteChanges(connectorId: string, changes: RunChanges): void {
    noteChanges(this.store, connectorId, changes);
  }

  // Credentials, for the vault

  beginSealing(request: credentials.SealingRequest): Result<credentials.SealingPlan, Refusal> {
    return credentials.beginSealing(this.store, request, now());
  }
  finishSealing(sealed: credentials.SealedCredential, acting: Acting): Result<null, Refusal> {
    return credentials.finishSealing(this.store, sealed, acting, now());
  }
  beginOpening(subject: string, purpose: Place['purpose'], acting: Acting): Result<credentials.OpeningPlan, Refusal> {
    return credentials.beginOpening(this.store, subject, purpose, acting);
  }
  reportUnreadable(place: Place, because: credentials.UnreadableBecause, acting: Acting): void {
    credentials.reportUnreadable(this.store, place, because, acting);
  }
  dropCredential(subject: string, purpose: Place['purpose'], acting: Acting): boolean {
    return credentials.dropCredential(this.store, subject, purpose, acting, now());
  }
  hasCredential(subject: string, purpose: Place['purpose']): boolean {
    return credentials.credentialPointer(this.store, subject, purpose) !== undefined;
  }
  blobsToDelete(limit: number): string[] {
    return credentials.blobsToDelete(this.store, now(), limit);
  }
  /** Every blob of this workspace, for when all of it is to go. */
  blobNames(): string[] {
    return credentials.blobNames(this.store);
  }
  forgetBlobs(names: readonly string[]): void {
    credentials.forgetBlobs(this.store, names);
  }
  startKeyRotation(newest: string, again: boolean, acting: Acting): 'running' | 'nothing_to_do' {
    return rotation.startKeyRotation(this.store, newest, again, acting, now());
  }
  nextToReseal(newest: string): { subject: string; purpose: Place['purpose']; version: number } | null {
    return rotation.nextToReseal(this.store, newest);
  }
  finishKeyRotation(newest: string, acting: Acting): boolean {
    return rotation.finishKeyRotation(this.store, newest, acting, now());
  }
  olderKeys(newest: string): string[] {
    return rotation.olderKeys(this.store, newest);
  }
  keyState(newest: string): KeyState {
    return rotation.keyState(this.store, newest);
  }

  // Tasks and mail

  tasksPage(query: tasks.TasksQuery): PageOf<Task> {
    return tasks.tasksPage(this.store, query);
  }
  claimMail(id: string): (mails.Mail & { id: string }) | null {
    return mails.claimMail(this.store, id, now());
  }
  settleMail(id: string, error: string | null, keepText: boolean): void {
    mails.settleMail(this.store, id, error, keepText, now());
  }
  noteMail(mail: mails.Mail, error: string | null, keepText: boolean): void {
    mails.noteMail(this.store, mail, error, keepText, now());
  }
  mailList(limit: number, to: string | null): MailRow[] {
    return mails.mailList(this.store, limit, to);
  }
  keptMailSettings(): mails.KeptMailSettings & {
    workspace: WorkspaceName;
    hasKey: boolean;
    failures: MailSettings['failures'];
  } {
    return {
      workspace: this.#workspace(),
      ...mails.keptMailSettings(this.store),
      hasKey: credentials.credentialPointer(this.store, 'mail', 'mail') !== undefined,
      failures: mails.mailFailures(this.store),
    };
  }
  changeMailSettings(patch: Partial<mails.KeptMailSettings>, acting: Acting): void {
    mails.changeMailSettings(this.store, patch, acting);
  }

  /** Queues the reminders that are due, forgets some history that is kept no longer, and says what the minute clock is to do. */
  dueWork(): DueWork {
    const at = now();
    sweepReminders(this.store, this.#origin(), at);
    thinHistory(this.store, at, HISTORY_ROWS_PER_MINUTE);
    return {
      connectorIds: connectors.connectorIds(this.store),
      mailIds: mails.dueMails(this.store, at, MAILS_PER_MINUTE),
      erasures: changes.erasuresDue(this.store),
    };
  }
}
