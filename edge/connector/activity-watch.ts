// What the connector does between full reads: follows Docker Hub's activity log, looks again at what it names, and sweeps permissions,
// which are in no log. A step at a time, like a sync, and always behind one.
import * as z from 'zod';
import type { ActivityEvent } from '#domain/change-attribution.ts';
import type { CallOptions, CallResult } from '../hub/call.ts';
import type { Clock } from '../hub/clock.ts';
import type { HubRequest } from '../hub/operations.ts';
import type { ConnectorPlan } from '../ledger/connectors.ts';
import { readLog } from './activity-log.ts';
import { WatchState, watchAfter, type WatchedOrganization } from './activity-state.ts';
import { isAboutAccess, keyOfTarget, mergeTargets, targetsOf, type KnownNames, type Target } from './activity-targets.ts';
import type { ConnectorStore } from './connector-store.ts';
import { Numbers, NUMBERS_KEY } from './reconciliation.ts';
import { Looks, nextToSweep, SweepPace, weightOf } from './sweep.ts';
import { applyTargeted, type TargetedLedger } from './targeted-apply.ts';
import { TargetedCatalogue } from './targeted-catalogue.ts';
import { TargetedChanges, type Followed } from './targeted-changes.ts';
import { TargetedReading } from './targeted-reading.ts';

export interface WatchLedger extends TargetedLedger {
  connectorPlan(connectorId: string): Promise<ConnectorPlan | null>;
  attributeChanges(connectorId: string, events: ActivityEvent[]): Promise<number>;
  noteChecked(connectorId: string, at: string): Promise<void>;
}

export interface WatchPorts {
  connectorId: string;
  store: ConnectorStore;
  ledger: WatchLedger;
  baseUrl: string;
  clock: Clock;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  /** Whether the step has calls left. */
  mayGoOn: () => boolean;
  /** Whether nothing more important waits: a sync. */
  isWanted: () => boolean;
  callsPerMinute: () => number | null;
  /** More has changed than can be named: everything is to be read, soon. */
  wantFullRead: (why: string) => void;
}

const STATE_KEY = 'watch';
const SWEPT_KEY = 'swept';
const Swept = z.object({ looks: Looks, nextAt: z.number().nullable() });
const MINUTE_MS = 60_000;
/** What a sync had read when it began may have been read a little before by Docker Hub's clock. */
const CLOCK_MS = 2 * MINUTE_MS;
/** Docker Hub, or the way to it, is given time. */
const TROUBLE_MS = 5 * MINUTE_MS;
/** How often it is written down how far the sweep is: each time costs a row. */
const KEEP_SWEPT_EVERY_MS = 10 * MINUTE_MS;
/** Entries that may wait to be matched with what they did. */
const EVENTS_MAX = 500;

export class ActivityWatch {
  readonly #ports: WatchPorts;
  readonly #reading: TargetedReading;
  readonly #pace = new SweepPace();
  #state: WatchState | null;
  #swept: z.infer<typeof Swept>;
  #sweptKeptAt: number;
  #catalogue: TargetedCatalogue | null = null;
  /** Not before this: Docker Hub asked us to wait, or could not be reached. */
  #waitUntil = 0;
  #doing: 'nothing' | 'following' | 'sweeping' = 'nothing';
  /** Targets followed since the log was read: none comes twice by way of another. */
  readonly #followed = new Set<string>();

  constructor(ports: WatchPorts) {
    this.#ports = ports;
    this.#state = ports.store.get(STATE_KEY, WatchState) ?? null;
    this.#swept = ports.store.get(SWEPT_KEY, Swept) ?? { looks: {}, nextAt: null };
    this.#sweptKeptAt = ports.clock.now();
    this.#reading = new TargetedReading({
      baseUrl: ports.baseUrl,
      call: ports.call,
      mayGoOn: () =>
        ports.mayGoOn() && ports.isWanted() && (this.#doing !== 'sweeping' || this.#sweepsOnAt <= ports.clock.now()),
    });
  }

  /** When there is something to do, in milliseconds; null: nothing. */
  get dueAt(): number | null {
    const state = this.#state;
    if (!state) return null;
    if (state.targets.length > 0) return this.#waitUntil;
    const due = [state.nextPollAt, this.#swept.nextAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.max(this.#waitUntil, Math.min(...due));
  }

  get isStepping(): boolean {
    return this.#doing !== 'nothing';
  }

  countCall(): void {
    if (this.#doing === 'sweeping') this.#pace.called(this.#ports.clock.now());
  }

  /** A sync begins: what is known may be another thing after it. */
  release(): void {
    this.#catalogue = null;
    this.#reading.forget();
  }

  /** A sync has ended. Where it was applied, watching begins anew from it. */
  runEnded(plan: Pick<ConnectorPlan, 'changesEveryMinutes' | 'permissionsEveryMinutes'> | null): void {
    this.release();
    const { store, clock } = this.#ports;
    const latest = store.latestRun();
    const state = latest && watchAfter(latest, this.#state, clock.now() + (plan?.changesEveryMinutes ?? 0) * MINUTE_MS);
    if (!state) return;
    const canFollow = (plan?.changesEveryMinutes ?? 0) > 0 && state.organizations.some(({ log }) => log !== null);
    this.#keep({ ...state, nextPollAt: canFollow ? state.nextPollAt : null });
    const every = plan?.permissionsEveryMinutes ?? 0;
    this.#keepSwept({ looks: {}, nextAt: every > 0 ? clock.now() + every * MINUTE_MS : null });
  }

  /** Rhythm, pause, organizations or credential changed. */
  planChanged(plan: ConnectorPlan | null): void {
    this.release();
    const state = this.#state;
    if (!state) return;
    const now = this.#ports.clock.now();
    const isOff = !plan || plan.paused || !plan.hasReadCredential;
    const canFollow = !isOff && plan.changesEveryMinutes > 0 && state.organizations.some(({ log }) => log !== null);
    this.#keep({ ...state, targets: isOff ? [] : state.targets, nextPollAt: canFollow ? now : null });
    this.#keepSwept({ ...this.#swept, nextAt: !isOff && plan.permissionsEveryMinutes > 0 ? now : null });
  }

  /** Goes on for a while. */
  async step(): Promise<void> {
    const { ledger, connectorId, clock } = this.#ports;
    if (!this.#state || this.isStepping) return;
    this.#doing = 'following';
    try {
      const plan = await ledger.connectorPlan(connectorId);
      if (!plan || plan.paused || !plan.hasReadCredential) {
        this.planChanged(plan);
        return;
      }
      this.#waitUntil = 0;
      const { nextPollAt, targets } = this.#state;
      if (targets.length > 0) await this.#follow();
      else if (nextPollAt !== null && nextPollAt <= clock.now()) await this.#poll(plan);
      else await this.#sweep(plan);
    } catch (error) {
      // A fault of ours. Nothing is lost by trying again later; a sync would find it, too.
      console.error('connector: looking for changes broke', error);
      this.release();
      this.#waitUntil = clock.now() + TROUBLE_MS;
    } finally {
      this.#doing = 'nothing';
    }
  }

  // Following the log

  async #poll(plan: ConnectorPlan): Promise<void> {
    const { clock } = this.#ports;
    const before = this.#state;
    if (!before) return;
    const now = new Date(clock.now()).toISOString();
    const state = { ...before, nextPollAt: clock.now() + plan.changesEveryMinutes * MINUTE_MS };
    const organizations: WatchedOrganization[] = [];
    const events: ActivityEvent[] = [];
    const targets: { organization: string; target: Target }[] = [];
    for (const organization of before.organizations) {
      const { name, log } = organization;
      const read = log === null ? null : await readLog(name, log, now, this.#ports);
      if (read?.type === 'later') {
        this.#waitUntil = Math.max(read.at, clock.now());
        return;
      }
      if (read?.type === 'failed') {
        this.#inTrouble(read.isCredential, state);
        return;
      }
      organizations.push({ ...organization, log: read?.type === 'read' ? read.place : null });
      if (read?.type !== 'read') continue;
      events.push(...read.events);
      const found = await this.#targetsOf(name, read.events);
      if (read.isCut) found.unshift({ kind: 'everything', why: `The activity log of ${name} has more than can be followed` });
      targets.push(...found.map((target) => ({ organization: name, target })));
    }
    const canFollow = organizations.some(({ log }) => log !== null);
    this.#state = {
      ...state,
      nextPollAt: canFollow ? state.nextPollAt : null,
      organizations,
      targets,
      events: [...before.events, ...events].slice(-EVENTS_MAX),
      polledAt: now,
    };
    this.#followed.clear();
    if (canFollow) await this.#follow();
    else this.#keep(this.#state);
  }

  /** What new entries ask for. What happened before the last sync has been read by it. */
  async #targetsOf(organization: string, events: readonly ActivityEvent[]): Promise<Target[]> {
    const since = new Date(Date.parse(this.#state?.readAt ?? '') - CLOCK_MS).toISOString();
    const recent = events.filter((event) => event.at >= since && isAboutAccess(event));
    if (recent.length === 0) return [];
    const catalogue = await this.#open();
    const known: KnownNames = {
      isTeam: (name) => catalogue.team(organization, name) !== undefined,
      isRepository: (name) => catalogue.repository(organization, name) !== undefined,
      isMember: (username) => catalogue.member(organization, username) !== undefined,
    };
    return mergeTargets(recent.flatMap((event) => targetsOf(event, known)));
  }

  async #follow(): Promise<void> {
    const { clock, connectorId, ledger } = this.#ports;
    let state = this.#state;
    if (!state) return;
    let { targets } = state;
    for (let next = targets[0]; next; next = targets[0]) {
      const { organization: name, target } = next;
      const organization = state.organizations.find((one) => one.name === name);
      if (organization && target.kind === 'everything') this.#ports.wantFullRead(target.why);
      else if (organization) {
        const followed = await new TargetedChanges(await this.#open(), this.#reading).follow(organization, target);
        if (followed.type === 'later') {
          this.#waitUntil = Math.max(followed.at, clock.now());
          break;
        }
        if (followed.type === 'failed') {
          this.#inTrouble(followed.isCredential, { ...state, targets });
          return;
        }
        this.#followed.add(`${name} ${keyOfTarget(target)}`);
        targets = [...targets.slice(0, 1), ...this.#merged(name, targets.slice(1), followed)];
      }
      targets = targets.slice(1);
    }
    if (!(await this.#apply())) targets = [];
    state = { ...state, targets };
    if (targets.length === 0) {
      if (state.events.length > 0) await ledger.attributeChanges(connectorId, state.events);
      if (state.polledAt !== null) await ledger.noteChecked(connectorId, state.polledAt);
      state.events = [];
    }
    this.#keep(state);
  }

  #merged(
    organization: string,
    targets: WatchState['targets'],
    { more }: Extract<Followed, { type: 'done' }>,
  ): WatchState['targets'] {
    const fresh = more.filter((target) => !this.#followed.has(`${organization} ${keyOfTarget(target)}`));
    if (fresh.length === 0) return targets;
    const own = targets.filter((one) => one.organization === organization).map(({ target }) => target);
    const merged = mergeTargets([...own, ...fresh]).map((target) => ({ organization, target }));
    return [...merged, ...targets.filter((one) => one.organization !== organization)];
  }

  /** Nothing was learned. The places in the log stay, so that nothing is missed. */
  #inTrouble(isCredential: boolean, state: WatchState): void {
    if (isCredential) this.#ports.wantFullRead('Docker Hub did not take the credential');
    this.#catalogue = null;
    this.#waitUntil = this.#ports.clock.now() + TROUBLE_MS;
    this.#keep(isCredential ? { ...state, targets: [], nextPollAt: null } : state);
  }

  // Sweeping

  async #sweep({ permissionsEveryMinutes }: ConnectorPlan): Promise<void> {
    const { clock, mayGoOn, isWanted } = this.#ports;
    const state = this.#state;
    if (!state || permissionsEveryMinutes === 0) {
      this.#keepSwept({ ...this.#swept, nextAt: null });
      return;
    }
    this.#doing = 'sweeping';
    const catalogue = await this.#open();
    const changes = new TargetedChanges(catalogue, this.#reading);
    const all = state.organizations.flatMap((organization) => sweepable(organization, catalogue));
    const { looks } = this.#swept;
    const more: WatchState['targets'] = [];
    let nextAt: number | null;
    for (;;) {
      const now = clock.now();
      nextAt = this.#sweepsOnAt;
      const isPollDue = state.nextPollAt !== null && state.nextPollAt <= now;
      if (nextAt > now || isPollDue || more.length > 0 || !mayGoOn() || !isWanted()) break;
      const found = nextToSweep(all, looks, Date.parse(state.readAt), permissionsEveryMinutes * MINUTE_MS, now);
      nextAt = found && 'dueAt' in found ? found.dueAt : null;
      if (!found || 'dueAt' in found) break;

      const { key, organization, team, repository } = found.next;
      const followed =
        team === undefined
          ? await changes.repositoryTeams(organization, repository)
          : await changes.follow(organization, { kind: 'team_permissions', name: team });
      if (followed.type === 'later') {
        nextAt = Math.max(followed.at, this.#sweepsOnAt);
        break;
      }
      if (followed.type === 'failed') {
        this.#inTrouble(followed.isCredential, state);
        return;
      }
      looks[key] = now;
      more.push(...followed.more.map((target) => ({ organization: organization.name, target })));
    }
    await this.#apply();
    if (more.length > 0) {
      this.#followed.clear();
      this.#keep({ ...state, targets: more });
    }
    const known = new Set(all.map(({ key }) => key));
    this.#swept = { looks: Object.fromEntries(Object.entries(looks).filter(([key]) => known.has(key))), nextAt };
    if (clock.now() - this.#sweptKeptAt >= KEEP_SWEPT_EVERY_MS) this.#keepSwept(this.#swept);
  }

  /** When the sweep may make its next call: now, or once its share of the minute is free again. */
  get #sweepsOnAt(): number {
    return this.#pace.nextAt(this.#ports.clock.now(), this.#ports.callsPerMinute());
  }

  // Both

  async #open(): Promise<TargetedCatalogue> {
    const { ledger, connectorId, store } = this.#ports;
    const nextFree = store.get(NUMBERS_KEY, Numbers) ?? { account: 0, repository: 0 };
    return (this.#catalogue ??= await TargetedCatalogue.open(ledger, connectorId, nextFree));
  }

  /** Brings what was read into the catalogue. False where it is so much that only a full read may say so. */
  async #apply(): Promise<boolean> {
    const catalogue = this.#catalogue;
    if (!catalogue) return true;
    const { connectorId, ledger, store, clock } = this.#ports;
    const applied = await applyTargeted(catalogue, { connectorId, ledger, store, now: () => clock.now() });
    if (applied.type !== 'too_much') return true;
    this.#catalogue = null;
    this.#ports.wantFullRead(applied.why);
    return false;
  }

  #keep(state: WatchState): void {
    this.#state = state;
    this.#ports.store.set(STATE_KEY, state);
  }

  #keepSwept(swept: z.infer<typeof Swept>): void {
    this.#swept = swept;
    this.#sweptKeptAt = this.#ports.clock.now();
    this.#ports.store.set(SWEPT_KEY, swept);
  }
}

interface SweptSubject {
  key: string;
  weight: number;
  organization: WatchedOrganization;
  /** One of the two is asked: the team, or where teams do not say, the repository. */
  team?: string;
  repository: string;
}

function sweepable(organization: WatchedOrganization, catalogue: TargetedCatalogue): SweptSubject[] {
  const { name, decisions } = organization;
  if (decisions.strategy === 'teams')
    return catalogue
      .teams(name)
      .flatMap((team) =>
        team.name === 'owners'
          ? []
          : [{ key: `${name}/${team.hubId}`, weight: weightOf(team), organization, team: team.name, repository: '' }],
      );
  if (decisions.strategy !== 'repositories' || decisions.form === 'none') return [];
  return catalogue.repositories(name).map(({ number, name: repository, private: isPrivate }) => ({
    key: `${name}#${number}`,
    weight: isPrivate ? 1.2 : 1,
    organization,
    repository,
  }));
}
