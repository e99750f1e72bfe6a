// What is said of accounts in the ledger: who may say it, who is known to have said it, and what people's devices hear.
import { beforeEach, describe, expect, test } from 'vitest';
import { mayBeOwn, type Standing } from '#domain/account-links.ts';
import { importLinks, type ListedLink } from '../../edge/ledger/account-links-import.ts';
import {
  accountLink,
  linkAccounts,
  linksSince,
  saidStandings,
  sayOfAccount,
  type Saying,
} from '../../edge/ledger/account-links.ts';
import { AUDIT_MIGRATIONS, auditPage } from '../../edge/ledger/audit.ts';
import { applyDocuments, CATALOGUE_MIGRATIONS } from '../../edge/ledger/catalogue.ts';
import { migrate } from '../../edge/ledger/migrations.ts';
import { PEOPLE_MIGRATIONS, personById, putPerson } from '../../edge/ledger/people.ts';
import { headRevision, REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import type { Store } from '../../edge/ledger/store.ts';
import { memoryStore } from '../support/memory-store.ts';

const AT = '2026-11-24T08:00:00.000Z';
const PRIYAN = 'account:aa01';
const BOT = 'account:aa02';
const DANAS = 'account:aa03';
const as = (userId: string) => ({ userId, via: 'session' as const });
const priya: Standing = { is: 'person', personId: 'priya' };

let store: Store;
beforeEach(() => {
  store = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...PEOPLE_MIGRATIONS, ...CATALOGUE_MIGRATIONS]);
  for (const [id, name] of [
    ['ada', 'Ada Park'],
    ['dana', 'Dana Brook'],
    ['priya', 'Priya Natarajan'],
  ] as const)
    putPerson(store, {
      id,
      name,
      email: `${id}@acme.test`,
      roles: [],
      state: 'active',
      managerId: null,
      accounts: [],
      createdAt: AT,
    });
  const account = (number: number, id: string, username: string, email: string | null) => ({
    number,
    id,
    hubId: id.slice(8),
    username,
    fullName: '',
    email,
    roles: { acme: 'Member' },
  });
  applyDocuments(store, 'c1', [
    {
      kind: 'accounts',
      id: 'accounts:0',
      rows: [
        account(0, PRIYAN, 'priyan', 'Priya@acme.test'),
        account(1, BOT, 'acmebot', null),
        account(2, DANAS, 'dbrook', 'dana@acme.test'),
      ],
    },
  ]);
});

const say = (account: string, standing: Standing | null, by = 'ada', how: Saying['how'] = 'hand') =>
  sayOfAccount(store, { account, standing, how }, as(by));
const reasonOf = (result: ReturnType<typeof say>) => (result.ok ? null : result.error.reason);
const actions = () => auditPage(store, { families: null, before: null, limit: 50 }).items.map(({ action }) => action);

describe('a link', () => {
  test('says whose the account is, who said so, and what both have in common', () => {
    expect(say(PRIYAN, priya, 'ada', 'proposal')).toEqual({ ok: true, value: 'said' });
    expect(accountLink(store, PRIYAN)).toMatchObject({
      standing: 'person',
      person: { id: 'priya', name: 'Priya Natarajan' },
      said: [{ by: { id: 'ada', name: 'Ada Park' } }],
      how: 'proposal',
      basis: 'email',
    });
    expect(personById(store, 'priya')?.accounts).toEqual([PRIYAN]);
    expect(actions()).toEqual(['account.link']);
  });

  test('that a second person says, too, stands by both, and saying it again writes nothing', () => {
    say(PRIYAN, priya);
    say(PRIYAN, priya, 'dana');
    expect(accountLink(store, PRIYAN)?.said.map(({ by }) => by.id)).toEqual(['ada', 'dana']);
    const head = headRevision(store);
    expect(say(PRIYAN, priya, 'dana')).toEqual({ ok: true, value: 'unchanged' });
    expect(headRevision(store)).toBe(head);
    expect(actions()).toEqual(['account.agree', 'account.link']);
  });

  test('by the decider alone clears nobody', () => {
    say(PRIYAN, priya, 'dana');
    const said = () => saidStandings(store, [PRIYAN, BOT]);
    expect(mayBeOwn('dana', PRIYAN, said())).toBe(true);
    expect(mayBeOwn('dana', BOT, said())).toBe(true);
    say(PRIYAN, priya, 'ada');
    expect(mayBeOwn('dana', PRIYAN, said())).toBe(false);
  });

  test('goes from one person to another only by being taken off', () => {
    say(PRIYAN, priya);
    expect(reasonOf(say(PRIYAN, { is: 'person', personId: 'ada' }, 'dana'))).toBe('conflict');
    expect(reasonOf(say(PRIYAN, { is: 'shared' }, 'dana'))).toBe('conflict');
    expect(say(PRIYAN, null, 'dana')).toEqual({ ok: true, value: 'said' });
    expect(personById(store, 'priya')?.accounts).toEqual([]);
    expect(say(PRIYAN, { is: 'person', personId: 'ada' }, 'dana').ok).toBe(true);
    expect(personById(store, 'ada')?.accounts).toEqual([PRIYAN]);
  });

  test('is never said of one’s own account, nor of one that has one’s own address', () => {
    expect(reasonOf(say(PRIYAN, priya, 'priya'))).toBe('only_others');
    expect(reasonOf(say(DANAS, { is: 'nobody_here' }, 'dana'))).toBe('only_others');
    expect(reasonOf(say(DANAS, priya, 'dana'))).toBe('only_others');
    say(BOT, { is: 'person', personId: 'dana' }, 'ada');
    expect(reasonOf(say(BOT, null, 'dana'))).toBe('only_others');
    expect(reasonOf(say(BOT, { is: 'not_a_person' }, 'dana'))).toBe('only_others');
  });

  test('names nobody who is not here', () => {
    expect(reasonOf(say(PRIYAN, { is: 'person', personId: 'nobody' }))).toBe('not_found');
  });

  test('of a person is set as a whole or not at all', () => {
    say(BOT, { is: 'person', personId: 'dana' });
    expect(linkAccounts(store, 'priya', [PRIYAN, BOT], as('ada'))).toMatchObject({ ok: false, error: { reason: 'conflict' } });
    expect(personById(store, 'priya')?.accounts).toEqual([]);
    expect(linkAccounts(store, 'priya', [PRIYAN], as('ada'))).toMatchObject({ ok: true, value: { accounts: [PRIYAN] } });
    expect(linkAccounts(store, 'priya', [], as('ada'))).toMatchObject({ ok: true, value: { accounts: [] } });
    expect(accountLink(store, PRIYAN)).toBeUndefined();
  });
});

test('a mark takes the place of another, and of what it is not', () => {
  say(BOT, { is: 'nobody_here' });
  say(BOT, { is: 'not_a_person' });
  expect(accountLink(store, BOT)).toMatchObject({
    standing: 'not_a_person',
    person: null,
    basis: null,
    said: [{ by: { id: 'ada' } }],
  });
  expect(say(BOT, priya, 'dana').ok).toBe(true);
  expect(accountLink(store, BOT)).toMatchObject({ standing: 'person', said: [{ by: { id: 'dana' } }] });
});

test('devices hear of what is said, and that it was taken back', () => {
  say(PRIYAN, priya);
  const [heard] = linksSince(store, 0);
  expect(heard).toMatchObject({ id: PRIYAN, personId: 'priya', row: { standing: 'person' } });
  say(PRIYAN, null, 'dana');
  expect(linksSince(store, 0)).toEqual([]);
  expect(store.all("SELECT id FROM tombstones WHERE tab = 'links'")).toEqual([{ id: PRIYAN }]);
  say(PRIYAN, priya);
  expect(store.all("SELECT id FROM tombstones WHERE tab = 'links'")).toEqual([]);
});

test('links from before it was kept who said them are known to nobody, and reach every device', () => {
  const old = memoryStore([...REVISION_MIGRATIONS, ...AUDIT_MIGRATIONS, ...PEOPLE_MIGRATIONS.slice(0, 1)]);
  for (const [id, accounts] of [
    ['priya', [PRIYAN, BOT]],
    ['dana', [DANAS]],
  ] as const)
    putPerson(old, {
      id,
      name: id,
      email: `${id}@x.test`,
      roles: [],
      state: 'active',
      managerId: null,
      accounts: [...accounts],
      createdAt: AT,
    });
  const before = headRevision(old);
  migrate(old, PEOPLE_MIGRATIONS);
  expect(linksSince(old, before).map(({ id, personId }) => [id, personId])).toEqual([
    [DANAS, 'dana'],
    [PRIYAN, 'priya'],
    [BOT, 'priya'],
  ]);
  expect(headRevision(old)).toBe(before + 3);
  expect(mayBeOwn('ada', PRIYAN, saidStandings(old, [PRIYAN]))).toBe(true);
});

describe('a list', () => {
  const line = (n: number, account: string, says: ListedLink['says']): ListedLink => ({ line: n, account, says });
  const LIST = [
    line(2, 'PRIYAN', { is: 'person', email: 'priya@ACME.test' }),
    line(3, BOT, { is: 'not_a_person' }),
    line(4, 'priyan', { is: 'shared' }),
    line(5, 'nobody', { is: 'shared' }),
    line(6, 'dbrook', { is: 'person', email: 'stranger@acme.test' }),
    line(7, 'dbrook', { is: 'fault', fault: 'No mark.' }),
  ];
  const outcomes = (list: ReturnType<typeof importLinks>) => list.map((row) => `${row.line} ${row.outcome}`);
  const EXPECTED = ['2 linked', '3 marked', '4 refused', '5 refused', '6 refused', '7 refused'];

  test('is only shown until it is confirmed, then done as it was shown, and nothing twice', () => {
    const head = headRevision(store);
    expect(outcomes(importLinks(store, LIST, false, as('ada')))).toEqual(EXPECTED);
    expect(headRevision(store)).toBe(head);
    expect(outcomes(importLinks(store, LIST, true, as('ada')))).toEqual(EXPECTED);
    expect(accountLink(store, PRIYAN)).toMatchObject({ how: 'list', basis: 'email', person: { id: 'priya' } });
    expect(outcomes(importLinks(store, LIST, true, as('ada'))).slice(0, 2)).toEqual(['2 unchanged', '3 unchanged']);
  });

  test('says what was said before, and does not take an account from somebody', () => {
    say(PRIYAN, { is: 'person', personId: 'ada' }, 'dana');
    const [first] = importLinks(store, LIST.slice(0, 1), true, as('dana'));
    expect(first).toMatchObject({ outcome: 'refused', before: 'Ada Park' });
    expect(first?.reason).toContain('linked to Ada Park');
  });
});
