// Applications, and the owners of their teams and repositories.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { pageOf, Problem } from '#domain/protocol/common.ts';
import { Application, ImportedOwners, ResourceOwners } from '#domain/protocol/connectors.ts';
import { ledgerOf } from '../../edge/ledger/remote-ledger.ts';
import { asRole, claimWorkspace, codeOf, invite, type Person } from '../support/edge.ts';
import { addConnector } from '../support/edge-connectors.ts';

let ada: Person;
let dana: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  dana = await invite(['connector'], 'Dana Cole');
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
    const created = await addConnector(ada);
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
