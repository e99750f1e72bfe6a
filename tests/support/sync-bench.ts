// A sync without workerd: the same code over SQLite in memory, a ledger that is called directly, and a simulated Docker Hub in this
// process. Time is the test's own where it wants.
import { CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import * as catalogue from '../../edge/ledger/catalogue.ts';
import * as history from '../../edge/ledger/history.ts';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import { ConnectorStore } from '../../edge/connector/connector-store.ts';
import { HubLink } from '../../edge/connector/hub-link.ts';
import { newRun } from '../../edge/connector/run-progress.ts';
import { newRunState } from '../../edge/connector/run-state.ts';
import { ActivityWatch, type WatchLedger } from '../../edge/connector/activity-watch.ts';
import { Sync, type SyncLedger } from '../../edge/connector/sync.ts';
import { realClock, type Clock } from '../../edge/hub/clock.ts';
import type { HubCredential } from '../../edge/hub/credential.ts';
import type { CatalogueDocument } from '../../src/domain/catalogue.ts';
import type { RunChanges, SyncRun } from '../../src/domain/protocol/connectors.ts';
import { ok } from '../../src/domain/result.ts';
import { createDockerHub, type SimulatedDockerHub } from '../../tools/docker-hub/docker-hub.ts';
import { makeWorld, type WorldName } from '../../tools/docker-hub/worlds/make-world.ts';
import type { Settings } from '../../tools/docker-hub/settings.ts';
import { memoryStore } from './memory-store.ts';

const CONNECTOR = 'c1';
export const HUB_URL = 'http://hub.test';

/** Time that passes only where somebody sleeps. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-11-24T08:00:00Z');
  slept = 0;
  now(): number {
    return this.#now;
  }
  sleep(ms: number): Promise<void> {
    this.#now += ms;
    this.slept += ms;
    return Promise.resolve();
  }
  pass(ms: number): void {
    this.#now += ms;
  }
  random(): number {
    return 0;
  }
}

export interface SyncBenchOptions {
  world?: WorldName;
  credential?: string;
  settings?: Partial<Settings>;
  include?: 'all' | string[];
  clock?: Clock;
}

export interface Life {
  link: HubLink;
  /** The run that is going on, or a new one. */
  sync: (n?: number) => Sync;
  /** What it does between syncs. */
  watch: ActivityWatch;
  /** Comes when this life is killed. */
  death: Promise<null>;
}

export class SyncBench {
  readonly hub: SimulatedDockerHub;
  readonly store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
  readonly reports: { run: SyncRun; more: Record<string, unknown> }[] = [];
  readonly clock: Clock;
  include: 'all' | string[];
  credential: HubCredential;
  taken: { name: string; connectorName: string }[] = [];
  readonly plan = {
    include: 'all' as const,
    everyHours: 24,
    changesEveryMinutes: 5,
    permissionsEveryMinutes: 10,
    paused: false,
    hasReadCredential: true,
    identifier: null,
    kind: null,
  };
  /** When all changes were said to have been read, between syncs. */
  readonly checked: string[] = [];
  /** Why everything was asked to be read. */
  readonly fullReads: string[] = [];
  readonly countChanges: RunChanges[] = [];
  /** Statements by which the object wrote to its own store. */
  writes = 0;
  /** Addresses outside Docker Hub that anything was sent to. */
  readonly foreignRequests: string[] = [];
  /** Called before each request, and before each call to the ledger. */
  onAwait: (what: string) => void = () => undefined;
  /** Ends the current life in the middle of whatever it does. */
  kill: () => void = () => undefined;
  #kept = new ConnectorStore(memoryStore([]));

  constructor({
    world = 'company',
    credential = 'owner',
    settings = {},
    include = 'all',
    clock = new FakeClock(),
  }: SyncBenchOptions = {}) {
    this.clock = clock;
    this.hub = createDockerHub({ world: makeWorld(world), rateLimit: null, now: () => clock.now() });
    this.hub.control.set(settings);
    this.include = include;
    this.credential = this.credentialOf(credential);
    this.#kept.migrate();
  }

  /** The credential is replaced: the bearer of the old one is forgotten. */
  useCredential(key: string): void {
    this.credential = this.credentialOf(key);
    this.life().link.bearers.forget();
  }

  credentialOf(key: string): HubCredential {
    const found = this.hub.world.credentials.find((one) => one.key === key);
    if (!found) throw new Error(`no credential ${key}`);
    const kind = found.kind === 'pat' || found.kind === 'oat' ? found.kind : 'password';
    return { kind, identifier: found.identifier, secret: found.secret };
  }

  /** A new life of the object over the same store. */
  life(): Life {
    let current: Sync | null = null;
    const death = Promise.withResolvers<null>();
    let isDead = false;
    // What a dead object waits for never comes, and what comes is never heard.
    const whileAlive = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
      if (!isDead) this.onAwait(what);
      const value = isDead ? null : await work();
      return isDead || value === null ? new Promise<T>(() => undefined) : value;
    };
    this.kill = () => {
      isDead = true;
      death.resolve(null);
    };
    const { sql } = this.#kept;
    const store = new ConnectorStore({
      all: (text, ...values) => sql.all(text, ...values),
      transaction: (work) => sql.transaction(work),
      rowsWritten: 0,
      // What a dead object had begun to write is not written.
      run: (text, ...values) => {
        if (isDead) return;
        this.writes += 1;
        sql.run(text, ...values);
      },
    });
    const link = new HubLink({
      store,
      clock: this.clock,
      baseUrl: HUB_URL,
      keyEncryptionKeys: 'm1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      name: `main/${CONNECTOR}`,
      fetcher: (input, init) =>
        whileAlive('request', () => {
          const request = new Request(input instanceof Request ? input : String(input), init);
          if (new URL(request.url).origin !== HUB_URL) this.foreignRequests.push(request.url);
          return this.hub.fetch(request);
        }),
      credential: () => Promise.resolve(ok(this.credential)),
      onSyncCall: () => (watch.isStepping ? watch : current)?.countCall(),
      onSlowDown: (until) => (watch.isStepping ? null : current)?.waits(until),
    });
    const ports = {
      connectorId: CONNECTOR,
      store,
      ledger: this.#ledger(whileAlive),
      bearers: link.bearers,
      baseUrl: HUB_URL,
      clock: this.clock,
      call: link.call.bind(link),
      mayGoOn: () => link.mayGoOn,
      callsPerMinute: () => link.budget.callsPerMinute,
      isWatched: () => false,
      scheduleNext: () => {
        watch.runEnded(this.plan);
        return Promise.resolve(null);
      },
    };
    const watch: ActivityWatch = new ActivityWatch({
      ...ports,
      isWanted: () => true,
      wantFullRead: (why) => void this.fullReads.push(why),
    });
    const sync = (n?: number): Sync => {
      const latest = this.#kept.latestRun();
      const isGoingOn =
        n === undefined && latest !== null && (latest.state.phase !== 'ended' || latest.state.unreported !== null);
      const number = n ?? (latest?.run.n ?? 0) + (isGoingOn ? 0 : 1);
      const stored = isGoingOn
        ? latest
        : {
            run: newRun(number, 'manual', { id: 'u1', name: 'Dana' }, new Date(this.clock.now()).toISOString()),
            state: newRunState(this.include),
          };
      current = new Sync(ports, stored);
      if (!isGoingOn) current.open();
      return current;
    };
    return { link, sync, watch, death: death.promise };
  }

  /** Runs one sync to its end, or until it is held. */
  async run(): Promise<SyncRun> {
    const life = this.life();
    const run = await this.goOn(life, life.sync());
    if (run === null) throw new Error('somebody killed it');
    return run;
  }

  /** Steps until the run has ended; null where it was killed on the way. */
  async goOn({ link, death }: Life, sync: Sync): Promise<SyncRun | null> {
    for (let steps = 0; steps < 5_000; steps += 1) {
      link.beginStep();
      const wake = await Promise.race([sync.step(), death.then(() => 'dead' as const)]);
      if (wake === 'dead') return null;
      if (wake === null) return sync.run;
      const wait = wake.at - this.clock.now();
      if (wait > 0) await this.clock.sleep(wait);
    }
    throw new Error('the run does not end');
  }

  documents(): CatalogueDocument[] {
    return catalogue.catalogueDocuments(this.store, CONNECTOR, { limit: 1_000_000 }).documents;
  }

  /** All that the object keeps, as text. */
  everythingKept(): string {
    const { sql } = this.#kept;
    return ['kept', 'runs', 'log'].map((table) => JSON.stringify(sql.all(`SELECT * FROM ${table}`))).join('\n');
  }

  log(n: number): string[] {
    return [...this.#kept.lines(n, 0)].map(({ level, resource, message }) => `${level} ${resource ?? '-'}: ${message}`);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  #ledger(whileAlive: <T>(what: string, work: () => T) => Promise<T>): SyncLedger & WatchLedger {
    const { store } = this;
    // Over RPC everything is copied; and a ledger answers nothing as undefined.
    const answer = <T>(what: string, work: () => T): Promise<T> => whileAlive(what, () => structuredClone(work()));
    return {
      catalogueDocuments: (id, query) => answer('documents', () => catalogue.catalogueDocuments(store, id, query)),
      diffDocuments: (id, documents, removed, renamed) =>
        answer('diff', () => catalogue.diffDocuments(store, id, structuredClone(documents), removed, renamed)),
      applyDocuments: (id, documents, reading) =>
        answer('apply', () => catalogue.applyDocuments(store, id, structuredClone(documents), reading, this.#now())),
      removeDocuments: (id, ids, reading) =>
        answer('remove', () => catalogue.removeDocuments(store, id, ids, reading, this.#now())),
      putFacts: (id, day, pages) => answer('facts', () => catalogue.putFacts(store, id, day, structuredClone(pages))),
      countsOf: (id) => answer('counts', () => catalogue.countsOf(store, id)),
      finishApply: (id, n, summary, by) =>
        answer('finish', () =>
          catalogue.finishApply(store, id, n, summary, { userId: by ?? 'system', via: by ? 'session' : 'system' }, this.#now()),
        ),
      connectorPlan: () => answer('plan', () => ({ ...this.plan })),
      attributeChanges: (id, events) =>
        answer('attribute', () => history.attributeChanges(store, id, structuredClone(events), this.#now())),
      finishReading: (id, reading, changes) =>
        answer('reading', () => history.finishReading(store, id, reading, changes, this.#now())),
      noteChecked: (_id, at) => answer('checked', () => void this.checked.push(at)),
      noteChanges: (_id, changes) => answer('counts', () => void this.countChanges.push(changes)),
      claimOrganizations: () => answer('claim', () => ({ taken: this.taken })),
      reportRun: (_id, run, more) =>
        answer('report', () => {
          this.reports.push({ run: structuredClone(run), more: { ...more } });
        }),
    };
  }
}

export { realClock };
