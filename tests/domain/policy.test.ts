import { describe, expect, test } from 'vitest';
import { conflictsOf } from '#domain/access-conflicts.ts';
import { emergencyBaseline, freeze, outcomeFor, type Policy, READY_MADE, stricterThan } from '#domain/policy.ts';
import { dutyConflict, type DutyFacts } from '#domain/separation-of-duties.ts';
import { aFrozen, aStep, HOUR_MS, NOW } from '../support/access-requests.ts';

const subject = {
  personId: 'dan',
  teamIds: ['team:acme/dev'],
  resourceId: 'team:acme/ops',
  strength: 'write',
  emergency: false,
  at: NOW,
} as const;
const aPolicy = (changed: Partial<Policy> = {}): Policy => ({
  id: 'write',
  name: 'Write',
  version: 1,
  rules: [],
  baseline: { type: 'ask', steps: [aStep()], distinct: false, durationMsMax: 8 * HOUR_MS },
  changedBy: 'ann',
  changedAt: NOW,
  ...changed,
});
const deny = { type: 'deny', sentence: 'No.' } as const;

describe('a rule', () => {
  const withRule = (when: Policy['rules'][number]['when']) =>
    outcomeFor(aPolicy({ rules: [{ name: 'first', when, then: deny }] }), subject).rule;
  test.for([
    [{}, true],
    [{ people: ['dan'] }, true],
    [{ people: ['eve'] }, false],
    [{ teams: ['team:acme/dev'] }, true],
    [{ teams: ['team:acme/rel'] }, false],
    [{ resources: ['team:acme/ops'], strengths: ['write' as const] }, true],
    [{ strengths: ['admin' as const] }, false],
    [{ emergency: true }, false],
    [{ minutes: [420, 540] as [number, number] }, true],
    [{ minutes: [600, 420] as [number, number] }, false],
    [{ minutes: [1380, 540] as [number, number] }, true],
  ] as const)('%j fits: %s', ([when, isFit]) => {
    expect(withRule(structuredClone(when) as Policy['rules'][number]['when'])).toBe(isFit ? 'first' : null);
  });

  test('that fits first decides', () => {
    const rules = [
      { name: 'one', when: { people: ['eve'] }, then: deny },
      { name: 'two', when: {}, then: deny },
      { name: 'three', when: {}, then: deny },
    ];
    expect(outcomeFor(aPolicy({ rules }), subject).rule).toBe('two');
  });
});

test('owning an organization takes two people with passkeys, whatever the policy says', () => {
  const frozen = freeze(aPolicy({ baseline: { type: 'approve', durationMsMax: null } }), subject, true);
  expect(frozen).toMatchObject({ distinct: true, steps: [{ need: 2, passkey: true }] });
  expect(freeze(aPolicy(), subject, true)).toMatchObject({ distinct: true, steps: [{ need: 2, passkey: true }] });
});

describe('a policy that was changed since', () => {
  const frozen = aFrozen({ durationMsMax: 8 * HOUR_MS });
  const stricter = (changed: Parameters<typeof aFrozen>[0]) => stricterThan(aFrozen(changed), frozen, 4 * HOUR_MS);
  test('to the same is not stricter', () => expect(stricter({})).toEqual([]));
  test('to something easier is not stricter', () => expect(stricter({ steps: [], durationMsMax: null })).toEqual([]));
  test('to no is', () => expect(stricterThan(null, frozen, HOUR_MS)).toEqual(['denied']));
  test('to less time than asked is', () => expect(stricter({ durationMsMax: HOUR_MS })).toEqual(['shorter']));
  test('to more people is', () => {
    expect(stricter({ steps: [aStep({ need: 2 })] })).toEqual(['more_people']);
    expect(stricter({ steps: [aStep(), aStep()] })).toEqual(['more_people']);
  });
  test('to a passkey is', () => expect(stricter({ steps: [aStep({ passkey: true })] })).toEqual(['passkey']));
  test('to other people is', () => {
    expect(stricter({ steps: [aStep({ approvers: [{ type: 'manager' }] })] })).toEqual(['other_approvers']);
  });
});

test('the ready-made policies are those of the design, and Emergency lets nobody through until its list is filled', () => {
  expect(READY_MADE.map(({ name }) => name)).toEqual(['Read', 'Write', 'Admin and Owner', 'Emergency']);
  const emergency = READY_MADE.find(({ id }) => id === 'emergency');
  expect(emergency?.baseline.type).toBe('deny');
  expect(emergencyBaseline(['ann'])).toMatchObject({ steps: [{ need: 1, passkey: true }], durationMsMax: 4 * HOUR_MS });
});

describe('somebody who decides', () => {
  const duties = (changed: Partial<DutyFacts> = {}): DutyFacts => ({
    requesterId: 'dan',
    beneficiaryId: 'eve',
    accountId: 'account:eve',
    deciderAccounts: ['account:ben'],
    beneficiaryAccounts: ['account:eve', 'account:eve2'],
    changes: [],
    now: NOW,
    ...changed,
  });
  test('for others is free to', () => expect(dutyConflict('ben', duties())).toBeNull());
  test('asked for it themselves', () => expect(dutyConflict('dan', duties())).toBe('own_request'));
  test('gets it themselves', () => expect(dutyConflict('eve', duties())).toBe('own_access'));
  test.for(['account:eve', 'account:eve2'])('also is %s', (account) => {
    expect(dutyConflict('ben', duties({ deciderAccounts: [account] }))).toBe('linked_identity');
  });
  test('changed the rules in the last day', () => {
    expect(dutyConflict('ben', duties({ changes: [{ userId: 'ben', at: '2026-11-23T08:00:01.000Z' }] }))).toBe(
      'changed_the_rules',
    );
    expect(dutyConflict('ben', duties({ changes: [{ userId: 'ben', at: '2026-11-23T08:00:00.000Z' }] }))).toBeNull();
    expect(dutyConflict('ben', duties({ changes: [{ userId: 'cat', at: NOW }] }))).toBeNull();
  });
});

describe('access that nobody should hold together', () => {
  const rule = {
    id: 'x',
    name: 'Push and release',
    one: ['entitlement:team:acme/dev#member'],
    other: ['entitlement:team:acme/rel#member'],
    exemptions: [{ personId: 'eve', until: '2026-12-01T00:00:00.000Z', reason: 'on call' }],
  };
  const wanting = (personId: string, now = NOW) =>
    conflictsOf([rule], { personId, held: new Set(rule.one), wanted: 'entitlement:team:acme/rel#member', now });
  test('is named with what it meets', () => {
    expect(wanting('dan')).toEqual([{ ruleId: 'x', name: 'Push and release', with: rule.one, exemptUntil: null }]);
  });
  test('is exempted until the exemption ends', () => {
    expect(wanting('eve')[0]?.exemptUntil).toBe('2026-12-01T00:00:00.000Z');
    expect(wanting('eve', '2026-12-01T00:00:00.000Z')[0]?.exemptUntil).toBeNull();
  });
});
