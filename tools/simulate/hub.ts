// Docker Hub as it may behave: it loses writes and says it did them, does them and says it failed, does them later, shows lists as they
// were a while ago, is busy, is down, or answers when something else has happened meanwhile.
import type { AccessHub } from '../../edge/connector/run-jobs.ts';
import type { HubWrite, Reading, WriteAnswer } from '../../src/domain/provisioning.ts';
import type { Target } from '../../src/domain/provisioning-target.ts';
import type { Chance } from './random.ts';
import type { Faults } from './schedule.ts';
import { Crash } from './sim-store.ts';

/** By whom a membership or role is there: there from the start, by hand in Docker Hub, or for a request of ours. */
export type Source = 'standing' | 'outsider' | { request: string };

interface Held {
  value: string | null;
  source: Source;
}

/** No list is older than this, and no write arrives later. */
const LAG_MS = 40_000;

export class SimHub {
  isDown = false;
  /** Organization role by account; membership by `team/account`. What each was, and since when. */
  readonly #held = new Map<string, { at: number; held: Held }[]>();
  readonly teams = new Map<string, number>();
  #late: { at: number; apply: () => void }[] = [];
  readonly parked: (() => void)[] = [];
  calls = 0;

  set(key: string, value: string | null, source: Source, at: number): void {
    const history = this.#held.get(key) ?? [];
    history.push({ at, held: { value, source } });
    this.#held.set(key, history);
  }

  now(key: string): Held {
    return this.#held.get(key)?.at(-1)?.held ?? { value: null, source: 'outsider' };
  }

  #asOf(key: string, at: number): string | null {
    const history = this.#held.get(key) ?? [];
    for (let index = history.length - 1; index >= 0; index -= 1) {
      const entry = history[index];
      if (entry && entry.at <= at) return entry.held.value;
    }
    return history[0]?.held.value ?? null;
  }

  /** Everything that is held because of a request of ours. */
  *ofRequests(): Generator<{ key: string; value: string; request: string }> {
    for (const key of this.#held.keys()) {
      const { value, source } = this.now(key);
      if (value !== null && typeof source === 'object') yield { key, value, request: source.request };
    }
  }

  owners(at = Infinity): number {
    let count = 0;
    for (const key of this.#held.keys()) {
      if (key.startsWith('role/') && this.#asOf(key, at) === 'owner') count += 1;
    }
    return count;
  }

  members(team: string): string[] {
    return [...this.#held.keys()]
      .filter((key) => key.startsWith(`${team}/`) && this.now(key).value !== null)
      .map((key) => key.slice(team.length + 1));
  }

  /** Time has passed: what was under way arrives. */
  catchUp(now: number): void {
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    this.#late = this.#late.filter(({ at }) => at > now);
    for (const { apply } of due) apply();
  }

  applyLater(at: number, apply: () => void): void {
    this.#late.push({ at, apply });
  }

  read(target: Target, now: number, lagMs: number): Reading {
    if (target.type === 'team_member') {
      const number = this.teams.get(target.team);
      const identity = number === undefined ? 'gone' : number === target.teamNumber ? 'same' : 'other';
      const value = this.#asOf(`${target.team}/${target.accountId}`, now - lagMs);
      return { type: 'team', identity, isMember: identity === 'same' && value !== null };
    }
    return { type: 'role', role: this.#asOf(`role/${target.accountId}`, now - lagMs), owners: this.owners(now - lagMs) };
  }

  /** What a write does, where it does. Docker Hub refuses to be left without an owner. */
  apply(write: HubWrite, request: string, now: number, checks: (before: Held) => void): boolean {
    if (write.type === 'set_role') {
      const before = this.now(`role/${write.accountId}`);
      if (before.value === null || before.value === write.role) return false;
      checks(before);
      const isBack = rank(write.role) < rank(before.value);
      this.set(`role/${write.accountId}`, write.role, isBack ? this.#sourceBelow(write) : { request }, now);
      return true;
    }
    if (this.teams.get(write.team) === undefined) return false;
    const key = `${write.team}/${write.accountId}`;
    const before = this.now(key);
    const isAdd = write.type === 'add_team_member';
    if (isAdd === (before.value !== null)) return false;
    checks(before);
    this.set(key, isAdd ? 'member' : null, isAdd ? { request } : 'outsider', now);
    return true;
  }

  /** Put back to what somebody else had given: it is theirs again. */
  #sourceBelow(write: Extract<HubWrite, { type: 'set_role' }>): Source {
    const history = this.#held.get(`role/${write.accountId}`) ?? [];
    return history.findLast(({ held }) => held.value === write.role)?.held.source ?? 'standing';
  }
}

const rank = (role: string): number => ['member', 'editor', 'owner'].indexOf(role);

export interface HubPorts {
  hub: SimHub;
  now: () => number;
  chance: Chance;
  faults: Faults;
  /** Told before anything else happens to a call. */
  onCall: () => void;
  onWrite: (write: HubWrite) => string;
  checks: (write: HubWrite, before: Held) => void;
  /** A call waits to be answered. */
  onPark: () => void;
}

/** Docker Hub as one run of the connector sees it. */
export function accessHub(ports: HubPorts): AccessHub {
  const { hub, chance, faults } = ports;
  const park = (): Promise<void> =>
    new Promise((resolve) => {
      hub.parked.push(resolve);
      ports.onPark();
    });
  return {
    async read(target) {
      ports.onCall();
      if (chance.is(faults.parked / 2)) await park();
      if (hub.isDown || chance.is(faults.failedRead)) return { type: 'failed', retryAfterMs: chance.is(0.2) ? 60_000 : null };
      return hub.read(target, ports.now(), chance.is(faults.staleRead) ? chance.next() * LAG_MS : 0);
    },
    async write(write) {
      ports.onCall();
      const request = ports.onWrite(write);
      const apply = (): boolean => hub.apply(write, request, ports.now(), (before) => ports.checks(write, before));
      const isParked = chance.is(faults.parked);
      if (isParked && chance.is(0.5)) await park();
      const answer = answerTo(ports, apply);
      if (isParked) await park();
      if (chance.is(faults.crash / 2)) throw new Crash('cut off in a call');
      return answer;
    },
  };
}

function answerTo(
  { hub, chance, faults, now }: HubPorts,
  apply: () => boolean,
): { answer: WriteAnswer; retryAfterMs?: number } {
  if (hub.isDown) return { answer: 'unknown' };
  if (chance.is(faults.slowDown)) return { answer: 'later', retryAfterMs: 30_000 };
  if (chance.is(faults.refusedWrite)) return { answer: 'refused' };
  if (chance.is(faults.lostWrite)) return { answer: 'answered' };
  if (chance.is(faults.unknownWrite)) return { answer: 'unknown' };
  if (chance.is(faults.lateWrite)) {
    hub.applyLater(now() + chance.next() * LAG_MS, apply);
    return { answer: 'unknown' };
  }
  apply();
  return { answer: chance.is(faults.errorAfterWrite) ? 'unknown' : 'answered' };
}
