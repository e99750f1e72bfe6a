// What people do on their devices: ask, decide, and what only somebody would send who means ill.
import type { AccessRequest } from '../../src/domain/access-request.ts';
import {
  type Decision,
  itemDigest,
  seenDigest,
  type SignedSubmission,
  type Submission,
  submissionBytes,
} from '../../src/domain/decision.ts';
import type { Seat, SimDevice } from './device.ts';
import { ITEMS, TEAMS } from './setup.ts';
import { CONNECTOR, fakeSignature, HOUR_MS, type SimPerson, WORKSPACE, type World } from './world.ts';

const seatsOf = (world: World): { device: SimDevice; seat: Seat }[] =>
  world.devices.flatMap((device) => device.seats.map((seat) => ({ device, seat })));
export const pickSeat = (world: World) => world.chance.pick(seatsOf(world));
export const pickPerson = (world: World): SimPerson => world.chance.pick([...world.people.values()]);

/** Signs with the device's key, over one of its nonces. */
export function signed(world: World, seat: Seat, decisions: Decision[], nonce: string, isPasskey: boolean): SignedSubmission {
  const submission: Submission = { v: 1, workspace: WORKSPACE, userId: seat.userId, deviceId: seat.keyId, nonce, decisions };
  return {
    submission,
    signature: fakeSignature(`key-${seat.keyId}`, submissionBytes(submission)),
    passkey: isPasskey ? {} : null,
  };
}

/** Saves an act on the device: the item and its nonce in one step, as the outbox does. */
function save(world: World, device: SimDevice, seat: Seat, decision: Decision, shown: AccessRequest | null): void {
  const nonce = seat.nonces.shift();
  if (nonce === undefined) return;
  const isPasskey = world.chance.is(0.8);
  world.intents.set(decision.id, {
    decision,
    by: seat.userId,
    isPasskey,
    shown: shown && JSON.stringify(shown.content),
    isForged: false,
  });
  device.items.set(decision.id, {
    id: decision.id,
    userId: seat.userId,
    targets: ['requestId' in decision ? decision.requestId : decision.id],
    state: 'queued',
    order: device.items.size + 1,
    savedAt: world.now,
    envelope: { v: 1, signed: signed(world, seat, [decision], nonce, isPasskey) },
    receipts: [],
  });
  device.savedIds.add(decision.id);
  world.tell(
    `${seat.userId} saves on ${device.name}: ${decision.kind} ${('requestId' in decision ? decision.requestId : decision.id).slice(-4)}`,
  );
}

const claimed = (world: World, device: SimDevice): string => new Date(world.nowMs + device.skewMs).toISOString();

export function ask(world: World, kind: 'request' | 'extend'): void {
  const { chance } = world;
  const { device, seat } = pickSeat(world);
  const mine = [...seat.copy.values()].filter(
    ({ state, content }) => state === 'granted' && content.beneficiaryId === seat.userId,
  );
  const earlier = kind === 'extend' && mine.length > 0 ? chance.pick(mine) : null;
  if (kind === 'extend' && !earlier) return;
  const beneficiary = earlier || chance.is(0.8) ? world.person(seat.userId) : pickPerson(world);
  const entitlement = earlier?.content.entitlement ?? chance.pick(ITEMS);
  const team = TEAMS.find((one) => entitlement.includes(`/${one}#`));
  const hubKey = team === undefined ? 'acme' : String(world.catalogue.teams.get(team) ?? 0);
  const content = {
    requesterId: seat.userId,
    beneficiaryId: beneficiary.id,
    accountId: earlier?.content.accountId ?? beneficiary.accounts[0] ?? 'account:none',
    connectorId: CONNECTOR,
    entitlement,
    durationMs: chance.pick([HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS]),
    startAt: chance.is(0.15) ? new Date(world.nowMs + chance.below(3) * HOUR_MS).toISOString() : null,
    reason: 'work',
    ticket: null,
    emergency: false,
    extendsId: earlier?.id ?? null,
  };
  const seen = itemDigest({ connectorId: CONNECTOR, entitlement, hubKey });
  save(world, device, seat, { kind, id: world.uuid(), claimedAt: claimed(world, device), seenDigest: seen, content }, null);
}

export function answer(world: World, kind: 'approve' | 'deny' | 'cancel' | 'comment'): void {
  const { chance } = world;
  const { device, seat } = pickSeat(world);
  const all = [...seat.copy.values()];
  const likely = all.filter(({ state }) =>
    kind === 'cancel' ? state === 'granted' || state === 'provisioning' : state === 'waiting',
  );
  if (all.length === 0) return;
  const request = likely.length > 0 && chance.is(0.8) ? chance.pick(likely) : chance.pick(all);
  const base = { id: world.uuid(), claimedAt: claimed(world, device), requestId: request.id };
  const seenNow = { seenDigest: seenDigest(request) };
  const durationMs = chance.is(0.15) ? HOUR_MS / 2 : null;
  const decision: Decision =
    kind === 'approve'
      ? { kind, ...base, ...seenNow, durationMs }
      : kind === 'deny'
        ? { kind, ...base, ...seenNow, reason: 'no' }
        : kind === 'cancel'
          ? { kind, ...base, reason: 'not needed' }
          : { kind, ...base, text: 'hm' };
  save(world, device, seat, decision, request);
}

/** Something that no app of ours sends: it must have no effect. */
export async function forge(world: World): Promise<void> {
  const { chance } = world;
  const { device, seat } = pickSeat(world);
  const sent = [...device.items.values()].filter(({ userId }) => userId === seat.userId);
  const [mine] = [...seat.copy.values()].filter(
    ({ content, state }) => state === 'waiting' && content.beneficiaryId === seat.userId,
  );
  const target = mine ?? [...seat.copy.values()].at(-1);
  if (!target) return;
  const how = chance.below(5);
  const base = { claimedAt: world.now, requestId: target.id, seenDigest: seenDigest(target) };
  const old = sent.length > 0 ? chance.pick(sent) : undefined;
  const fresh = seat.nonces.shift();
  const remark: Decision = { kind: 'comment', id: world.uuid(), claimedAt: world.now, requestId: target.id, text: 'forged' };
  let forged: SignedSubmission | null = null;
  if (how === 0 && fresh !== undefined) {
    // Their own request, approved by themselves.
    if (!mine) return;
    forged = signed(world, seat, [{ kind: 'approve', id: world.uuid(), ...base, durationMs: null }], fresh, true);
  } else if (how === 1 && old && old.state !== 'queued') {
    // A nonce that was used before.
    forged = signed(world, seat, [remark], old.envelope.signed.submission.nonce, true);
  } else if (how === 2 && old && fresh !== undefined) {
    // Another body under an id that is taken.
    if (old.state === 'queued') return;
    forged = signed(world, seat, [{ kind: 'deny', id: old.id, ...base, reason: 'forged' }], fresh, true);
  } else if (how === 3) {
    // A nonce that nobody handed out.
    forged = signed(world, seat, [remark], `made-up-${world.uuid()}`, true);
  } else if (fresh !== undefined) {
    // What was approved with another duration in mind: the digest is that of something else.
    const seen = seenDigest({ ...target, step: target.step + 7 });
    forged = signed(
      world,
      seat,
      [{ kind: 'approve', id: world.uuid(), ...base, seenDigest: seen, durationMs: null }],
      fresh,
      true,
    );
  }
  const decision = forged?.submission.decisions[0];
  if (!forged || !decision) return;
  if (!world.intents.has(decision.id)) {
    world.intents.set(decision.id, { decision, by: seat.userId, isPasskey: true, shown: null, isForged: true });
  }
  const bytes = forged;
  world.tell(`${seat.userId} forges (${how}) a ${decision.kind} on ${target.id.slice(-4)}`);
  await world.inProcess(async () => ignoringAudit(() => world.receive(seat.userId, seat.session, [bytes])));
}

/** What fails because the log cannot be written answers with an error and leaves nothing. */
export async function ignoringAudit(work: () => Promise<unknown> | unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'the audit log cannot be written') throw error;
  }
}
