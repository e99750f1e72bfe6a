// How each schedule begins: one organization, three teams, six people, six devices.
import { addDeviceKey, issueNonces } from '../../edge/ledger/device-keys.ts';
import { putPolicy } from '../../edge/ledger/policies.ts';
import { setWriting } from '../../edge/ledger/writing.ts';
import type { ApproverSource, PolicyOutcome, PolicyStep } from '../../src/domain/policy.ts';
import type { Role } from '../../src/domain/role.ts';
import { type Seat, SimDevice } from './device.ts';
import { publishItem, setOwners, signIn } from './events.ts';
import { CONNECTOR, HOUR_MS, type World } from './world.ts';

export const TEAMS = ['dev', 'ops', 'rel'] as const;
export const ITEMS = [
  'entitlement:team:acme/dev#member',
  'entitlement:team:acme/dev#member',
  'entitlement:team:acme/ops#member',
  'entitlement:team:acme/ops#member',
  'entitlement:team:acme/rel#member',
  'entitlement:org:acme#editor',
  'entitlement:org:acme#owner',
] as const;

const step = (approvers: ApproverSource[], more: Partial<PolicyStep> = {}): PolicyStep => ({
  approvers,
  need: 1,
  passkey: false,
  fallback: [{ type: 'application_owners' }],
  limitMs: 12 * HOUR_MS,
  onLimit: 'fallback',
  ...more,
});
const ask = (steps: PolicyStep[], distinct = false): PolicyOutcome => ({
  type: 'ask',
  steps,
  distinct,
  durationMsMax: 4 * HOUR_MS,
});
const PEOPLE: ApproverSource = { type: 'people', ids: ['ann', 'ben', 'cat', 'fay'] };

const VARIANTS: Record<string, PolicyOutcome[]> = {
  read: [
    ask([step([{ type: 'resource_owners' }])]),
    ask([step([{ type: 'resource_owners' }], { limitMs: 2 * HOUR_MS, onLimit: 'lapse' })]),
    ask([step([{ type: 'resource_owners' }], { need: 2 })]),
  ],
  two: [
    ask([step([PEOPLE], { need: 2 })]),
    ask([step([PEOPLE])]),
    ask([step([PEOPLE], { need: 2, passkey: true })]),
    ask([step([PEOPLE]), step([{ type: 'manager' }], { fallback: [{ type: 'super' }] })], true),
  ],
  admin: [
    ask([step([{ type: 'application_owners' }], { passkey: true }), step([{ type: 'super' }], { passkey: true })], true),
    ask([step([{ type: 'application_owners' }], { passkey: true })]),
  ],
  auto: [{ type: 'approve', durationMsMax: 4 * HOUR_MS }, ask([step([{ type: 'super' }])]), { type: 'deny', sentence: 'no' }],
};
export const policyVariants = (id: string): PolicyOutcome[] => VARIANTS[id] ?? [];

const PEOPLE_ROWS: [id: string, roles: Role[], manager: string | null][] = [
  ['ann', ['super'], null],
  ['ben', ['basic'], 'ann'],
  ['cat', ['basic'], 'ann'],
  ['dan', ['basic'], 'ben'],
  ['eve', ['basic'], 'ben'],
  ['fay', ['super'], null],
];

/** Fills the world. */
export function begin(world: World): void {
  const { store, now } = world;
  for (const [index, team] of TEAMS.entries()) world.hub.teams.set(team, 11 + index);
  // Some organizations list no owner: those of the company above them are not told.
  const first = world.chance.is(0.3) ? 'member' : 'owner';
  for (const [id, roles, managerId] of PEOPLE_ROWS) {
    world.keepPerson({ id, roles, state: 'active', accounts: [`account:${id}`], managerId });
    world.hub.set(`role/account:${id}`, id === 'ann' ? first : 'member', 'standing', world.nowMs - 10 * HOUR_MS);
  }
  world.hub.set('dev/account:ben', 'member', 'standing', world.nowMs - 10 * HOUR_MS);
  world.readCatalogue();

  store.run("INSERT INTO applications (id, name, owners, created_at, revision) VALUES ('app', 'Docker Hub', '[]', ?, 0)", now);
  store.run(
    `INSERT INTO connectors (id, name, application, owners, include, every_hours, paused, organizations, completeness, counts, failures,
       created_at, revision) VALUES (?, 'Docker Hub', 'app', '[]', '"all"', 6, 0, '[]', '{}', '{}', 0, ?, 0)`,
    CONNECTOR,
    now,
  );
  setOwners(world, 'app', ['ann', 'cat']);
  setOwners(world, 'team:acme/dev', ['ben', 'cat']);
  for (const [id, [baseline]] of Object.entries(VARIANTS)) {
    if (!baseline) continue;
    putPolicy(store, { id, name: id, rules: [], baseline }, { userId: 'system', via: 'system' }, now);
    world.policies.set(id, [baseline]);
  }
  for (const entitlement of new Set(ITEMS)) publishItem(world, entitlement);
  setWriting(store, CONNECTOR, 'on', { userId: 'ann', via: 'session' }, now);

  addDevice(world, 'desk', ['ann']);
  addDevice(world, "ben's phone", ['ben']);
  addDevice(world, "cat's phone", ['cat']);
  addDevice(world, 'the shared tablet', ['dan', 'eve']);
  addDevice(world, "dan's laptop", ['dan']);
  addDevice(world, "fay's phone", ['fay']);
}

function addDevice(world: World, name: string, people: string[]): void {
  const seats = people.map((userId): Seat => {
    const keyId = world.uuid();
    addDeviceKey(world.store, { id: keyId, publicKey: `key-${keyId}` }, { userId, via: 'session' }, world.now);
    const wanted = Array.from({ length: 6 }, () => `nonce-${world.uuid()}`);
    const seat = {
      userId,
      keyId,
      session: '',
      nonces: issueNonces(world.store, keyId, wanted, world.now),
      copy: new Map(),
      cursor: 0,
    };
    signIn(world, seat);
    return seat;
  });
  world.devices.push(new SimDevice(name, seats));
}
