// Whose accounts are whose, over the API: who may say it, how it reaches devices, lists of it, and what becomes of one's own view.
import { beforeAll, describe, expect, test } from 'vitest';
import { ChangePage } from '#domain/protocol/catalogue.ts';
import { AccountLink, AccountLinksResult, ImportedLinks } from '#domain/protocol/account-links.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { EnrolmentLink, ImportResult, User } from '#domain/protocol/people.ts';
import { env } from 'cloudflare:workers';
import { asRole, claimWorkspace, codeOf, enrol, invite, type Person, read } from '../support/edge.ts';

const account = (n: number, username: string, email: string | null = null, fullName = '') => ({
  number: n,
  id: `account:${username}`,
  hubId: username,
  username,
  fullName,
  email,
  roles: { acme: 'Member' },
});

const admin = async () => (await claimWorkspace()).browser;
const put = async (person: Person, id: string, body: object) =>
  person.browser.fetch(`/api/account-links/${id}`, { method: 'PUT', body });

let priya: Person;
beforeAll(async () => {
  priya = await invite(['basic'], 'Priya Natarajan');
  await env.LEDGER.getByName('main').applyDocuments('c1', [
    {
      kind: 'organization',
      id: 'org:acme',
      name: 'acme',
      hubId: null,
      fullName: null,
      plan: null,
      completeness: {},
    },
    {
      kind: 'accounts',
      id: 'accounts:0',
      rows: [account(0, 'priyan', priya.user.email), account(1, 'acmebot'), account(2, 'sharedlogin'), account(3, 'samosei')],
    },
  ]);
});

/** The feed from nothing, as this person's device gets it. */
async function feedOf(person: Person): Promise<ChangePage['changes']> {
  const changes: ChangePage['changes'] = [];
  for (let cursor = ''; ;) {
    const answer = await person.browser.fetch(`/api/changes${cursor && `?after=${cursor}`}`);
    if (answer.status === 204) return changes;
    const page = await read(ChangePage, answer);
    changes.push(...page.changes);
    if (!page.more) return changes;
    cursor = page.nextCursor;
  }
}
const linksIn = (changes: ChangePage['changes']) =>
  changes.flatMap((change) => (change.op === 'put' && change.table === 'links' ? [change.row] : []));
const accountsIn = (changes: ChangePage['changes']) =>
  changes.flatMap((change) =>
    change.op === 'put' && change.table === 'documents' && change.row.kind === 'accounts'
      ? change.row.rows.map(({ username }) => username)
      : [],
  );

describe('whose an account is', () => {
  test('is said by a Connector Administrator, and reaches who may see people, and the person themselves', async () => {
    expect(accountsIn(await feedOf(priya))).toEqual([]);
    const connector = await asRole('connector');
    const said = await read(AccountLink, await put(connector, 'account:priyan', { person: priya.user.id }));
    expect(said).toMatchObject({ standing: 'person', person: { id: priya.user.id }, basis: 'email', how: 'hand' });
    expect(said.said.map(({ by }) => by.id)).toEqual([connector.user.id]);

    const own = await feedOf(priya);
    expect(accountsIn(own)).toEqual(['priyan']);
    expect(linksIn(own)).toEqual([said]);
    expect(linksIn(await feedOf(await asRole('campaign')))).toContainEqual(said);
    expect(linksIn(await feedOf(await asRole('basic')))).toEqual([]);
  });

  test('may be agreed with, found by person, and is taken back by somebody else alone', async () => {
    const again = await read(AccountLink, await put(await claimWorkspace(), 'account:priyan', { person: priya.user.id }));
    expect(again.said).toHaveLength(2);
    const { items } = await (await admin()).call(pageOf(AccountLink), `/api/account-links?person=${priya.user.id}`);
    expect(items.map(({ id }) => id)).toEqual(['account:priyan']);
    expect(await codeOf(await put(priya, 'account:priyan', { mark: 'shared' }))).toBe('forbidden');
    expect((await (await admin()).fetch('/api/account-links/account:priyan', { method: 'DELETE' })).status).toBe(204);
    expect(accountsIn(await feedOf(priya))).toEqual([]);
    expect(linksIn(await feedOf(priya))).toEqual([]);
  });

  test('is never said of one’s own', async () => {
    const owner = await claimWorkspace();
    expect(await codeOf(await put(owner, 'account:samosei', { person: owner.user.id }))).toBe('only_others');
    await put(await asRole('connector'), 'account:samosei', { person: owner.user.id });
    expect(await codeOf(await put(owner, 'account:samosei', { mark: 'nobody_here' }))).toBe('only_others');
    const gone = await owner.browser.fetch('/api/account-links/account:samosei', { method: 'DELETE' });
    expect(await codeOf(gone)).toBe('only_others');
  });

  test.for([
    ['not-an-account', { mark: 'shared' }, 'not_found'],
    ['account:acmebot', { mark: 'shared', person: 'x' }, 'invalid'],
    ['account:acmebot', { mark: 'somebody' }, 'invalid'],
    ['account:acmebot', { person: 'nobody' }, 'not_found'],
  ] as const)('%s %o is refused', async ([id, body, code]) => {
    expect(await codeOf(await put(await claimWorkspace(), id, body))).toBe(code);
  });

  test('is said of many at once, each for itself', async () => {
    const links = [
      { account: 'account:acmebot', mark: 'not_a_person' },
      { account: 'account:priyan', person: priya.user.id },
      { account: 'account:samosei', person: priya.user.id },
    ];
    const { items } = await (await admin()).call(AccountLinksResult, '/api/account-links', { method: 'POST', body: { links } });
    expect(items.map(({ done }) => done)).toEqual([true, true, false]);
    expect(items[2]?.reason).toMatch(/yours/);
  });
});

describe('a list of accounts', () => {
  const send = async (csv: string, commit: boolean) =>
    (await admin()).fetch('/api/account-links/import', { method: 'POST', body: { csv, commit } });
  const outcomes = ({ rows }: ImportedLinks) => rows.map(({ line, outcome }) => `${line} ${outcome}`);

  test('with a byte order mark, semicolons and quoted cells is shown, and done only when confirmed', async () => {
    await (await admin()).fetch('/api/account-links/account:acmebot', { method: 'DELETE' });
    const csv = [
      '\uFEFF"Docker ID";Mark;E-mail',
      '"acmebot";"Not a person";',
      'sharedlogin;shared;',
      'priyan;;',
      "'=cmd;shared;",
    ].join('\r\n');
    const preview = await read(ImportedLinks, await send(csv, false));
    expect(outcomes(preview)).toEqual(['2 marked', '3 marked', '5 refused']);
    expect(preview.rows[2]?.given).toBe('=cmd');
    const bot = async () =>
      (await (await admin()).call(pageOf(AccountLink), '/api/account-links?standing=not_a_person')).items.map(({ id }) => id);
    expect(await bot()).toEqual([]);
    expect(outcomes(await read(ImportedLinks, await send(csv, true)))).toEqual(outcomes(preview));
    expect(await bot()).toEqual(['account:acmebot']);
  });

  test('may be the members’ CSV that Docker Hub hands to owners', async () => {
    await (await admin()).fetch('/api/account-links/account:priyan', { method: 'DELETE' });
    const csv = `Name,Username,Email,Type,Role,Teams,Date Joined\n"Natarajan, Priya",priyan,${priya.user.email},User,Member,"a, b",2020-01-01`;
    expect(await read(ImportedLinks, await send(csv, true))).toMatchObject({
      rows: [{ outcome: 'linked', account: { username: 'priyan' }, person: { id: priya.user.id } }],
    });
  });

  test.for([
    ['without the names of its columns', 'acmebot,shared'],
    ['with a quotation mark that is never closed', 'account,mark\n"acmebot,shared'],
    ['longer than is read at a time', `account,mark\n${'acmebot,shared\n'.repeat(2_001)}`],
  ] as const)('%s is refused as a whole', async ([, csv]) => {
    expect(await codeOf(await send(csv, false))).toBe('invalid');
  });
});

describe('people without a sign-in', () => {
  const email = `${crypto.randomUUID()}@watchbill.test`;
  const boss = `${crypto.randomUUID()}@watchbill.test`;
  const csv = `name,email,manager,accounts\nSam Osei,${email},${boss},sharedlogin\nBoss,${boss},,`;
  const send = async (text: string, commit: boolean) =>
    (await admin()).call(ImportResult, '/api/users/import', { method: 'POST', body: { csv: text, commit, invite: false } });

  test('are added from a list with manager and accounts, and no invitation', async () => {
    await (await admin()).fetch('/api/account-links/account:sharedlogin', { method: 'DELETE' });
    expect((await send(csv, false)).rows.map(({ outcome }) => outcome)).toEqual(['new', 'new']);
    const { rows } = await send(csv, true);
    expect(rows).toMatchObject([{ outcome: 'listed', invitation: null }, { outcome: 'listed' }]);
    const { items } = await (await admin()).call(pageOf(User), `/api/users?q=${email}`);
    expect(items).toMatchObject([{ state: 'listed', manager: { name: 'Boss' }, accounts: ['account:sharedlogin'] }]);
  });

  test('get one when somebody invites them, and cannot have it reset before', async () => {
    const [sam] = (await (await admin()).call(pageOf(User), `/api/users?q=${email}`)).items;
    await (await admin()).elevate();
    expect(await codeOf(await (await admin()).fetch(`/api/users/${sam?.id}/reset`, { method: 'POST' }))).toBe('conflict');
    const link = await (await admin()).call(EnrolmentLink, `/api/users/${sam?.id}/invitation`, { method: 'POST' });
    const person = await enrol(link.url);
    expect(person.user).toMatchObject({ id: sam?.id, state: 'active' });
    expect(accountsIn(await feedOf(person))).toEqual(['sharedlogin']);
  });

  test('who are here already get the manager and accounts of the list, and keep the rest', async () => {
    const moved = csv.replace(`Sam Osei,${email},${boss},sharedlogin`, `Renamed,${email},ada@watchbill.test,sharedlogin`);
    const preview = await send(moved, false);
    expect(preview.rows[0]).toMatchObject({
      outcome: 'change',
      name: 'Sam Osei',
      reason: expect.stringContaining('so far Boss'),
    });
    expect((await send(moved, true)).rows.map(({ outcome }) => outcome)).toEqual(['changed', 'exists']);
    const [sam] = (await (await admin()).call(pageOf(User), `/api/users?q=${email}`)).items;
    expect(sam).toMatchObject({ name: 'Sam Osei', manager: { name: 'Ada Park' }, accounts: ['account:sharedlogin'] });
    expect((await send(moved, true)).rows[0]?.outcome).toBe('exists');
  });

  test('are refused accounts that are somebody else’s, and managers that would go round in a circle', async () => {
    const other = `${crypto.randomUUID()}@watchbill.test`;
    const { rows } = await send(
      `name,email,manager,accounts\nOther,${other},,sharedlogin\nAda Park,ada@watchbill.test,${email},\nNew,${crypto.randomUUID()}@x.test,,nosuchid`,
      true,
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(rows[0]?.reason).toContain('linked to Sam Osei');
    expect(rows[1]?.reason).toContain('own manager');
  });
});
