import { expect, test } from 'vitest';
import type { Store } from '../../edge/ledger/store.ts';
import { AUDIT_MIGRATIONS } from '../../edge/ledger/audit.ts';
import { createToken, revokeToken, TOKEN_MIGRATIONS, tokenActor } from '../../edge/ledger/api-tokens.ts';
import { DEVICE_MIGRATIONS } from '../../edge/ledger/devices.ts';
import { ENROLMENT_MIGRATIONS, enrolmentByHash, makeEnrolment } from '../../edge/ledger/enrolments.ts';
import { PASSKEY_MIGRATIONS, spendChallenge } from '../../edge/ledger/passkeys.ts';
import { PEOPLE_MIGRATIONS, putPerson } from '../../edge/ledger/people.ts';
import { enrol } from '../../edge/ledger/sign-in.ts';
import { RefusalSummary } from '../../edge/ledger/refusals.ts';
import { REVISION_MIGRATIONS } from '../../edge/ledger/revisions.ts';
import { exchangeElevated, SESSION_MIGRATIONS, sessionActor, sessionsOf, startSession } from '../../edge/ledger/sessions.ts';
import { memoryStore } from '../support/memory-store.ts';

const START = Date.parse('2026-11-24T08:00:00.000Z');
/** Minutes after the start, as ISO. */
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();
const HOURS = 60;
const DAYS = 24 * HOURS;

function storeWithAda(): Store {
  const store = memoryStore([
    ...REVISION_MIGRATIONS,
    ...AUDIT_MIGRATIONS,
    ...PEOPLE_MIGRATIONS,
    ...SESSION_MIGRATIONS,
    ...PASSKEY_MIGRATIONS,
    ...DEVICE_MIGRATIONS,
    ...ENROLMENT_MIGRATIONS,
    ...TOKEN_MIGRATIONS,
  ]);
  putAda(store, {});
  return store;
}
const putAda = (store: Store, change: Partial<Parameters<typeof putPerson>[1]>) =>
  putPerson(store, {
    id: 'ada',
    name: 'Ada',
    email: 'ada@watchbill.test',
    roles: ['super', 'connector'],
    state: 'active',
    managerId: null,
    accounts: [],
    createdAt: at(0),
    ...change,
  });
const begin = (store: Store, remember: boolean, hash = 'h1') =>
  startSession(store, { id: `id of ${hash}`, hash, device: 'Chrome on Android', remember }, 'ada', 'p1', at(0));

const used = (store: Store, hash: string, now: string) => sessionActor(store, hash, { isUse: true, now });
const polled = (store: Store, hash: string, now: string) => sessionActor(store, hash, { isUse: false, now });

test('an ordinary session ends 12 hours after sign-in, however busy it is', () => {
  const store = storeWithAda();
  begin(store, false);
  for (let minutes = 0; minutes < 12 * HOURS; minutes += 20) expect(used(store, 'h1', at(minutes))?.userId).toBe('ada');
  expect(used(store, 'h1', at(12 * HOURS - 1))?.expiresAt).toBe(at(12 * HOURS));
  expect(used(store, 'h1', at(12 * HOURS))).toBeNull();
});

test('an ordinary session ends after 30 minutes without use', () => {
  const store = storeWithAda();
  begin(store, false);
  expect(used(store, 'h1', at(29))).not.toBeNull();
  expect(used(store, 'h1', at(58))).not.toBeNull();
  expect(used(store, 'h1', at(88))).toBeNull();
});

test('what an open tab asks by itself is answered, and is no use', () => {
  const store = storeWithAda();
  begin(store, false);
  expect(used(store, 'h1', at(10))).not.toBeNull();
  for (let minutes = 10.25; minutes < 40; minutes += 0.25) {
    expect(polled(store, 'h1', at(minutes))).toMatchObject({ userId: 'ada', expiresAt: at(40) });
  }
  expect(polled(store, 'h1', at(40))).toBeNull();
  expect(used(store, 'h1', at(40))).toBeNull();
});

test('a remembered session ends after 14 days without use, and lives on as long as it is used', () => {
  const store = storeWithAda();
  begin(store, true);
  for (let days = 1; days <= 100; days += 13) expect(used(store, 'h1', at(days * DAYS))).not.toBeNull();
  expect(used(store, 'h1', at((92 + 14) * DAYS))).toBeNull();
});

test('the last use is written down at most once a minute, and once an hour where the device is remembered', () => {
  const store = storeWithAda();
  begin(store, false, 'ordinary');
  begin(store, true, 'remembered');
  const seen = (hash: string) => String(store.all('SELECT last_seen_at FROM sessions WHERE hash = ?', hash)[0]?.last_seen_at);
  used(store, 'ordinary', at(0.9));
  used(store, 'remembered', at(59));
  expect([seen('ordinary'), seen('remembered')]).toEqual([at(0), at(0)]);
  used(store, 'ordinary', at(1));
  used(store, 'remembered', at(60));
  expect([seen('ordinary'), seen('remembered')]).toEqual([at(1), at(60)]);
});

test('whoever left has no session, from the next request on', () => {
  const store = storeWithAda();
  begin(store, true);
  putAda(store, { state: 'left' });
  expect(used(store, 'h1', at(1))).toBeNull();
});

test('roles are those of this moment, not of sign-in', () => {
  const store = storeWithAda();
  begin(store, true);
  putAda(store, { roles: ['basic'] });
  expect(used(store, 'h1', at(1))?.roles).toEqual(['basic']);
});

test('elevation lasts five minutes and only under the new token; the old one dies within 30 seconds', () => {
  const store = storeWithAda();
  begin(store, false);
  expect(used(store, 'h1', at(4.9))?.elevatedUntil).toBe(at(5));
  expect(used(store, 'h1', at(5))?.elevatedUntil).toBeNull();

  expect(exchangeElevated(store, 'h1', 'h2', 'p1', at(10))).toEqual({ remembered: false });
  expect(used(store, 'h2', at(11))).toMatchObject({ sessionId: 'id of h1', elevatedUntil: at(15) });
  expect(used(store, 'h1', at(10.4))).toMatchObject({ elevatedUntil: null });
  expect(used(store, 'h1', at(10.5))).toBeNull();
  expect(exchangeElevated(store, 'h1', 'h3', 'p1', at(10.1))).toBeNull();
  expect(sessionsOf(store, 'ada', 'id of h1', at(11))).toMatchObject([{ id: 'id of h1', current: true }]);
});

test('elevation does not lengthen the 12 hours', () => {
  const store = storeWithAda();
  begin(store, false);
  for (let minutes = 0; minutes < 12 * HOURS; minutes += 20) used(store, 'h1', at(minutes));
  exchangeElevated(store, 'h1', 'h2', 'p1', at(12 * HOURS - 5));
  expect(used(store, 'h2', at(12 * HOURS))).toBeNull();
});

test('sessions that ran out are forgotten when somebody signs in', () => {
  const store = storeWithAda();
  begin(store, false, 'old');
  startSession(store, { id: 'n', hash: 'new', device: 'Firefox', remember: false }, 'ada', 'p1', at(13 * HOURS));
  expect(store.all('SELECT hash FROM sessions').map(({ hash }) => hash)).toEqual(['new']);
});

test('a challenge is taken once, and not after its time', () => {
  const store = storeWithAda();
  const challenge = { id: 'c1', expiresAt: at(5) };
  expect(spendChallenge(store, challenge, at(1))).toBe(true);
  expect(spendChallenge(store, challenge, at(1))).toBe(false);
  expect(spendChallenge(store, { id: 'c2', expiresAt: at(5) }, at(5))).toBe(false);
  spendChallenge(store, { id: 'c3', expiresAt: at(30) }, at(20));
  expect(store.all('SELECT id FROM used_challenges').map(({ id }) => id)).toEqual(['c3']);
});

test.for([
  ['invitation', 7 * DAYS],
  ['device', 10],
  ['reset', DAYS],
  ['recovery', 60],
] as const)('a link for %s works for %d minutes', ([purpose, minutes]) => {
  const store = storeWithAda();
  expect(makeEnrolment(store, 'h', purpose, 'ada', at(0))).toBe(at(minutes));
  expect(enrolmentByHash(store, 'h', at(minutes - 0.1))).toMatchObject({ purpose, userId: 'ada' });
  expect(enrolmentByHash(store, 'h', at(minutes))).toBeNull();
});

test('a new link of the same purpose ends the earlier one', () => {
  const store = storeWithAda();
  makeEnrolment(store, 'first', 'invitation', 'ada', at(0));
  makeEnrolment(store, 'second', 'invitation', 'ada', at(1));
  makeEnrolment(store, 'phone', 'device', 'ada', at(1));
  expect(['first', 'second', 'phone'].map((hash) => enrolmentByHash(store, hash, at(2)) !== null)).toEqual([false, true, true]);
});

test('a recovery ends every token of who has lost a passkey, and none of who never had one', () => {
  const ada = { userId: 'ada', via: 'session' } as const;
  const passkey = (id: string) => ({ id, publicKey: 'k', counter: 0, transports: [], backedUp: false, name: 'Phone' });
  const store = storeWithAda();
  createToken(store, { id: 't', hash: 'th', name: 'Setup', expiresInDays: 2 }, ada, null, at(0));
  const recover = (n: number) => {
    makeEnrolment(store, `link ${n}`, 'recovery', 'ada', at(n));
    const session = { id: `s${n}`, hash: `h${n}`, device: 'Chrome', remember: false };
    const challenge = { id: `c${n}`, expiresAt: at(n + 5) };
    return enrol(store, { hash: `link ${n}`, passkey: passkey(`p${n}`), challenge, session }, at(n));
  };
  expect(recover(1).ok).toBe(true);
  expect(tokenActor(store, 'th', at(2))?.userId).toBe('ada');
  expect(recover(3).ok).toBe(true);
  expect(tokenActor(store, 'th', at(4))).toBeNull();
});

test('a token holds no role that its maker lacks, loses the roles its maker loses, and ends on its day', () => {
  const store = storeWithAda();
  const ada = { userId: 'ada', via: 'session' } as const;
  const token = { id: 't', hash: 'th', name: 'CI', expiresInDays: 2 };
  expect(createToken(store, { ...token, roles: ['campaign'] }, ada, null, at(0))).toMatchObject({
    ok: false,
    error: { reason: 'forbidden' },
  });
  expect(createToken(store, { ...token, roles: ['connector'] }, ada, null, at(0)).ok).toBe(true);

  expect(tokenActor(store, 'th', at(1))?.roles).toEqual(['connector']);
  putAda(store, { roles: ['super'] });
  expect(tokenActor(store, 'th', at(2))?.roles).toEqual([]);
  expect(tokenActor(store, 'th', at(2 * DAYS - 1))).not.toBeNull();
  expect(tokenActor(store, 'th', at(2 * DAYS))).toBeNull();
});

test('a token that is revoked takes along what was made with it, and each is one entry', () => {
  const store = storeWithAda();
  const ada = { userId: 'ada', via: 'session' } as const;
  const make = (id: string, parent: string | null) => {
    const within = parent === null ? null : { credentialId: parent, roles: ['connector' as const], expiresAt: at(DAYS) };
    return createToken(store, { id, hash: `hash of ${id}`, name: id, expiresInDays: 2 }, ada, within, at(0));
  };
  for (const [id, parent] of [
    ['first', null],
    ['child', 'first'],
    ['grandchild', 'child'],
    ['other', null],
  ] as const) {
    expect(make(id, parent).ok).toBe(true);
  }
  expect(revokeToken(store, 'first', 'ada', ada).ok).toBe(true);
  for (const gone of ['first', 'child', 'grandchild']) expect(tokenActor(store, `hash of ${gone}`, at(1))).toBeNull();
  expect(tokenActor(store, 'hash of other', at(1))).not.toBeNull();
  const revoked = store.all("SELECT entry FROM audit WHERE entry LIKE '%token.revoke%' ORDER BY idx");
  expect(revoked.map(({ entry }) => /"madeWith":"(\w+)"/.exec(String(entry))?.[1])).toEqual([undefined, 'first', 'child']);
});

test('refusals are one entry a minute, whatever their number', () => {
  const store = storeWithAda();
  const summary = new RefusalSummary(store);
  const entries = () => store.all('SELECT entry FROM audit ORDER BY idx').map(({ entry }) => String(entry));
  for (let n = 0; n < 10_000; n += 1) summary.add({ wrong_code: 1 }, at(0));
  summary.add({ cross_site: 2 }, at(0.5));
  expect(entries()).toEqual([]);
  summary.flush(at(1));
  summary.flush(at(2));
  expect(entries()).toHaveLength(1);
  expect(JSON.parse(entries()[0] ?? '')).toMatchObject({
    action: 'refusals.summary',
    result: 'refused',
    detail: { minute: '2026-11-24T08:00', counts: { wrong_code: 10_000, cross_site: 2 } },
  });
});
