import { describe, expect, test } from 'vitest';
import type { FaultRuleInput } from '../../tools/docker-hub/faults.ts';
import { asRead, organizationDocument } from '../support/catalogue-truth.ts';
import { expectTruth, truthIn } from '../support/expect-truth.ts';
import { FakeClock, SyncBench } from '../support/sync-bench.ts';

const ACME = 'harborline';
const BIG = 'org-0-1';

/** A bench that has read its world once, and what it had then. */
async function aSyncedBench(
  options: ConstructorParameters<typeof SyncBench>[0] = {},
): Promise<{ bench: SyncBench; before: string }> {
  const bench = new SyncBench(options);
  await bench.run();
  return { bench, before: JSON.stringify(bench.documents()) };
}

describe('what passes by itself costs a retry and nothing else', () => {
  const once = (
    fault: FaultRuleInput['fault'],
    match: FaultRuleInput['match'] = { pathPattern: '/members', nth: 1, times: 1 },
  ): FaultRuleInput => ({ match, fault });
  test.each([
    ['an error of the server', once({ type: 'status', status: 503 })],
    ['a connection that is dropped', once({ type: 'drop' })],
    ['an answer that is cut off', once({ type: 'cut' })],
    ['an answer that ends early', once({ type: 'truncate' })],
    ['a page instead of data', once({ type: 'html' })],
    ['a redirect', once({ type: 'redirect' })],
    ['an answer that says it failed', once({ type: 'applied_then_status' })],
    ['a bearer that dies', once({ type: 'expire_bearer' })],
    ['a page that leads elsewhere', { fault: { type: 'foreign_next' } }],
    ['fields that nobody knows', { fault: { type: 'unknown_fields' } }],
    ['an empty page that does not agree with its count', once({ type: 'empty_page' })],
  ] as [string, FaultRuleInput][])('%s', async (_name, rule) => {
    const bench = new SyncBench();
    bench.hub.control.addFault(rule);
    expect(await bench.run()).toMatchObject({ status: 'completed', trouble: null });
    expectTruth(bench);
    expect(bench.foreignRequests).toEqual([]);
  });

  test('bearers that live for seconds are renewed in the middle', async () => {
    const bench = new SyncBench({
      world: 'org-0.1',
      settings: { latencyMs: 0, bearerLifetimeSeconds: 20, legacyBearerLifetimeSeconds: 20 },
    });
    const clock = bench.clock;
    bench.onAwait = (what) => {
      if (what === 'request' && clock instanceof FakeClock) clock.pass(250);
    };
    expect((await bench.run()).status).toBe('completed');
    expectTruth(bench);
    const { logins, failedLogins } = bench.hub.control.calls();
    expect(failedLogins).toBe(0);
    expect(logins).toBeGreaterThan(1);
    expect(logins).toBeLessThan(8);
  });
});

describe('what does not pass stops the run, and the last good catalogue stays', () => {
  test.each([
    [
      'errors of the server',
      { match: { pathPattern: '/groups\\?' }, fault: { type: 'status', status: 500 } },
      'docker_hub_unreachable',
    ],
    ['connections that are dropped', { match: { pathPattern: '/members' }, fault: { type: 'drop' } }, 'docker_hub_unreachable'],
    [
      'pages instead of data',
      { match: { pathPattern: '/members' }, fault: { type: 'html', status: 200 } },
      'docker_hub_unexpected',
    ],
    ['redirects', { match: { pathPattern: '/members' }, fault: { type: 'redirect' } }, 'docker_hub_unreachable'],
    [
      'a list of another shape',
      { match: { pathPattern: '/members' }, fault: { type: 'rewrite', path: ['results'], value: { a: 1 } } },
      'docker_hub_unexpected',
    ],
    [
      'a list without a count',
      { match: { pathPattern: '/groups\\?' }, fault: { type: 'rewrite', path: ['count'] } },
      'docker_hub_unexpected',
    ],
    [
      'rows of another type',
      {
        match: { pathPattern: '/repositories\\?' },
        fault: { type: 'rewrite', path: ['results', '*', 'is_private'], value: 'yes' },
      },
      'docker_hub_unexpected',
    ],
    [
      'members without ids',
      { match: { pathPattern: '/members' }, fault: { type: 'rewrite', path: ['results', '*', 'id'], value: '' } },
      'docker_hub_unexpected',
    ],
  ] as [string, FaultRuleInput, string][])('%s', async (_name, rule, code) => {
    const { bench, before } = await aSyncedBench();
    bench.hub.control.addFault(rule);
    expect(await bench.run()).toMatchObject({ status: 'failed', trouble: { code } });
    expect(JSON.stringify(bench.documents())).toBe(before);
    expect(bench.foreignRequests).toEqual([]);
  });

  test.each([
    [
      'not found',
      {
        match: { pathPattern: `/orgs/${ACME}/members` },
        fault: { type: 'status', status: 404, body: '{"detail":"not found"}' },
      },
    ],
    [
      'empty, count and all',
      { match: { pathPattern: `/orgs/${ACME}/members` }, fault: { type: 'empty_page', keepsCount: false } },
    ],
    ['empty, whatever they count', { match: { pathPattern: `/orgs/${ACME}/members` }, fault: { type: 'empty_page' } }],
    [
      'refused',
      { match: { pathPattern: `/orgs/${ACME}/members` }, fault: { type: 'status', status: 403, body: '{"message":"no"}' } },
    ],
  ] as [string, FaultRuleInput][])('members that are %s are not gone', async (_name, rule) => {
    const { bench } = await aSyncedBench();
    bench.hub.control.addFault(rule);
    const run = await bench.run();
    expect(run.status).toBe('completed_with_warnings');
    expect(asRead(bench.documents(), ACME).members).toEqual(truthIn(bench, ACME).members);
    expect(asRead(bench.documents(), ACME).teams).toEqual(truthIn(bench, ACME).teams);
    expect(organizationDocument(bench.documents(), ACME)?.completeness.members?.state).not.toBe('complete');
  });

  test.each([
    ['repositories', `/namespaces/${ACME}/repositories\\?`],
    ['teams', `/orgs/${ACME}/groups\\?`],
  ])('%s that come empty are not gone', async (_name, pathPattern) => {
    const { bench, before } = await aSyncedBench();
    bench.hub.control.addFault({ match: { pathPattern }, fault: { type: 'empty_page', keepsCount: false } });
    const run = await bench.run();
    expect(run.status === 'held' || run.status === 'completed_with_warnings').toBe(true);
    expect(asRead(bench.documents(), ACME)).toEqual(truthIn(bench, ACME));
    if (run.status === 'held') expect(JSON.stringify(bench.documents())).toBe(before);
  });

  /** Teams of the large organization with few permissions, but more than three. */
  const smallTeams = (bench: SyncBench) =>
    bench.hub.control
      .truth(BIG)
      .teams.filter(({ name, permissions }) => name !== 'owners' && permissions.length > 3)
      .sort((a, b) => a.permissions.length - b.permissions.length);

  test('one team whose permissions come empty, in a large organization, keeps them', async () => {
    const { bench } = await aSyncedBench({ world: 'org-0.1' });
    const [emptied] = smallTeams(bench);
    bench.hub.control.addFault({
      match: { pathPattern: `/groups/${emptied?.name}/repositories` },
      fault: { type: 'status', status: 200, body: '[]' },
    });
    const run = await bench.run();
    expect(run.status).toBe('completed');
    expect(asRead(bench.documents(), BIG).teams).toEqual(truthIn(bench, BIG).teams);
    expect(bench.log(run.n).join('\n')).toContain('differ from the repositories themselves');
  });

  test('permissions that are really gone are believed, after a few more calls', async () => {
    const { bench } = await aSyncedBench({ world: 'org-0.1' });
    const changed = smallTeams(bench).slice(0, 3);
    for (const { name: team, permissions } of changed) {
      for (const [repository] of permissions.slice(0, 3))
        bench.hub.control.mutate({ type: 'remove_permission', organization: BIG, team, repository });
    }
    bench.hub.control.resetCalls();
    const run = await bench.run();
    expect(run.changes).toEqual({ permissions: { added: 0, removed: 9, changed: 0 } });
    expectTruth(bench);
    expect(bench.hub.control.calls().total).toBeLessThan(230);
  });
});

describe('what nobody knows is kept and shown', () => {
  test('roles and permissions', async () => {
    const bench = new SyncBench();
    bench.hub.control.addFault({ match: { pathPattern: '/members' }, fault: { type: 'unknown_role', role: 'Wizard' } });
    bench.hub.control.addFault({
      match: { pathPattern: '/groups/' },
      fault: { type: 'unknown_permission', permission: 'sudo' },
    });
    bench.hub.control.addFault({
      match: { pathPattern: '/groups\\?' },
      fault: { type: 'unknown_permission', permission: 'sudo' },
    });
    const run = await bench.run();
    expect(run.status).toBe('completed');
    const read = asRead(bench.documents(), ACME);
    expect(read.members.every(({ role }) => role === 'Wizard')).toBe(true);
    const permissions = read.teams.flatMap((team) => team.permissions.map(([, permission]) => permission));
    expect(permissions.length).toBeGreaterThan(100);
    expect(new Set(permissions)).toEqual(new Set(['sudo']));
  });

  test('names that are meant to hurt', async () => {
    const bench = new SyncBench();
    bench.hub.control.addFault({ fault: { type: 'hostile_names' } });
    expect((await bench.run()).status).toBe('completed');
    expect(asRead(bench.documents(), ACME).members.map(({ id, username }) => [id, username])).toEqual(
      truthIn(bench, ACME).members.map(({ id, username }) => [id, username]),
    );
  });
});

describe('pages that shift while they are read', () => {
  const shift = (pathPattern: string, nth: number, mutations: unknown[]): FaultRuleInput =>
    ({ match: { pathPattern, nth, times: 1 }, fault: { type: 'shift', when: 'after', mutations } }) as FaultRuleInput;
  const firstMembers = (bench: SyncBench, count: number): string[] =>
    bench.hub.control
      .truth(BIG)
      .members.slice(0, count)
      .map(({ username }) => username);

  test('members that leave while the list is read leave no gap', async () => {
    const bench = new SyncBench({ world: 'org-0.1' });
    const [first = '', second = '', third = ''] = bench.hub.control
      .truth(BIG)
      .members.filter(({ role }) => role !== 'owner')
      .map(({ username }) => username);
    bench.hub.control.addFault(shift('/members\\?', 3, [{ type: 'remove_member', organization: BIG, username: first }]));
    bench.hub.control.addFault(
      shift('/members\\?', 6, [
        { type: 'remove_member', organization: BIG, username: second },
        { type: 'remove_member', organization: BIG, username: third },
      ]),
    );
    expect((await bench.run()).status).toBe('completed');
    expectTruth(bench);
  });

  test('repositories that come and go while the list is read', async () => {
    const bench = new SyncBench({ world: 'org-0.1' });
    const [first] = bench.hub.control.truth(BIG).repositories;
    bench.hub.control.addFault(
      shift('/namespaces/.*/repositories\\?', 5, [
        { type: 'delete_repository', organization: BIG, repository: first?.name ?? '' },
        { type: 'create_repository', organization: BIG, name: 'aaa-first', isPrivate: true },
        { type: 'create_repository', organization: BIG, name: 'zzz-last', isPrivate: true },
      ]),
    );
    expect((await bench.run()).status).toBe('completed');
    expect(asRead(bench.documents(), BIG).repositories).toEqual(truthIn(bench, BIG).repositories);
  });

  test('a list that never stops shifting is partial, and what was known stays', async () => {
    const { bench } = await aSyncedBench({ world: 'org-0.1' });
    const names = firstMembers(bench, 400).filter(
      (name) => bench.hub.control.truth(BIG).members.find(({ username }) => username === name)?.role !== 'owner',
    );
    for (const [index, username] of names.entries()) {
      bench.hub.control.addFault(shift('/members\\?', index + 2, [{ type: 'remove_member', organization: BIG, username }]));
    }
    const run = await bench.run();
    expect(run.status).toBe('completed_with_warnings');
    expect(organizationDocument(bench.documents(), BIG)?.completeness.members?.state).toBe('partial');
    expect(asRead(bench.documents(), BIG).members.length).toBe(1_000);
  });

  test('a team that is renamed while its organization is read', async () => {
    const bench = new SyncBench();
    bench.hub.control.addFault(
      shift('/orgs/harborline/groups\\?', 1, [{ type: 'update_team', organization: ACME, team: 'backend', name: 'services' }]),
    );
    await bench.run();
    expectTruth(bench);
  });

  test('a team that is deleted while its organization is read', async () => {
    const bench = new SyncBench();
    bench.hub.control.addFault(
      shift('/orgs/harborline/groups\\?', 1, [{ type: 'delete_team', organization: ACME, team: 'support' }]),
    );
    await bench.run();
    expect(asRead(bench.documents(), ACME).teams.map(({ name }) => name)).not.toContain('support');
  });
});

describe('Docker Hub asks to slow down', () => {
  test.each(['seconds', 'timestamp', 'x_timestamp', 'none'] as const)('and is understood: %s', async (retryAfter) => {
    const bench = new SyncBench();
    bench.hub.control.addFault({
      match: { pathPattern: '/members', nth: 1, times: 1 },
      fault: { type: 'rate_limited', retryAfter, waitSeconds: 20 },
    });
    const from = bench.clock.now();
    const run = await bench.run();
    expect(run.status).toBe('completed');
    const waited = bench.clock.now() - from;
    expect(waited).toBeGreaterThanOrEqual(19_000);
    expect(waited).toBeLessThan(90_000);
    expect(bench.log(run.n).join('\n')).toMatch(/warn -: Docker Hub asked us to slow down\. Waited \d+ s/);
  });
});

describe('names and numbers', () => {
  test('a renamed team is a change and no loss; two that swap their names are both there', async () => {
    const { bench } = await aSyncedBench();
    bench.hub.control.mutate({ type: 'update_team', organization: ACME, team: 'backend', name: 'interim' });
    bench.hub.control.mutate({ type: 'update_team', organization: ACME, team: 'frontend', name: 'backend' });
    bench.hub.control.mutate({ type: 'update_team', organization: ACME, team: 'interim', name: 'frontend' });
    bench.hub.control.mutate({ type: 'update_team', organization: ACME, team: 'mobile', name: 'apps' });
    const run = await bench.run();
    expect(run.changes).toEqual({ teams: { added: 0, removed: 0, changed: 3 } });
    expectTruth(bench);
  });

  test('an account that comes back gets no number of another’s, and a repository made anew is another', async () => {
    const { bench } = await aSyncedBench();
    const numbers = () =>
      new Map(
        bench
          .documents()
          .flatMap((document) =>
            document.kind === 'repositories'
              ? document.rows.map((row) => [`${row.organization}/${row.name}`, row.number] as const)
              : [],
          ),
      );
    const before = numbers();
    const [victim] = bench.hub.control.truth(ACME).repositories;
    const name = victim?.name ?? '';
    bench.hub.control.mutate({ type: 'delete_repository', organization: ACME, repository: name });
    if (bench.clock instanceof FakeClock) bench.clock.pass(60_000);
    bench.hub.control.mutate({ type: 'create_repository', organization: ACME, name, isPrivate: true });
    await bench.run();
    expectTruth(bench);
    const after = numbers();
    expect(after.get(`${ACME}/${name}`)).toBe(Math.max(...before.values()) + 1);
    for (const [key, number] of before) if (key !== `${ACME}/${name}`) expect(after.get(key)).toBe(number);
  });
});

describe('a large drop is held', () => {
  const losing = async (count: number): Promise<{ bench: SyncBench; before: string }> => {
    const { bench, before } = await aSyncedBench();
    const members = bench.hub.control.truth(ACME).members.filter(({ role }) => role !== 'owner');
    for (const { username } of members.slice(0, count))
      bench.hub.control.mutate({ type: 'remove_member', organization: ACME, username });
    return { bench, before };
  };

  test('and applied when somebody says so', async () => {
    const { bench, before } = await losing(30);
    const held = await bench.run();
    expect(held.status).toBe('held');
    expect(held.held?.find(({ dataSet }) => dataSet === 'members')).toMatchObject({ organization: ACME, lost: 30, of: 45 });
    expect(JSON.stringify(bench.documents())).toBe(before);

    const life = bench.life();
    const sync = life.sync();
    sync.release('Applied by Dana');
    const applied = await bench.goOn(life, sync);
    expect(applied?.status).toBe('completed');
    expectTruth(bench);
  });

  test('and discarded when somebody says so', async () => {
    const { bench, before } = await losing(30);
    await bench.run();
    const sync = bench.life().sync();
    await sync.cancel('Discarded by Dana');
    expect(sync.run.status).toBe('canceled');
    expect(JSON.stringify(bench.documents())).toBe(before);
  });

  test('a small one is not', async () => {
    const { bench } = await losing(5);
    expect((await bench.run()).status).toBe('completed');
    expectTruth(bench);
  });

  test('nor is what somebody chose not to read any more', async () => {
    const { bench } = await aSyncedBench();
    bench.include = ['harborline-labs'];
    expect((await bench.run()).status).toBe('completed');
    expect(organizationDocument(bench.documents(), ACME)).toBeUndefined();
    expectTruth(bench, ['harborline-labs']);
  });
});
