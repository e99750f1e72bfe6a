import { describe, expect, test } from 'vitest';
import { aHub, objectOf, signIn } from './signed-in.ts';

const ORG = '/v2/orgs/harborline';

describe('members', () => {
  test('a role is written in lower case and read in title case', async () => {
    const session = await signIn(aHub(), 'oat-write');
    expect((await session.send('PUT', `${ORG}/members/emilyzhao`, { role: 'Editor' })).status).toBe(400);
    expect(await objectOf(await session.send('PUT', `${ORG}/members/emilyzhao/`, { role: 'editor' }))).toMatchObject({
      role: 'Editor',
    });
    const custom = await session.send('PUT', `${ORG}/members/emilyzhao`, { role: 'security-auditor' });
    expect(await objectOf(custom)).toMatchObject({ role: 'Security Auditor' });
  });

  test('becoming an owner is joining the team owners, and the other way round', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    expect(await objectOf(await session.send('PUT', `${ORG}/members/emilyzhao`, { role: 'owner' }))).toMatchObject({
      groups: ['backend', 'oncall', 'owners'],
    });
    expect((await session.send('DELETE', `${ORG}/groups/owners/members/emilyzhao`)).status).toBe(204);
    expect(hub.control.truth('harborline').members.find(({ username }) => username === 'emilyzhao')?.role).toBe('member');
  });

  test('removal leaves every team; a second one is 404', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-write');
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(204);
    expect(hub.control.truth('harborline').teams.some(({ members }) => members.includes('emilyzhao'))).toBe(false);
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(404);
  });

  test('the last owner stays, by every way', async () => {
    const hub = aHub();
    for (const username of ['tobiaslind', 'priyaraman'])
      hub.control.mutate({ type: 'remove_member', organization: 'harborline', username });
    const session = await signIn(hub, 'owner');
    expect((await session.send('DELETE', `${ORG}/members/marenholt`)).status).toBe(400);
    expect((await session.send('PUT', `${ORG}/members/marenholt`, { role: 'member' })).status).toBe(400);
    expect((await session.send('DELETE', `${ORG}/groups/owners/members/marenholt`)).status).toBe(403);
    expect(hub.control.history().filter(({ source }) => source === 'api')).toEqual([]);
  });

  test('a token that only reads writes nothing', async () => {
    const session = await signIn(aHub(), 'oat-read');
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(403);
    expect((await session.send('POST', `${ORG}/groups`, { name: 'mine' })).status).toBe(403);
  });
});

describe('teams', () => {
  test('a renamed team keeps its number, members and permissions', async () => {
    const hub = aHub();
    const before = hub.control.truth('harborline').teams.find(({ name }) => name === 'quality');
    const session = await signIn(hub, 'oat-write');
    await session.send('PATCH', `${ORG}/groups/quality`, { name: 'testers' });
    expect((await session.get(`${ORG}/groups/quality`)).status).toBe(404);
    const after = hub.control.truth('harborline').teams.find(({ name }) => name === 'testers');
    expect(after).toEqual({ ...before, name: 'testers' });
  });

  test('only PATCH takes a role, by its name', async () => {
    const session = await signIn(aHub(), 'owner');
    expect(await objectOf(await session.send('PATCH', `${ORG}/groups/quality`, { role: 'editor' }))).toMatchObject({
      role: 'editor',
    });
    expect(
      await objectOf(await session.send('PUT', `${ORG}/groups/quality`, { name: 'quality', role: 'owner' })),
    ).toMatchObject({
      role: 'editor',
    });
    expect((await session.send('PATCH', `${ORG}/groups/quality`, { role: 'Wizard' })).status).toBe(400);
  });

  test('deleting a team drops its permissions and memberships, never people or repositories', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    expect((await session.send('DELETE', `${ORG}/groups/quality/`)).status).toBe(204);
    const { members, repositories, teams } = hub.control.truth('harborline');
    expect([members.length, repositories.length, teams.length]).toEqual([45, 47, 12]);
    expect(members.find(({ username }) => username === 'kenjimori')?.teams).toEqual([]);
    const { results } = await session.json('/v2/repositories/harborline/test-e2e/groups/');
    expect(results).toEqual([]);
  });

  test('owners can be neither deleted nor renamed', async () => {
    const session = await signIn(aHub(), 'owner');
    expect((await session.send('DELETE', `${ORG}/groups/owners`)).status).toBe(403);
    expect((await session.send('PATCH', `${ORG}/groups/owners`, { name: 'bosses' })).status).toBe(403);
  });

  test('adding a member answers 200 with nothing, twice; removing one 204, then 404', async () => {
    const session = await signIn(aHub(), 'oat-write');
    for (let time = 0; time < 2; time += 1) {
      const added = await session.send('POST', `${ORG}/groups/quality/members/`, { member: 'emilyzhao' });
      expect([added.status, await added.text()]).toEqual([200, '']);
    }
    expect((await session.send('DELETE', `${ORG}/groups/quality/members/emilyzhao`)).status).toBe(204);
    expect((await session.send('DELETE', `${ORG}/groups/quality/members/emilyzhao`)).status).toBe(404);
  });
});

describe('permissions', () => {
  const legacy = '/v2/repositories/harborline/sandbox/groups';
  const namespace = '/v2/namespaces/harborline/repositories/sandbox/groups';

  test.for([
    ['owner', legacy],
    ['pat', legacy],
    ['owner', namespace],
    ['oat-write', namespace],
  ] as const)('%s grants, changes and revokes under %s', async ([key, base]) => {
    const hub = aHub();
    const session = await signIn(hub, key);
    const id = hub.control.truth('harborline').teams.find(({ name }) => name === 'quality')?.id;
    const grant = await session.send('POST', base, { group_id: id, permission: 'read' });
    expect([grant.status, await grant.json()]).toEqual([200, { group_id: id, group_name: 'quality', permission: 'read' }]);
    expect(await objectOf(await session.send('PATCH', `${base}/${id}/`, { permission: 'admin' }))).toMatchObject({
      permission: 'admin',
    });
    expect((await session.send('DELETE', `${base}/${id}/`)).status).toBe(204);
    expect((await session.get(`${base}/${id}/`)).status).toBe(404);
    expect(hub.control.history().map(({ mutation }) => mutation.type)).toEqual([
      'set_permission',
      'set_permission',
      'remove_permission',
    ]);
  });

  test('an organization token grants by the documented legacy route, and changes nothing else there', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-write');
    const id = hub.control.truth('harborline').teams.find(({ name }) => name === 'quality')?.id;
    expect((await session.send('POST', legacy, { group_id: id, permission: 'read' })).status).toBe(200);
    expect((await session.send('DELETE', `${legacy}/${id}/`)).status).toBe(403);
    expect((await session.get(`${legacy}/${id}/`)).status).toBe(403);
  });

  test('a name alone is not enough, and an existing pair may be refused', async () => {
    const hub = aHub();
    hub.control.set({ grantOnExisting: 'refuse' });
    const session = await signIn(hub, 'owner');
    expect((await session.send('POST', legacy, { group_name: 'quality', permission: 'read' })).status).toBe(400);
    const id = hub.control.truth('harborline').teams.find(({ name }) => name === 'quality')?.id;
    expect((await session.send('POST', legacy, { group_id: id, permission: 'read' })).status).toBe(200);
    expect((await session.send('POST', legacy, { group_id: id, permission: 'write' })).status).toBe(400);
  });

  test('no activity entry tells of it', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    const newest = async (): Promise<unknown> => (await session.json('/v2/auditlogs/harborline?page_size=1')).logs;
    const before = await newest();
    hub.control.mutate({
      type: 'set_permission',
      organization: 'harborline',
      repository: 'sandbox',
      team: 'quality',
      permission: 'read',
    });
    expect(await newest()).toEqual(before);
    hub.control.mutate({ type: 'add_team_member', organization: 'harborline', team: 'quality', username: 'emilyzhao' });
    expect(await newest()).toMatchObject([{ action: 'org.team.member.add', name: 'emilyzhao' }]);
  });
});

describe('invites', () => {
  test('the call succeeds as a whole, row by row', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-write');
    const invitees = ['new@example.com', 'emilyzhao', 'not-an-address'];
    const answer = await session.send('POST', '/v2/invites/bulk', {
      org: 'harborline',
      team: 'quality',
      role: 'member',
      invitees,
    });
    expect(answer.status).toBe(202);
    expect(await objectOf(answer)).toMatchObject({
      invitees: [
        { invitee: 'new@example.com', status: 'invited', invite: { org: 'harborline', team: 'quality', role: 'member' } },
        { invitee: 'emilyzhao', status: 'existing_org_member' },
        { invitee: 'not-an-address', status: 'invalid_email_or_docker_id' },
      ],
    });
    expect(hub.control.truth('harborline').invites).toHaveLength(4);
  });

  test('a dry run invites nobody', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    await session.send('POST', '/v2/invites/bulk', { org: 'harborline', invitees: ['new@example.com'], dry_run: true });
    expect(hub.control.truth('harborline').invites).toHaveLength(3);
  });

  test('resending is refused to organization tokens, cancelling is not', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-write');
    const id = hub.control.truth('harborline').invites[0]?.id ?? '';
    expect((await session.send('PATCH', `/v2/invites/${id}/resend`)).status).toBe(403);
    expect((await (await signIn(hub, 'owner')).send('PATCH', `/v2/invites/${id}/resend`)).status).toBe(204);
    expect((await session.send('DELETE', `/v2/invites/${id}`)).status).toBe(204);
    expect((await session.send('DELETE', `/v2/invites/${id}`)).status).toBe(404);
  });

  test('an accepted invite is a member in its team', () => {
    const hub = aHub();
    const invite = hub.control.truth('harborline').invites.find(({ invitee }) => invitee === 'noahfischer');
    hub.control.mutate({ type: 'accept_invite', organization: 'harborline', id: invite?.id ?? '', username: 'noahfischer' });
    const truth = hub.control.truth('harborline');
    expect(truth.members.find(({ username }) => username === 'noahfischer')?.teams).toEqual(['frontend']);
    expect(truth.invites).toHaveLength(2);
  });
});

describe('repositories and tokens', () => {
  test('a repository is made, described, hidden and deleted', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    const made = await session.send('POST', '/v2/namespaces/harborline/repositories', {
      name: 'brand-new',
      namespace: 'harborline',
    });
    expect([made.status, await made.json()]).toMatchObject([201, { is_private: false, permissions: { admin: true } }]);
    await session.send('PATCH', '/v2/namespaces/harborline/repositories/brand-new', { description: 'Shiny' });
    expect((await session.send('POST', '/v2/repositories/harborline/brand-new/privacy', { is_private: true })).status).toBe(
      200,
    );
    expect(await session.json('/v2/repositories/harborline/brand-new/')).toMatchObject({
      description: 'Shiny',
      is_private: true,
    });
    expect((await session.send('DELETE', '/v2/repositories/harborline/brand-new/')).status).toBe(202);
    expect((await session.get('/v2/namespaces/harborline/repositories/brand-new')).status).toBe(404);
  });

  test('rules for immutable tags are an array in one route and joined by commas in the other', async () => {
    const session = await signIn(aHub(), 'owner');
    await session.send('PATCH', '/v2/repositories/harborline/api-gateway/', {
      immutable_tags: true,
      immutable_tags_rules: 'v.*,x',
    });
    const detail = await session.json('/v2/namespaces/harborline/repositories/api-gateway');
    expect(detail.immutable_tags_settings).toEqual({ enabled: true, rules: ['v.*', 'x'] });
  });

  test('an organization token’s secret is shown once, and signs in', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'owner');
    const resources = [{ type: 'TYPE_ORG', path: 'harborline', scopes: ['scope-member-read'] }];
    const made = await objectOf(await session.send('POST', `${ORG}/access-tokens`, { label: 'new', resources }));
    expect(made).not.toHaveProperty('created_by');
    hub.world.credentials.push({ key: 'new', kind: 'oat', identifier: 'harborline', secret: String(made.token), note: '' });
    expect((await (await signIn(hub, 'new')).get(`${ORG}/members`)).status).toBe(200);
    expect((await (await signIn(hub, 'new')).get(`${ORG}/groups`)).status).toBe(403);
    expect((await session.send('DELETE', `${ORG}/access-tokens/${String(made.id)}`)).status).toBe(204);
  });
});
