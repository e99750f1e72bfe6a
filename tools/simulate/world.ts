// The world of one schedule: the real ledger over a store in memory, people with devices, a lying Docker Hub, two clocks and a network. What
// is held true of it independently of the ledger (who is who, who owns what, which rules hold) is kept beside it, for the checks.
import { runJobs } from '../../edge/connector/run-jobs.ts';
import { verifySubmission } from '../../edge/auth/verify-decision.ts';
import { APPLICATION_MIGRATIONS } from '../../edge/ledger/applications.ts';
import type { AccessFacts } from '../../edge/ledger/approvers.ts';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { CONNECTOR_MIGRATIONS } from '../../edge/ledger/connectors.ts';
import { deviceKey } from '../../edge/ledger/device-keys.ts';
import { recordSubmission } from '../../edge/ledger/decisions.ts';
import { nextWakeAt, ringAlarm, sweepDue } from '../../edge/ledger/due.ts';
import { claimJobs, settleJob } from '../../edge/ledger/jobs.ts';
import { PEOPLE_MIGRATIONS, putPerson } from '../../edge/ledger/people.ts';
import { REQUESTS_LEDGER_MIGRATIONS } from '../../edge/ledger/requests-ledger.ts';
import { RESOURCE_OWNER_MIGRATIONS } from '../../edge/ledger/resource-owners.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import { SESSION_MIGRATIONS, sessionActor } from '../../edge/ledger/sessions.ts';
import type { Receipt, SignedSubmission } from '../../src/domain/decision.ts';
import type { PolicyOutcome } from '../../src/domain/policy.ts';
import type { Role } from '../../src/domain/role.ts';
import type { SendOutcome } from '../../src/lib/sync/push.ts';
import { Broken, checkReceipts, checkSend, checkWrite, type Intent } from './checks.ts';
import type { SimDevice } from './device.ts';
import { accessHub, SimHub } from './hub.ts';
import { type Chance, chanceFrom } from './random.ts';
import type { Schedule } from './schedule.ts';
import { AuditDown, Crash, SimStore } from './sim-store.ts';

export const CONNECTOR = 'c1';
export const WORKSPACE = 'main';
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-24T08:00:00.000Z');
/** How many calls the connector may make in a minute. */
export const CALLS_A_MINUTE = 30;

export interface SimPerson {
  id: string;
  roles: Role[];
  state: 'active' | 'left';
  accounts: string[];
  managerId: string | null;
}

let sharedStore: SimStore | null = null;

/** One database for all schedules of this process. */
function emptyStore(): SimStore {
  sharedStore ??= new SimStore([
    ...REVISION_MIGRATIONS,
    ...AUDIT_MIGRATIONS,
    ...PEOPLE_MIGRATIONS,
    ...SESSION_MIGRATIONS,
    ...APPLICATION_MIGRATIONS,
    ...CONNECTOR_MIGRATIONS,
    ...RESOURCE_OWNER_MIGRATIONS,
    ...REQUESTS_LEDGER_MIGRATIONS,
  ]);
  sharedStore.empty();
  return sharedStore;
}

export class World {
  readonly store = emptyStore();
  readonly hub = new SimHub();
  readonly schedule: Schedule;
  readonly story: string[] = [];
  nowMs = START_MS;
  /** What kind of chance is used now: the event's own. */
  chance: Chance;

  // What is true, kept apart from the ledger
  readonly people = new Map<string, SimPerson>();
  readonly owners = new Map<string, string[]>();
  readonly policies = new Map<string, PolicyOutcome[]>();
  readonly ruleChanges: { thing: string; userId: string; at: string }[] = [];
  readonly published = new Set<string>();
  writing = true;
  readonly intents = new Map<string, Intent>();
  readonly firstReceipts = new Map<string, string>();
  readonly revokedDevices = new Set<string>();
  readonly endedSessions = new Set<string>();

  // What runs
  readonly devices: SimDevice[] = [];
  readonly lateMessages: { user: string; session: string; batch: SignedSubmission[] }[] = [];
  /** What the catalogue says, as it was last read. */
  catalogue = { teams: new Map<string, number>(), members: new Map<string, string[]>() };
  alarmAt: number | null = null;
  alarmTries = 0;
  /** Another one with every start of the process. */
  instance = 0;
  callsInWindow = { from: START_MS, calls: 0 };
  auditSize = 0;
  isHealed = false;
  /** Puts back what is held true where the ledger did not keep it. */
  undo: (() => void)[] = [];
  #ids = 0;
  #onPark: (() => void) | null = null;

  constructor(schedule: Schedule) {
    this.schedule = schedule;
    this.chance = chanceFrom(schedule.seed);
  }

  get now(): string {
    return new Date(this.nowMs).toISOString();
  }

  uuid(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  tell(line: string): void {
    this.story.push(line);
  }

  person(id: string): SimPerson {
    const person = this.people.get(id);
    if (!person) throw new Error(`no person ${id}`);
    return person;
  }

  /** Writes a person into the ledger as they are in truth. */
  keepPerson(person: SimPerson): void {
    this.people.set(person.id, person);
    putPerson(this.store, {
      id: person.id,
      name: person.id,
      email: `${person.id}@acme.example`,
      roles: person.roles,
      state: person.state,
      managerId: person.managerId,
      accounts: person.accounts,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
  }

  readonly facts: AccessFacts = {
    hubKey: (_, entitlement) => {
      const team = /^entitlement:team:acme\/(\w+)#member$/.exec(entitlement)?.[1];
      if (team === undefined) return 'acme';
      const number = this.catalogue.teams.get(team);
      return number === undefined ? null : String(number);
    },
    teamNumber: (_, teamId) => this.catalogue.teams.get(teamId.replace('team:acme/', '')) ?? null,
    teamMembers: (_, teamId) => this.catalogue.members.get(teamId.replace('team:acme/', '')) ?? [],
    teamsOf: (_, account) =>
      [...this.catalogue.members].filter(([, members]) => members.includes(account)).map(([team]) => `team:acme/${team}`),
    ownAccount: () => 'account:robot',
  };

  readCatalogue(): void {
    this.catalogue = {
      teams: new Map(this.hub.teams),
      members: new Map([...this.hub.teams.keys()].map((team) => [team, this.hub.members(team)])),
    };
  }

  /** Something in the process; where it dies, it starts again. */
  async inProcess(work: () => Promise<void>): Promise<void> {
    if (!this.isHealed && this.chance.is(this.schedule.faults.crash)) {
      this.store.crashAfterWrites = this.chance.below(14);
      this.store.crashAfterCommit = this.chance.is(0.5);
    }
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    this.store.crashAfterWrites = null;
    if (this.store.isDead) this.restart();
    this.armIfSooner();
  }

  /** Whether something that the ledger was told was kept: where the process died before, it was not. */
  async atomically(work: () => void): Promise<void> {
    let isKept = false;
    await this.inProcess(async () => {
      try {
        this.store.transaction(work);
        isKept = true;
      } catch (error) {
        isKept = error instanceof Crash && this.store.hasCommitted;
        if (!(error instanceof AuditDown)) throw error;
      }
    });
    if (!isKept) for (const undo of this.undo.splice(0).reverse()) undo();
  }

  /** The process ends and starts: what was under way in memory is gone, what is in the store is not. */
  restart(): void {
    this.instance += 1;
    this.store.isDead = false;
    this.hub.parked.length = 0;
    this.tell('the process starts anew');
    this.armIfSooner();
  }

  /** What the object does at its start and after each change: the alarm is set to the next thing that waits. */
  armIfSooner(): void {
    if (this.store.isDead) return;
    const next = nextWakeAt(this.store);
    if (next === null || this.schedule.clocks === 'cron') return;
    const at = Math.max(next, this.nowMs + 1_000);
    // An alarm that died by throwing stays dead: only a new start sets it again.
    if (this.alarmTries < 7 && (this.alarmAt === null || at < this.alarmAt)) this.alarmAt = at;
  }

  /** Brings submissions to the ledger, as the route does. Null: signed out. */
  async receive(userId: string, session: string, batch: readonly SignedSubmission[]): Promise<Receipt[] | null> {
    const actor = sessionActor(this.store, session, { isUse: true, now: this.now });
    if (!actor || actor.userId !== userId) return null;
    if (this.endedSessions.has(session)) throw new Broken('I15', `a session that was ended still counts: ${session}`);
    const receipts: Receipt[] = [];
    for (const signed of batch) {
      const verified = await verifySubmission(signed, deviceKey(this.store, signed.submission.deviceId), {
        signature: (key, signature, bytes) => Promise.resolve(signature === fakeSignature(key, bytes)),
        passkey: () => Promise.resolve(true),
      });
      if (!verified) continue;
      const sizeBefore = Number(this.store.all('SELECT size FROM audit_tree')[0]?.size ?? 0);
      const found = recordSubmission(this.store, verified, {
        actorId: userId,
        workspace: WORKSPACE,
        now: this.now,
        facts: this.facts,
      });
      checkReceipts(this, signed, found, userId, sizeBefore);
      receipts.push(...found);
    }
    return receipts;
  }

  /** The network between a device and the ledger, with everything that can happen to a message. */
  async send(userId: string, session: string, batch: SignedSubmission[]): Promise<SendOutcome> {
    const { faults } = this.schedule;
    const lies = (rate: number): boolean => !this.isHealed && this.chance.is(rate);
    if (lies(faults.late)) {
      this.lateMessages.push({ user: userId, session, batch });
      this.tell(`${userId}'s message is held up on its way`);
      return { type: 'unreachable' };
    }
    if (lies(faults.lostRequest)) return { type: 'unreachable' };
    const times = lies(faults.doubled) ? 2 : 1;
    let receipts: Receipt[] | null = null;
    let isCut = true;
    for (let time = 0; time < times; time += 1) {
      await this.inProcess(async () => {
        isCut = true;
        try {
          receipts = await this.receive(userId, session, batch);
          isCut = false;
        } catch (error) {
          if (error instanceof Crash || error instanceof Broken) throw error;
          // The audit log cannot be written: nothing was recorded, the answer is an error.
        }
      });
    }
    if (isCut || lies(faults.lostAnswer)) return { type: 'unreachable' };
    return receipts === null ? { type: 'signed_out' } : { type: 'answered', receipts };
  }

  /** The connector does what is planned, until nothing is left or a call waits for its answer. */
  async work(callsMax = 12): Promise<unknown[]> {
    if (this.nowMs - this.callsInWindow.from >= MINUTE_MS) this.callsInWindow = { from: this.nowMs, calls: 0 };
    const instance = this.instance;
    const mustBeAlive = (): void => {
      if (instance !== this.instance || this.store.isDead) throw new Crash('this process is gone');
    };
    let claimed: { id: string; attempt: number } | null = null;
    const { faults } = this.schedule;
    const hub = accessHub({
      hub: this.hub,
      now: () => this.nowMs,
      chance: chanceFrom(this.chance.below(0x7fffffff)),
      faults: this.isHealed ? NO_FAULTS : faults,
      onCall: () => {
        this.callsInWindow.calls += 1;
        if (this.callsInWindow.calls > CALLS_A_MINUTE + 1) throw new Broken('I16', 'more calls than the budget allows');
      },
      onWrite: (write) => {
        if (!claimed) throw new Broken('I6', 'a write that nobody claimed');
        return checkSend(this, claimed.id, write);
      },
      checks: (write, held) => checkWrite(this, write, held),
      onPark: () => this.#onPark?.(),
    });
    const parkedAt = new Promise<void>((resolve) => (this.#onPark = resolve));
    const run = runJobs({
      callsMax: Math.min(callsMax, CALLS_A_MINUTE - this.callsInWindow.calls),
      hub,
      claim: async (limit) => {
        mustBeAlive();
        const claims = claimJobs(this.store, this.facts, CONNECTOR, this.now, limit);
        claimed = claims[0] ? { id: claims[0].jobId, attempt: claims[0].claim } : null;
        if (claims[0]) this.tell(`the connector takes ${claims[0].jobId.slice(-20)}: ${describe(claims[0].call)}`);
        return claims;
      },
      settle: async (report) => {
        mustBeAlive();
        return settleJob(this.store, this.facts, report, this.now);
      },
    });
    const guarded = run.then(
      () => [],
      (error: unknown) => {
        if (error instanceof Broken || (error instanceof Crash && instance === this.instance)) throw error;
        return [error];
      },
    );
    // A run that waits for an answer goes on by itself when the answer comes.
    guarded.catch((error: unknown) => this.background.push(error));
    const ended = await Promise.race([guarded, parkedAt.then((): unknown[] => [])]);
    return ended;
  }

  /** What broke in runs that went on in the background. */
  readonly background: unknown[] = [];

  /** What the alarm and the cron do. */
  async wake(): Promise<unknown[]> {
    const { failures } = sweepDue(this.store, this.facts, this.now);
    const worked = await this.work();
    return [...failures, ...worked].filter((failure) => {
      if (failure instanceof Crash || failure instanceof Broken) throw failure;
      return true;
    });
  }

  /** The platform's alarm: used up when it fires, tried again when it throws, gone after the seventh time. */
  async fireAlarm(): Promise<void> {
    if (this.alarmAt === null || this.alarmAt > this.nowMs) return;
    this.alarmAt = null;
    let broken: Error | null = null;
    await this.inProcess(async () => {
      try {
        await ringAlarm({
          work: () => this.wake(),
          nextWakeAt: () => nextWakeAt(this.store),
          arm: async (at) => {
            if (this.store.isDead) throw new Crash('the process is dead');
            this.alarmAt = at;
          },
          now: () => this.nowMs,
          report: (cause) => {
            if (cause instanceof Broken) broken = cause;
          },
        });
        this.alarmTries = 0;
      } catch (error) {
        if (error instanceof Broken || error instanceof Crash) throw error;
        this.alarmTries += 1;
        this.alarmAt = this.alarmTries > 6 ? null : this.nowMs + 2_000 * 2 ** this.alarmTries;
        this.tell(`the alarm throws (${this.alarmTries})`);
      }
    });
    if (broken) throw broken;
  }
}

const describe = (call: { type: string; write?: { type: string } }): string =>
  call.type === 'write' ? `write ${call.write?.type ?? ''}` : 'read';

export const NO_FAULTS = {
  lostRequest: 0,
  lostAnswer: 0,
  doubled: 0,
  late: 0,
  lostWrite: 0,
  errorAfterWrite: 0,
  unknownWrite: 0,
  lateWrite: 0,
  refusedWrite: 0,
  slowDown: 0,
  staleRead: 0,
  failedRead: 0,
  parked: 0,
  crash: 0,
  alarmDropped: 0,
  alarmDoubled: 0,
};

/** Stands for P-256: the same bytes under the same key, the same signature. */
export function fakeSignature(key: string, bytes: Uint8Array): string {
  let hash = 2_166_136_261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16_777_619);
  return `signed-by-${key}-${(hash >>> 0).toString(16).padStart(8, '0')}`;
}
