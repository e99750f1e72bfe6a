// The Connector: one per connector, the only one that talks to Docker Hub. It keeps the clock of a sync and answers about its runs; what
// a run does is in sync.ts.
import { DurableObject } from 'cloudflare:workers';
import type { ProbeResult, SyncRun } from '#domain/protocol/connectors.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Env, WorkspaceName } from '../env.ts';
import { realClock } from '../hub/clock.ts';
import type { HubCredential } from '../hub/credential.ts';
import { readLive } from '../hub/live-reads.ts';
import * as troubles from '../hub/troubles.ts';
import { ledgerOf, type RemoteLedger } from '../ledger/remote-ledger.ts';
import { durableStore } from '../ledger/store.ts';
import { openCredential } from '../vault/credential.ts';
import { keyEncryptionKeysOf } from '../vault/key-secrets.ts';
import { ActivityWatch } from './activity-watch.ts';
import { ConnectorStore } from './connector-store.ts';
import { HubLink } from './hub-link.ts';
import { Identity, identityOf } from './identity.ts';
import { logPage, type LogPage, type LogQuery } from './log-page.ts';
import { newRun } from './run-progress.ts';
import { newRunState } from './run-state.ts';
import { nextRunAt, Schedule } from './schedule.ts';
import { Sync, type Wake } from './sync.ts';

export interface StartOptions {
  trigger: SyncRun['trigger'];
  /** Id of the person, or null for the schedule. */
  by: string | null;
}
export interface RunsPage {
  items: SyncRun[];
  nextCursor: string | null;
}

/** After this long nobody is taken to be looking any more. */
const LOOKING_MS = 30_000;
/** Steps that may break one after another before the run is given up. */
const BROKEN_STEPS_MAX = 3;
const BROKEN_STEP_PAUSE_MS = 5_000;
/** Full reads that changes ask for keep this far apart. */
const FULL_READS_APART_MS = 3_600_000;
/** A run that should have gone on this long ago has lost its alarm. */
const OVERDUE_MS = 90_000;

export class Connector extends DurableObject<Env> {
  #store: ConnectorStore;
  #linkKept: HubLink | null = null;
  #sync: Sync | null = null;
  #watchKept: ActivityWatch | null = null;
  /** Why everything is to be read sooner than planned, or null. */
  #fullReadWanted: string | null = null;
  /** When the run wants to go on; null while none does. */
  #wakeAt: number | null = null;
  #alarmAt: number | null = null;
  #isStepping = false;
  #brokenSteps = 0;
  #lookedAt = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new ConnectorStore(durableStore(state.storage));
    void state.blockConcurrencyWhile(async () => {
      this.#store.migrate();
      this.#alarmAt = await state.storage.getAlarm();
      this.#resume();
      await this.#arm();
    });
  }

  /** Starts a run, or says why not. Single flight: while one runs another is refused, unless the credential changed under it. */
  async start({ trigger, by }: StartOptions): Promise<Result<{ n: number }, Refusal>> {
    const startedAt = new Date().toISOString();
    const { connectorId, ledger } = this.#whoAmI();
    const [plan, user] = await Promise.all([ledger.connectorPlan(connectorId), by === null ? null : ledger.user(by)]);
    const startedBy = by === null ? null : { id: by, name: user?.name ?? 'Somebody who left' };
    if (!plan) return err({ reason: 'not_found' });
    if (!plan.hasReadCredential) return err({ reason: 'not_connected' });
    if (plan.paused) return err({ reason: 'paused' });
    if (this.#isRunning) {
      if (trigger !== 'credential' || this.#sync?.isApplying) return err({ reason: 'already_running' });
      await this.#cancel('The credential was replaced: this run stops, and a new one starts');
    } else if (this.#sync?.isHeld) await this.#cancel('A newer run takes the place of this one');
    // Whoever waited at the same time may have started one meanwhile.
    if (this.#isRunning) return err({ reason: 'already_running' });

    const n = (this.#store.latestRun()?.run.n ?? 0) + 1;
    const run = newRun(n, trigger, startedBy, startedAt);
    const sync = new Sync(this.#syncPorts(), { run, state: newRunState(plan.include) });
    this.#sync = sync;
    this.#brokenSteps = 0;
    this.#watch().release();
    sync.log.info(null, `Run ${n} started by ${startedBy?.name ?? 'schedule'}`);
    if (this.#fullReadWanted !== null) sync.log.info(null, `Sooner than planned: ${this.#fullReadWanted}`);
    this.#fullReadWanted = null;
    sync.open();
    this.#wakeAt = Date.now();
    await this.#arm();
    await sync.report();
    return ok({ n });
  }

  /** Stops the run that is going on. What it read is forgotten; the catalogue stays as it was. */
  async cancel(by: string): Promise<Result<null, Refusal>> {
    if (!this.#isRunning) return err({ reason: 'not_running' });
    if (this.#sync?.isApplying) return err({ reason: 'not_running', detail: 'It is being applied already.' });
    const { ledger } = this.#whoAmI();
    await this.#cancel(`Canceled by ${(await ledger.user(by))?.name ?? 'somebody'}`);
    return ok(null);
  }

  /** Applies or discards a held run. */
  async decideHeld(n: number, decision: 'apply' | 'discard', by: string): Promise<Result<null, Refusal>> {
    const { ledger } = this.#whoAmI();
    const name = (await ledger.user(by))?.name ?? 'somebody';
    const sync = this.#sync;
    if (!sync?.isHeld || sync.n !== n) return err({ reason: 'not_held' });
    if (decision === 'discard') {
      await this.#cancel(`Discarded by ${name}`);
      return ok(null);
    }
    sync.release(`Applied by ${name}`);
    this.#wakeAt = Date.now();
    await this.#arm();
    await sync.report();
    return ok(null);
  }

  /** The kept runs, newest first. */
  runs({ limit, cursor }: { limit: number; cursor: string | null }): RunsPage {
    this.#lookedAt = Date.now();
    const found = this.#store.runs(cursor === null ? null : Number(cursor), limit + 1);
    const items = found.slice(0, limit).map((run) => (run.n === this.#sync?.n ? this.#sync.run : run));
    return { items, nextCursor: found.length > limit ? String(items.at(-1)?.n) : null };
  }

  /** One run as it stands this moment. */
  run(n: number): SyncRun | null {
    this.#lookedAt = Date.now();
    return n === this.#sync?.n ? this.#sync.run : (this.#store.run(n)?.run ?? null);
  }

  /** Lines of a run's log after a number. */
  log(n: number, query: LogQuery): LogPage {
    this.#lookedAt = Date.now();
    const live = n === this.#sync?.n ? this.#sync : null;
    return logPage(this.#store.lines(n, query.after), live?.log.unwritten ?? [], live !== null && this.#isRunning, query);
  }

  /** What a credential can and cannot read, without saving it. Reads only. */
  async probe(credential: HubCredential): Promise<ProbeResult> {
    const { connectorId, ledger } = this.#whoAmI();
    return this.#link().probe(credential, (names) => ledger.takenOrganizations(connectorId, names));
  }

  /** Schedule, pause, organizations or credential changed in the ledger: look again, and forget the old bearer. */
  async planChanged(): Promise<void> {
    const { connectorId, ledger } = this.#whoAmI();
    this.#link().bearers.forget();
    const plan = await ledger.connectorPlan(connectorId);
    const isOff = !plan || plan.paused || !plan.hasReadCredential;
    if (isOff && this.#isRunning && !this.#sync?.isApplying)
      await this.#cancel(plan?.paused ? 'The connector was paused' : 'The credential was removed');
    const last = this.#store.latestRun()?.run;
    const from = Date.parse(last?.finishedAt ?? last?.startedAt ?? new Date().toISOString());
    const nextAtMs = isOff
      ? null
      : nextRunAt(from, { everyHours: plan.everyHours, retriesSooner: false, failures: 0 }, Math.random());
    this.#setSchedule({ nextAtMs, failures: this.#schedule().failures });
    this.#watch().planChanged(plan);
    await this.#arm();
    if (last && plan && !this.#isRunning) await ledger.reportRun(connectorId, last, { nextSync: isoOrNull(nextAtMs) });
  }

  /** Forgets everything; the connector was deleted. */
  async erase(): Promise<void> {
    this.#sync?.abandon();
    this.#link().cancel();
    this.#sync = null;
    this.#linkKept = null;
    this.#watchKept = null;
    this.#wakeAt = null;
    this.#alarmAt = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#store = new ConnectorStore(durableStore(this.ctx.storage));
    this.#store.migrate();
  }

  /** The second clock: an alarm that got lost is set again. */
  async tick(): Promise<void> {
    const due = this.#dueAt();
    if (due === null || this.#isStepping || due > Date.now() - OVERDUE_MS) return;
    this.#alarmAt = null;
    await this.#arm();
  }

  /** One live read of Docker Hub by the name of an operation. */
  async read(operation: string, parameters: Record<string, string>): Promise<Result<{ at: string; body: unknown }, Refusal>> {
    const { connectorId, ledger } = this.#whoAmI();
    const plan = await ledger.connectorPlan(connectorId);
    if (!plan?.hasReadCredential) return err({ reason: 'not_connected' });
    const link = this.#link();
    return readLive(operation, parameters, {
      baseUrl: link.baseUrl,
      call: (request, options) => link.call(request, options),
      now: Date.now,
    });
  }

  /** Rows that this object has written since it started, as the platform counts them. */
  rowsWritten(): number {
    return this.#store.sql.rowsWritten;
  }

  /** Never throws: an alarm that keeps throwing is not called again. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      await this.#work();
      this.#brokenSteps = 0;
    } catch (error) {
      await this.#stepBroke(error);
    } finally {
      await this.#arm().catch((error: unknown) => console.error('connector: the alarm could not be set', error));
    }
  }

  async #work(): Promise<void> {
    const { nextAtMs } = this.#schedule();
    if (!this.#isRunning && nextAtMs !== null && nextAtMs <= Date.now()) await this.#startOnSchedule();
    const sync = this.#sync;
    if (this.#isStepping) return;

    this.#isStepping = true;
    try {
      this.#link().beginStep();
      if (sync?.needsStep) {
        const wake: Wake = await sync.step();
        if (this.#sync === sync) this.#wakeAt = wake === null ? null : Math.max(wake.at, Date.now());
      } else if (this.#watchDueAt !== null && this.#watchDueAt <= Date.now()) await this.#watch().step();
    } finally {
      this.#isStepping = false;
    }
  }

  /** Between syncs, and not while one waits for a decision: what it holds would come after what is newer. */
  get #watchDueAt(): number | null {
    return this.#sync === null || this.#sync.isOver ? this.#watch().dueAt : null;
  }

  /** Everything is read as soon as an hour has passed since it last was. */
  #wantFullRead(why: string): void {
    const { nextAtMs, failures } = this.#schedule();
    const from = Date.parse(this.#store.latestRun()?.run.startedAt ?? '') || 0;
    const soon = Math.max(Date.now(), from + FULL_READS_APART_MS);
    this.#fullReadWanted = why;
    if (nextAtMs !== null && nextAtMs > soon) this.#setSchedule({ nextAtMs: soon, failures });
  }

  async #startOnSchedule(): Promise<void> {
    const started = await this.start({ trigger: 'schedule', by: null });
    // Refused: there is nothing to read, or nobody wants it; whoever changes that plans anew.
    if (!started.ok && started.error.reason !== 'already_running') this.#setSchedule({ nextAtMs: null, failures: 0 });
  }

  /** A fault of ours. The step is tried again, since it may be one of the moment; then the run fails, and says so. */
  async #stepBroke(error: unknown): Promise<void> {
    console.error('connector: a step of the sync broke', error);
    this.#brokenSteps += 1;
    this.#wakeAt = Date.now() + BROKEN_STEP_PAUSE_MS;
    if (this.#brokenSteps < BROKEN_STEPS_MAX || this.#sync?.isOver) return;
    this.#brokenSteps = 0;
    this.#wakeAt = null;
    await this.#sync
      ?.giveUp(troubles.failedInside())
      .catch((later: unknown) => console.error('connector: the end could not be told', later));
  }

  get #isRunning(): boolean {
    return this.#sync !== null && !this.#sync.isOver && !this.#sync.isHeld;
  }

  /** Takes up the latest run where an earlier life of this object left it. */
  #resume(): void {
    const latest = this.#store.latestRun();
    if (!latest || !this.#store.get('identity', Identity)) return;
    const sync = new Sync(this.#syncPorts(), latest);
    if (sync.isOver && !sync.needsStep) return;
    this.#sync = sync;
    if (sync.needsStep) this.#wakeAt = Date.parse(latest.run.waiting?.until ?? '') || Date.now();
  }

  async #cancel(message: string): Promise<void> {
    this.#link().cancel();
    this.#wakeAt = Date.now();
    await this.#sync?.cancel(message);
    await this.#arm();
  }

  #whoAmI(): { workspace: WorkspaceName; connectorId: string; ledger: RemoteLedger } {
    const kept = this.#store.get('identity', Identity);
    const identity = kept ?? identityOf(this.ctx.id.name);
    if (!kept) this.#store.set('identity', identity);
    return { ...identity, ledger: ledgerOf(this.env, identity.workspace) };
  }

  #link(): HubLink {
    if (this.#linkKept) return this.#linkKept;
    const { workspace, connectorId } = this.#whoAmI();
    this.#linkKept = new HubLink({
      store: this.#store,
      clock: realClock,
      baseUrl: (workspace === 'sample' ? this.env.SAMPLE_DOCKER_HUB_URL : undefined) ?? this.env.DOCKER_HUB_URL,
      keyEncryptionKeys: keyEncryptionKeysOf(this.env),
      name: `${workspace}/${connectorId}`,
      fetcher: (input, init) => fetch(input, init),
      credential: () => openCredential(this.env, workspace, connectorId, 'read'),
      onSyncCall: () => (this.#watch().isStepping ? this.#watch() : this.#sync)?.countCall(),
      onSlowDown: (until) => (this.#watch().isStepping ? null : this.#sync)?.waits(until),
    });
    return this.#linkKept;
  }

  #watch(): ActivityWatch {
    if (this.#watchKept) return this.#watchKept;
    const { connectorId, ledger } = this.#whoAmI();
    const link = this.#link();
    this.#watchKept = new ActivityWatch({
      connectorId,
      store: this.#store,
      ledger,
      baseUrl: link.baseUrl,
      clock: realClock,
      call: link.call.bind(link),
      mayGoOn: () => link.mayGoOn,
      isWanted: () => !this.#isRunning,
      callsPerMinute: () => link.budget.callsPerMinute,
      wantFullRead: (why) => this.#wantFullRead(why),
    });
    return this.#watchKept;
  }

  #syncPorts() {
    const { connectorId, ledger } = this.#whoAmI();
    const link = this.#link();
    return {
      connectorId,
      store: this.#store,
      ledger,
      bearers: link.bearers,
      baseUrl: link.baseUrl,
      clock: realClock,
      call: link.call.bind(link),
      mayGoOn: () => link.mayGoOn,
      callsPerMinute: () => link.budget.callsPerMinute,
      isWatched: () => Date.now() - this.#lookedAt < LOOKING_MS,
      scheduleNext: async (end: { hasFailed: boolean; isCredential: boolean }) => {
        const plan = await ledger.connectorPlan(connectorId);
        const failures = end.hasFailed ? this.#schedule().failures + 1 : 0;
        const isOff = !plan || plan.paused || !plan.hasReadCredential;
        const rhythm = { everyHours: plan?.everyHours ?? 24, retriesSooner: end.hasFailed && !end.isCredential, failures };
        // Where sign-ins are paused, any sooner would be in vain.
        const from = (end.hasFailed && link.bearers.pausedUntil(plan?.identifier ?? '')) || 0;
        const nextAtMs = isOff ? null : Math.max(from, nextRunAt(Date.now(), rhythm, Math.random()));
        this.#setSchedule({ nextAtMs, failures });
        this.#watch().runEnded(plan);
        return isoOrNull(nextAtMs);
      },
    };
  }

  #schedule(): Schedule {
    return this.#store.get('schedule', Schedule) ?? { nextAtMs: null, failures: 0 };
  }

  #setSchedule(schedule: Schedule): void {
    this.#store.set('schedule', schedule);
  }

  #dueAt(): number | null {
    const { nextAtMs } = this.#schedule();
    if (this.#sync?.needsStep) return this.#wakeAt;
    if (!this.#store.get('identity', Identity)) return nextAtMs;
    const due = [nextAtMs, this.#watchDueAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** One alarm for what comes next. Setting it writes a row, so it is set only where it differs. */
  async #arm(): Promise<void> {
    const due = this.#dueAt();
    if (due === null || due === this.#alarmAt) return;
    this.#alarmAt = due;
    await this.ctx.storage.setAlarm(due);
  }
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
