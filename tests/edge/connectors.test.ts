// Connectors: added as the guide has it, changed, deleted.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { pageOf, Problem } from '#domain/protocol/common.ts';
import { AuditRow } from '#domain/protocol/audit.ts';
import { Application, Connector, ConnectorType, CreatedConnector, DeletionPreview } from '#domain/protocol/connectors.ts';
import { api, claimWorkspace, codeOf, invite, tokenOf, type Person } from '../support/edge.ts';
import { aConnector, aCredential, addConnector } from '../support/edge-connectors.ts';

let ada: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
});
afterEach(() => void vi.useRealTimers());

describe('the steps of the guide, for my own connector', () => {
  test('search, application, owner, next: it is there, not connected, and nobody else is told', async () => {
    const types = await ada.browser.call(pageOf(ConnectorType), '/api/connectors/types');
    expect(types.items.map(({ name }) => name)).toEqual(['Docker Hub']);

    const response = await ada.browser.fetch('/api/connectors', { method: 'POST', body: aConnector(ada) });
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
    const created = await addConnector(ada, { application: { id: application.id } });
    expect(created.application).toEqual({ id: application.id, name: application.name });
    const read = await ada.browser.call(Application, `/api/applications/${application.id}`);
    expect(read.connectors).toEqual([{ id: created.id, name: 'Docker Hub' }]);
  });

  test('the credential is kept, shown without its secret, and removed again', async () => {
    const { id } = await addConnector(ada);
    const body = aCredential({ expiresAt: '2027-05-12T00:00:00.000Z' });
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
    const { id } = await addConnector(ada);
    const body = aCredential({ secret: 'dckr_oat_canary-7f3a' });
    const saved = await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body });
    expect(saved.credential?.kind).toBe('oat');
  });
});

describe('changing', () => {
  test('renames, pauses, schedules, chooses organizations, and keeps the rest', async () => {
    const { id } = await addConnector(ada);
    const patch = (body: unknown) => ada.browser.call(CreatedConnector, `/api/connectors/${id}`, { method: 'PATCH', body });
    expect(await patch({ name: 'Acme on Docker Hub' })).toMatchObject({ name: 'Acme on Docker Hub', everyHours: 24 });
    expect(await patch({ include: ['acme'], everyHours: 6 })).toMatchObject({
      include: ['acme'],
      everyHours: 6,
      organizations: [{ name: 'acme', included: true, governedBy: 'unknown' }],
    });
    await ada.browser.call(Connector, `/api/connectors/${id}/credential`, { method: 'PUT', body: aCredential() });
    expect(await patch({ paused: true })).toMatchObject({ status: 'paused', paused: true });
    expect(await patch({ paused: false })).toMatchObject({ paused: false });
  });

  test('refuses an organization that another connector has, by name', async () => {
    const [one, two] = [await addConnector(ada, { name: 'First' }), await addConnector(ada)];
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
      ['PUT', '/credential', aCredential()],
      ['DELETE', '/credential'],
      ['POST', '/test', aCredential()],
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
    const { id } = await addConnector(olga);
    expect(await olga.browser.call(DeletionPreview, `/api/connectors/${id}/deletion`)).toEqual({
      accounts: 0,
      teams: 0,
      repositories: 0,
      permissions: 0,
      runs: 0,
    });
    // A program has no passkey, and its token says what it may.
    const headers = await tokenOf(ada);
    const another = await addConnector(ada);
    expect((await api(`/api/connectors/${another.id}`, { method: 'DELETE', headers })).status).toBe(204);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });
    expect(await codeOf(await olga.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' }))).toBe('needs_passkey');

    await olga.browser.elevate();
    expect((await olga.browser.fetch(`/api/connectors/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ada.browser.fetch(`/api/connectors/${id}`)).status).toBe(404);
    const log = await ada.browser.call(pageOf(AuditRow), `/api/audit?object=${id}`);
    expect(log.items.map(({ action }) => action)).toEqual(['connector.delete', 'connector.create']);
  });
});
