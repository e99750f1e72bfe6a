// One run of a sync, a step at a time: organizations, reading, comparing, applying. Everything it must remember is in the store, so a
// step may be the first of a new life of the object.
import { NEEDED_DATA_SETS, type CompletenessBySet } from '#domain/catalogue.ts';
import type { SyncRun, Trouble } from '#domain/protocol/connectors.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import * as troubles from '../hub/troubles.ts';
import { completenessOf, troubleOf, unreadCompleteness } from './completeness.ts';
import type { ConnectorStore, StoredRun } from './connector-store.ts';
import { doubtfulLosses } from './doubtful-losses.ts';
import type { CatalogueLedger } from './known-catalogue.ts';
import { ListingRefusals } from './listing-refusals.ts';
import { OrganizationReading } from './organization-reading.ts';
import { ownOrganizations, type OwnOrganizationsPorts } from './own-organizations.ts';
import { Reading, restore, type ReadingOrganization } from './reading.ts';
import { undecided } from './reading-state.ts';
import { Reconciliation } from './reconciliation.ts';
import { endRun, tellLedger, type End, type EndingPorts } from './run-ending.ts';
import { RunLog } from './run-log.ts';
import { changesLine, markPartial } from './run-progress.ts';
import { RunReporter, type ReporterPorts } from './run-reporter.ts';
import { Staging } from './staging.ts';

export type SyncLedger = CatalogueLedger & Pick<RemoteLedger, 'claimOrganizations' | 'reportRun'>;

export interface SyncPorts extends Omit<OwnOrganizationsPorts, 'isWanted'>, ReporterPorts, EndingPorts {
  store: ConnectorStore;
  ledger: SyncLedger;
  /** Whether the step has calls left. */
  mayGoOn: () => boolean;
}

/** When the run wants to be woken; null: it has ended, or waits for a decision. */
export type Wake = { at: number } | null;

const SIGN_IN_WAITS_MAX = 5;
const SIGN_IN_WAIT_MS = 60_000;

export class Sync {
  readonly n: number;
  readonly log: RunLog;
  readonly #ports: SyncPorts;
  readonly #stored: StoredRun;
  readonly #staging: Staging;
  readonly #reporter: RunReporter;
  readonly #refusals: ListingRefusals;
  #organizations: ReadingOrganization[] | null = null;
  #underWay: Reading | null = null;
  #reconciliation: Reconciliation | null = null;
  #isCanceled = false;
  #signInWaits = 0;

  constructor(ports: SyncPorts, stored: StoredRun) {
    this.#ports = ports;
    this.#stored = stored;
    this.n = stored.run.n;
    this.#staging = new Staging(ports.store.sql);
    this.log = new RunLog(ports.store, ports.clock, this.n);
    this.#reporter = new RunReporter(ports, stored.run, this.log);
    this.#refusals = new ListingRefusals(ports.store, ports.clock);
  }

  /** The run as it stands this moment. */
  get run(): SyncRun {
    return this.#stored.run;
  }
  get isOver(): boolean {
    return this.#stored.state.phase === 'ended';
  }
  /** Whether there is something left to do: also telling the ledger how it ended. */
  get needsStep(): boolean {
    return this.#stored.state.unreported !== null || !(this.isOver || this.isHeld);
  }
  get isHeld(): boolean {
    return this.#stored.state.phase === 'held';
  }
  /** From here on it goes through: half of it may be in the catalogue already. */
  get isApplying(): boolean {
    return this.#stored.state.phase === 'applying';
  }

  countCall(): void {
    this.run.calls += 1;
  }

  /** Docker Hub asked us to wait. */
  waits(until: number): void {
    this.#reporter.waits(until);
  }

  /** Makes room for what will be read, and begins to sign in, which the first step waits for. Called once, when the run begins. */
  open(): void {
    this.#staging.open();
    this.save();
    void this.#ports.bearers.identity().catch(() => undefined);
  }

  /** Goes on for a while. Never throws for what Docker Hub does. */
  async step(): Promise<Wake> {
    const { state } = this.#stored;
    try {
      if (state.unreported) return await this.#tell();
      switch (state.phase) {
        case 'organizations':
          return await this.#discover();
        case 'reading':
          return await this.#read();
        case 'comparing':
          return await this.#compare();
        case 'applying':
          return await this.#apply();
        case 'held':
        case 'ended':
          return null;
      }
    } finally {
      this.log.flush();
    }
  }

  /** Stops, and forgets what was read. */
  async cancel(message: string): Promise<void> {
    this.#isCanceled = true;
    this.log.info(null, message);
    await this.#end({ status: 'canceled', trouble: null });
  }

  /** Stops because of a fault of ours. */
  async giveUp(trouble: Trouble): Promise<void> {
    this.#isCanceled = true;
    await this.#fail(trouble, false);
  }

  /** Stops without a trace: there is nothing left to tell it to. */
  abandon(): void {
    this.#isCanceled = true;
  }

  /** A held run is let through. */
  release(message: string): void {
    this.log.info('reconcile', message);
    this.#stored.state.phase = 'applying';
    this.run.status = 'running';
    this.save();
  }

  save(): void {
    this.#ports.store.saveRun(this.#stored);
  }

  /** Tells the ledger how it stands. */
  async report(): Promise<void> {
    await this.#reporter.report();
  }

  // Organizations

  async #discover(): Promise<Wake> {
    const { ports, state } = { ports: this.#ports, state: this.#stored.state };
    const found = await ownOrganizations({ ...ports, isWanted: () => !this.#isCanceled }, state, this.log);
    if (this.#isCanceled || found.type === 'unwanted') return null;
    if (found.type === 'later') return found;
    if (found.type === 'failed') return this.#fail(found.trouble, found.isCredential);

    state.organizations = found.organizations.map((row) => ({ ...row, decisions: undecided(this.#refusals.has(row.name)) }));
    state.phase = 'reading';
    this.save();
    this.#reading();
    this.#reporter.showProgress();
    this.#reporter.reportSoon();
    return ports.mayGoOn() ? this.#read() : { at: 0 };
  }

  // Reading

  async #read(): Promise<Wake> {
    const organizations = this.#reading();
    this.#underWay ??= new Reading(organizations, {
      baseUrl: this.#ports.baseUrl,
      staging: this.#staging,
      call: this.#ports.call,
      mayGoOn: this.#ports.mayGoOn,
      isWanted: () => !this.#isCanceled,
      onAnswer: () => this.#reporter.answered(),
    });
    const end = await this.#underWay.step();
    if (this.#isCanceled) return null;
    if (end.type === 'failed' && end.trouble.code === 'throttled_at_sign_in' && this.#signInWaits < SIGN_IN_WAITS_MAX) {
      // What was read is worth more than the minutes until Docker Hub lets us in again.
      this.#signInWaits += 1;
      this.log.warn(null, 'Docker Hub slows down sign-ins from this address. Trying again in a minute');
      return { at: this.#ports.clock.now() + SIGN_IN_WAIT_MS };
    }
    if (end.type === 'failed') return this.#fail(end.trouble, end.isCredential);
    if (end.type === 'more') return { at: end.at };
    this.#reporter.showProgress();
    if (!this.#stored.state.areLossesChecked) {
      for (const { reading } of organizations) {
        reading.permissions.doubt(await doubtfulLosses(this.#ports.ledger, this.#ports.connectorId, this.#staging, reading));
      }
      this.#stored.state.areLossesChecked = true;
      if (this.#isCanceled) return null;
      if (organizations.some(({ reading }) => !reading.isDone)) return { at: 0 };
    }

    const { kind } = this.#stored.state;
    const unknown = organizations.find(({ reading }) => reading.isUnknownToDockerHub);
    if (unknown && kind === 'oat') return this.#fail(troubles.noOrganization('oat', unknown.reading.name), true);
    for (const { reading, decisions } of organizations) {
      if (decisions.why === 'wrong') this.#refuseListing(reading.name);
    }
    this.#stored.state.phase = 'comparing';
    this.run.stages = markPartial(this.run.stages, [...this.#completeness().values()]);
    this.#reporter.setStage('reconcile', 'running');
    this.save();
    this.#reporter.reportSoon();
    return this.#compare();
  }

  /** The organizations of this run, brought to where staging says they are. */
  #reading(): ReadingOrganization[] {
    if (this.#organizations) return this.#organizations;
    const { state } = this.#stored;
    let isRestoring = true;
    const organizations = state.organizations.map(({ name, decisions }) => ({
      decisions,
      reading: new OrganizationReading({
        name,
        kind: state.kind ?? 'password',
        seed: this.n,
        staging: this.#staging,
        decisions,
        decided: () => {
          if (!isRestoring) this.save();
        },
        onRead: (kind, subject, list) => {
          if (!isRestoring) this.#reporter.logRead(name, kind, subject, list);
        },
      }),
    }));
    restore(organizations, this.#staging);
    isRestoring = false;
    this.#reporter.follow(organizations);
    this.#organizations = organizations;
    return organizations;
  }

  #refuseListing(organization: string): void {
    this.#refusals.add(organization);
    this.log.warn(
      'permissions',
      'Docker Hub’s lists of teams’ repositories differ from the repositories themselves: read one by one',
      organization,
    );
  }

  // Comparing and applying

  async #compare(): Promise<Wake> {
    const reconciliation = await this.#reconcile();
    const end = await reconciliation.compare();
    if (this.#isCanceled) return null;
    if (end.type === 'more') return { at: 0 };

    const { state } = this.#stored;
    state.changes = end.changes;
    this.run.changes = end.changes;
    if (end.held.length > 0) {
      state.phase = 'held';
      this.run.held = end.held;
      this.run.status = 'held';
      this.run.trouble = troubles.heldRun(end.held);
      for (const { organization, lost, of, dataSet } of end.held) {
        this.log.warn(
          'reconcile',
          `This sync would remove ${lost} of ${of} ${troubles.nounOf(dataSet)}. It waits for an owner to decide`,
          organization,
        );
      }
      state.unreported = { credentialRefused: null };
      this.save();
      this.log.flush();
      return this.#tell();
    }
    state.phase = 'applying';
    this.save();
    return this.#apply();
  }

  async #apply(): Promise<Wake> {
    const reconciliation = await this.#reconcile();
    const isDone = await reconciliation.apply(new Date(this.#ports.clock.now()).toISOString().slice(0, 10));
    if (this.#isCanceled) return null;
    if (!isDone) return { at: 0 };

    const { ports, state } = { ports: this.#ports, state: this.#stored.state };
    const by = this.run.startedBy?.id ?? null;
    await ports.ledger.finishApply(ports.connectorId, this.n, { changes: state.changes ?? {} }, by);
    const { counts } = await ports.ledger.countsOf(ports.connectorId);
    this.run.counts = counts;
    this.#reporter.setStage('reconcile', 'done');
    this.log.info('reconcile', changesLine(state.changes));

    const completeness = this.#completeness();
    const found = [...completeness].flatMap(([name, sets]) => troubleOf(name, sets, state.kind ?? 'password') ?? []);
    const trouble = [...state.troubles, ...found][0] ?? null;
    for (const [name, reason] of reconciliation.kept) {
      this.log.warn('reconcile', reason, name);
      completeness.set(name, unreadCompleteness(reason));
    }
    const isWhole = [...completeness.values()].every((sets) =>
      NEEDED_DATA_SETS.every((set) => sets[set]?.state === 'complete'),
    );
    const hasWarnings = !isWhole || trouble !== null;
    const status = hasWarnings ? 'completed_with_warnings' : 'completed';
    await this.#end({ status, trouble, read: { completeness, counts } });
    return null;
  }

  async #reconcile(): Promise<Reconciliation> {
    if (this.#reconciliation) return this.#reconciliation;
    const { state } = this.#stored;
    const completeness = this.#completeness();
    const byName = new Map(this.#reading().map((organization) => [organization.reading.name, organization]));
    const reconciliation = await Reconciliation.open({
      connectorId: this.#ports.connectorId,
      run: this.n,
      ledger: this.#ports.ledger,
      staging: this.#staging,
      store: this.#ports.store,
      clock: this.#ports.clock,
      include: state.include,
      firstFree: state.firstFree,
      isWanted: () => !this.#isCanceled,
      organizations: state.organizations.flatMap((row) => {
        const organization = byName.get(row.name);
        const sets = completeness.get(row.name);
        return organization && sets ? [{ row, ...organization, completeness: sets }] : [];
      }),
    });
    if (state.firstFree === null) {
      state.firstFree = reconciliation.firstFree;
      this.save();
    }
    this.#reconciliation = reconciliation;
    return reconciliation;
  }

  #completeness(): Map<string, CompletenessBySet> {
    const { state } = this.#stored;
    const roles = new Map(state.organizations.map(({ name, callerRole }) => [name, callerRole]));
    return new Map(
      this.#reading().map(({ reading, decisions }) => [
        reading.name,
        completenessOf({ reading, decisions, kind: state.kind ?? 'password', callerRole: roles.get(reading.name) ?? null }),
      ]),
    );
  }

  // Ending

  async #fail(trouble: Trouble, isCredential: boolean): Promise<null> {
    this.log.error(null, trouble.message);
    await this.#end({ status: 'failed', trouble, isCredential });
    return null;
  }

  async #end(end: End): Promise<void> {
    endRun(this.#stored, end, this.#ports.clock);
    this.log.flush();
    this.save();
    this.#staging.close();
    this.#organizations = null;
    this.#underWay = null;
    this.#reconciliation = null;
    this.#ports.store.prune();
    await this.#tell();
  }

  async #tell(): Promise<null> {
    await this.#reporter.settled();
    await tellLedger(this.#stored, this.#ports);
    return null;
  }
}
