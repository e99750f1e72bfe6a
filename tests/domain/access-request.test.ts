import { describe, expect, test } from 'vitest';
import { REQUEST_STATES, transition } from '#domain/access-request.ts';
import { aFrozen, anApproval, aRequest, aStep, HOUR_MS, NOW } from '../support/access-requests.ts';

const approve = (userId: string, durationMs: number | null = null) =>
  ({ type: 'approve', approval: anApproval(userId), durationMs }) as const;

describe('approving', () => {
  test('by the one who is needed makes it approved', () => {
    expect(transition(aRequest(), approve('ben'))).toMatchObject({ ok: true, value: { state: 'approved' } });
  });

  test('by one of two leaves it waiting, by both makes it approved', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep({ need: 2 })] }) });
    const first = transition(request, approve('ben'));
    expect(first).toMatchObject({ ok: true, value: { state: 'waiting' } });
    if (first.ok) expect(transition(first.value, approve('cat'))).toMatchObject({ ok: true, value: { state: 'approved' } });
  });

  test('twice by the same person counts once', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep({ need: 2 })] }), approvals: [anApproval('ben')] });
    expect(transition(request, approve('ben'))).toMatchObject({ ok: false, error: { reason: 'approved_already' } });
  });

  test('a step asks the next one, and nobody counts in both where they must differ', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep(), aStep()], distinct: true }) });
    const first = transition(request, approve('ben'));
    expect(first).toMatchObject({ ok: true, value: { state: 'waiting', step: 1 } });
    if (first.ok) expect(transition(first.value, approve('ben'))).toMatchObject({ error: { reason: 'approved_already' } });
  });

  test('nobody approves their own request, whatever role they hold', () => {
    expect(transition(aRequest(), approve('dan'))).toMatchObject({ ok: false, error: { reason: 'self_approval' } });
  });

  test('shortens, and the shortest counts', () => {
    expect(transition(aRequest(), approve('ben', HOUR_MS))).toMatchObject({ value: { durationMs: HOUR_MS } });
  });
});

test('the time runs from the first send, however often it is sent', () => {
  const first = transition(aRequest({ state: 'provisioning' }), { type: 'send', at: NOW });
  expect(first).toMatchObject({ ok: true, value: { firstSentAt: NOW, endsAt: '2026-11-24T12:00:00.000Z' } });
  if (!first.ok) return;
  const again = transition(first.value, { type: 'send', at: '2026-11-24T09:00:00.000Z' });
  expect(again).toMatchObject({ value: { firstSentAt: NOW, endsAt: '2026-11-24T12:00:00.000Z' } });
});

test.for(['denied', 'canceled', 'lapsed'] as const)('nothing happens any more to a request that is %s', (state) => {
  for (const event of [
    approve('ben'),
    { type: 'deny', at: NOW, cause: '' },
    { type: 'cancel', at: NOW, cause: '' },
    { type: 'start' },
    { type: 'verify', at: NOW },
    { type: 'end', cause: '' },
  ] as const) {
    expect(transition(aRequest({ state }), event)).toMatchObject({
      ok: false,
      error: { reason: 'not_allowed_in_state', state },
    });
  }
});

test('only a verification makes a request granted', () => {
  const events = [
    approve('ben'),
    { type: 'start' },
    { type: 'send', at: NOW },
    { type: 'end', cause: '' },
    { type: 'return' },
  ] as const;
  for (const state of REQUEST_STATES) {
    for (const event of events) {
      const next = transition(aRequest({ state }), event);
      if (next.ok) expect(next.value.state).not.toBe('granted');
    }
  }
});
