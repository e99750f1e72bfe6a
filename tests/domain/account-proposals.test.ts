import { describe, expect, test } from 'vitest';
import { basisOf, looksLikeProgram, type NamedAccount, type NamedPerson, Proposer } from '#domain/account-proposals.ts';

const aPerson = (changes: Partial<NamedPerson> = {}): NamedPerson => ({
  id: 'priya',
  name: 'Priya Natarajan',
  email: 'priya.n@acme.example',
  ...changes,
});
const anAccount = (changes: Partial<NamedAccount> = {}): NamedAccount => ({
  username: 'whale77',
  fullName: '',
  email: null,
  ...changes,
});
const between = (account: Partial<NamedAccount>, ...people: NamedPerson[]) =>
  new Proposer(people).candidates(anAccount(account));

describe('an account is proposed', () => {
  test('by its exact e-mail address, however it is spelled, before anything else', () => {
    const namesake = aPerson({ id: 'other', name: 'P. N.', email: 'whale77@acme.example' });
    expect(between({ email: ' Priya.N@ACME.example' }, aPerson(), namesake)).toEqual([{ personId: 'priya', basis: 'email' }]);
  });

  test.for(['priyan', 'Priyanatarajan', 'priya.n'])('by its Docker ID: %s', (username) => {
    expect(between({ username }, aPerson())).toEqual([{ personId: 'priya', basis: 'username' }]);
  });

  test.for(['Priya Natarajan', 'NATARAJAN, Priya', 'Príya  Natarajan'])('by its name: %s', (fullName) => {
    expect(between({ fullName }, aPerson())).toEqual([{ personId: 'priya', basis: 'name' }]);
  });

  test('in a script that is not Latin, too', () => {
    expect(between({ fullName: '山田 太郎' }, aPerson({ name: '太郎 山田' }))).toMatchObject([{ basis: 'name' }]);
  });

  test('to everybody it fits, where only a person can tell', () => {
    const twins = [aPerson(), aPerson({ id: 'second', email: 'pn@acme.example' })];
    expect(between({ fullName: 'Priya Natarajan' }, ...twins)).toHaveLength(2);
    expect(
      between(
        { username: 'priyan', fullName: 'Sam Osei' },
        aPerson(),
        aPerson({ id: 'sam', name: 'Sam Osei', email: 's@x.test' }),
      ),
    ).toEqual([
      { personId: 'priya', basis: 'username' },
      { personId: 'sam', basis: 'name' },
    ]);
  });

  test.for<Partial<NamedAccount>>([
    { email: 'priya.n@acme.example.evil' },
    { fullName: 'Priya' },
    { username: 'pri' },
    { username: 'priya' },
    {},
  ])('to nobody by %o', (account) => {
    expect(between(account, aPerson({ name: 'Priya Natarajan' }))).toEqual([]);
  });

  test('to nobody by a name of one word or a short spelling', () => {
    expect(between({ fullName: 'Priya', username: 'pn' }, aPerson({ name: 'Priya', email: 'pn@acme.example' }))).toEqual([]);
  });

  test('by the same reasons one by one as all at once', () => {
    const people = [aPerson(), aPerson({ id: 'sam', name: 'Sam Osei', email: 'sam.osei@acme.example' })];
    for (const account of [{ email: people[0]?.email ?? '' }, { username: 'samosei' }, { fullName: 'Osei Sam' }, {}])
      for (const person of people) {
        const found = between(account, ...people).find(({ personId }) => personId === person.id);
        expect(found?.basis ?? null).toBe(basisOf(anAccount(account), person));
      }
  });
});

test.for(['svcdeploy', 'harborbot', 'acmerunner'])('%s reads like a program', (username) => {
  expect(looksLikeProgram(anAccount({ username }))).toBe(true);
});
test('so does a name that says so, and a person’s does not', () => {
  expect(looksLikeProgram(anAccount({ fullName: 'Release pipeline' }))).toBe(true);
  expect(looksLikeProgram(anAccount({ username: 'priyan', fullName: 'Priya Natarajan' }))).toBe(false);
});
