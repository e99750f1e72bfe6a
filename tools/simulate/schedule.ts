// A schedule: what happens, one thing after another. Each event carries its own chance, so that leaving one out changes none of the others:
// that is what makes a failing schedule shrinkable.
import { type Chance, chanceFrom } from './random.ts';

export const EVENT_KINDS = [
  'ask',
  'approve',
  'deny',
  'cancel',
  'extend',
  'comment',
  'forge',
  'push',
  'pull',
  'late_message',
  'work',
  'hub_answers',
  'alarm',
  'cron',
  'minutes',
  'hours',
  'clock_jump',
  'read_catalogue',
  'person_leaves',
  'person_returns',
  'roles_change',
  'account_link',
  'policy_change',
  'owners_change',
  'publish_change',
  'device_revoked',
  'signed_out',
  'sign_in',
  'outsider',
  'team_remade',
  'writing',
  'audit_fails',
  'audit_works',
  'hub_down',
  'hub_up',
  'deploy',
  'end_all',
  'brake_release',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface Event {
  kind: EventKind;
  seed: number;
}

/** Which faults this schedule has, and how often: a different part of them each time. */
export interface Faults {
  lostRequest: number;
  lostAnswer: number;
  doubled: number;
  late: number;
  lostWrite: number;
  errorAfterWrite: number;
  unknownWrite: number;
  lateWrite: number;
  refusedWrite: number;
  slowDown: number;
  staleRead: number;
  failedRead: number;
  parked: number;
  crash: number;
  alarmDropped: number;
  alarmDoubled: number;
}

export interface Schedule {
  seed: number;
  faults: Faults;
  /** Which of the two clocks runs. */
  clocks: 'both' | 'alarm' | 'cron';
  events: Event[];
}

const WEIGHTS: Record<EventKind, number> = {
  ask: 9,
  approve: 12,
  deny: 2,
  cancel: 2,
  extend: 1.5,
  comment: 1,
  forge: 0.7,
  push: 14,
  pull: 10,
  late_message: 3,
  work: 14,
  hub_answers: 5,
  alarm: 5,
  cron: 4,
  minutes: 8,
  hours: 3,
  clock_jump: 0.7,
  read_catalogue: 1,
  person_leaves: 0.7,
  person_returns: 0.7,
  roles_change: 0.7,
  account_link: 0.7,
  policy_change: 1,
  owners_change: 0.8,
  publish_change: 0.7,
  device_revoked: 0.5,
  signed_out: 0.8,
  sign_in: 2,
  outsider: 1.2,
  team_remade: 0.3,
  writing: 0.5,
  audit_fails: 0.6,
  audit_works: 1.5,
  hub_down: 0.5,
  hub_up: 1.5,
  deploy: 1,
  end_all: 0.4,
  brake_release: 0.3,
};
const RARE: readonly EventKind[] = EVENT_KINDS.filter((kind) => WEIGHTS[kind] < 2);

/** The schedule of a seed: at least a hundred events. */
export function scheduleOf(seed: number): Schedule {
  const chance = chanceFrom(seed);
  const rate = (most: number): number => (chance.is(0.5) ? 0 : chance.next() * most);
  const faults: Faults = {
    lostRequest: rate(0.4),
    lostAnswer: rate(0.4),
    doubled: rate(0.4),
    late: rate(0.4),
    lostWrite: rate(0.4),
    errorAfterWrite: rate(0.3),
    unknownWrite: rate(0.3),
    lateWrite: rate(0.3),
    refusedWrite: rate(0.1),
    slowDown: rate(0.2),
    staleRead: rate(0.4),
    failedRead: rate(0.3),
    parked: rate(0.4),
    crash: rate(0.15),
    alarmDropped: rate(0.6),
    alarmDoubled: rate(0.3),
  };
  const clocks = chance.pick(['both', 'both', 'alarm', 'cron'] as const);
  if (clocks === 'alarm') faults.alarmDropped = 0;
  // Each schedule does without some of the rare things, so that the others have room.
  const left = new Set(RARE.filter(() => chance.is(0.4)));
  const kinds = EVENT_KINDS.filter((kind) => !left.has(kind) && !(kind === 'cron' && clocks === 'alarm'));
  const total = kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0);
  const count = 100 + chance.below(60);
  return { seed, faults, clocks, events: Array.from({ length: count }, () => eventOf(chance, kinds, total)) };
}

function eventOf(chance: Chance, kinds: readonly EventKind[], total: number): Event {
  let at = chance.next() * total;
  const kind = kinds.find((one) => (at -= WEIGHTS[one]) < 0) ?? 'minutes';
  return { kind, seed: chance.below(0x7fffffff) };
}
