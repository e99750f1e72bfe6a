// Each answer that Docker Hub can give to a write, and what is done about it: the table of the design, row by row.
import { describe, expect, test, vi } from 'vitest';
import { applyChange } from '../../edge/hub/apply.ts';
import type { HubChange } from '../../src/domain/hub-change.ts';
import type { FaultRuleInput } from '../../tools/docker-hub/faults.ts';
import { ChangeBench, ORG } from '../support/change-bench.ts';

const organization = ORG;
const HANA = 'hanatakeda';
type Fault = FaultRuleInput['fault'];

interface Case {
  operation: string;
  mutation: string;
  change: (bench: ChangeBench) => HubChange;
  isSo: (bench: ChangeBench) => boolean;
}
const member = (bench: ChangeBench) => ({ organization, account: bench.account(HANA) });
const CASES: Record<string, Case> = {
  'adding to a team': {
    operation: 'addGroupMember',
    mutation: 'add_team_member',
    change: (bench) => ({ type: 'add_team_member', team: bench.team('support'), ...member(bench) }),
    isSo: (bench) => bench.isIn('support', HANA),
  },
  'taking out of a team': {
    operation: 'removeGroupMember',
    mutation: 'remove_team_member',
    change: (bench) => ({ type: 'remove_team_member', team: bench.team('backend'), ...member(bench) }),
    isSo: (bench) => !bench.isIn('backend', HANA),
  },
  'giving a role': {
    operation: 'updateOrgMember',
    mutation: 'set_role',
    change: (bench) => ({ type: 'set_role', role: 'editor', from: null, ...member(bench) }),
    isSo: (bench) => bench.roleOf(HANA) === 'editor',
  },
  'removing from the organization': {
    operation: 'removeOrgMember',
    mutation: 'remove_member',
    change: (bench) => ({ type: 'remove_from_organization', email: null, ...member(bench) }),
    isSo: (bench) => bench.roleOf(HANA) === undefined,
  },
  'opening a repository': {
    operation: 'createOrgGroup',
    mutation: 'create_team',
    change: (bench) => ({
      type: 'open_repository',
      repository: { name: 'api-gateway', registeredAt: null },
      level: 'read',
      teamName: 'wb-4f2a',
      ...member(bench),
    }),
    isSo: (bench) => bench.isIn('wb-4f2a', HANA),
  },
};
const KINDS = ['owner', 'oat-write'];
const EACH = KINDS.flatMap((kind) =>
  Object.keys(CASES).map((name) => ({ kind, name, ...CASES[name] }) as Case & { kind: string; name: string }),
);
const of = (bench: ChangeBench, mutation: string): number => bench.changes.filter((type) => type === mutation).length;
const once = (bench: ChangeBench, { operation }: Case, fault: Fault, times = 1): void =>
  bench.fault({ match: { operation, times }, fault });

describe.each(EACH)('$name with $kind', (one) => {
  test('2xx: it is looked at before it counts as done', async () => {
    const bench = new ChangeBench(one.kind);
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified', wrote: true });
    expect(one.isSo(bench)).toBe(true);
    expect(bench.hub.control.calls().calls.at(-1)?.method).toBe('GET');
  });

  test('2xx, and nothing was done: it is noticed, and asked for once more', async () => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'not_applied_then_ok' });
    expect(await bench.try(one.change(bench))).toMatchObject({ type: 'waiting', state: 'verifying' });
    expect(one.isSo(bench)).toBe(false);
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(one.isSo(bench)).toBe(true);
    expect(of(bench, one.mutation)).toBe(1);
  });

  test.each<[string, Fault]>([
    ['a broken connection, and it was done', { type: 'drop', isApplied: true }],
    ['a broken connection, and it was not', { type: 'drop' }],
    ['500, and it was done', { type: 'applied_then_status', status: 500 }],
    ['503, and it was not', { type: 'status', status: 503 }],
    ['a page of HTML with 200', { type: 'html', status: 200 }],
    ['an answer that ends early', { type: 'truncate', share: 0.5 }],
    ['a body that breaks off', { type: 'cut', share: 0.3 }],
    ['a redirect', { type: 'redirect' }],
  ])('%s: nothing is known until it is read, and it comes true once', async (_, fault) => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, fault);
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(one.isSo(bench)).toBe(true);
    expect(of(bench, one.mutation)).toBe(1);
  });

  test('reads that lag behind the write never make it look failed, nor done twice', async () => {
    const bench = new ChangeBench(one.kind);
    bench.fault({ match: { method: 'GET' }, fault: { type: 'stale', youngerThanMs: 3_000 } });
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(of(bench, one.mutation)).toBe(1);
  });

  test('reads that lag for minutes: it is asked for again, and that does no harm', async () => {
    const bench = new ChangeBench(one.kind);
    bench.fault({ match: { method: 'GET' }, fault: { type: 'stale', youngerThanMs: 100_000 } });
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(one.isSo(bench)).toBe(true);
  });

  test.each([400, 409, 422])(
    '%i: it is looked at, and as it is not so a person gets it with Docker Hub’s own words',
    async (status) => {
      const bench = new ChangeBench(one.kind);
      once(bench, one, { type: 'status', status, body: '{"message":"no can do"}' });
      const outcome = await bench.make(one.change(bench));
      expect(outcome).toMatchObject({ type: 'needs_person', reason: 'refused_by_docker_hub' });
      expect(outcome.type === 'needs_person' && outcome.because.message).toContain('no can do');
      expect(of(bench, one.mutation)).toBe(0);
    },
  );

  test('409, and it is so already: it is done', async () => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'applied_then_status', status: 409 });
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
  });

  test('401 once: a new bearer, and on', async () => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'expire_bearer' });
    expect(await bench.try(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(bench.hub.control.calls().logins).toBeLessThanOrEqual(3);
  });

  test('401 again: ten minutes of quiet, and the credential is to blame', async () => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'status', status: 401 }, 99);
    const outcome = await bench.try(one.change(bench));
    expect(outcome).toMatchObject({ type: 'waiting', isCredential: true, because: { code: 'credential_refused' } });
    expect(outcome.type === 'waiting' && Date.parse(outcome.retryAt) - bench.clock.now()).toBe(600_000);
    expect(bench.hub.control.calls().logins).toBeLessThanOrEqual(3);
  });

  test.each([
    ['token issued from personal access token is not allowed', 'missing_capability'],
    ['permission denied', 'missing_capability'],
    ['single sign-on is enforced for this organization', 'single_sign_on'],
  ])('403 “%s”: a person, with exact steps, and no second try', async (message, reason) => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'status', status: 403, body: JSON.stringify({ message }) }, 99);
    const outcome = await bench.make(one.change(bench));
    expect(outcome).toMatchObject({ type: 'needs_person', reason });
    expect(outcome.type === 'needs_person' && outcome.steps.length).toBeGreaterThanOrEqual(2);
    expect(bench.answers).toEqual(['forbidden']);
  });

  test('404 though it is there: hidden from us, and no proof of anything', async () => {
    const bench = new ChangeBench(one.kind);
    once(bench, one, { type: 'status', status: 404, body: '{"message":"object not found"}' }, 99);
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'needs_person', reason: 'hidden' });
    expect(one.isSo(bench)).toBe(false);
  });

  test.each(['seconds', 'timestamp', 'x_timestamp', 'none'] as const)(
    '429 with %s: it waits as long as that says, and not 55 years',
    async (retryAfter) => {
      const bench = new ChangeBench(one.kind);
      once(bench, one, { type: 'rate_limited', retryAfter, waitSeconds: 40 });
      const outcome = await bench.try(one.change(bench));
      expect(outcome).toMatchObject({ type: 'waiting', state: 'planned', because: { code: 'docker_hub_busy' } });
      const waitMs = outcome.type === 'waiting' ? Date.parse(outcome.retryAt) - bench.clock.now() : 0;
      expect(waitMs).toBeGreaterThanOrEqual(1_000);
      expect(waitMs).toBeLessThanOrEqual(60_000);
      expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
      expect(of(bench, one.mutation)).toBe(1);
    },
  );

  test('killed between the write and the look: the next life looks before it writes', async () => {
    const bench = new ChangeBench(one.kind);
    const read = bench.ports.read;
    const isDead = (): boolean => bench.answers.length > 0;
    const ports = {
      ...bench.ports,
      read: (...args: Parameters<typeof read>) => (isDead() ? new Promise<never>(() => undefined) : read(...args)),
    };
    void applyChange(one.change(bench), bench.remembered, ports);
    await vi.waitUntil(isDead);
    expect(await bench.make(one.change(bench))).toMatchObject({ type: 'verified' });
    expect(of(bench, one.mutation)).toBe(1);
    expect(one.isSo(bench)).toBe(true);
  });
});

describe('a removal', () => {
  const { change, isSo } = CASES['taking out of a team'] as Case;

  test('is never taken for done because a page or a team could not be found', async () => {
    const bench = new ChangeBench('oat-write');
    bench.fault({ match: { method: 'GET', pathPattern: '/groups/backend' }, fault: { type: 'status', status: 404 } });
    const outcome = await bench.make(change(bench), 3);
    expect(outcome.type).not.toBe('verified');
    expect(isSo(bench)).toBe(false);
  });

  test('is not taken for done because of an empty page', async () => {
    const bench = new ChangeBench('oat-write');
    bench.fault({ match: { operation: 'listGroupMembers' }, fault: { type: 'empty_page' } });
    expect((await bench.make(change(bench), 3)).type).toBe('waiting');
  });

  test('goes on while Docker Hub is away, at most five minutes apart', async () => {
    const bench = new ChangeBench('owner');
    await bench.link.bearers.get();
    bench.fault({ match: {}, fault: { type: 'drop' } });
    for (let n = 0; n < 30; n += 1) {
      const outcome = await bench.try(change(bench));
      expect(outcome.type).toBe('waiting');
      const waitMs = outcome.type === 'waiting' ? Date.parse(outcome.retryAt) - bench.clock.now() : Infinity;
      expect(waitMs).toBeLessThanOrEqual(300_000);
      bench.clock.pass(waitMs);
    }
    bench.hub.control.clearFaults();
    expect(await bench.make(change(bench))).toMatchObject({ type: 'verified', wrote: true });
  });
});

describe('an invitation', () => {
  const invite: HubChange = { type: 'invite', organization, invitee: 'new@harborline.example', role: 'member', team: null };
  const pending = (bench: ChangeBench): number =>
    [...bench.organization.invites.values()].filter(({ invitee }) => invitee === 'new@harborline.example').length;

  test.each<[string, Fault]>([
    ['500 after it was sent', { type: 'applied_then_status', status: 500 }],
    ['a cut answer', { type: 'cut', share: 0.4 }],
    ['a dropped connection', { type: 'drop', isApplied: true }],
  ])('%s: it is found in the list, and not sent again', async (_, fault) => {
    const bench = new ChangeBench('oat-write');
    bench.fault({ match: { operation: 'bulkCreateInvites' }, fault });
    expect(await bench.make(invite)).toMatchObject({ type: 'verified' });
    expect(bench.intents).toEqual(['send_invitation']);
    expect(pending(bench)).toBe(1);
  });

  test('lost without a trace: sent again after a day, and not before', async () => {
    const bench = new ChangeBench('oat-write');
    bench.fault({ match: { operation: 'bulkCreateInvites', times: 1 }, fault: { type: 'not_applied_then_ok' } });
    const from = bench.clock.now();
    const outcome = await bench.make(invite, 1_000);
    expect(outcome).toMatchObject({ type: 'verified' });
    expect(bench.intents).toEqual(['send_invitation', 'send_invitation']);
    expect(bench.clock.now() - from).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(pending(bench)).toBe(1);
  });

  test('to a name that nobody has: the call succeeds as a whole, and a person is told', async () => {
    const bench = new ChangeBench('oat-write');
    const outcome = await bench.make({ ...invite, invitee: 'nobody-by-that-name' });
    expect(outcome).toMatchObject({ type: 'needs_person', reason: 'refused_by_docker_hub' });
    expect(outcome.type === 'needs_person' && outcome.because.message).toContain('invalid_email_or_docker_id');
  });

  test('to somebody who is a member already is none', async () => {
    const bench = new ChangeBench('oat-write');
    expect(await bench.make({ ...invite, invitee: HANA })).toMatchObject({ type: 'verified', wrote: false });
    expect(pending(bench)).toBe(0);
  });
});

test.each(Object.keys(CASES))('a personal token cannot do it, and says who could: %s', async (name) => {
  const bench = new ChangeBench('pat');
  const one = CASES[name] as Case;
  const outcome = await bench.make(one.change(bench));
  expect(outcome).toMatchObject({ type: 'needs_person', reason: 'missing_capability' });
  expect(outcome.type === 'needs_person' && outcome.because.next).toContain('organization access token');
  expect(bench.changes).toEqual([]);
});
