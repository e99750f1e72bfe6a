// Runs one schedule: the events with what must hold after each, then everything is healed and must come to rest as promised.
import { requestsSince, maySeeRequest, requestById } from '../../edge/ledger/requests.ts';
import { nextWakeAt } from '../../edge/ledger/due.ts';
import { releaseBrake, setWriting } from '../../edge/ledger/writing.ts';
import { Broken, checkLog, checkOutbox, checkStanding, isGivenByAnother } from './checks.ts';
import { passTime, pullTo, pushFrom, runEvent, settled, signIn } from './events.ts';
import { begin } from './setup.ts';
import type { Schedule } from './schedule.ts';
import { CONNECTOR, HOUR_MS, MINUTE_MS, World } from './world.ts';

export interface Verdict {
  /** What does not hold, or null. */
  broken: { invariant: string; message: string } | null;
  story: readonly string[];
  /** How often things happened that the schedule was for: a simulator that grants nothing proves nothing. */
  reached: { granted: number; ended: number; handedOver: number };
}

export async function runSchedule(schedule: Schedule): Promise<Verdict> {
  const world = new World(schedule);
  const verdict = (error: unknown): Verdict => ({
    broken:
      error === null
        ? null
        : error instanceof Broken
          ? { invariant: error.invariant, message: error.message }
          : { invariant: 'a bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    story: world.story,
    reached: reachedBy(world),
  });
  try {
    begin(world);
    for (const event of schedule.events) {
      await runEvent(world, event);
      checkStanding(world);
    }
    checkOutbox(world);
    await heal(world);
    checkStanding(world);
    checkOutbox(world);
    checkLog(world);
    checkRest(world);
    return verdict(null);
  } catch (error) {
    return verdict(error);
  }
}

function reachedBy(world: World): Verdict['reached'] {
  const count = (action: string): number => world.story.filter((line) => line.includes(action)).length;
  return { granted: count('add_team_member') + count('set_role'), ended: count('remove_team_member'), handedOver: 0 };
}

/** All faults are gone: what was promised must come true by itself, by whichever clock this schedule has. */
async function heal(world: World): Promise<void> {
  world.tell('everything is healed');
  world.isHealed = true;
  world.store.auditFails = false;
  world.hub.isDown = false;
  const by = { userId: 'ann', via: 'session' } as const;
  if (!world.writing) setWriting(world.store, CONNECTOR, 'on', by, world.now);
  world.writing = true;
  passTime(world, MINUTE_MS);
  await settled();
  for (const { user, session, batch } of world.lateMessages.splice(0))
    await world.inProcess(async () => void (await world.receive(user, session, batch)));
  for (const device of world.devices) {
    for (const seat of device.seats) {
      signIn(world, seat);
      await pushFrom(world, device, seat);
    }
  }
  await comeToRest(world, world.nowMs + 2 * HOUR_MS);
  // By then every end has come.
  passTime(world, 48 * HOUR_MS);
  await settled();
  await comeToRest(world, world.nowMs + 36 * HOUR_MS);
  for (const device of world.devices) for (const seat of device.seats) pullTo(world, seat);
}

/** Lets the clock of this schedule run until nothing waits any more, or until then. */
async function comeToRest(world: World, untilMs: number): Promise<void> {
  const by = { userId: 'ann', via: 'session' } as const;
  for (let turns = 0; turns < 400 && world.nowMs < untilMs; turns += 1) {
    releaseBrake(world.store, CONNECTOR, by, world.now);
    const next = nextWakeAt(world.store);
    if (next === null) return;
    if (world.schedule.clocks === 'alarm') {
      // Nobody but the alarm looks: where it is dead, nothing happens any more.
      if (world.alarmAt === null) return;
      passTime(world, Math.max(0, world.alarmAt - world.nowMs));
      await world.fireAlarm();
    } else {
      passTime(world, Math.max(1, Math.ceil((next - world.nowMs) / MINUTE_MS)) * MINUTE_MS);
      await world.inProcess(async () => void (await world.wake()));
    }
    await settled();
    checkStanding(world);
  }
}

/** What must be so at the end. */
function checkRest(world: World): void {
  for (const device of world.devices) {
    for (const item of device.items.values()) {
      if (item.state === 'queued' && world.person(item.userId).state === 'active') {
        throw new Broken('L1', `${device.name} still holds a ${item.envelope.signed.submission.decisions[0]?.kind ?? ''}`);
      }
    }
  }
  const [open] = world.store.all("SELECT id, state FROM jobs WHERE state IN ('planned', 'sent', 'verifying') LIMIT 1");
  if (open) throw new Broken('L4', `a job is still ${String(open.state)}: ${String(open.id).slice(-14)}`);
  for (const { request, key } of world.hub.ofRequests()) {
    const found = requestById(world.store, request);
    if (found?.state === 'needs_person' || (found && isGivenByAnother(world, found))) continue;
    throw new Broken('L2', `${key} is still there, its request is ${found?.state ?? 'unknown'}`);
  }
  const [due] = world.store.all(
    "SELECT id, state FROM requests WHERE state IN ('provisioning', 'granted', 'ending', 'overdue') LIMIT 1",
  );
  if (due) throw new Broken('L2', `a request is still ${String(due.state)}: ${String(due.id).slice(-4)}`);
  checkCopies(world);
}

/** Every device shows what the ledger has. */
function checkCopies(world: World): void {
  const all = requestsSince(world.store, 0);
  for (const device of world.devices) {
    for (const seat of device.seats) {
      const person = world.person(seat.userId);
      if (person.state !== 'active') continue;
      for (const { id, row } of all) {
        if (!maySeeRequest(row, { id: seat.userId, seesAll: false })) continue;
        if (JSON.stringify(seat.copy.get(id)) !== JSON.stringify(row))
          throw new Broken('L3', `${device.name} shows something else for ${id.slice(-4)}`);
      }
    }
  }
}
