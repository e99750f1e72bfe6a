// What can happen: each event does one thing with the chance it carries, or nothing where there is nothing to do it to.
import { endAccessOf } from '../../edge/ledger/endings.ts';
import { issueNonces, revokeDeviceKey } from '../../edge/ledger/device-keys.ts';
import { applicationThing, noteRuleChange, ownersThing, publish, putPolicy, withdraw } from '../../edge/ledger/policies.ts';
import { deleteSession, startSession } from '../../edge/ledger/sessions.ts';
import { releaseBrake, setWriting } from '../../edge/ledger/writing.ts';
import { push } from '../../src/lib/sync/push.ts';
import { pullCopy, type Seat, type SimDevice } from './device.ts';
import { answer, ask, forge, ignoringAudit, pickPerson, pickSeat } from './device-acts.ts';
import { policyVariants, ITEMS, TEAMS } from './setup.ts';
import type { Event, EventKind } from './schedule.ts';
import { chanceFrom } from './random.ts';
import { Crash } from './sim-store.ts';
import { CONNECTOR, HOUR_MS, MINUTE_MS, type World } from './world.ts';

const SYSTEM_ADMIN = { userId: 'admin', via: 'session' } as const;

export async function pushFrom(world: World, device: SimDevice, seat: Seat): Promise<void> {
  const session = seat.session;
  const { faults } = world.schedule;
  if (!world.isHealed && world.chance.is(faults.crash)) device.crashAfterWrites = world.chance.below(4);
  const tabs = !world.isHealed && world.chance.is(0.15) ? 2 : 1;
  const senders = Array.from({ length: tabs }, () =>
    push({
      outbox: device,
      userId: seat.userId,
      send: (batch) => world.send(seat.userId, session, batch),
      bytesMax: 20_000,
    }),
  );
  for (const ended of await Promise.allSettled(senders)) {
    if (ended.status === 'rejected' && !(ended.reason instanceof Crash)) throw ended.reason;
  }
  device.crashAfterWrites = null;
}

export function pullTo(world: World, seat: Seat): void {
  if (world.person(seat.userId).state !== 'active') return;
  pullCopy(world, seat, world.isHealed ? 1_000 : 1 + world.chance.below(20));
  if (seat.nonces.length > 3) return;
  const wanted = Array.from({ length: 6 }, () => `nonce-${world.uuid()}`);
  seat.nonces.push(...issueNonces(world.store, seat.keyId, wanted, world.now));
}

/** Time passes: what was on its way arrives, and clocks ring that were set for before. */
export function passTime(world: World, ms: number): void {
  for (const answerCall of world.hub.parked.splice(0)) answerCall();
  world.nowMs += ms;
  world.hub.catchUp(world.nowMs);
}

/** Time passes with the alarm ringing on its way, where it is not lost. */
async function timePasses(world: World, ms: number): Promise<void> {
  const until = world.nowMs + ms;
  const { faults, clocks } = world.schedule;
  for (let rings = 0; rings < 8 && world.alarmAt !== null && world.alarmAt < until; rings += 1) {
    passTime(world, Math.max(0, world.alarmAt - world.nowMs));
    await settled();
    if (clocks !== 'alarm' && world.chance.is(faults.alarmDropped)) world.alarmAt = null;
    else await world.fireAlarm();
  }
  passTime(world, Math.max(0, until - world.nowMs));
  world.tell(`it is ${world.now.slice(0, 16)}`);
  await settled();
}

export function signIn(world: World, seat: Seat): void {
  if (world.person(seat.userId).state !== 'active') return;
  const id = world.uuid();
  startSession(world.store, { id, hash: `session-${id}`, device: 'sim', remember: true }, seat.userId, null, world.now);
  seat.session = `session-${id}`;
}

const atomically = (world: World, work: () => void): Promise<void> => world.atomically(work);

/** What somebody does to rules, people and devices: through the ledger, and kept as the truth only where it was kept there. */
const ACTS: Record<EventKind, (world: World) => Promise<void> | void> = {
  ask: (world) => ask(world, 'request'),
  extend: (world) => ask(world, 'extend'),
  approve: (world) => answer(world, 'approve'),
  deny: (world) => answer(world, 'deny'),
  cancel: (world) => answer(world, 'cancel'),
  comment: (world) => answer(world, 'comment'),
  forge,
  push: (world) => {
    const { device, seat } = pickSeat(world);
    return pushFrom(world, device, seat);
  },
  pull: (world) => pullTo(world, pickSeat(world).seat),
  late_message: async (world) => {
    if (world.lateMessages.length === 0) return;
    const message = world.chance.pick(world.lateMessages);
    world.tell(`a message of ${message.user} that was held up arrives`);
    await world.inProcess(async () => ignoringAudit(() => world.receive(message.user, message.session, message.batch)));
  },
  work: (world) => world.inProcess(async () => ignoringAudit(() => world.work())),
  hub_answers: async (world) => {
    const answerCall = world.hub.parked.shift();
    answerCall?.();
    await settled();
  },
  alarm: async (world) => {
    if (world.chance.is(world.schedule.faults.alarmDropped)) return;
    await world.fireAlarm();
    if (world.chance.is(world.schedule.faults.alarmDoubled)) {
      world.alarmAt = world.nowMs;
      await world.fireAlarm();
    }
  },
  cron: (world) => world.inProcess(async () => ignoringAudit(() => world.wake())),
  minutes: (world) => timePasses(world, (1 + world.chance.below(20)) * MINUTE_MS),
  hours: (world) => timePasses(world, (1 + world.chance.below(8)) * HOUR_MS),
  clock_jump: (world) => {
    const { device } = pickSeat(world);
    device.skewMs = (world.chance.next() - 0.5) * 20 * 365 * 24 * HOUR_MS;
    world.tell(`the clock of ${device.name} jumps`);
  },
  read_catalogue: (world) => world.readCatalogue(),
  person_leaves: (world) => {
    const person = pickPerson(world);
    if (person.state === 'left' || person.id === 'ann') return;
    return atomically(world, () => {
      world.tell(`${person.id} leaves`);
      undoneWith(world, () => world.people.set(person.id, person));
      world.keepPerson({ ...person, state: 'left' });
      endAccessOf(world.store, person.id, 'left', SYSTEM_ADMIN, world.now);
    });
  },
  person_returns: (world) => {
    const gone = [...world.people.values()].filter(({ state }) => state === 'left');
    if (gone.length === 0) return;
    const person = world.chance.pick(gone);
    world.tell(`${person.id} is back`);
    world.keepPerson({ ...person, state: 'active' });
  },
  roles_change: (world) => {
    const person = pickPerson(world);
    if (person.id === 'ann') return;
    const roles = world.chance.pick([['basic'], ['super'], ['connector']] as const);
    world.tell(`${person.id} is now ${roles.join()}`);
    world.keepPerson({ ...person, roles: [...roles] });
  },
  account_link: (world) => {
    const [one, other] = [pickPerson(world), pickPerson(world)];
    if (one.id === other.id) return;
    const account = one.accounts[0];
    if (account === undefined || other.accounts.includes(account)) return;
    world.tell(`${account} turns out to be ${other.id}'s as well`);
    world.keepPerson({
      ...other,
      accounts: other.accounts.length > 1 ? other.accounts.slice(0, 1) : [...other.accounts, account],
    });
  },
  policy_change: (world) => {
    const id = world.chance.pick(['read', 'two', 'admin', 'auto']);
    const baseline = world.chance.pick(policyVariants(id));
    const by = pickPerson(world).id;
    return atomically(world, () => {
      putPolicy(world.store, { id, name: id, rules: [], baseline }, { userId: by, via: 'session' }, world.now);
      const versions = world.policies.get(id) ?? [];
      world.policies.set(id, [...versions, baseline]);
      undoneWith(world, () => world.policies.set(id, versions));
      world.ruleChanges.push({ thing: id, userId: by, at: world.now });
      world.tell(`${by} changes the policy ${id}`);
    });
  },
  owners_change: (world) => {
    const thing = world.chance.pick(['app', 'team:acme/dev', 'team:acme/ops']);
    const by = pickPerson(world).id;
    const owners = [...new Set([pickPerson(world).id, pickPerson(world).id])];
    return atomically(world, () => {
      setOwners(world, thing, owners);
      noteRuleChange(world.store, thing === 'app' ? applicationThing('app') : ownersThing(CONNECTOR, thing), by, world.now);
      world.ruleChanges.push({ thing, userId: by, at: world.now });
      world.tell(`${by} makes ${owners.join(' and ')} owners of ${thing}`);
    });
  },
  publish_change: (world) => {
    const entitlement = world.chance.pick(ITEMS);
    return atomically(world, () => {
      if (world.published.has(entitlement)) {
        withdraw(world.store, CONNECTOR, entitlement, SYSTEM_ADMIN, world.now);
        world.published.delete(entitlement);
        undoneWith(world, () => world.published.add(entitlement));
        return;
      }
      publishItem(world, entitlement);
      undoneWith(world, () => world.published.delete(entitlement));
    });
  },
  device_revoked: (world) => {
    const { device, seat } = pickSeat(world);
    if (device.name === 'desk') return;
    return atomically(world, () => {
      revokeDeviceKey(world.store, seat.keyId, SYSTEM_ADMIN, world.now);
      world.revokedDevices.add(seat.keyId);
      undoneWith(world, () => world.revokedDevices.delete(seat.keyId));
      world.tell(`${device.name} of ${seat.userId} is revoked`);
    });
  },
  signed_out: (world) => {
    const { seat } = pickSeat(world);
    if (!deleteSession(world.store, seat.userId, seat.session.replace('session-', ''))) return;
    world.endedSessions.add(seat.session);
    world.tell(`${seat.userId} is signed out`);
  },
  sign_in: (world) => signIn(world, pickSeat(world).seat),
  outsider: (world) => {
    if (world.chance.is(0.4)) return demoteByHand(world);
    const team = world.chance.pick(TEAMS);
    const account = pickPerson(world).accounts[0] ?? '';
    const key = `${team}/${account}`;
    const held = world.hub.now(key);
    if (held.value !== null && held.source === 'standing') return;
    world.hub.set(key, held.value === null ? 'member' : null, 'outsider', world.nowMs);
    world.tell(`somebody changes ${key} in Docker Hub by hand`);
  },
  team_remade: (world) => {
    const team = world.chance.pick(TEAMS);
    world.hub.teams.set(team, (world.hub.teams.get(team) ?? 0) + 100);
    for (const account of world.hub.members(team)) world.hub.set(`${team}/${account}`, null, 'outsider', world.nowMs);
    world.tell(`${team} is deleted in Docker Hub and made anew`);
  },
  writing: (world) =>
    atomically(world, () => {
      const before = world.writing;
      setWriting(world.store, CONNECTOR, before ? 'off' : 'on', SYSTEM_ADMIN, world.now);
      world.writing = !before;
      undoneWith(world, () => (world.writing = before));
      world.tell(`writing is ${before ? 'off' : 'on'}`);
    }),
  audit_fails: (world) => {
    world.store.auditFails = true;
    world.tell('the audit log cannot be written');
  },
  audit_works: (world) => void (world.store.auditFails = false),
  hub_down: (world) => {
    world.hub.isDown = true;
    world.tell('Docker Hub is down');
  },
  hub_up: (world) => void (world.hub.isDown = false),
  deploy: (world) => world.restart(),
  end_all: (world) => {
    const person = pickPerson(world);
    return atomically(world, () => {
      world.tell(`all access of ${person.id} is taken away`);
      endAccessOf(world.store, person.id, 'removed', SYSTEM_ADMIN, world.now);
    });
  },
  brake_release: (world) => atomically(world, () => releaseBrake(world.store, CONNECTOR, SYSTEM_ADMIN, world.now)),
};

/** The owner who was there from the start is made a member by hand; not while we are at work on roles, which nobody could foresee. */
function demoteByHand(world: World): void {
  const [busy] = world.store.all(
    "SELECT 1 FROM jobs WHERE target LIKE 'role:%' AND state IN ('planned', 'sent', 'verifying') LIMIT 1",
  );
  const ann = 'role/account:ann';
  if (busy || world.hub.now(ann).value !== 'owner' || world.hub.owners() < 2) return;
  world.hub.set(ann, 'member', 'outsider', world.nowMs);
  world.tell('ann is no owner in Docker Hub any more, by hand');
}

/** What is held true is put back where the ledger did not keep it after all. */
function undoneWith(world: World, undo: () => void): void {
  world.undo.push(undo);
}

export function setOwners(world: World, thing: string, owners: readonly string[]): void {
  const before = world.owners.get(thing);
  world.owners.set(thing, [...owners]);
  undoneWith(world, () => (before ? world.owners.set(thing, before) : world.owners.delete(thing)));
  const json = JSON.stringify(owners);
  if (thing === 'app') {
    world.store.run('UPDATE applications SET owners = ? WHERE id = ?', json, 'app');
    return;
  }
  world.store.run(
    'INSERT INTO resource_owners (connector, resource, owners) VALUES (?, ?, ?) ON CONFLICT (connector, resource) DO UPDATE SET owners = excluded.owners',
    CONNECTOR,
    thing,
    json,
  );
}

export function publishItem(world: World, entitlement: string): void {
  const policy = entitlement.includes('/dev#')
    ? 'read'
    : entitlement.includes('/ops#')
      ? 'two'
      : entitlement.includes('/rel#')
        ? 'auto'
        : 'admin';
  publish(
    world.store,
    { connector: CONNECTOR, entitlement, policy, strength: policy === 'admin' ? 'admin' : 'read', emergency: false },
    SYSTEM_ADMIN,
    world.now,
  );
  world.published.add(entitlement);
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Does one event. */
export async function runEvent(world: World, event: Event): Promise<void> {
  world.chance = chanceFrom(event.seed);
  world.undo = [];
  await ACTS[event.kind](world);
}
