import { describe, expect, test } from 'vitest';
import type { RequestState } from '#domain/access-request.ts';
import {
  type ApproveWorld,
  type AskWorld,
  onApprove,
  onCancel,
  onComment,
  onDeny,
  onExtend,
  onRequest,
} from '#domain/conflict-rules.ts';
import { aFrozen, anApproval, aRequest, aStep, HOUR_MS } from '../support/access-requests.ts';

const asked = { id: 'ben', isActive: true, isAsked: true, wasAsked: true };
const reassigned = { ...asked, isAsked: false };
const never = { ...reassigned, wasAsked: false };
const disabled = { ...asked, isActive: false };
const inState = (state: RequestState) => aRequest({ state });

const approving = (changed: Partial<ApproveWorld> = {}) =>
  onApprove({
    request: aRequest(),
    decider: asked,
    beneficiaryIsActive: true,
    isSameContent: true,
    duty: null,
    stricter: [],
    isPasskeySigned: false,
    durationMs: null,
    ...changed,
  });

describe('an approval that arrives', () => {
  test('while nothing has changed is applied', () => expect(approving()).toEqual({ type: 'apply' }));

  test('after the denial is refused', () => expect(approving({ request: inState('denied') }).type).toBe('refuse'));

  test.for(['approved', 'provisioning', 'granted'] as const)('when it is %s already changes nothing', (state) => {
    expect(approving({ request: inState(state) })).toEqual({ type: 'nothing', reason: 'approved_already' });
  });

  test('after another approval, while more are needed, is applied', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep({ need: 2 })] }), approvals: [anApproval('cat')] });
    expect(approving({ request })).toEqual({ type: 'apply' });
  });

  test('a second time from the same person changes nothing', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep({ need: 2 })] }), approvals: [anApproval('ben')] });
    expect(approving({ request })).toEqual({ type: 'nothing', reason: 'approved_already' });
  });

  test.for(['canceled', 'lapsed', 'ended', 'ending', 'overdue'] as const)('when it is %s is refused', (state) => {
    expect(approving({ request: inState(state) })).toEqual({ type: 'refuse', reason: 'closed' });
  });

  test('when it is somebody else’s turn is held', () => {
    expect(approving({ decider: reassigned })).toEqual({ type: 'hold', reason: 'not_yours_any_more' });
  });

  test('for somebody who left is refused', () => {
    expect(approving({ beneficiaryIsActive: false })).toEqual({ type: 'refuse', reason: 'beneficiary_left' });
  });

  test('from a disabled account is refused', () => {
    expect(approving({ decider: disabled })).toEqual({ type: 'refuse', reason: 'account_disabled' });
  });

  test('from somebody who was never asked learns nothing', () => {
    expect(approving({ decider: never })).toEqual({ type: 'refuse', reason: 'not_found' });
  });

  test('when the policy asks more now is held, with what is more', () => {
    expect(approving({ stricter: ['more_people', 'passkey'] })).toEqual({
      type: 'hold',
      reason: 'policy_stricter_more_people',
    });
  });

  test('over something else than what is there now is refused, whatever else holds', () => {
    expect(approving({ isSameContent: false })).toEqual({ type: 'refuse', reason: 'changed_since_seen' });
    expect(approving({ isSameContent: false, decider: reassigned, stricter: ['passkey'] }).type).toBe('refuse');
  });

  test.for(['own_request', 'own_access', 'linked_identity', 'changed_the_rules'] as const)('against %s is refused', (duty) => {
    expect(approving({ duty })).toEqual({ type: 'refuse', reason: duty });
  });

  test('without the passkey that its step takes is refused', () => {
    const request = aRequest({ policy: aFrozen({ steps: [aStep({ passkey: true })] }) });
    expect(approving({ request })).toEqual({ type: 'refuse', reason: 'needs_passkey' });
    expect(approving({ request, isPasskeySigned: true })).toEqual({ type: 'apply' });
  });

  test('may shorten, never lengthen', () => {
    expect(approving({ durationMs: HOUR_MS })).toEqual({ type: 'apply' });
    expect(approving({ durationMs: 5 * HOUR_MS })).toEqual({ type: 'refuse', reason: 'longer_than_asked' });
  });
});

describe('a denial that arrives', () => {
  const denying = (request = aRequest(), decider = asked, beneficiaryIsActive = true) =>
    onDeny({ request, decider, beneficiaryIsActive });

  test.for(['waiting', 'approved', 'provisioning'] as const)('while it is %s is applied', (state) => {
    expect(denying(inState(state))).toEqual({ type: 'apply' });
  });
  test('when it is granted becomes a proposal for a person', () => {
    expect(denying(inState('granted'))).toEqual({ type: 'hold', reason: 'granted_already' });
  });
  test.for(['denied', 'canceled', 'lapsed', 'ended', 'ending', 'overdue'] as const)(
    'when it is %s changes nothing',
    (state) => {
      expect(denying(inState(state)).type).toBe('nothing');
    },
  );
  test('from somebody whose turn it was is held as advice', () => expect(denying(aRequest(), reassigned).type).toBe('hold'));
  test('about somebody who left changes nothing', () => expect(denying(aRequest(), asked, false).type).toBe('nothing'));
  test('from a disabled account is refused', () => expect(denying(aRequest(), disabled).type).toBe('refuse'));
  test('from somebody who was never asked learns nothing', () => {
    expect(denying(aRequest(), never)).toEqual({ type: 'refuse', reason: 'not_found' });
  });
});

const asking: AskWorld = {
  requester: { id: 'dan', isActive: true, mayAskFor: true },
  beneficiaryIsActive: true,
  isTheirAccount: true,
  isPublished: true,
  isSameItem: true,
  isDenied: false,
  isTooLong: false,
  duplicateId: null,
};

describe('a request that arrives', () => {
  test('while nothing has changed is applied', () => expect(onRequest(asking)).toEqual({ type: 'apply' }));
  test('while another one is open changes nothing', () => {
    expect(onRequest({ ...asking, duplicateId: 'r1' })).toEqual({ type: 'nothing', reason: 'asked_already' });
  });
  test('for something that changed is held', () => {
    expect(onRequest({ ...asking, isSameItem: false })).toEqual({ type: 'hold', reason: 'item_changed' });
  });
  test.for([
    ['not_requestable', { isPublished: false }],
    ['account_disabled', { requester: { id: 'dan', isActive: false, mayAskFor: true } }],
    ['not_for_others', { requester: { id: 'dan', isActive: true, mayAskFor: false } }],
    ['beneficiary_left', { beneficiaryIsActive: false }],
    ['account_not_linked', { isTheirAccount: false }],
    ['policy_denies', { isDenied: true }],
    ['too_long', { isTooLong: true }],
  ] as const)('is refused: %s', ([reason, changed]) => {
    expect(onRequest({ ...asking, ...changed })).toEqual({ type: 'refuse', reason });
  });
});

describe('a prolongation that arrives', () => {
  const granted = inState('granted');
  test('while the access is there is asked like any other', () => {
    expect(onExtend({ ...asking, earlier: granted })).toEqual({ type: 'apply' });
  });
  test('after it ended is refused: it takes a new request', () => {
    expect(onExtend({ ...asking, earlier: inState('ended') })).toEqual({ type: 'refuse', reason: 'ended_already' });
  });
  test('of what is not theirs learns nothing', () => {
    expect(onExtend({ ...asking, earlier: null })).toEqual({ type: 'refuse', reason: 'not_found' });
  });
  test('a second time changes nothing', () => {
    expect(onExtend({ ...asking, earlier: granted, duplicateId: 'r2' }).type).toBe('nothing');
  });
  test('of something that changed is held', () => {
    expect(onExtend({ ...asking, earlier: granted, isSameItem: false }).type).toBe('hold');
  });
  test('from a disabled account, or for somebody who left, is refused', () => {
    const off = { ...asking, requester: { ...asking.requester, isActive: false } };
    expect(onExtend({ ...off, earlier: granted }).type).toBe('refuse');
    expect(onExtend({ ...asking, beneficiaryIsActive: false, earlier: granted }).type).toBe('refuse');
  });
});

describe('a cancellation that arrives', () => {
  const canceling = (state: RequestState, mayCancel = true, isActive = true) =>
    onCancel({ request: inState(state), mayCancel, isActive });
  test.for(['waiting', 'approved', 'provisioning', 'granted', 'needs_person'] as const)(
    'while it is %s is applied',
    (state) => {
      expect(canceling(state)).toEqual({ type: 'apply' });
    },
  );
  test.for(['denied', 'canceled', 'lapsed', 'ended', 'ending', 'overdue'] as const)(
    'when it is %s changes nothing',
    (state) => {
      expect(canceling(state).type).toBe('nothing');
    },
  );
  test('from somebody whose it is not learns nothing', () => {
    expect(canceling('granted', false)).toEqual({ type: 'refuse', reason: 'not_found' });
  });
  test('from a disabled account is refused', () => expect(canceling('granted', true, false).type).toBe('refuse'));
});

test('a comment is kept whatever has changed, as long as its author may see the request', () => {
  expect(onComment({ maySee: true, isActive: true })).toEqual({ type: 'apply' });
  expect(onComment({ maySee: false, isActive: true })).toEqual({ type: 'refuse', reason: 'not_found' });
  expect(onComment({ maySee: true, isActive: false }).type).toBe('refuse');
});
