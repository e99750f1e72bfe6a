// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { Receipt, SignedSubmission } from '#domain/decision.ts';
import { OutboxDatabase } from '#lib/db/outbox.ts';
import { push, type SendOutcome } from '#lib/sync/push.ts';

const NOW = '2026-11-24T08:00:00.000Z';
let made = 0;
const anOutbox = () => new OutboxDatabase(`outbox-${(made += 1)}`);
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function anAct(n: number, userId = 'ben') {
  const signed: SignedSubmission = {
    submission: {
      v: 1,
      workspace: 'main',
      userId,
      deviceId: uuid(999),
      nonce: `nonce-of-${userId}-${n}-long-enough`,
      decisions: [{ kind: 'comment', id: uuid(n), claimedAt: NOW, requestId: uuid(500), text: 'hm' }],
    },
    signature: 'signed-by-the-device',
    passkey: null,
  };
  return { id: uuid(n), userId, targets: [uuid(500)], savedAt: NOW, envelope: { v: 1 as const, signed } };
}

async function filled(...acts: ReturnType<typeof anAct>[]) {
  const outbox = anOutbox();
  for (const act of acts) {
    await outbox.keepNonces(act.userId, [act.envelope.signed.submission.nonce]);
    expect(await outbox.save(act)).toBe(true);
  }
  return outbox;
}

const receiptFor = (decisionId: string, outcome: Receipt['outcome'] = 'recorded'): Receipt => ({
  decisionId,
  outcome,
  effect: outcome === 'recorded',
  reason: null,
  recordedAt: NOW,
  entry: 1,
});
const answering = (batch: SignedSubmission[]): SendOutcome => ({
  type: 'answered',
  receipts: batch.flatMap(({ submission }) => submission.decisions.map(({ id }) => receiptFor(id))),
});

test('an act and its nonce are kept together: a nonce that is used up saves nothing', async () => {
  const outbox = await filled(anAct(1));
  expect(await outbox.nextNonce('ben')).toBeUndefined();
  expect(await outbox.save({ ...anAct(1), id: uuid(2) })).toBe(false);
  expect(await outbox.entries.count()).toBe(1);
});

test('what is sent leaves the queue only with its receipt, and stays with it', async () => {
  const outbox = await filled(anAct(1), anAct(2));
  let seen = 0;
  const send = async (batch: SignedSubmission[]) => {
    seen = await outbox.countQueued();
    return answering(batch);
  };
  expect(await push({ outbox, userId: 'ben', send })).toBe('empty');
  expect(seen).toBe(2);
  expect(await outbox.countQueued()).toBe(0);
  expect((await outbox.entries.get(uuid(1)))?.receipts).toEqual([receiptFor(uuid(1))]);
});

test.for(['unreachable', 'signed_out', 'app_older'] as const)('%s loses nothing', async (type) => {
  const outbox = await filled(anAct(1));
  expect(await push({ outbox, userId: 'ben', send: async () => ({ type }) })).toBe(type);
  expect(await outbox.countQueued()).toBe(1);
});

test('acts go in the order in which they were saved, as much as fits into one request', async () => {
  const outbox = await filled(anAct(3), anAct(1), anAct(2));
  const batches: string[][] = [];
  const send = async (batch: SignedSubmission[]) => {
    batches.push(batch.map(({ submission }) => submission.nonce));
    return answering(batch);
  };
  await push({ outbox, userId: 'ben', send, bytesMax: 10 });
  expect(batches.flat().map((nonce) => nonce[13])).toEqual(['3', '1', '2'].map(String));
  expect(batches).toHaveLength(3);
});

test('only what is the signed-in person’s is sent', async () => {
  const outbox = await filled(anAct(1), anAct(2, 'eve'));
  await push({ outbox, userId: 'eve', send: async (batch) => answering(batch) });
  expect((await outbox.entries.get(uuid(1)))?.state).toBe('queued');
  expect((await outbox.entries.get(uuid(2)))?.state).toBe('recorded');
});

test('two tabs that send at once do no harm', async () => {
  const outbox = await filled(anAct(1), anAct(2));
  const send = async (batch: SignedSubmission[]) => answering(batch);
  await Promise.all([push({ outbox, userId: 'ben', send }), push({ outbox, userId: 'ben', send })]);
  expect((await outbox.entries.toArray()).map(({ receipts }) => receipts.length)).toEqual([1, 1]);
});

test('refused and held ones say so, and an answer that settles nothing is not asked for again and again', async () => {
  const outbox = await filled(anAct(1), anAct(2));
  await outbox.settle([receiptFor(uuid(1), 'refused'), receiptFor(uuid(2), 'held')]);
  expect((await outbox.entries.toArray()).map(({ state }) => state)).toEqual(['refused', 'conflict']);
  const other = await filled(anAct(4));
  expect(await push({ outbox: other, userId: 'ben', send: async () => ({ type: 'answered', receipts: [] }) })).toBe('stuck');
});
