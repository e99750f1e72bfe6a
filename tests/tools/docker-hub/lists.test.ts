import { describe, expect, test } from 'vitest';
import { aHub, ORIGIN, send, signIn } from './signed-in.ts';

describe('pages', () => {
  test.for([
    ['/v2/orgs/harborline/members', 25, 45],
    ['/v2/orgs/harborline/groups', 13, 13],
    ['/v2/namespaces/harborline/repositories', 10, 47],
  ] as const)('%s has %i rows of %i unless asked', async ([path, rows, count]) => {
    const page = await (await signIn(aHub(), 'oat-read')).json(path);
    expect(page.results).toHaveLength(rows);
    expect(page.count).toBe(count);
  });

  test('`next` is absolute and plain http, whatever the request was', async () => {
    const hub = aHub();
    const { bearer } = await signIn(hub, 'oat-read');
    const request = new Request('https://hub.test/v2/orgs/harborline/members?page_size=20', {
      headers: { Authorization: `Bearer ${bearer}` },
    });
    expect(await (await hub.fetch(request)).json()).toMatchObject({
      next: 'http://hub.test/v2/orgs/harborline/members?page_size=20&page=2',
      previous: null,
    });
  });

  test.for([
    ['docker_hub', 'https://hub.docker.com/v2/orgs/harborline/members?page_size=20&page=2'],
    ['request', `${ORIGIN}/v2/orgs/harborline/members?page_size=20&page=2`],
  ] as const)('`next` in the style %s', async ([nextStyle, url]) => {
    const hub = aHub();
    hub.control.set({ nextStyle });
    expect((await (await signIn(hub, 'oat-read')).json('/v2/orgs/harborline/members?page_size=20')).next).toBe(url);
  });

  test('`next` may forget the query', async () => {
    const hub = aHub();
    hub.control.set({ nextKeepsQuery: false });
    const { next } = await (await signIn(hub, 'oat-read')).json('/v2/orgs/harborline/members?page_size=20');
    expect(next).toBe(`${ORIGIN}/v2/orgs/harborline/members?page=2`);
  });

  test.for([
    ['null', null],
    ['empty', ''],
    ['absent', undefined],
  ] as const)('the last `next` may be %s', async ([lastNext, value]) => {
    const hub = aHub();
    hub.control.set({ lastNext });
    expect((await (await signIn(hub, 'oat-read')).json('/v2/orgs/harborline/groups')).next).toBe(value);
  });

  test('a page past the end of repositories is 404', async () => {
    const session = await signIn(aHub(), 'oat-read');
    expect((await session.get('/v2/namespaces/harborline/repositories?page=6')).status).toBe(404);
    expect((await session.get('/v2/orgs/harborline/members?page=99')).status).toBe(200);
  });

  test('no page of repositories is larger than 100', async () => {
    const { seededWorld } = await import('../../../tools/docker-hub/worlds/seeded.ts');
    const session = await signIn(aHub({ world: seededWorld({ size: 0.1 }) }), 'oat-read');
    expect((await session.json('/v2/namespaces/org-0-1/repositories?page_size=1000')).results).toHaveLength(100);
  });

  test('every row comes once when pages are read in an order', async () => {
    const session = await signIn(aHub(), 'oat-read');
    const names: unknown[] = [];
    for (let page = 1; page <= 7; page += 1) {
      const { results } = await session.json(`/v2/namespaces/harborline/repositories?ordering=name&page_size=7&page=${page}`);
      names.push(...(results ?? []).map((row) => row.name));
    }
    expect(new Set(names).size).toBe(47);
    expect(names).toHaveLength(47);
  });

  test('unordered, repositories come newest first, so that a push moves them', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-read');
    hub.control.mutate({ type: 'push_image', organization: 'harborline', repository: 'test-load' });
    expect((await session.json('/v2/namespaces/harborline/repositories?page_size=1')).results?.[0]?.name).toBe('test-load');
  });

  test('an unknown ordering is refused with fields', async () => {
    const answer = await (await signIn(aHub(), 'oat-read')).get('/v2/namespaces/harborline/repositories?ordering=stars');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ fields: { ordering: ['Invalid ordering value.'] }, text: 'Invalid ordering value' });
  });
});

describe('members', () => {
  test('roles are title case, custom roles by their label', async () => {
    const { results } = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/members?page_size=100');
    const roleOf = (username: string): unknown => results?.find((row) => row.username === username)?.role;
    expect(roleOf('marenholt')).toBe('Owner');
    expect(roleOf('oskarnyberg')).toBe('Editor');
    expect(roleOf('emilyzhao')).toBe('Member');
    expect(roleOf('adaeze')).toBe('Security Auditor');
  });

  test('ids come without dashes, guests are marked, teams are named', async () => {
    const { results } = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/members?search=auditornl');
    expect(results).toHaveLength(1);
    expect(results?.[0]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/), is_guest: true, groups: ['security'] });
  });

  test('invitees come only when asked for, with empty ids unless they have an account', async () => {
    const session = await signIn(aHub(), 'oat-read');
    expect((await session.json('/v2/orgs/harborline/members')).count).toBe(45);
    expect((await session.json('/v2/orgs/harborline/members?invites=true')).count).toBe(48);
    const { results } = await session.json('/v2/orgs/harborline/members?type=invitee');
    expect(results?.map((row) => [row.username, row.role, row.id === ''])).toEqual([
      ['noahfischer', 'Invitee', false],
      ['', 'Invitee', true],
      ['', 'Invitee', true],
    ]);
  });

  test('without insights nobody says when somebody was last seen', async () => {
    const { results } = await (await signIn(aHub(), 'oat-read@labs')).json('/v2/orgs/harborline-labs/members');
    expect(results?.[0]).not.toHaveProperty('last_seen_at');
  });

  test('the export has the documented columns and one line each', async () => {
    const answer = await (await signIn(aHub(), 'oat-read')).get('/v2/orgs/harborline/members/export');
    expect(answer.headers.get('Content-Type')).toContain('text/csv');
    expect(answer.headers.get('Content-Disposition')).toMatch(/^attachment;filename="harborline-members-.+\.csv"$/);
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^Name,Username,Email,Type,Role,Teams,Date Joined,/);
    expect(lines).toHaveLength(1 + 45 + 3);
    expect(lines.find((line) => line.includes('emilyzhao'))).toContain('"backend,oncall"');
  });
});

describe('teams and their permissions', () => {
  test('member_count leaves invitees out', async () => {
    const { member_count: count } = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/groups/frontend/');
    const members = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/groups/frontend/members/');
    expect(count).toBe(members.count);
  });

  test('a team’s members may be a bare array, and their ids may have dashes where those of members have none', async () => {
    const hub = aHub();
    hub.control.set({ teamMembers: 'array', accountIds: 'mixed' });
    const session = await signIn(hub, 'oat-read');
    const { results } = await session.json('/v2/orgs/harborline/members?search=hanatakeda');
    const members: unknown = await (await session.get('/v2/orgs/harborline/groups/backend/members?search=hanatakeda')).json();
    expect(results).toMatchObject([{ id: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
    expect(members).toMatchObject([{ id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-/) }]);
  });

  test('teams can be narrowed to one user', async () => {
    const { results } = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/groups?username=emilyzhao');
    expect(results?.map((row) => row.name).sort()).toEqual(['backend', 'oncall']);
  });

  test('both listings of permissions say the same', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-read');
    for (const team of hub.control.truth('harborline').teams) {
      for (const [repository, permission] of team.permissions) {
        const grant = await session.json(`/v2/namespaces/harborline/repositories/${repository}/groups/${team.id}/`);
        expect(grant).toEqual({ group_id: team.id, group_name: team.name, permission });
      }
      const listed: unknown = await (
        await session.get(`/v2/orgs/harborline/groups/${team.name}/repositories/?page_size=100`)
      ).json();
      expect(listed).toEqual(team.permissions.map(([repository, permission]) => ({ repository, permission })));
    }
  });

  test.for([
    ['array', [{ repository: 'api-billing', permission: 'read' }]],
    ['prefixed', [{ repository: 'harborline/api-billing', permission: 'read' }]],
    ['page', { count: 18, results: [{ repository: 'api-billing', permission: 'read' }] }],
    ['wrapped', { data: { total: 18 } }],
  ] as const)('the per-team listing as %s', async ([perTeamListing, expected]) => {
    const hub = aHub();
    hub.control.set({ perTeamListing });
    const answer = await (await signIn(hub, 'oat-read')).get('/v2/orgs/harborline/groups/quality/repositories/?page_size=1');
    expect(await answer.json()).toMatchObject(expected);
  });

  test('the whole per-team listing ignores pages', async () => {
    const hub = aHub();
    hub.control.set({ perTeamListing: 'whole' });
    const answer = await (
      await signIn(hub, 'oat-read')
    ).get('/v2/orgs/harborline/groups/quality/repositories/?page_size=1&page=5');
    expect(await answer.json()).toHaveLength(18);
  });

  test.for([
    ['missing', 404, 'text/html; charset=utf-8'],
    ['forbidden', 403, 'application/json'],
  ] as const)('a %s per-team listing', async ([perTeamListing, status, type]) => {
    const hub = aHub();
    hub.control.set({ perTeamListing });
    const answer = await (await signIn(hub, 'oat-read')).get('/v2/orgs/harborline/groups/quality/repositories/');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, type]);
  });

  test('a stale per-team listing does not show what changed since, an incomplete one leaves rows out', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-read');
    const rows = async (): Promise<unknown> =>
      (await session.get('/v2/orgs/harborline/groups/quality/repositories/?page_size=100')).json();
    const before = await rows();
    hub.control.set({ perTeamListing: 'stale' });
    hub.control.mutate({
      type: 'set_permission',
      organization: 'harborline',
      repository: 'sandbox',
      team: 'quality',
      permission: 'admin',
    });
    expect(await rows()).toEqual(before);
    hub.control.set({ perTeamListing: 'incomplete' });
    expect(await rows()).toHaveLength(16);
    hub.control.set({ perTeamListing: 'array' });
    expect(await rows()).toHaveLength(19);
  });

  test('the namespace form of the grants can be switched off, and is then an HTML page', async () => {
    const hub = aHub();
    hub.control.set({ namespaceGrants: false });
    const answer = await (await signIn(hub, 'oat-read')).get('/v2/namespaces/harborline/repositories/api-gateway/groups');
    expect(answer.headers.get('Content-Type')).toContain('text/html');
  });
});

describe('other lists', () => {
  test('invites are under `data` and not paged', async () => {
    const answer = await (await signIn(aHub(), 'oat-read')).json('/v2/orgs/harborline/invites?page_size=1');
    expect(answer.data).toHaveLength(3);
  });

  test('organization tokens say `total` and leave resources out; one token has them', async () => {
    const session = await signIn(aHub(), 'owner');
    const list = await session.json('/v2/orgs/harborline/access-tokens');
    expect(list).toMatchObject({ total: 13 });
    expect(list).not.toHaveProperty('count');
    expect(list.results).toHaveLength(10);
    expect(list.results?.[0]).not.toHaveProperty('resources');
    const one = await session.json(`/v2/orgs/harborline/access-tokens/${String(list.results?.[0]?.id)}`);
    expect(one.resources).toHaveLength(2);
    expect(one).not.toHaveProperty('token');
  });

  test('personal tokens are the caller’s own, with an active count and no secret', async () => {
    const list = await (await signIn(aHub(), 'owner')).json('/v2/access-tokens');
    expect(list).toMatchObject({ count: 2, active_count: 2 });
    expect(list.results?.map((row) => row.token)).toEqual(['', '']);
  });

  test('the activity log has no total, is newest first and filters by time and action', async () => {
    const session = await signIn(aHub(), 'oat-read');
    const page = await session.json('/v2/auditlogs/harborline');
    expect(Object.keys(page)).toEqual(['logs']);
    expect(page.logs).toHaveLength(25);
    expect((await session.json('/v2/auditlogs/harborline?action=org.team.create')).logs).toMatchObject([
      { name: 'release-managers' },
    ]);
    expect((await session.json('/v2/auditlogs/harborline?from=2030-01-01T00:00:00Z')).logs).toEqual([]);
  });

  test('the public profile needs no token, and a user’s name redirects', async () => {
    const hub = aHub();
    expect((await send(hub, 'GET', '/v2/orgs/harborline/')).status).toBe(200);
    const user = await send(hub, 'GET', '/v2/orgs/emilyzhao');
    expect([user.status, user.headers.get('Location')]).toEqual([302, '/v2/users/emilyzhao']);
  });

  test.for(['/v2/nothing/here', '/v2http://hub.docker.com/v2/orgs', '/v2/orgs/harborline/groups/backend/unknown', '/'])(
    'an unknown path %s is an HTML page',
    async (path) => {
      const answer = await send(aHub(), 'GET', path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('Content-Type')).toContain('text/html');
    },
  );

  test('a known path with another method is refused in JSON', async () => {
    expect((await send(aHub(), 'GET', '/v2/users/login')).status).toBe(405);
  });
});
