// What is asked of Docker Hub at once, in workerd: the read-only proxy, and the test of a credential.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AuditRow } from '#domain/protocol/audit.ts';
import { pageOf } from '#domain/protocol/common.ts';
import { Connector, ProbeResult } from '#domain/protocol/connectors.ts';
import { LiveAnswer } from '#domain/protocol/hub.ts';
import { asRole, claimWorkspace, codeOf, read, type Person } from '../support/edge.ts';
import {
  HUB,
  Truth,
  actAs,
  addConnector,
  calls,
  connect,
  control,
  credential,
  fault,
  mutate,
  remove,
  reset,
  untilEnded,
} from '../support/edge-sync.ts';

let ada: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  actAs(ada);
});

describe('the read-only proxy', () => {
  let id: string;
  afterAll(() => remove(id));
  beforeAll(async () => {
    await reset('company');
    id = await addConnector();
    await connect(id, 'oat-read');
    await untilEnded(id, 1);
  });
  const ask = (path: string, who = ada) => who.browser.fetch(`/api/connectors/${id}/hub/organizations/harborline${path}`);

  test.each([
    ['/members', 45],
    ['/teams', 13],
    ['/invites', 3],
    ['/teams/backend/members', 7],
    ['/teams/backend/repositories', 22],
    ['/repositories', 47],
    ['/repositories/api-billing', 1],
  ])('reads %s in one live call', async (path, count) => {
    await control(z.unknown(), '/calls/reset', {});
    const answer = await read(LiveAnswer, await ask(path));
    expect(answer.items).toHaveLength(count);
    expect(Date.parse(answer.at)).toBeGreaterThan(Date.now() - 10_000);
    expect((await calls()).total).toBe(1);
  });

  test('says what changed a moment ago, and writes down who asked', async () => {
    await mutate({
      type: 'set_permission',
      organization: 'harborline',
      team: 'support',
      repository: 'api-billing',
      permission: 'admin',
    });
    const answer = await read(LiveAnswer, await ask('/repositories/api-billing/teams'));
    expect(answer.items).toContainEqual(expect.objectContaining({ team: 'support', permission: 'admin' }));
    const audit = await ada.browser.call(pageOf(AuditRow), '/api/audit?limit=20');
    expect(audit.items.find(({ action }) => action === 'hub.read')).toMatchObject({ actor: { id: ada.user.id } });
  });

  test('finds one member by the whole name', async () => {
    const { members } = await control(Truth, '/truth?organization=harborline');
    const username = members[3]?.username ?? '';
    const answer = await read(LiveAnswer, await ask(`/members/${username}`));
    expect(answer.items).toEqual([expect.objectContaining({ username })]);
  });

  test.each([
    '/teams/..%2f..%2f..%2fusers/members',
    '/repositories/a%2Fb/teams',
    '/repositories/%5c%5cevil/teams',
    '/teams/a%00b/members',
    '/teams/ä/members',
  ])('asks nothing of Docker Hub for %s', async (path) => {
    await control(z.unknown(), '/calls/reset', {});
    const response = await ask(path);
    expect([400, 404]).toContain(response.status);
    expect((await calls()).total).toBe(0);
  });

  test('is for those who may see the connector', async () => {
    const basic = await asRole('basic');
    expect((await ask('/members', basic)).status).toBe(403);
    expect(await codeOf(await ada.browser.fetch('/api/connectors/none/hub/organizations/acme/members'))).toBe('not_found');
  });

  test('follows no redirect', async () => {
    await fault({
      match: { pathPattern: '/members' },
      fault: { type: 'redirect', location: `${HUB}/v2/orgs/harborline/groups` },
    });
    await control(z.unknown(), '/calls/reset', {});
    const response = await ask('/members');
    expect(response.status).toBeGreaterThanOrEqual(400);
    await fetch(`${HUB}/_control/faults`, { method: 'DELETE' });
  });
});

describe('the test of a credential', () => {
  test('goes through the API, and saves nothing', async () => {
    await reset('company');
    const id = await addConnector();
    const result = await ada.browser.call(ProbeResult, `/api/connectors/${id}/test`, {
      method: 'POST',
      body: credential('oat-no-members'),
    });
    expect(result).toMatchObject({ ok: true, signedInAs: 'harborline', troubles: [{ code: 'missing_scope_member_read' }] });
    expect((await ada.browser.call(Connector, `/api/connectors/${id}`)).status).toBe('not_connected');
    await remove(id);
  });
});
