import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decidersNeeded,
  MARKS,
  mayBeOwn,
  personBehind,
  type SaidStanding,
  type SaidStandings,
  type Standing,
  whyMayBeOwn,
  whyNotSay,
} from '#domain/account-links.ts';

const ACCOUNT = 'account:1';
const said = (standing: Standing, ...saidBy: string[]): SaidStandings => new Map([[ACCOUNT, { standing, saidBy }]]);
const priya: Standing = { is: 'person', personId: 'priya' };

describe('an account', () => {
  test('about which nobody has said anything may be anybody’s own, and takes two to grant', () => {
    expect(whyMayBeOwn('dana', ACCOUNT, new Map())).toBe('nobody_said');
    expect(decidersNeeded(ACCOUNT, new Map())).toBe(2);
    expect(personBehind(ACCOUNT, new Map())).toBeNull();
  });

  test('that somebody else linked to another person is not the decider’s own', () => {
    expect(mayBeOwn('dana', ACCOUNT, said(priya, 'ada'))).toBe(false);
    expect(decidersNeeded(ACCOUNT, said(priya, 'ada'))).toBe(1);
    expect(personBehind(ACCOUNT, said(priya, 'ada'))).toBe('priya');
  });

  test('that is linked to the decider is theirs, whoever said so', () => {
    expect(whyMayBeOwn('priya', ACCOUNT, said(priya, 'ada'))).toBe('theirs');
    expect(whyMayBeOwn('priya', ACCOUNT, said(priya))).toBe('theirs');
  });

  test.for(MARKS)('that somebody else marked %s is nobody’s own', (is) => {
    expect(mayBeOwn('dana', ACCOUNT, said({ is }, 'ada'))).toBe(false);
    expect(personBehind(ACCOUNT, said({ is }, 'ada'))).toBeNull();
  });

  test.for([priya, ...MARKS.map((is): Standing => ({ is }))])(
    'about which only the decider has spoken may be their own: %o',
    (standing) => {
      expect(whyMayBeOwn('dana', ACCOUNT, said(standing, 'dana'))).toBe('only_they_said');
      expect(mayBeOwn('dana', ACCOUNT, said(standing, 'dana', 'ada'))).toBe(false);
    },
  );

  test('whose link nobody stands for any more counts as one about which nobody has spoken', () => {
    expect(whyMayBeOwn('dana', ACCOUNT, said(priya))).toBe('nobody_said');
    expect(decidersNeeded(ACCOUNT, said(priya))).toBe(2);
  });

  const ids = fc.constantFrom('ada', 'dana', 'priya', 'sam');
  const standings: fc.Arbitrary<Standing> = fc.oneof(
    ids.map((personId): Standing => ({ is: 'person', personId })),
    fc.constantFrom(...MARKS).map((is): Standing => ({ is })),
  );
  const known: fc.Arbitrary<SaidStanding | null> = fc.option(
    fc.record({ standing: standings, saidBy: fc.uniqueArray(ids, { maxLength: 3 }) }),
  );
  test('is never cleared for a decider by their own word', () => {
    fc.assert(
      fc.property(ids, known, (decider, one) => {
        if (one === null) return mayBeOwn(decider, ACCOUNT, new Map());
        const without = { ...one, saidBy: one.saidBy.filter((id) => id !== decider) };
        return (
          mayBeOwn(decider, ACCOUNT, new Map([[ACCOUNT, one]])) === mayBeOwn(decider, ACCOUNT, new Map([[ACCOUNT, without]]))
        );
      }),
    );
  });
});

describe('whoever speaks of an account', () => {
  test('never gives it to themselves, nor speaks of their own', () => {
    const own: Standing = { is: 'person', personId: 'dana' };
    expect(whyNotSay('dana', null, own, false)).toBe('would_be_own');
    expect(whyNotSay('dana', own, { is: 'nobody_here' }, false)).toBe('is_own');
    expect(whyNotSay('dana', own, null, false)).toBe('is_own');
  });

  test('does not speak of an account that has their address', () => {
    for (const wanted of [priya, { is: 'not_a_person' } as const, null])
      expect(whyNotSay('dana', null, wanted, true)).toBe('has_own_address');
  });

  test('does not take it from somebody in passing', () => {
    expect(whyNotSay('dana', priya, { is: 'person', personId: 'sam' }, false)).toBe('is_another_persons');
    expect(whyNotSay('dana', priya, { is: 'shared' }, false)).toBe('is_another_persons');
    expect(whyNotSay('dana', priya, null, false)).toBeNull();
    expect(whyNotSay('dana', { is: 'shared' }, priya, false)).toBeNull();
    expect(whyNotSay('dana', priya, priya, false)).toBeNull();
  });
});
