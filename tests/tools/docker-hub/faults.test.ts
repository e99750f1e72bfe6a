import { describe, expect, test } from 'vitest';
import type { SimulatedDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import type { FaultRuleInput } from '../../../tools/docker-hub/faults.ts';
import { aHub, objectOf, type Session, signIn } from './signed-in.ts';

const ORG = '/v2/orgs/harborline';

async function broken(
  fault: FaultRuleInput['fault'],
  match?: FaultRuleInput['match'],
  key = 'owner',
): Promise<{ hub: SimulatedDockerHub; session: Session }> {
  const hub = aHub();
  const session = await signIn(hub, key);
  hub.control.addFault({ fault, match });
  return { hub, session };
}

const isMember = (hub: SimulatedDockerHub, username: string): boolean =>
  hub.control.truth('harborline').members.some((member) => member.username === username);

describe('which requests a rule meets', () => {
  test('by method, by path and query, by operation', async () => {
    const { hub, session } = await broken(
      { type: 'status', status: 503 },
      { method: 'get', pathPattern: 'members\\?.*page=2' },
    );
    hub.control.addFault({ fault: { type: 'status', status: 502 }, match: { operation: 'listOrgGroups' } });
    expect((await session.get(`${ORG}/members?page_size=5&page=1`)).status).toBe(200);
    expect((await session.get(`${ORG}/members?page_size=5&page=2`)).status).toBe(503);
    expect((await session.get(`${ORG}/groups/`)).status).toBe(502);
  });

  test('from the n-th on, so many times', async () => {
    const { hub, session } = await broken({ type: 'status', status: 500 }, { nth: 2, times: 2 });
    const seen: number[] = [];
    for (let index = 0; index < 5; index += 1) seen.push((await session.get(`${ORG}/groups`)).status);
    expect(seen).toEqual([200, 500, 500, 200, 200]);
    expect(hub.control.activeFaults).toMatchObject([{ seen: 5, met: 2 }]);
  });

  test('until they are cleared', async () => {
    const { hub, session } = await broken({ type: 'html' });
    hub.control.clearFaults();
    expect((await session.get(`${ORG}/groups`)).headers.get('Content-Type')).toContain('json');
  });
});

describe('answers that are not what they seem', () => {
  test('HTML with 200', async () => {
    const { session } = await broken({ type: 'html' });
    const answer = await session.get(`${ORG}/members`);
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('a truncated body is no JSON any more', async () => {
    const { session } = await broken({ type: 'truncate' });
    await expect((await session.get(`${ORG}/members`)).json()).rejects.toThrow(SyntaxError);
  });

  test('a cut body breaks off while it is read', async () => {
    const { session } = await broken({ type: 'cut' });
    await expect((await session.get(`${ORG}/members`)).text()).rejects.toThrow('dropped');
  });

  test('a redirect leads elsewhere', async () => {
    const { session } = await broken({ type: 'redirect', status: 307 });
    const answer = await session.get(`${ORG}/members`);
    expect([answer.status, answer.headers.get('Location')]).toEqual([307, 'https://evil.example/v2/collect']);
  });

  test('`next` leads elsewhere', async () => {
    const { session } = await broken({ type: 'foreign_next' });
    expect((await session.json(`${ORG}/members?page_size=10`)).next).toBe(
      'https://evil.example/v2/orgs/harborline/members?page_size=10&page=2',
    );
    expect((await session.json(`${ORG}/members?page_size=100`)).next).toBe('https://evil.example/v2/collect?page=2');
  });

  test('an empty page keeps its count, or not', async () => {
    const { hub, session } = await broken({ type: 'empty_page' });
    expect(await session.json(`${ORG}/members`)).toMatchObject({ count: 45, results: [], next: null });
    hub.control.clearFaults();
    hub.control.addFault({ fault: { type: 'empty_page', keepsCount: false } });
    expect(await session.json(`${ORG}/members`)).toMatchObject({ count: 0, results: [] });
  });

  test('unknown roles, permissions and fields', async () => {
    const { hub, session } = await broken({ type: 'unknown_role', role: 'Wizard' });
    hub.control.addFault({ fault: { type: 'unknown_permission' } });
    hub.control.addFault({ fault: { type: 'unknown_fields' } });
    expect((await session.json(`${ORG}/members`)).results?.[0]).toMatchObject({ role: 'Wizard', brand_new: {} });
    expect((await session.json('/v2/repositories/harborline/api-gateway/groups/')).results?.[0]).toMatchObject({
      permission: 'sudo',
    });
    expect(await session.json(`${ORG}/groups/backend`)).toMatchObject({ brand_new: {}, role: null });
  });

  test('hostile texts in what people type', async () => {
    const { session } = await broken({ type: 'hostile_names' });
    expect((await session.json(`${ORG}/members`)).results?.[0]?.full_name).toContain('<script>');
  });

  test('one value set or removed, anywhere', async () => {
    const { hub, session } = await broken({ type: 'rewrite', path: ['results', '*', 'groups'], value: null });
    hub.control.addFault({ fault: { type: 'rewrite', path: ['results', 0, 'id'] } });
    const { results } = await session.json(`${ORG}/members`);
    expect(results?.every((row) => row.groups === null)).toBe(true);
    expect(results?.[0]).not.toHaveProperty('id');
    expect(results?.[1]).toHaveProperty('id');
  });

  test.for(['seconds', 'timestamp', 'x_timestamp', 'none'] as const)(
    'one 429 out of nowhere, saying %s',
    async (retryAfter) => {
      const { hub, session } = await broken({ type: 'rate_limited', retryAfter }, { times: 1 });
      const answer = await session.get(`${ORG}/groups`);
      expect([answer.status, answer.headers.has('Retry-After'), answer.headers.has('X-Retry-After')]).toEqual([
        429,
        retryAfter === 'seconds' || retryAfter === 'timestamp',
        retryAfter === 'x_timestamp',
      ]);
      expect(hub.control.calls().rateLimited).toBe(1);
      expect((await session.get(`${ORG}/groups`)).status).toBe(200);
    },
  );

  test('a bearer that dies in the middle', async () => {
    const { session } = await broken({ type: 'expire_bearer' }, { nth: 2, times: 1 });
    expect((await session.get(`${ORG}/groups`)).status).toBe(200);
    expect((await session.get(`${ORG}/groups`)).status).toBe(401);
    expect((await session.get(`${ORG}/groups`)).status).toBe(401);
  });
});

describe('writes that lie', () => {
  test('done, and answered with 500', async () => {
    const { hub, session } = await broken({ type: 'applied_then_status', status: 500 });
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(500);
    expect(isMember(hub, 'emilyzhao')).toBe(false);
  });

  test('answered with success, and not done', async () => {
    const { hub, session } = await broken({ type: 'not_applied_then_ok' });
    const before = hub.control.truth('harborline');
    const id = before.teams.find(({ name }) => name === 'quality')?.id;
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(204);
    expect(await objectOf(await session.send('PUT', `${ORG}/members/hanatakeda`, { role: 'owner' }))).toMatchObject({
      role: 'Owner',
    });
    expect((await session.send('DELETE', `${ORG}/groups/backend`)).status).toBe(204);
    const grant = await session.send('POST', '/v2/repositories/harborline/sandbox/groups', {
      group_id: id,
      permission: 'admin',
    });
    expect(grant.status).toBe(200);
    expect((await session.send('DELETE', '/v2/namespaces/harborline/repositories/api-gateway')).status).toBe(202);
    expect(hub.control.truth('harborline')).toEqual(before);
    expect(hub.control.history()).toEqual([]);
  });

  test('dropped before or after it was done', async () => {
    const { hub, session } = await broken({ type: 'drop' }, { times: 1 });
    await expect(session.send('DELETE', `${ORG}/members/emilyzhao`)).rejects.toThrow('dropped');
    expect(isMember(hub, 'emilyzhao')).toBe(true);
    hub.control.addFault({ fault: { type: 'drop', isApplied: true } });
    await expect(session.send('DELETE', `${ORG}/members/emilyzhao`)).rejects.toThrow('dropped');
    expect(isMember(hub, 'emilyzhao')).toBe(false);
    expect(hub.control.calls().byOperation.removeOrgMember).toEqual({ 0: 2 });
  });

  test('a 5xx does nothing', async () => {
    const { hub, session } = await broken({ type: 'status', status: 502, body: '<html>', contentType: 'text/html' });
    expect((await session.send('DELETE', `${ORG}/members/emilyzhao`)).status).toBe(502);
    expect(isMember(hub, 'emilyzhao')).toBe(true);
  });
});

describe('time that does not hold still', () => {
  test('a stale read answers as before the last change, and only that read', async () => {
    const { hub, session } = await broken({ type: 'stale' }, { method: 'GET', times: 1 });
    await session.send('DELETE', `${ORG}/members/emilyzhao`);
    expect(await session.json(`${ORG}/members?search=emilyzhao`)).toMatchObject({ count: 1 });
    expect(await session.json(`${ORG}/members?search=emilyzhao`)).toMatchObject({ count: 0 });
    expect(isMember(hub, 'emilyzhao')).toBe(false);
  });

  test('nobody else sees the old world while a stale read looks at it', async () => {
    const { session } = await broken({ type: 'stale' }, { pathPattern: 'stale=1' });
    await session.send('DELETE', `${ORG}/members/emilyzhao`);
    const reads = Array.from({ length: 40 }, (_, index) =>
      session.json(`${ORG}/members?search=emilyzhao&${index % 2 ? 'stale=1' : ''}`),
    );
    expect((await Promise.all(reads)).map(({ count }) => count)).toEqual(reads.map((_, index) => index % 2));
  });

  test('stale by age', async () => {
    let now = Date.parse('2026-11-02T10:00:00Z');
    const hub = aHub({ now: () => now });
    const session = await signIn(hub, 'owner');
    hub.control.mutate({ type: 'remove_member', organization: 'harborline', username: 'emilyzhao' });
    now += 5_000;
    hub.control.mutate({ type: 'remove_member', organization: 'harborline', username: 'hanatakeda' });
    hub.control.addFault({ fault: { type: 'stale', youngerThanMs: 3_000 } });
    expect((await session.json(`${ORG}/members`)).count).toBe(44);
    now += 5_000;
    expect((await session.json(`${ORG}/members`)).count).toBe(43);
  });

  test('pages shift while they are read: a row is lost, and the count tells', async () => {
    const { session } = await broken(
      { type: 'shift', mutations: [{ type: 'remove_member', organization: 'harborline', username: 'adaeze' }] },
      { pathPattern: 'page=1', times: 1 },
    );
    const first = await session.json(`${ORG}/members?page_size=25&page=1`);
    const second = await session.json(`${ORG}/members?page_size=25&page=2`);
    expect([first.count, second.count]).toEqual([45, 44]);
    const names = [...(first.results ?? []), ...(second.results ?? [])].map((row) => row.username);
    expect(names).toHaveLength(44);
    expect(names).toContain('adaeze');
  });

  test('an identity provider puts back who was removed, once', async () => {
    let now = Date.parse('2026-11-02T10:00:00Z');
    const hub = aHub({ now: () => now });
    hub.control.set({ identityProviderRestoresAfterMs: 60_000 });
    const session = await signIn(hub, 'owner');
    await session.send('DELETE', `${ORG}/members/emilyzhao`);
    expect(isMember(hub, 'emilyzhao')).toBe(false);
    now += 60_001;
    await session.get(`${ORG}/members`);
    expect(hub.control.truth('harborline').members.find(({ username }) => username === 'emilyzhao')).toMatchObject({
      teams: [],
    });
    expect(hub.control.history().map(({ source }) => source)).toEqual(['api', 'identity_provider']);
  });
});

describe('hostile names in the world itself', () => {
  test('come through every route and back', async () => {
    const hub = aHub();
    hub.control.mutate({ type: 'add_hostile_names', organization: 'harborline' });
    const session = await signIn(hub, 'owner');
    for (const { name, permissions } of hub.control.truth('harborline').teams) {
      expect(await session.json(`${ORG}/groups/${encodeURIComponent(name)}`)).toMatchObject({ name });
      const listed: unknown = await (
        await session.get(`${ORG}/groups/${encodeURIComponent(name)}/repositories/?page_size=100`)
      ).json();
      expect(listed).toHaveLength(permissions.length);
    }
  });
});
