// People, their roles and tokens, lists of them, and the audit log that says who did what.
import { describe, expect, test } from 'vitest';
import { pageOf } from '#domain/protocol/common.ts';
import { AuditRow } from '#domain/protocol/audit.ts';
import { CreatedToken, EnrolmentLink, ImportResult, InvitedUser, Session, TokenInfo, User } from '#domain/protocol/people.ts';
import {
  api,
  asRole,
  claimWorkspace,
  codeOf,
  endElevations,
  enrol,
  invite,
  type Person,
  read,
  tokenOf,
} from '../support/edge.ts';

const admin = async () => (await claimWorkspace()).browser;
const patch = async (person: Person, body: object) =>
  (await admin()).fetch(`/api/users/${person.user.id}`, { method: 'PATCH', body });
const anAddress = () => `${crypto.randomUUID()}@watchbill.test`;

describe('people', () => {
  test('are invited by a link that works once, and are active from their first passkey on', async () => {
    const body = { name: ' Bo Lindqvist ', email: anAddress(), roles: ['connector', 'campaign', 'connector'] };
    const { user, invitation } = await (await admin()).call(InvitedUser, '/api/users', { method: 'POST', body });
    expect(user).toMatchObject({ name: 'Bo Lindqvist', roles: ['connector', 'campaign'], state: 'invited', accounts: [] });
    expect(invitation.emailed).toBe(false);
    expect((await enrol(invitation.url)).user.state).toBe('active');
  });

  test('a second invitation ends the first, and whoever signs in already gets none', async () => {
    const browser = await admin();
    const body = { name: 'Cy', email: anAddress() };
    const { user, invitation } = await browser.call(InvitedUser, '/api/users', { method: 'POST', body });
    const again = await browser.call(EnrolmentLink, `/api/users/${user.id}/invitation`, { method: 'POST' });
    await expect(enrol(invitation.url)).rejects.toThrow('code_used_or_expired');
    await enrol(again.url);
    expect(await codeOf(await browser.fetch(`/api/users/${user.id}/invitation`, { method: 'POST' }))).toBe('conflict');
  });

  test('an address is one person’s, however it is spelled', async () => {
    const email = anAddress();
    const send = async (spelled: string) =>
      (await admin()).fetch('/api/users', { method: 'POST', body: { name: 'Di', email: spelled } });
    expect((await send(email)).status).toBe(201);
    expect(await codeOf(await send(email.toUpperCase()))).toBe('email_taken');
  });

  test('have a manager, who is never their own', async () => {
    const [boss, worker] = [await invite(['basic'], 'Boss'), await invite(['basic'], 'Worker')];
    const managed = await read(User, await patch(worker, { managerId: boss.user.id }));
    expect(managed.manager).toEqual({ id: boss.user.id, name: 'Boss' });
    expect(await codeOf(await patch(boss, { managerId: worker.user.id }))).toBe('invalid');
    expect(await codeOf(await patch(boss, { managerId: 'nobody' }))).toBe('not_found');
    expect((await read(User, await patch(worker, { managerId: null }))).manager).toBeNull();
  });

  test('a role that is taken away counts from the next request on', async () => {
    const person = await invite(['super']);
    expect((await person.browser.fetch('/api/users')).status).toBe(200);
    await (await admin()).elevate();
    expect((await patch(person, { roles: ['basic'] })).status).toBe(200);
    expect(await codeOf(await person.browser.fetch('/api/users'))).toBe('forbidden');
  });

  test('nobody changes their own roles, and the last Super Administrator stays one', async () => {
    const browser = await admin();
    const { user } = await claimWorkspace();
    await browser.elevate();
    const self = (body: object) => browser.fetch(`/api/users/${user.id}`, { method: 'PATCH', body });
    expect(await codeOf(await self({ roles: ['super', 'connector'] }))).toBe('own_roles');

    const second = await invite(['super']);
    await second.browser.elevate();
    const onSecond = (body: object) => second.browser.fetch(`/api/users/${second.user.id}`, { method: 'PATCH', body });
    for (const other of await others(second))
      await (await admin()).fetch(`/api/users/${other}`, { method: 'PATCH', body: { state: 'left' } });
    const demote = (roles: string[]) => second.browser.fetch(`/api/users/${user.id}`, { method: 'PATCH', body: { roles } });
    expect((await demote(['basic'])).status).toBe(200); // two were there
    expect(await codeOf(await onSecond({ state: 'left' }))).toBe('last_super');
    expect((await demote(['super'])).status).toBe(200);
  });

  /** Super Administrators of earlier tests. */
  async function others(second: Person): Promise<string[]> {
    const { user } = await claimWorkspace();
    const { items } = await second.browser.call(pageOf(User), '/api/users?role=super');
    return items.map(({ id }) => id).filter((id) => id !== user.id && id !== second.user.id);
  }

  test('whoever leaves is signed out at once, and comes back only by a new invitation', async () => {
    const person = await invite(['connector']);
    const program = await tokenOf(person);
    await (await admin()).elevate();
    expect((await patch(person, { state: 'left' })).status).toBe(200);
    expect(await codeOf(await person.browser.fetch('/api/session'))).toBe('session_ended');
    expect(await codeOf(await api('/api/session', { headers: program }))).toBe('bad_token');
    expect(await codeOf(await person.browser.signIn())).toBe('passkey_refused');

    expect((await read(User, await patch(person, { state: 'active' }))).state).toBe('invited');
    const link = await (await admin()).call(EnrolmentLink, `/api/users/${person.user.id}/invitation`, { method: 'POST' });
    expect((await enrol(link.url)).user).toMatchObject({ id: person.user.id, state: 'active' });
  });

  test('their accounts are linked by somebody else, each to one person', async () => {
    const [one, other] = [await invite(['basic']), await invite(['basic'])];
    const browser = await admin();
    const link = (id: string, accounts: string[]) =>
      browser.fetch(`/api/users/${id}/accounts`, { method: 'PUT', body: { accounts } });
    expect((await read(User, await link(one.user.id, ['account:abc']))).accounts).toEqual(['account:abc']);
    expect(await codeOf(await link(other.user.id, ['account:abc']))).toBe('conflict');
    expect(await codeOf(await link((await claimWorkspace()).user.id, ['account:def']))).toBe('only_others');
  });

  test('are found by part of a name or address, page by page', async () => {
    const names = ['Quinn One', 'Quinn Two', 'Quinn Three'];
    for (const name of names) await (await admin()).fetch('/api/users', { method: 'POST', body: { name, email: anAddress() } });
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const page = await (await admin()).call(pageOf(User), `/api/users?q=quinn&limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ name }) => name));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(found.sort()).toEqual(names.sort());
  });
});

describe('what asks for the passkey', () => {
  const acts: [string, string, (id: string) => string, object | undefined][] = [
    ['changing roles', 'PATCH', (id) => `/api/users/${id}`, { roles: ['basic'] }],
    ['making somebody leave', 'PATCH', (id) => `/api/users/${id}`, { state: 'left' }],
    ['resetting a sign-in', 'POST', (id) => `/api/users/${id}/reset`, undefined],
    ['inviting a Super Administrator', 'POST', () => '/api/users', { name: 'E', email: anAddress(), roles: ['super'] }],
    [
      'importing a Super Administrator',
      'POST',
      () => '/api/users/import',
      { csv: 'name,email,roles\nF,f@x.test,super', commit: true },
    ],
  ];
  test.for(acts)('%s', async ([, method, path, body]) => {
    const boss = await asRole('super');
    const person = await asRole('basic');
    const program = await tokenOf(boss);
    const init = { method, ...(body ? { body } : {}) };
    expect(await codeOf(await api(path(person.user.id), { ...init, headers: program }))).toBe('not_for_tokens');

    await endElevations();
    expect(await codeOf(await boss.browser.fetch(path(person.user.id), init))).toBe('needs_passkey');
  });

  test('making a token', async () => {
    const boss = await asRole('super');
    await endElevations();
    const init = { method: 'POST', body: { name: 'CI' } };
    expect(await codeOf(await boss.browser.fetch('/api/tokens', init))).toBe('needs_passkey');
  });
});

describe('a list of people', () => {
  const manager = anAddress();
  const csv = [
    '\uFEFFName,E-mail-ignored,email,roles,manager',
    `Lead,,${manager},connector;campaign,`,
    `"Ünal, Ayşe",,${anAddress()},Read-only Super Administrator,${manager}`,
    `No Address,,not-an-address,,`,
    `Odd Role,,${anAddress()},pilot,`,
    `Twice,,twice@watchbill.test,,`,
    `Twice,,TWICE@watchbill.test,,`,
    `Ada,,ada@watchbill.test,super,`,
    `Orphan,,${anAddress()},basic,nobody@watchbill.test`,
  ].join('\r\n');
  const outcomes = ({ rows }: ImportResult) => rows.map(({ line, outcome }) => `${line} ${outcome}`);

  test('is shown before it is done, and each line stands for itself', async () => {
    const browser = await admin();
    const before = (await browser.call(pageOf(User), '/api/users?limit=1000')).items.length;
    const preview = await browser.call(ImportResult, '/api/users/import', { method: 'POST', body: { csv, commit: false } });
    expect(preview.committed).toBe(false);
    expect(outcomes(preview)).toEqual([
      '2 new',
      '3 new',
      '4 refused',
      '5 refused',
      '6 refused',
      '7 new',
      '8 exists',
      '9 refused',
    ]);
    expect((await browser.call(pageOf(User), '/api/users?limit=1000')).items).toHaveLength(before);
  });

  test('invites those who are new, with their manager and roles, and does nothing twice', async () => {
    const browser = await admin();
    await browser.elevate(); // the list names a Super Administrator, though one who is here already
    const done = await browser.call(ImportResult, '/api/users/import', { method: 'POST', body: { csv, commit: true } });
    expect(outcomes(done).filter((line) => line.endsWith('invited'))).toEqual(['2 invited', '3 invited', '7 invited']);
    const [lead, ayse] = done.rows;
    expect(lead?.roles).toEqual(['connector', 'campaign']);
    const person = await enrol(ayse?.invitation?.url ?? '');
    expect(person.user).toMatchObject({ name: 'Ünal, Ayşe', roles: ['read_only_super'], manager: { name: 'Lead' } });

    const again = await browser.call(ImportResult, '/api/users/import', { method: 'POST', body: { csv, commit: true } });
    expect(outcomes(again)).not.toContain('2 invited');
  });

  test('must name its columns', async () => {
    const answer = await (
      await admin()
    ).fetch('/api/users/import', { method: 'POST', body: { csv: 'Jo,jo@x.test', commit: false } });
    expect(await codeOf(answer)).toBe('invalid');
  });
});

describe('API tokens', () => {
  test('act as their maker with the roles they were given, and hand on no other', async () => {
    const boss = await invite(['super', 'connector']);
    const program = await tokenOf(boss, ['connector']);
    const me = await read(Session, await api('/api/session', { headers: program }));
    expect(me.user).toMatchObject({ id: boss.user.id, roles: ['connector'] });
    expect(await codeOf(await api('/api/settings/mail', { headers: program }))).toBe('forbidden');
    const more = { method: 'POST', body: { name: 'more', roles: ['super'] }, headers: program };
    expect(await codeOf(await api('/api/tokens', more))).toBe('forbidden');
  });

  test('are listed without their text, and end when they are revoked', async () => {
    const person = await invite(['basic']);
    await person.browser.elevate();
    const { token, info } = await person.browser.call(CreatedToken, '/api/tokens', { method: 'POST', body: { name: 'CI' } });
    expect(Math.round((Date.parse(info.expiresAt) - Date.now()) / 86_400_000)).toBe(90);
    const listed = await person.browser.fetch('/api/tokens');
    expect(await listed.clone().text()).not.toContain(token.slice(3));
    expect((await read(pageOf(TokenInfo), listed)).items).toMatchObject([{ id: info.id, name: 'CI' }]);

    const headers = { authorization: `Bearer ${token}` };
    expect((await api('/api/session', { headers })).status).toBe(200);
    expect((await person.browser.fetch(`/api/tokens/${info.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await codeOf(await api('/api/session', { headers }))).toBe('bad_token');
  });

  test('are revoked by those who manage people, and by no one else', async () => {
    const owner = await invite(['basic']);
    await owner.browser.elevate();
    const { info } = await owner.browser.call(CreatedToken, '/api/tokens', { method: 'POST', body: { name: 'CI' } });
    const remove = async (person: Person) => person.browser.fetch(`/api/tokens/${info.id}`, { method: 'DELETE' });
    expect(await codeOf(await remove(await asRole('connector')))).toBe('not_found');
    expect(await codeOf(await (await asRole('connector')).browser.fetch('/api/tokens?of=everybody'))).toBe('forbidden');
    const all = await (await admin()).call(pageOf(TokenInfo), '/api/tokens?of=everybody');
    expect(all.items.map(({ id }) => id)).toContain(info.id);
    expect((await remove(await claimWorkspace())).status).toBe(204);
  });
});

describe('the audit log', () => {
  test('says who did what, newest first, and never a name inside what is hashed', async () => {
    const browser = await admin();
    const { user } = await claimWorkspace();
    const person = await invite(['basic'], 'Nameable Person');
    await browser.fetch(`/api/users/${person.user.id}`, { method: 'PATCH', body: { name: 'Renamed Person' } });
    const { items } = await browser.call(pageOf(AuditRow), `/api/audit?object=${person.user.id}`);
    expect(items.map(({ action }) => action)).toEqual(['person.change', 'person.invitation', 'person.invite']);
    expect(items[0]).toMatchObject({
      actor: { id: user.id, name: 'Ada Park', type: 'person' },
      object: { type: 'person', id: person.user.id, name: 'Renamed Person' },
      detail: { name: 'changed' },
    });
  });

  test('is read as far as one’s role goes', async () => {
    const families = async (person: Person) => {
      const { items } = await person.browser.call(pageOf(AuditRow), '/api/audit?limit=1000');
      return new Set(items.map(({ action }) => action.slice(0, action.indexOf('.'))));
    };
    const connector = {
      type: 'docker-hub',
      name: 'Hub',
      application: { name: 'Hub' },
      owners: [(await asRole('connector')).user.id],
    };
    await (await asRole('connector')).browser.fetch('/api/connectors', { method: 'POST', body: connector });
    expect(await families(await asRole('read_only_super'))).toContain('person');
    const seen = await families(await asRole('connector'));
    expect(seen).toContain('connector');
    expect([...seen].filter((family) => ['person', 'session', 'token', 'passkey', 'setup'].includes(family))).toEqual([]);
    for (const role of ['basic', 'campaign'] as const) {
      expect(await codeOf(await (await asRole(role)).browser.fetch('/api/audit'))).toBe('forbidden');
    }
  });

  test('pages lead to the first entry', async () => {
    const browser = await admin();
    const indexes: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: AuditRow[]; nextCursor: string | null } = await browser.call(
        pageOf(AuditRow),
        `/api/audit?limit=7${cursor && `&cursor=${cursor}`}`,
      );
      indexes.push(...page.items.map(({ index }) => index));
      cursor = page.nextCursor;
    }
    expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, at) => indexes.length - 1 - at));
    expect(indexes.length).toBeGreaterThan(20);
  });
});
