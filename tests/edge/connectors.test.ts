import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { pageOf, Problem } from '#domain/protocol/common.ts';
import { AuditRow } from '#domain/protocol/audit.ts';
import {
  Application,
  Connector,
  ConnectorType,
  CreatedConnector,
  DeletionPreview,
  EligibleOwner,
  ImportedOwners,
  KeyState,
  LogLine,
  MailSettings,
  ResourceOwners,
  Task,
} from '#domain/protocol/connectors.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { runMinuteClock } from '../../edge/minute-clock.ts';
import { asRole, api, claimWorkspace, codeOf, invite, ORIGIN, tokenOf, type Person } from '../support/edge.ts';

// Nobody listens there: what no test answers for is refused, and nothing leaves this machine.
const PROVIDER = 'http://127.0.0.1:9/send';
const PROVIDER_KEY = 'key-canary-5b1e';

let ada: Person;
let dana: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  dana = await invite(['connector'], 'Dana Cole');
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await useNoMail();
});

interface Delivered {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}
/** The mail provider: takes or refuses; everything else goes out as ever. */
function mailProvider(status = 200, body = ''): { mails: Delivered[]; keys: (string | null)[] } {
  const seen: { mails: Delivered[]; keys: (string | null)[] } = { mails: [], keys: [] };
  const out = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (request.url !== PROVIDER) return out(request);
    seen.mails.push(await request.json<Delivered>());
    seen.keys.push(request.headers.get('authorization'));
    return new Response(body, { status });
  });
  return seen;
}
const useProvider = () =>
  ada.browser.call(MailSettings, '/api/settings/mail', {
    method: 'PATCH',
    body: { mode: 'http', from: 'Watchbill <watchbill@acme.example>', endpoint: PROVIDER, key: PROVIDER_KEY },
  });
const useNoMail = () => ada.browser.call(MailSettings, '/api/settings/mail', { method: 'PATCH', body: { mode: 'off' } });

let count = 0;
const aConnector = (changed: Record<string, unknown> = {}) => {
  count += 1;
  return {
    type: 'docker-hub',
    name: 'Docker Hub',
    application: { name: `Docker Hub ${count}` },
    owners: [ada.user.id],
    ...changed,
  };
};
const add = (changed: Record<string, unknown> = {}, by = ada) =>
  by.browser.call(CreatedConnector, '/api/connectors', { method: 'POST', body: aConnector(changed) });
const credential = (changed: Record<string, unknown> = {}) => ({
  kind: 'password',
  identifier: 'acme-bot',
  secret: 'canary-7f3a',
  ...changed,
});

describe('the steps of the guide, for my own connector', () => {
  test('search, application, owner, next: it is there, not connected, and nobody else is told', async () => {
    const types = await ada.browser.call(pageOf(ConnectorType), '/api/connectors/types');
    expect(types.items.map(({ name }) => name)).toEqual(['Docker Hub']);

    const response = await ada.browser.fetch('/api/connectors', { method: 'POST', body: aConnector() });
    expect(response.status).toBe(201);
    const created = CreatedConnector.parse(await response.json());
    expect(created).toMatchObject({ status: 'not_connected', owners: [{ id: ada.user.id }], credential: null, notified: [] });
    expect(await ada.browser.call(Connector, `/api/connectors/${created.id}`)).toMatchObject({
      id: created.id,
      name: 'Docker Hub',
    });
  });

  test('an application that is there already takes a second connector', async () => {
    const application = await ada.browser.call(Application, '/api/applications', {
      method: 'POST',
      body: { name: 'Docker Hub by our identity provider' },
    });
    const created = await add({ application: { id: application.id } });
    expect(created.application).toEqual({ id: application.id, name: application.name });
    const read = await ada.browser.call(Application, `/api/applications/${application.id}`);
    expect(read.connectors).toEqual([{ id: created.id, name: 'Docker Hub' }]);
  });

  test('the credential is kept, shown without its secret, and removed again', async () => {
    const { id } = await add();
    const body = credential({ expiresAt: '2027-05-12T00:00:00.000Z' });
    const response = await ada.browser.fetch(`/api/connectors/${id}/credential`, { method: 'PUT', body });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toContain('canary-7f3a');
    expect(Connector.parse(JSON.parse(text)).credential).toMatchObject({
      kind: 'password',
      identifier: 'acme-bot',
      setBy: { id: ada.user.id, name: 'Ada Park' },
      expiresAt: '2027-05-12T00:00:00.000Z',
    });
    const removed = await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'DELETE' });
    expect(removed).toMatchObject({ status: 'not_connected', credential: null });
    expect(await codeOf(await ada.browser.fetch(`/api/connectors/${id}/credential`, { method: 'DELETE' }))).toBe(
      'not_connected',
    );
  });

  test('a token pasted into the password field is known for what it is', async () => {
    const { id } = await add();
    const body = credential({ secret: 'dckr_oat_canary-7f3a' });
    const saved = await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body });
    expect(saved.credential?.kind).toBe('oat');
  });
});

describe('a connector of somebody else', () => {
  test('gives them a task and a mail with Set up connector, and says that it was sent', async () => {
    await useProvider();
    const { mails, keys } = mailProvider();
    const created = await add({ owners: [dana.user.id] });
    const link = `${ORIGIN}/connectors/${created.id}/settings`;
    expect(created.notified).toEqual([{ user: { id: dana.user.id, name: 'Dana Cole' }, emailed: true, reason: null, link }]);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: dana.user.email, from: 'Watchbill <watchbill@acme.example>' });
    expect(mails[0]?.text).toContain(`Set up connector: ${link}`);
    expect(mails[0]?.html).toContain(`<a href="${link}">Set up connector</a>`);
    expect(keys).toEqual([`Bearer ${PROVIDER_KEY}`]);

    const tasks = await dana.browser.call(pageOf(Task), '/api/tasks?state=open');
    expect(tasks.items).toMatchObject([
      { type: 'connector_setup', connector: { id: created.id }, createdBy: { name: 'Ada Park' } },
    ]);
    expect((await ada.browser.call(pageOf(Task), '/api/tasks')).items).toEqual([]);
  });

  test('says so where mail is not set up, with the link to hand on', async () => {
    const created = await add({ owners: [ada.user.id, dana.user.id] });
    expect(created.notified).toMatchObject([{ user: { id: dana.user.id }, emailed: false, reason: 'E-mail is not set up.' }]);
    expect(created.notified[0]?.link).toBe(`${ORIGIN}/connectors/${created.id}/settings`);
  });

  test('shows what the provider said where it refused, and never the key', async () => {
    await useProvider();
    mailProvider(403, `{"message":"${PROVIDER_KEY} may not send from acme.example"}`);
    const created = await add({ owners: [dana.user.id] });
    expect(created.notified[0]).toMatchObject({
      emailed: false,
      reason: 'The mail provider answered 403: {"message":"… may not send from acme.example"}',
    });

    const settings = await ada.browser.fetch('/api/settings/mail');
    const text = await settings.text();
    expect(text).not.toContain(PROVIDER_KEY);
    expect(MailSettings.parse(JSON.parse(text))).toMatchObject({
      mode: 'http',
      hasKey: true,
    });
    expect(MailSettings.parse(JSON.parse(text)).failures[0]).toMatchObject({
      to: dana.user.email,
      error: expect.stringContaining('403'),
    });
    const tried = await ada.browser.fetch('/api/settings/mail/test', { method: 'POST' });
    expect(tried.status).toBe(502);
    expect(Problem.parse(await tried.json())).toMatchObject({ code: 'mail_failed', detail: expect.stringContaining('403') });
  });

  test('says so where the provider cannot be reached', async () => {
    await useProvider();
    const created = await add({ owners: [dana.user.id] });
    expect(created.notified[0]).toMatchObject({ emailed: false, reason: 'The mail provider could not be reached.' });
  });

  test('the provider’s key does not follow the address to another origin', async () => {
    await useProvider();
    const patch = (body: unknown) => ada.browser.fetch('/api/settings/mail', { method: 'PATCH', body });
    expect((await patch({ endpoint: 'https://elsewhere.example/send' })).status).toBe(400);
    expect((await patch({ endpoint: 'http://elsewhere.example/send', key: 'x' })).status).toBe(400);
    expect((await patch({ endpoint: 'https://elsewhere.example/send', key: 'another' })).status).toBe(200);
  });

  test('may be set up by them, and not by somebody without the role', async () => {
    const created = await add({ owners: [dana.user.id] });
    const put = (by: Person) =>
      by.browser.fetch(`/api/connectors/${created.id}/credential`, { method: 'PUT', body: credential() });
    expect((await put(await asRole('campaign'))).status).toBe(403);
    expect((await put(await asRole('basic'))).status).toBe(403);
    expect((await put(dana)).status).toBe(200);
  });

  test('cannot be given to somebody without the role, who is listed with the reason', async () => {
    const basic = await asRole('basic');
    const refused = await ada.browser.fetch('/api/connectors', {
      method: 'POST',
      body: aConnector({ owners: [basic.user.id] }),
    });
    expect(refused.status).toBe(422);
    expect(await codeOf(refused)).toBe('owner_not_eligible');
    const { items } = await ada.browser.call(z.object({ items: z.array(EligibleOwner) }), '/api/connectors/eligible-owners');
    expect(items.find(({ user }) => user.id === dana.user.id)).toMatchObject({ eligible: true, reason: null });
    expect(items.find(({ user }) => user.id === basic.user.id)).toMatchObject({
      eligible: false,
      reason: 'Needs the Connector or Super Administrator role',
    });
  });
});

describe('the credential of an owner', () => {
  const Credentials = z.object({
    credentials: z.array(
      z.object({ key: z.string(), kind: z.enum(['password', 'pat', 'oat']), identifier: z.string(), secret: z.string() }),
    ),
  });
  const reset = async () => {
    const answer = await fetch(`${env.DOCKER_HUB_URL}/_control/reset`, {
      method: 'POST',
      body: JSON.stringify({ world: 'small', rateLimit: null }),
    });
    const { credentials } = Credentials.parse(await answer.json());
    const found = credentials.find(({ key }) => key === 'oat-read');
    if (!found) throw new Error('the small world has a token that reads');
    const { kind, identifier, secret } = found;
    return { kind, identifier, secret };
  };
  const until = (id: string, isSo: (found: Connector) => boolean) =>
    vi.waitFor(
      async () => {
        const found = await dana.browser.call(Connector, `/api/connectors/${id}`);
        expect(isSo(found), JSON.stringify(found.trouble ?? found.status)).toBe(true);
        return found;
      },
      { timeout: 40_000, interval: 200 },
    );

  test('leads from not connected over syncing to connected, with a log, and their task is done', async () => {
    const good = await reset();
    const { id, status } = await add({ owners: [dana.user.id] });
    expect(status).toBe('not_connected');
    const saved = await dana.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: good });
    expect(saved.status).toBe('syncing');

    const connected = await until(id, (found) => found.status !== 'syncing');
    expect(connected).toMatchObject({ status: 'connected', trouble: null, lastSync: { n: 1 }, dataAt: expect.any(String) });
    expect(connected.organizations.map(({ name }) => name)).toEqual(['small-one']);
    expect(connected.counts.teams).toBeGreaterThan(0);
    const log = await dana.browser.call(pageOf(LogLine), `/api/connectors/${id}/syncs/1/log?limit=1000`);
    expect(log.items.length).toBeGreaterThan(3);
    const tasks = await dana.browser.call(pageOf(Task), '/api/tasks?state=done');
    expect(tasks.items.some(({ connector }) => connector.id === id)).toBe(true);
    const lost = await dana.browser.call(DeletionPreview, `/api/connectors/${id}/deletion`);
    expect(lost).toMatchObject({ teams: connected.counts.teams, runs: 1 });

    // The same organization by another connector.
    const second = await add({ owners: [dana.user.id] });
    await dana.browser.call(Connector, `/api/connectors/${second.id}/credential`, { method: 'PUT', body: good });
    const refused = await until(second.id, (found) => found.status !== 'syncing');
    expect(refused.status).not.toBe('connected');
    expect(refused.trouble?.message).toContain('small-one');
  });

  test('that Docker Hub refuses says so, and the owner is told', async () => {
    await useProvider();
    const good = await reset();
    const { id } = await add({ name: 'Refused', owners: [dana.user.id] });
    await dana.browser.call(Connector, `/api/connectors/${id}/credential`, {
      method: 'PUT',
      body: { ...good, kind: 'password', secret: 'wrong' },
    });
    const refused = await until(id, (found) => found.status !== 'syncing');
    expect(refused.status).toBe('needs_attention');
    expect(refused.trouble).toMatchObject({ message: expect.any(String), next: expect.any(String) });
    const { mails } = mailProvider();
    await runMinuteClock(env);
    expect(
      mails.filter(({ subject }) => subject === 'Refused needs attention: Docker Hub refused the credential'),
    ).toMatchObject([{ to: dana.user.email }]);
  });
});

describe('changing', () => {
  test('renames, pauses, schedules, chooses organizations, and keeps the rest', async () => {
    const { id } = await add();
    const patch = (body: unknown) => ada.browser.call(CreatedConnector, `/api/connectors/${id}`, { method: 'PATCH', body });
    expect(await patch({ name: 'Acme on Docker Hub' })).toMatchObject({ name: 'Acme on Docker Hub', everyHours: 24 });
    expect(await patch({ include: ['acme'], everyHours: 6 })).toMatchObject({
      include: ['acme'],
      everyHours: 6,
      organizations: [{ name: 'acme', included: true, governedBy: 'unknown' }],
    });
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: credential() });
    expect(await patch({ paused: true })).toMatchObject({ status: 'paused', paused: true });
    expect(await patch({ paused: false })).toMatchObject({ paused: false });
  });

  test('refuses an organization that another connector has, by name', async () => {
    const [one, two] = [await add({ name: 'First' }), await add()];
    const include = (id: string) =>
      ada.browser.fetch(`/api/connectors/${id}`, { method: 'PATCH', body: { include: ['globex'] } });
    expect((await include(one.id)).status).toBe(200);
    const refused = await include(two.id);
    expect(refused.status).toBe(409);
    expect(Problem.parse(await refused.json())).toMatchObject({
      code: 'organization_taken',
      detail: expect.stringMatching(/globex.*First/),
    });
  });

  test('an unknown connector is not found, on every route that names one', async () => {
    const at = '/api/connectors/00000000-0000-4000-8000-000000000000';
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'X' }],
      ['GET', '/deletion'],
      ['PUT', '/credential', credential()],
      ['DELETE', '/credential'],
      ['POST', '/test', credential()],
      ['POST', '/sync'],
      ['POST', '/cancel'],
      ['GET', '/syncs'],
      ['GET', '/syncs/1'],
      ['GET', '/syncs/1/log'],
      ['POST', '/syncs/1/apply'],
      ['POST', '/syncs/1/discard'],
    ] as const) {
      const response = await ada.browser.fetch(`${at}${path}`, { method, ...(body ? { body } : {}) });
      expect(response.status, `${method} ${path}`).toBe(404);
    }
  });
});

describe('deleting', () => {
  test('says first what is lost, asks for the passkey, and leaves the audit log', async () => {
    const olga = await invite(['super'], 'Olga Diaz');
    const { id } = await add({}, olga);
    expect(await olga.browser.call(DeletionPreview, `/api/connectors/${id}/deletion`)).toEqual({
      accounts: 0,
      teams: 0,
      repositories: 0,
      permissions: 0,
      runs: 0,
    });
    const headers = await tokenOf(ada);
    expect(await codeOf(await api(`/api/connectors/${id}`, { method: 'DELETE', headers }))).toBe('not_for_tokens');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
    expect(await codeOf(await olga.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' }))).toBe('needs_passkey');

    await olga.browser.elevate();
    expect((await olga.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ada.browser.fetch(`/api/connectors/${id}`)).status).toBe(404);
    const log = await ada.browser.call(pageOf(AuditRow), `/api/audit?object=${id}`);
    expect(log.items.map(({ action }) => action)).toEqual(['connector.delete', 'connector.create']);
  });
});

describe('an application', () => {
  test('may be read and changed by its owner, whatever their role; another one may not', async () => {
    const basic = await asRole('basic');
    const body = (name: string, owners: string[]) => ({ method: 'POST', body: { name, owners } });
    expect((await basic.browser.fetch('/api/applications')).status).toBe(403);
    const own = await ada.browser.call(Application, '/api/applications', body('Owned by Basic', [basic.user.id]));
    const other = await ada.browser.call(Application, '/api/applications', body('Owned by Ada', [ada.user.id]));
    expect((await basic.browser.fetch(`/api/applications/${own.id}`)).status).toBe(200);
    expect((await basic.browser.call(pageOf(Application), '/api/applications')).items.map(({ id }) => id)).toEqual([own.id]);
    expect((await basic.browser.fetch(`/api/applications/${other.id}`)).status).toBe(403);
    const renamed = await basic.browser.call(Application, `/api/applications/${own.id}`, {
      method: 'PATCH',
      body: { name: 'Mine' },
    });
    expect(renamed.name).toBe('Mine');
    expect((await basic.browser.fetch(`/api/applications/${other.id}`, { method: 'PATCH', body: { name: 'X' } })).status).toBe(
      403,
    );
  });

  test('does not take the name of another', async () => {
    const create = () => ada.browser.fetch('/api/applications', { method: 'POST', body: { name: 'Only once' } });
    expect((await create()).status).toBe(201);
    expect(await codeOf(await create())).toBe('name_taken');
  });

  test('has owners for its teams and repositories, one by one or by CSV', async () => {
    const created = await add();
    const team = {
      kind: 'team',
      organization: 'acme',
      hubId: 7,
      description: '',
      role: null,
      members: [],
      read: [0],
      write: [],
      admin: [],
    };
    await ledgerOf(env, 'main').applyDocuments(created.id, [
      { ...team, kind: 'team', id: 'team:acme/backend', name: 'backend' },
      {
        kind: 'repositories',
        id: 'repositories:0',
        rows: [{ number: 0, organization: 'acme', name: 'api', private: true, registeredAt: null }],
      },
    ]);
    const at = `/api/applications/${created.application.id}/resource-owners`;
    const put = (resourceId: string, owners: string[]) =>
      ada.browser.fetch(at, { method: 'PUT', body: { connectorId: created.id, resourceId, owners } });
    expect((await put('team:acme/backend', [dana.user.id])).status).toBe(200);
    expect((await put('team:acme/nobody', [dana.user.id])).status).toBe(400);
    expect((await put('account:1', [dana.user.id])).status).toBe(400);

    const csv = [
      'Resource,Owners',
      `team:acme/backend,${dana.user.email}`,
      `repository:acme/api,${ada.user.email}; ${dana.user.email.toUpperCase()}`,
      'repository:acme/none,',
      'team:acme/backend,nobody@acme.example',
    ].join('\r\n');
    const send = (commit: boolean) =>
      ada.browser.call(ImportedOwners, `${at}/import`, { method: 'POST', body: { csv, commit } });
    const outcomes = ({ rows }: ImportedOwners) => rows.map(({ line, outcome }) => [line, outcome]);
    const expected = [
      [2, 'same'],
      [3, 'set'],
      [4, 'refused'],
      [5, 'refused'],
    ];
    expect(outcomes(await send(false))).toEqual(expected);
    expect((await ada.browser.call(pageOf(ResourceOwners), at)).items).toHaveLength(1);
    expect(outcomes(await send(true))).toEqual(expected);
    const listed = await ada.browser.call(pageOf(ResourceOwners), at);
    expect(listed.items.map(({ resourceId, owners }) => [resourceId, owners.map(({ id }) => id)])).toEqual([
      ['repository:acme/api', [ada.user.id, dana.user.id]],
      ['team:acme/backend', [dana.user.id]],
    ]);
    expect((await put('team:acme/backend', [])).status).toBe(200);
    expect((await ada.browser.call(pageOf(ResourceOwners), at)).items).toHaveLength(1);
    const bad = await ada.browser.fetch(`${at}/import`, { method: 'POST', body: { csv: 'a,b\n1,2', commit: true } });
    expect(Problem.parse(await bad.json()).detail).toContain('resource and owners');
  });
});

describe('the minute clock', () => {
  test('sends the mails that the ledger queued', async () => {
    await useProvider();
    const { id } = await add({ name: 'Sends reminders' });
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, {
      method: 'PUT',
      body: credential({ expiresAt: soon }),
    });
    const { mails } = mailProvider();
    await runMinuteClock(env);
    const reminder = mails.filter(
      ({ subject }) => subject === 'The Docker Hub credential of Sends reminders expires in 10 days',
    );
    expect(reminder).toMatchObject([{ to: ada.user.email }]);

    await runMinuteClock(env);
    expect(mails.filter(({ subject }) => subject.includes('expires'))).toHaveLength(1);
  });

  test('writes nothing where nothing is due', async () => {
    mailProvider();
    const written = async () => (await ledgerOf(env, 'main').ready()).rowsWritten;
    // Runs that tests before this one started may still have something to report.
    await vi.waitFor(
      async () => {
        const before = await written();
        await runMinuteClock(env);
        expect(await written()).toBe(before);
      },
      { timeout: 20_000, interval: 500 },
    );
  });

  test('moves credentials under a newer key as soon as there is one', async () => {
    const keys = await ada.browser.call(KeyState, '/api/settings/keys');
    expect(keys).toMatchObject({ newest: 'm1', rotation: null });
    const newer = { ...env, KEY_ENCRYPTION_KEYS: `${env.KEY_ENCRYPTION_KEYS},m2:${btoa('k'.repeat(32))}` };
    const count = Object.values(keys.inUse).reduce((sum, n) => sum + n, 0);
    expect(count).toBeGreaterThan(0);
    for (let minute = 0; minute <= count; minute += 1) await runMinuteClock(newer);
    const state = await ledgerOf(env, 'main').keyState('m2');
    expect(state).toMatchObject({
      inUse: { m2: count },
      unreadable: 0,
      rotation: { to: 'm2', finishedAt: expect.any(String) },
    });
  });
});
