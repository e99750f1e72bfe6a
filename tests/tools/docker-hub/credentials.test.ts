import { describe, expect, test } from 'vitest';
import { aHub, credential, objectOf, send, signIn } from './signed-in.ts';

const OAT_REFUSED = { message: 'token issued from organization access token is not allowed' };

describe('signing in', () => {
  const attempt = (key: string, route: '/v2/auth/token' | '/v2/users/login'): Promise<Response> => {
    const hub = aHub();
    const { identifier, secret } = credential(hub, key);
    const body = route === '/v2/auth/token' ? { identifier, secret } : { username: identifier, password: secret };
    return send(hub, 'POST', route, { body });
  };

  test.for([
    ['owner', 200, 200],
    ['pat', 200, 200],
    ['no-organization', 200, 200],
    ['oat-read', 200, 401],
    ['owner-2fa', 401, 401],
    ['owner-sso', 401, 401],
    ['locked', 429, 429],
    ['oat-expired', 401, 401],
    ['oat-inactive', 401, 401],
  ] as const)('%s gets %i for a token and %i at the legacy login', async ([key, token, legacy]) => {
    expect((await attempt(key, '/v2/auth/token')).status).toBe(token);
    expect((await attempt(key, '/v2/users/login')).status).toBe(legacy);
  });

  test('an organization cannot log in the old way', async () => {
    expect(await objectOf(await attempt('oat-read', '/v2/users/login'))).toEqual({
      detail: 'Cannot log into an organization account',
    });
  });

  test('a second factor is asked for, and takes the code', async () => {
    const hub = aHub();
    const { identifier, secret } = credential(hub, 'owner-2fa');
    const challenge = await objectOf(
      await send(hub, 'POST', '/v2/users/login', { body: { username: identifier, password: secret } }),
    );
    expect(challenge.login_2fa_token).toBeTypeOf('string');
    const second = (code: string): Promise<Response> =>
      send(hub, 'POST', '/v2/users/2fa-login', { body: { login_2fa_token: challenge.login_2fa_token, code } });
    expect((await second('000000')).status).toBe(401);
    const { token } = await objectOf(await second('123456'));
    expect((await send(hub, 'GET', '/v2/user/', { bearer: String(token) })).status).toBe(200);
  });

  test('five wrong passwords lock a username, even for the right one', async () => {
    const hub = aHub();
    const { identifier, secret } = credential(hub, 'owner');
    const login = (tried: string): Promise<Response> =>
      send(hub, 'POST', '/v2/auth/token', { body: { identifier, secret: tried } });
    for (let index = 0; index < 5; index += 1) expect((await login('wrong')).status).toBe(401);
    expect((await login(secret)).status).toBe(429);
  });

  test('a lock ends after ten minutes', async () => {
    let now = Date.parse('2026-11-02T10:00:00Z');
    const hub = aHub({ now: () => now });
    const { identifier, secret } = credential(hub, 'owner');
    for (let index = 0; index < 5; index += 1)
      await send(hub, 'POST', '/v2/auth/token', { body: { identifier, secret: 'wrong' } });
    now += 10 * 60_000 + 1;
    expect((await send(hub, 'POST', '/v2/auth/token', { body: { identifier, secret } })).status).toBe(200);
  });
});

describe('the bearer', () => {
  test('says when it expires, ten minutes on, and is dead then', async () => {
    let now = Date.parse('2026-11-02T10:00:00Z');
    const hub = aHub({ now: () => now });
    const session = await signIn(hub, 'oat-read');
    const claims: unknown = JSON.parse(Buffer.from(session.bearer.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ iat: now / 1000, exp: now / 1000 + 600, aud: 'https://hub.docker.com' });
    now += 599_000;
    expect((await session.get('/v2/orgs/harborline/members')).status).toBe(200);
    now += 2_000;
    const late = await session.get('/v2/orgs/harborline/members');
    expect(late.status).toBe(401);
    expect(await late.json()).toEqual({ message: 'unauthorized', errinfo: {} });
  });

  test.for(['pat', 'oat-read'])('is never the raw secret of %s', async (key) => {
    const hub = aHub();
    const answer = await send(hub, 'GET', '/v2/orgs/harborline/members', { bearer: credential(hub, key).secret });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ message: 'unauthorized', errinfo: {} });
  });

  test('of a token that is switched off stops working', async () => {
    const hub = aHub();
    const session = await signIn(hub, 'oat-read');
    const tokens = hub.world.organizations.get('harborline')?.accessTokens.values() ?? [];
    const id = [...tokens].find(({ label }) => label === 'oat-read')?.id ?? '';
    hub.control.mutate({ type: 'update_organization_token', organization: 'harborline', id, isActive: false });
    expect((await session.get('/v2/orgs/harborline/members')).status).toBe(401);
  });

  test('works with Bearer and not with the JWT prefix of old scripts', async () => {
    const hub = aHub();
    const { bearer } = await signIn(hub, 'owner');
    const asked = (authorization: string): Promise<Response> =>
      hub.fetch(new Request('http://hub.test/v2/user/', { headers: { Authorization: authorization } }));
    expect((await asked(`Bearer ${bearer}`)).status).toBe(200);
    expect((await asked(`JWT ${bearer}`)).status).toBe(401);
  });
});

describe('what each credential may call', () => {
  test.for([
    ['/v2/orgs/harborline/members', 200, 403, 200, 'oat-no-members'],
    ['/v2/orgs/harborline/groups', 200, 403, 200, 'oat-no-teams'],
    ['/v2/orgs/harborline/groups/backend/members', 200, 403, 200, 'oat-no-teams'],
    ['/v2/orgs/harborline/groups/backend/repositories/', 200, 403, 200, 'oat-no-teams'],
    ['/v2/orgs/harborline/invites', 200, 403, 200, 'oat-no-invites'],
    ['/v2/auditlogs/harborline', 200, 403, 200, 'oat-no-activity'],
    ['/v2/namespaces/harborline/repositories/api-gateway/groups', 200, 200, 200, 'oat-no-permissions'],
    ['/v2/orgs/harborline/access-tokens', 200, 403, 403, null],
    ['/v2/access-tokens', 200, 403, 403, null],
    ['/v2/user/orgs/', 200, 200, 403, null],
    ['/v2/repositories/harborline/', 200, 200, 403, null],
    ['/v2/repositories/harborline/api-gateway/', 200, 200, 403, null],
    ['/v2/repositories/harborline/api-gateway/groups/', 200, 200, 403, null],
  ] as const)('%s: password %i, personal token %i, organization token %i', async ([path, password, pat, oat, without]) => {
    const hub = aHub();
    expect((await (await signIn(hub, 'owner')).get(path)).status).toBe(password);
    expect((await (await signIn(hub, 'pat')).get(path)).status).toBe(pat);
    expect((await (await signIn(hub, 'oat-read')).get(path)).status).toBe(oat);
    if (without) expect((await (await signIn(hub, without)).get(path)).status).toBe(403);
  });

  test('an organization token on a legacy read is told that its kind is refused', async () => {
    const session = await signIn(aHub(), 'oat-read');
    expect(await objectOf(await session.get('/v2/repositories/harborline/'))).toMatchObject(OAT_REFUSED);
  });

  test('without scope-repository-list an organization token gets public repositories only, and no word about it', async () => {
    const hub = aHub();
    const path = '/v2/namespaces/harborline/repositories?page_size=100';
    const all = await (await signIn(hub, 'oat-read')).json(path);
    const silent = await (await signIn(hub, 'oat-public-only')).json(path);
    expect(all.results?.some((row) => row.is_private)).toBe(true);
    expect(silent.count).toBe(5);
    expect(silent.results?.every((row) => row.is_private === false)).toBe(true);
    expect(
      (await (await signIn(hub, 'oat-public-only')).get('/v2/namespaces/harborline/repositories/api-gateway')).status,
    ).toBe(200);
  });

  test('an organization token reaches no other organization', async () => {
    const session = await signIn(aHub(), 'oat-read');
    expect((await session.get('/v2/orgs/harborline-labs/members')).status).toBe(403);
    expect((await session.get('/v2/namespaces/harborline-labs/repositories/notebook-base')).status).toBe(404);
  });

  test('a personal token with repo:public_read sees public repositories only', async () => {
    const listed = await (await signIn(aHub(), 'pat-public')).json('/v2/namespaces/harborline/repositories?page_size=100');
    expect(listed.results?.every((row) => row.is_private === false)).toBe(true);
  });

  test('a member sees no e-mail, an owner and an organization token do', async () => {
    const hub = aHub();
    const path = '/v2/orgs/harborline/members?page_size=1';
    expect((await (await signIn(hub, 'member')).json(path)).results?.[0]).not.toHaveProperty('email');
    expect((await (await signIn(hub, 'owner')).json(path)).results?.[0]).toHaveProperty('email');
    expect((await (await signIn(hub, 'oat-read')).json(path)).results?.[0]).toHaveProperty('email');
  });

  test('a member lists the repositories of its teams and the public ones', async () => {
    const hub = aHub();
    const listed = await (await signIn(hub, 'member')).json('/v2/namespaces/harborline/repositories?page_size=100');
    const mine = hub.control.effectiveAccess('harborline').filter(({ username }) => username === 'emilyzhao');
    expect(listed.results?.map((row) => row.name).sort()).toEqual(mine.map(({ repository }) => repository).sort());
  });

  test('somebody without an organization has none', async () => {
    const session = await signIn(aHub(), 'no-organization');
    expect(await session.json('/v2/user/orgs')).toMatchObject({ count: 0, results: [] });
    expect((await session.get('/v2/orgs/harborline/members')).status).toBe(403);
    expect((await session.get('/v2/orgs/nobody-here/members')).status).toBe(404);
  });

  test('an owner of two organizations finds both', async () => {
    const orgs = await (await signIn(aHub(), 'owner')).json('/v2/user/orgs/');
    expect(orgs.results?.map((row) => [row.orgname, row.user_role])).toEqual([
      ['harborline', 'Owner'],
      ['harborline-labs', 'Owner'],
    ]);
  });
});
