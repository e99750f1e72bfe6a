// What people see of a run while it goes on: progress, counts and waits in the run itself, lines in its log, and now and then a report to
// the ledger, from which everybody else is told.
import type { Stage, SyncRun } from '#domain/protocol/connectors.ts';
import type { Clock } from '../hub/clock.ts';
import type { RemoteLedger } from '../ledger/remote-ledger.ts';
import type { PagedList } from './paged-list.ts';
import type { ReadingOrganization } from './reading.ts';
import { plural, type RunLog } from './run-log.ts';
import { estimate, stagesOf } from './run-progress.ts';
import type { StagedKind } from './staging.ts';

/** A report costs the ledger two rows: one a second at most, and the longer a run takes, the fewer. */
const REPORT_MS_MIN = 1_000;
const REPORT_SHARE = 0.05;
const REPORT_MS_WATCHED = 2_000;
const REPORT_MS_UNWATCHED = 15_000;
/** Teams up to which each has a line of its own in the log. */
const TEAMS_WITH_LINES = 200;

export interface ReporterPorts {
  connectorId: string;
  ledger: Pick<RemoteLedger, 'reportRun'>;
  clock: Clock;
  callsPerMinute: () => number | null;
  /** Whether somebody has looked lately. */
  isWatched: () => boolean;
}

export class RunReporter {
  readonly #ports: ReporterPorts;
  readonly #run: SyncRun;
  readonly #log: RunLog;
  #organizations: readonly ReadingOrganization[] = [];
  #reportedAt = 0;
  #shownAt = 0;
  #waitSince: number | null = null;
  #permissionsSaid = 0;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(ports: ReporterPorts, run: SyncRun, log: RunLog) {
    this.#ports = ports;
    this.#run = run;
    this.#log = log;
  }

  /** The organizations whose reading is to be shown from now on. */
  follow(organizations: readonly ReadingOrganization[]): void {
    this.#organizations = organizations;
  }

  /** Docker Hub asked us to wait. */
  waits(until: number): void {
    this.#waitSince ??= this.#ports.clock.now();
    this.#run.waiting = { until: new Date(until).toISOString(), reason: 'Docker Hub asked us to slow down.' };
  }

  /** An answer came. */
  answered(): void {
    const now = this.#ports.clock.now();
    if (this.#waitSince !== null && now >= Date.parse(this.#run.waiting?.until ?? '')) {
      const seconds = Math.max(1, Math.round((now - this.#waitSince) / 1000));
      this.#log.warn(null, `Docker Hub asked us to slow down. Waited ${seconds} s`);
      this.#waitSince = null;
      this.#run.waiting = null;
    }
    if (now - this.#shownAt < REPORT_MS_MIN) return;
    this.showProgress();
    this.reportNowAndThen();
  }

  /** Brings what the run says of itself up to date. */
  showProgress(): void {
    const [organizations, run] = [this.#organizations, this.#run];
    if (organizations.length === 0) return;
    this.#shownAt = this.#ports.clock.now();
    run.stages = stagesOf(organizations);
    const counted = (stage: Stage) => run.stages.find((row) => row.stage === stage)?.done ?? 0;
    run.counts = {
      organizations: organizations.length,
      accounts: counted('members'),
      teams: counted('teams'),
      repositories: counted('repositories'),
    };
    const pace = estimate({
      calls: run.calls,
      callsLeft: organizations.reduce((sum, { reading }) => sum + reading.callsLeft, 0),
      elapsedMs: this.#shownAt - Date.parse(run.startedAt),
      callsPerMinute: this.#ports.callsPerMinute(),
    });
    // Never backwards: what turns out to be more work slows the bar down, it does not turn it back.
    run.progress = Math.max(run.progress, pace.progress);
    run.remainingSeconds = pace.remainingSeconds;
    this.#sayPermissions(counted('permissions'));
  }

  /** Tells the ledger, unless it was told moments ago. Not waited for: what people are shown slows down nothing that is read for them. */
  reportNowAndThen(): void {
    const now = this.#ports.clock.now();
    const most = this.#ports.isWatched() ? REPORT_MS_WATCHED : REPORT_MS_UNWATCHED;
    const every = Math.min(most, Math.max(REPORT_MS_MIN, REPORT_SHARE * (now - Date.parse(this.#run.startedAt))));
    if (now - this.#reportedAt < every) return;
    this.#log.flush();
    this.reportSoon();
  }

  /** Tells the ledger how it stands, without waiting for it. */
  reportSoon(): void {
    this.#underWay = this.report().catch(() => undefined);
  }

  /** Tells the ledger how it stands. */
  async report(): Promise<void> {
    this.#reportedAt = this.#ports.clock.now();
    await this.#ports.ledger.reportRun(this.#ports.connectorId, this.#run);
  }

  /** When no report is under way any more: the last word must come last. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  setStage(stage: Stage, state: SyncRun['stages'][number]['state']): void {
    this.#run.stages = this.#run.stages.map((row) => (row.stage === stage ? { ...row, state } : row));
  }

  /** A list of Docker Hub was read to its end. */
  logRead(organization: string, kind: StagedKind, subject: string, list: PagedList): void {
    const found = LOGGED[kind];
    if (!found) return;
    const { stage, one, many, what } = found;
    if (list.state === 'whole' && kind === 'activity') return;
    if (list.state === 'whole')
      this.#log.info(stage, `${plural(list.seen, one, many)} read`, this.#resourceOf(organization, subject));
    else if (list.state === 'partial')
      this.#log.warn(stage, `The list of ${what} kept changing while it was read`, organization);
    else if (kind !== 'team_members') this.#log.warn(stage, `Can’t read ${what}`, organization);
  }

  #sayPermissions(read: number): void {
    const total = this.#run.stages.find(({ stage }) => stage === 'permissions')?.total ?? 0;
    if (total <= TEAMS_WITH_LINES || read - this.#permissionsSaid < TEAMS_WITH_LINES) return;
    this.#permissionsSaid = read;
    this.#log.info('permissions', `Permissions: ${read.toLocaleString('en')} of ${total.toLocaleString('en')} lists read`);
  }

  /** `acme`, or `acme/payments` for a team. */
  #resourceOf(organization: string, subject: string): string {
    if (subject === '') return organization;
    const reading = this.#organizations.find((one) => one.reading.name === organization)?.reading;
    return `${organization}/${reading?.progressOf.get(Number(subject))?.name ?? subject}`;
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
