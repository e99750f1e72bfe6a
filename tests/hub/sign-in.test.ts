import { describe, expect, test } from 'vitest';
import { SyncBench } from '../support/sync-bench.ts';

const probe = (bench: SyncBench, key: string, secret?: string) => {
  const credential = bench.credentialOf(key);
  return bench
    .life()
    .link.probe(secret === undefined ? credential : { ...credential, secret }, () => Promise.resolve(bench.taken));
};
const codes = (result: { troubles: { code: string }[] }): string[] => result.troubles.map(({ code }) => code);

describe('a test of a credential says what it can and cannot read', () => {
  test.each([
    ['owner', true, []],
    ['oat-read', true, []],
    ['owner-2fa', false, ['two_factor']],
    ['locked', false, ['account_locked']],
    ['no-organization', false, ['no_organization']],
    ['pat', false, ['personal_token']],
    ['oat-public-only', true, ['public_only_token']],
    ['oat-no-members', true, ['missing_scope_member_read']],
    ['oat-no-teams', true, ['missing_scope_group_read', 'missing_scope_repo_group_read']],
    ['oat-no-invites', true, ['missing_scope_invite_read']],
    ['oat-no-activity', true, ['missing_scope_activity_read']],
    ['oat-no-permissions', true, ['missing_scope_repo_group_read']],
    ['oat-expired', false, ['wrong_token']],
    ['oat-inactive', false, ['wrong_token']],
  ] as const)('%s', async (key, isGood, expected) => {
    const bench = new SyncBench();
    const result = await probe(bench, key);
    expect(codes(result)).toEqual(expected);
    expect(result.ok).toBe(isGood);
    for (const { message, next } of result.troubles) {
      expect(message.length).toBeGreaterThan(20);
      expect(next.length).toBeGreaterThan(20);
    }
    expect(result.calls).toBe(bench.hub.control.calls().total);
    expect(result.calls).toBeLessThanOrEqual(2 + 11 * Math.max(1, result.organizations.length));
  });

  test('a password that single sign-on forbids', async () => {
    const bench = new SyncBench({ settings: { ssoRefusal: 'named' } });
    await probe(bench, 'owner-sso'); // the old sign-in refuses it like any wrong one
    expect(codes(await probe(bench, 'owner-sso'))).toEqual(['sso_enforced']);
  });

  test('a password that single sign-on forbids without saying so is refused with the hint', async () => {
    const result = await probe(new SyncBench(), 'owner-sso');
    expect(codes(result)).toEqual(['wrong_password']);
    expect(result.troubles[0]?.next).toContain('identity provider');
  });

  test('a password that only the old sign-in takes', async () => {
    const bench = new SyncBench();
    bench.hub.control.addFault({
      match: { operation: 'AuthCreateAccessToken' },
      fault: { type: 'status', status: 401, body: '{"message":"unauthorized"}' },
    });
    expect(await probe(bench, 'owner')).toMatchObject({ ok: true, troubles: [] });
  });

  test.each([
    ['a page', { type: 'html', status: 200 } as const],
    ['a page with 403', { type: 'html', status: 403 } as const],
    [
      '429 of an address that is used up',
      {
        type: 'status',
        status: 429,
        body: '{"detail":"Rate limit exceeded","error":false}',
        headers: { 'X-RateLimit-Limit': '180', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1795507260' },
      } as const,
    ],
  ])('throttled at sign-in: %s', async (_name, fault) => {
    const bench = new SyncBench();
    bench.hub.control.addFault({ match: { pathPattern: '/v2/(auth|users)/' }, fault });
    expect(codes(await probe(bench, 'owner'))).toEqual(['throttled_at_sign_in']);
    expect(bench.hub.control.calls().total).toBeLessThanOrEqual(3);
  });

  test('a token of an organization that is not there, as the run says it too', async () => {
    const bench = new SyncBench({ credential: 'oat-read' });
    bench.hub.control.addFault({
      match: { pathPattern: '/v2/(orgs|namespaces)/' },
      fault: { type: 'status', status: 404, body: '{"detail":"No such organization"}' },
    });
    const result = await probe(bench, 'oat-read');
    expect(result).toMatchObject({ ok: false, organizations: [] });
    expect(codes(result)).toEqual(['no_organization']);
    expect((await bench.run()).trouble).toEqual(result.troubles[0]);
  });

  test('an organization that another connector has', async () => {
    const bench = new SyncBench();
    bench.taken = [{ name: 'harborline', connectorName: 'Docker Hub for harborline' }];
    const result = await probe(bench, 'oat-read');
    expect(codes(result)).toEqual(['organization_taken']);
    expect(result.ok).toBe(false);
  });
});

describe('the bearer', () => {
  test('survives a new life of the object, and is nowhere to be read', async () => {
    const bench = new SyncBench();
    const first = bench.life();
    const bearer = await first.link.bearers.get();
    const again = await bench.life().link.bearers.get();
    expect(again).toEqual(bearer);
    expect(bench.hub.control.calls().logins).toBe(1);
    expect(bearer.ok && bench.everythingKept()).not.toContain(bearer.ok ? bearer.value : '');
    expect(bench.everythingKept()).not.toContain(bench.credential.secret);
  });
});
