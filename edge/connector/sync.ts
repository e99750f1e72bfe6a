// One run of a sync, a step at a time: organizations, reading, comparing, applying. Everything it must remember is in the store, so a
// step may be the first of a new life of the object.
import * as z from 'zod';
import { NEEDED_DATA_SETS, type CompletenessBySet } from '#domain/catalogue.ts';
import type { Stage, SyncRun, Trouble } from '#domain/protocol/connectors.ts';
import { isCredentialTrouble, type CallOptions, type CallResult } from '../hub/call.ts';
import type { Clock } from '../hub/clock.ts';
import type { HubRequest } from '../hub/operations.ts';
import * as troubles from '../hub/troubles.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import type { Bearers } from './bearers.ts';
import { completenessOf, troubleOf, unreadCompleteness } from './completeness.ts';
import type { ConnectorStore, StoredRun } from './connector-store.ts';
import { doubtfulLosses } from './doubtful-losses.ts';
import { discoverOrganizations, wanted } from './discover.ts';
import type { CatalogueLedger } from './known-catalogue.ts';
import { OrganizationReading } from './organization-reading.ts';
import type { PagedList } from './paged-list.ts';
import { readStep, restore, type ReadingOrganization } from './reading.ts';
import { undecided } from './reading-state.ts';
import { Reconciliation } from './reconciliation.ts';
import { plural, RunLog } from './run-log.ts';
import { changesLine, estimate, markPartial, stagesOf } from './run-progress.ts';
import { Staging, type StagedKind } from './staging.ts';

export type SyncLedger = CatalogueLedger & Pick<RemoteLedger, 'claimOrganizations' | 'reportRun'>;

export interface SyncPorts {
  connectorId: string;
  store: ConnectorStore;
  ledger: SyncLedger;
  bearers: Bearers;
  baseUrl: string;
  clock: Clock;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  /** Whether the step has calls left. */
  mayGoOn: () => boolean;
  callsPerMinute: () => number | null;
  /** When the next run is due, once this one has ended. */
  scheduleNext: (end: { hasFailed: boolean; isCredential: boolean }) => Promise<string | null>;
  /** Whether somebody has looked lately. */
  isWatched: () => boolean;
}

/** When the run wants to be woken; null: it has ended, or waits for a decision. */
export type Wake = { at: number } | null;

const REPORT_MS_WATCHED = 2_000;
const REPORT_MS_UNWATCHED = 15_000;
/** Teams up to which each has a line of its own in the log. */
const TEAMS_WITH_LINES = 200;
const SIGN_IN_WAITS_MAX = 5;
const SIGN_IN_WAIT_MS = 60_000;
const REFUSED_LISTING_MS = 7 * 86_400_000;

export class Sync {
  readonly n: number;
  readonly log: RunLog;
  readonly #ports: SyncPorts;
  readonly #stored: StoredRun;
  readonly #staging: Staging;
  #organizations: ReadingOrganization[] | null = null;
  #reconciliation: Reconciliation | null = null;
  #reportedAt = 0;
  #isCanceled = false;
  #waitSince: number | null = null;
  #permissionsSaid = 0;
  #signInWaits = 0;

  constructor(ports: SyncPorts, stored: StoredRun) {
    this.#ports = ports;
    this.#stored = stored;
    this.n = stored.run.n;
    this.#staging = new Staging(ports.store.sql);
    this.log = new RunLog(ports.store, ports.clock, this.n);
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
    this.#waitSince ??= this.#ports.clock.now();
    this.run.waiting = { until: new Date(until).toISOString(), reason: 'Docker Hub asked us to slow down.' };
  }

  /** Makes room for what will be read. Called once, when the run begins. */
  open(): void {
    this.#staging.open();
    this.save();
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
    await this.#end('canceled', null);
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

  /** Tells the ledger, unless it was told moments ago. */
  async report(isUrgent = false): Promise<void> {
    const now = this.#ports.clock.now();
    const every = this.#ports.isWatched() ? REPORT_MS_WATCHED : REPORT_MS_UNWATCHED;
    if (!isUrgent && now - this.#reportedAt < every) return;
    this.#reportedAt = now;
    await this.#ports.ledger.reportRun(this.#ports.connectorId, this.run);
  }

  // Organizations

  async #discover(): Promise<Wake> {
    const { ports, state } = { ports: this.#ports, state: this.#stored.state };
    const identity = await ports.bearers.identity();
    if (this.#isCanceled) return null;
    if (!identity.ok) return this.#fail(identity.error, isCredentialTrouble(identity.error));
    state.kind = identity.value.kind;
    this.log.info('organizations', `Signed in as ${identity.value.identifier}`);

    const found = await discoverOrganizations(identity.value.kind, identity.value.identifier, ports.baseUrl, ports.call);
    if (this.#isCanceled) return null;
    if (found.type === 'later') return this.#later(found.at);
    if (found.type === 'failed') return this.#fail(found.trouble, found.isCredential);
    if (found.organizations.length === 0)
      return this.#fail(troubles.noOrganization(identity.value.kind, identity.value.identifier), true);

    const chosen = wanted(found.organizations, state.include);
    if (chosen.length === 0) return this.#fail(troubles.notIncluded(state.include === 'all' ? [] : state.include), false);
    const { taken } = await ports.ledger.claimOrganizations(
      ports.connectorId,
      chosen.map(({ name }) => name),
    );
    const others = new Map(taken.map(({ name, connectorName }) => [name.toLowerCase(), connectorName]));
    for (const { name } of chosen) {
      const other = others.get(name.toLowerCase());
      if (other === undefined) continue;
      const trouble = troubles.organizationTaken(name, other);
      state.troubles.push(trouble);
      this.log.warn('organizations', trouble.message, name);
    }
    const own = chosen.filter(({ name }) => !others.has(name.toLowerCase()));
    const [taking] = state.troubles;
    if (own.length === 0 && taking) return this.#fail(taking, false);

    state.organizations = own.map((row) => ({ ...row, decisions: undecided(this.#isListingRefused(row.name)) }));
    state.phase = 'reading';
    this.log.info('organizations', `${plural(own.length, 'organization')} read`, own.map(({ name }) => name).join(', '));
    this.save();
    await this.report(true);
    return ports.mayGoOn() ? this.#read() : { at: 0 };
  }

  // Reading

  async #read(): Promise<Wake> {
    const organizations = this.#reading();
    const end = await readStep(organizations, {
      baseUrl: this.#ports.baseUrl,
      staging: this.#staging,
      call: this.#ports.call,
      mayGoOn: () => this.#ports.mayGoOn() && !this.#isCanceled,
      isWanted: () => !this.#isCanceled,
      onAnswer: () => this.#answered(),
    });
    if (this.#isCanceled) return null;
    this.#showProgress();
    if (end.type === 'failed' && end.trouble.code === 'throttled_at_sign_in' && this.#signInWaits < SIGN_IN_WAITS_MAX) {
      // What was read is worth more than the minutes until Docker Hub lets us in again.
      this.#signInWaits += 1;
      this.log.warn(null, 'Docker Hub slows down sign-ins from this address. Trying again in a minute');
      return this.#later(this.#ports.clock.now() + SIGN_IN_WAIT_MS);
    }
    if (end.type === 'failed') return this.#fail(end.trouble, end.isCredential);
    if (end.type === 'more') return this.#later(end.at);
    if (!this.#stored.state.areLossesChecked) {
      for (const { reading } of organizations) {
        reading.permissions.doubt(await doubtfulLosses(this.#ports.ledger, this.#ports.connectorId, this.#staging, reading));
      }
      this.#stored.state.areLossesChecked = true;
      if (this.#isCanceled) return null;
      if (organizations.some(({ reading }) => !reading.isDone)) return this.#later(0);
    }

    const { kind } = this.#stored.state;
    const unknown = organizations.find(({ reading }) => reading.isUnknownToDockerHub);
    if (unknown && kind === 'oat') return this.#fail(troubles.noOrganization('oat', unknown.reading.name), true);
    for (const { reading, decisions } of organizations) {
      if (decisions.why === 'wrong') this.#refuseListing(reading.name);
    }
    this.#stored.state.phase = 'comparing';
    this.run.stages = markPartial(this.run.stages, [...this.#completeness().values()]);
    this.#setStage('reconcile', 'running');
    this.save();
    await this.report(true);
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
          if (!isRestoring) this.#logRead(name, kind, subject, list);
        },
      }),
    }));
    restore(organizations, this.#staging);
    isRestoring = false;
    this.#organizations = organizations;
    return organizations;
  }

  #answered(): void {
    if (this.#waitSince !== null && this.#ports.clock.now() >= Date.parse(this.run.waiting?.until ?? '')) {
      const seconds = Math.max(1, Math.round((this.#ports.clock.now() - this.#waitSince) / 1000));
      this.log.warn(null, `Docker Hub asked us to slow down. Waited ${seconds} s`);
      this.#waitSince = null;
      this.run.waiting = null;
    }
    if (this.#ports.clock.now() - this.#reportedAt < REPORT_MS_WATCHED) return;
    this.#showProgress();
    this.log.flush();
    // Not waited for: what people are shown must not slow down what is read for them.
    void this.report().catch(() => undefined);
  }

  #showProgress(): void {
    const organizations = this.#organizations;
    if (!organizations || this.#stored.state.phase !== 'reading') return;
    this.run.stages = stagesOf(organizations);
    const counted = (stage: Stage) => this.run.stages.find((row) => row.stage === stage)?.done ?? 0;
    this.run.counts = {
      organizations: organizations.length,
      accounts: counted('members'),
      teams: counted('teams'),
      repositories: counted('repositories'),
    };
    const pace = estimate({
      calls: this.run.calls,
      callsLeft: organizations.reduce((sum, { reading }) => sum + reading.callsLeft, 0),
      elapsedMs: this.#ports.clock.now() - Date.parse(this.run.startedAt),
      callsPerMinute: this.#ports.callsPerMinute(),
    });
    // Never backwards: what turns out to be more work slows the bar down, it does not turn it back.
    this.run.progress = Math.max(this.run.progress, pace.progress);
    this.run.remainingSeconds = pace.remainingSeconds;
    const permissions = counted('permissions');
    const total = this.run.stages.find((row) => row.stage === 'permissions')?.total ?? 0;
    if (total > TEAMS_WITH_LINES && permissions - this.#permissionsSaid >= TEAMS_WITH_LINES) {
      this.#permissionsSaid = permissions;
      this.log.info(
        'permissions',
        `Permissions: ${permissions.toLocaleString('en')} of ${total.toLocaleString('en')} lists read`,
      );
    }
  }

  #logRead(organization: string, kind: StagedKind, subject: string, list: PagedList): void {
    const found = LOGGED[kind];
    if (!found) return;
    const { stage, one, many, what } = found;
    if (list.state === 'whole' && kind === 'activity') return;
    if (list.state === 'whole')
      this.log.info(stage, `${plural(list.seen, one, many)} read`, resourceOf(organization, subject, this.#organizations));
    else if (list.state === 'partial')
      this.log.warn(stage, `The list of ${what} kept changing while it was read`, organization);
    else if (kind !== 'team_members') this.log.warn(stage, `Can’t read ${what}`, organization);
  }

  // Comparing and applying

  async #compare(): Promise<Wake> {
    const reconciliation = await this.#reconcile();
    const end = await reconciliation.compare();
    if (this.#isCanceled) return null;
    if (end.type === 'more') return this.#later(0);

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
    if (!isDone) return this.#later(0);

    const { ports, state } = { ports: this.#ports, state: this.#stored.state };
    const by = this.run.startedBy?.id ?? null;
    await ports.ledger.finishApply(ports.connectorId, this.n, { changes: state.changes ?? {} }, by);
    const { counts } = await ports.ledger.countsOf(ports.connectorId);
    this.run.counts = counts;
    this.#setStage('reconcile', 'done');
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
    await this.#end(hasWarnings ? 'completed_with_warnings' : 'completed', trouble, { completeness, counts });
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
    await this.#end('failed', trouble, {}, isCredential);
    return null;
  }

  async #end(
    status: 'completed' | 'completed_with_warnings' | 'failed' | 'canceled',
    trouble: Trouble | null,
    read: { completeness?: Map<string, CompletenessBySet>; counts?: Record<string, number> } = {},
    isCredential = false,
  ): Promise<void> {
    const { ports, run } = { ports: this.#ports, run: this.run };
    run.status = status;
    run.trouble = trouble;
    run.waiting = null;
    run.remainingSeconds = null;
    run.finishedAt = new Date(ports.clock.now()).toISOString();
    if (status === 'completed' || status === 'completed_with_warnings') run.progress = 1;
    const refused = isCredential ? { credentialRefused: trouble } : {};
    const accepted = status === 'failed' || status === 'canceled' ? {} : { credentialRefused: null };
    const { state } = this.#stored;
    state.phase = 'ended';
    state.unreported = { ...refused, ...accepted };
    if (read.completeness) {
      state.unreported.dataAt = run.finishedAt;
      state.unreported.completeness = Object.fromEntries(read.completeness);
      state.unreported.organizations = [...read.completeness.keys()];
      state.unreported.counts = read.counts ?? {};
    }
    this.log.flush();
    this.save();
    this.#staging.close();
    this.#organizations = null;
    this.#reconciliation = null;
    ports.store.prune();
    await this.#tell();
  }

  /** Tells the ledger how it ended, or why it waits. Until that is done it is not over: nobody else would ever say so. */
  async #tell(): Promise<null> {
    const { ports, state } = { ports: this.#ports, state: this.#stored.state };
    if (!state.unreported) return null;
    if (state.unreported.nextSync === undefined) {
      const isCredential = (state.unreported.credentialRefused ?? null) !== null;
      state.unreported.nextSync = await ports.scheduleNext({ hasFailed: this.run.status === 'failed', isCredential });
      this.save();
    }
    const { nextSync, dataAt, completeness, organizations, counts, credentialRefused } = state.unreported;
    await ports.ledger.reportRun(ports.connectorId, this.run, {
      ...(nextSync === undefined ? {} : { nextSync }),
      ...(dataAt === undefined ? {} : { dataAt }),
      ...(completeness === undefined ? {} : { completeness }),
      ...(organizations === undefined ? {} : { organizations }),
      ...(counts === undefined ? {} : { counts }),
      ...(credentialRefused === undefined ? {} : { credentialRefused }),
    });
    state.unreported = null;
    this.save();
    return null;
  }

  #later(at: number): Wake {
    return { at };
  }

  #setStage(stage: Stage, state: SyncRun['stages'][number]['state']): void {
    this.run.stages = this.run.stages.map((row) => (row.stage === stage ? { ...row, state } : row));
  }

  #isListingRefused(organization: string): boolean {
    const until = this.#ports.store.get(`listing_refused ${organization}`, z.number());
    return until !== undefined && until > this.#ports.clock.now();
  }

  /** Lists of teams that told another thing than the repositories are not asked for again for some days. */
  #refuseListing(organization: string): void {
    this.#ports.store.set(`listing_refused ${organization}`, this.#ports.clock.now() + REFUSED_LISTING_MS);
    this.log.warn(
      'permissions',
      'Docker Hub’s lists of teams’ repositories differ from the repositories themselves: read one by one',
      organization,
    );
  }
}

const LOGGED: Partial<Record<StagedKind, { stage: Stage; one: string; many: string; what: string }>> = {
  members: { stage: 'members', one: 'member', many: 'members', what: 'members' },
  teams: { stage: 'teams', one: 'team', many: 'teams', what: 'teams' },
  team_members: { stage: 'team_members', one: 'member', many: 'members', what: 'team members' },
  repositories: { stage: 'repositories', one: 'repository', many: 'repositories', what: 'repositories' },
  invites: { stage: 'members', one: 'invitation', many: 'invitations', what: 'invitations' },
  tokens: { stage: 'organizations', one: 'access token', many: 'access tokens', what: 'access tokens' },
  activity: { stage: 'organizations', one: 'activity log', many: 'activity logs', what: 'audit events' },
};

/** `acme`, or `acme/payments` for a team. */
function resourceOf(organization: string, subject: string, organizations: readonly ReadingOrganization[] | null): string {
  if (subject === '') return organization;
  const reading = organizations?.find((one) => one.reading.name === organization)?.reading;
  return `${organization}/${reading?.progressOf.get(Number(subject))?.name ?? subject}`;
}
