import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { changeRecords } from '../../edge/ledger/change-records.ts';
import { Mutation, type MutationInput } from '../../tools/docker-hub/worlds/mutation.ts';
import { organizationNamed } from '../../tools/docker-hub/worlds/world.ts';
import { expectTruth } from '../support/expect-truth.ts';
import { MINUTE_MS, WatchBench } from '../support/watch-bench.ts';

const ORGANIZATION = 'harborline';

async function watched(options: ConstructorParameters<typeof WatchBench>[0] = {}): Promise<WatchBench> {
  const bench = new WatchBench(options);
  // Permissions are swept in tests of their own.
  bench.plan.permissionsEveryMinutes = 0;
  await bench.sync();
  return bench;
}

describe('between syncs', () => {
  test.each(['company', 'org-0.1'] as const)('nothing new costs one call for each organization and look: %s', async (world) => {
    const bench = await watched({ world });
    const organizations = bench.hub.control.worldSummary().organizations.length;
    const before = JSON.stringify(bench.documents());
    await bench.pass(4.9 * MINUTE_MS);
    expect(await bench.callsOf(() => bench.pass(60 * MINUTE_MS))).toBe(12 * organizations);
    expect(bench.checked).toHaveLength(12);
    expect(JSON.stringify(bench.documents())).toBe(before);
    expect(bench.fullReads).toEqual([]);
  });

  const CHANGES: Record<string, MutationInput[]> = {
    'somebody joins a team': [{ type: 'add_team_member', organization: ORGANIZATION, team: 'support', username: 'SOMEBODY' }],
    'a member comes, with a role and a team': [
      { type: 'add_member', organization: ORGANIZATION, username: 'newcomer', role: 'editor', teams: ['support'] },
    ],
    'a member goes': [{ type: 'remove_member', organization: ORGANIZATION, username: 'SOMEBODY' }],
    'a role changes': [{ type: 'set_role', organization: ORGANIZATION, username: 'SOMEBODY', role: 'editor' }],
    'an owner is made': [{ type: 'set_role', organization: ORGANIZATION, username: 'SOMEBODY', role: 'owner' }],
    'a team is made, and somebody joins it': [
      { type: 'create_team', organization: ORGANIZATION, name: 'night-shift', description: 'At night' },
      { type: 'add_team_member', organization: ORGANIZATION, team: 'night-shift', username: 'SOMEBODY' },
    ],
    'a team is renamed': [
      { type: 'update_team', organization: ORGANIZATION, team: 'support', name: 'helpdesk', description: 'Now a desk' },
    ],
    'a team is deleted': [{ type: 'delete_team', organization: ORGANIZATION, team: 'support' }],
    'a team is deleted and made anew': [
      { type: 'delete_team', organization: ORGANIZATION, team: 'support' },
      { type: 'create_team', organization: ORGANIZATION, name: 'support', description: 'Another one' },
    ],
    'a repository is made': [{ type: 'create_repository', organization: ORGANIZATION, name: 'brand-new', isPrivate: true }],
    'a repository is made public': [
      { type: 'update_repository', organization: ORGANIZATION, repository: 'REPOSITORY', isPrivate: false },
    ],
    'a repository is deleted': [{ type: 'delete_repository', organization: ORGANIZATION, repository: 'REPOSITORY' }],
    'somebody is invited': [
      { type: 'add_invite', organization: ORGANIZATION, invitee: 'soon@example.com', role: 'member', team: '' },
    ],
    'a token is made': [
      {
        type: 'create_organization_token',
        organization: ORGANIZATION,
        label: 'robot',
        description: '',
        resources: [],
        expiresAt: null,
      },
    ],
  };

  test.each(Object.entries(CHANGES))('%s: in the catalogue after one look, without a sync', async (_, mutations) => {
    const bench = await watched();
    const truth = bench.hub.control.truth(ORGANIZATION);
    const somebody = truth.members.find(({ teams, role }) => !teams.includes('support') && role === 'member')?.username ?? '';
    const repository = truth.repositories.find((one) => one.isPrivate)?.name ?? '';
    const real = z
      .array(Mutation)
      .parse(JSON.parse(JSON.stringify(mutations).replaceAll('SOMEBODY', somebody).replaceAll('REPOSITORY', repository)));
    await bench.pass(2 * MINUTE_MS);
    bench.change(...real);
    await bench.pass(6 * MINUTE_MS);
    expectTruth(bench);
    expect(bench.fullReads).toEqual([]);

    // A whole sync finds nothing that was not there.
    const before = JSON.stringify(bench.documents());
    await bench.sync();
    expect(JSON.stringify(bench.documents())).toBe(before);
  });
});

describe('what the log leaves open', () => {
  const somebodyIn = (bench: WatchBench, team: string): string => {
    const found = bench.hub.control.truth(ORGANIZATION).teams.find(({ name }) => name === team)?.members[0];
    if (found === undefined) throw new Error(`nobody is in ${team}`);
    return found;
  };
  const leaves = (bench: WatchBench, team: string): void =>
    bench.change({ type: 'remove_team_member', organization: ORGANIZATION, team, username: somebodyIn(bench, team) });

  test('k changed teams cost one look and their own lists, whatever the size of the organization', async () => {
    const bench = await watched({ world: 'org-0.1' });
    const [organization] = bench.hub.control.worldSummary().organizations;
    const name = organization?.name ?? '';
    const teams = bench.hub.control
      .truth(name)
      .teams.filter((team) => team.name !== 'owners' && team.members.length > 1)
      .slice(0, 8);
    for (const { name: team, members } of teams)
      bench.change({ type: 'remove_team_member', organization: name, team, username: members[0] ?? '' });
    const pages = teams.reduce((sum, { members }) => sum + Math.max(1, Math.ceil((members.length - 1) / 100)), 0);
    await bench.pass(4.9 * MINUTE_MS);
    const calls = await bench.callsOf(() => bench.pass(MINUTE_MS));
    expect(calls).toBeLessThanOrEqual(1 + 1.1 * pages);
    expectTruth(bench);
  });

  test('an entry that comes late is found all the same, and none twice', async () => {
    const bench = await watched();
    await bench.pass(6 * MINUTE_MS);
    const { auditLog } = organizationNamed(bench.hub.world, ORGANIZATION);
    leaves(bench, 'support');
    const late = auditLog.pop();
    bench.hub.world.revision += 1;
    await bench.pass(4.5 * MINUTE_MS);
    if (late) auditLog.push(late);
    bench.hub.world.revision += 1;
    const calls = await bench.callsOf(() => bench.pass(30 * MINUTE_MS));
    expectTruth(bench);
    const organizations = bench.hub.control.worldSummary().organizations.length;
    expect(calls).toBe(6 * organizations + 1);
  });

  test('hours without a look are caught up on', async () => {
    const bench = await watched();
    leaves(bench, 'support');
    bench.hub.control.addFault({ match: { operation: 'AuditLogs_ListAuditLogs' }, fault: { type: 'status', status: 503 } });
    await bench.pass(180 * MINUTE_MS);
    expect(bench.checked).toEqual([]);
    bench.hub.control.clearFaults();
    await bench.pass(10 * MINUTE_MS);
    expect(bench.checked).not.toEqual([]);
    expectTruth(bench);
  });

  test('a credential that may not read the log is not sent to ask again and again', async () => {
    const bench = await watched({ credential: 'oat-no-activity' });
    expect(await bench.callsOf(() => bench.pass(120 * MINUTE_MS))).toBe(0);
    expect(bench.checked).toEqual([]);
  });

  test('pushes, of which there are many, cost nothing but their own pages', async () => {
    const bench = await watched();
    const { repositories } = bench.hub.control.truth(ORGANIZATION);
    for (let push = 0; push < 150; push += 1)
      bench.change({
        type: 'push_image',
        organization: ORGANIZATION,
        repository: repositories[push % repositories.length]?.name ?? '',
        tag: `t${push}`,
      });
    const organizations = bench.hub.control.worldSummary().organizations.length;
    expect(await bench.callsOf(() => bench.pass(6 * MINUTE_MS))).toBe(organizations + 1);
    expect(bench.fullReads).toEqual([]);
  });

  test('an action that nobody knows reads again what it names, and everything where it names nothing', async () => {
    const bench = await watched();
    const { auditLog } = organizationNamed(bench.hub.world, ORGANIZATION);
    const event = {
      account: ORGANIZATION,
      action: 'org.team.somehow',
      actor: 'ada',
      name: 'support',
      data: {},
      timestamp: new Date(bench.time.now()).toISOString(),
      description: '',
    };
    leaves(bench, 'support');
    auditLog.pop();
    auditLog.push(event);
    bench.hub.world.revision += 1;
    await bench.pass(6 * MINUTE_MS);
    expectTruth(bench);
    expect(bench.fullReads).toEqual([]);

    auditLog.push({ ...event, name: '', timestamp: new Date(bench.time.now()).toISOString() });
    bench.hub.world.revision += 1;
    await bench.pass(6 * MINUTE_MS);
    expect(bench.fullReads).toHaveLength(1);
  });

  test('a loss that a sync would hold is not applied by the way: everything is asked for', async () => {
    const bench = await watched();
    const { members } = bench.hub.control.truth(ORGANIZATION);
    const before = JSON.stringify(bench.documents());
    for (const { username, role } of members.slice(0, Math.ceil(members.length * 0.7)))
      if (role !== 'owner') bench.change({ type: 'remove_member', organization: ORGANIZATION, username });
    await bench.pass(6 * MINUTE_MS);
    expect(bench.fullReads).toHaveLength(1);
    expect(JSON.stringify(bench.documents())).toBe(before);
  });

  test('a list that cannot be read changes nothing', async () => {
    const bench = await watched();
    leaves(bench, 'support');
    const before = JSON.stringify(bench.documents());
    bench.hub.control.addFault({ match: { operation: 'listGroupMembers' }, fault: { type: 'status', status: 403 } });
    await bench.pass(6 * MINUTE_MS);
    expect(JSON.stringify(bench.documents())).toBe(before);
  });

  test.each([1, 2, 3, 5, 8])('killed at its await %i it goes on, and misses nothing', async (at) => {
    const bench = await watched();
    leaves(bench, 'support');
    bench.change({ type: 'create_repository', organization: ORGANIZATION, name: 'brand-new', isPrivate: true });
    await bench.pass(4.9 * MINUTE_MS);
    let awaits = 0;
    bench.onAwait = () => {
      awaits += 1;
      if (awaits === at) bench.kill();
    };
    const killed = bench.watch;
    bench.time.pass(MINUTE_MS);
    await Promise.race([killed.step(), new Promise((resolve) => setTimeout(resolve, 50))]);
    bench.onAwait = () => undefined;
    bench.restart();
    await bench.pass(10 * MINUTE_MS);
    expectTruth(bench);
  });

  test('a change is told who made it', async () => {
    const bench = await watched();
    leaves(bench, 'support');
    await bench.pass(6 * MINUTE_MS);
    const by: (string | null)[] = [];
    changeRecords(bench.store, 'c1', '', (record) => {
      if (record.origin !== 'first_read') by.push(record.by?.name ?? null);
      return null;
    });
    expect(by).toEqual(['somebody-else']);
  });

  test('an idle look writes few rows', async () => {
    const bench = await watched();
    await bench.pass(4.9 * MINUTE_MS);
    const writes = bench.writes;
    await bench.pass(MINUTE_MS);
    // Beside these: the alarm, the connector’s row and the revision it takes.
    expect(bench.writes - writes).toBeLessThanOrEqual(1);
  });
});

describe('the sweep', () => {
  const grant = (bench: WatchBench, team: string, permission: string) => {
    const held = bench.hub.control.truth(ORGANIZATION).teams.find(({ name }) => name === team)?.permissions ?? [];
    const repository = bench.hub.control
      .truth(ORGANIZATION)
      .repositories.find(({ name }) => !held.some(([known]) => known === name));
    bench.change({
      type: 'set_permission',
      organization: ORGANIZATION,
      team,
      repository: repository?.name ?? '',
      permission,
    });
  };
  async function swept(options: ConstructorParameters<typeof WatchBench>[0] = {}): Promise<WatchBench> {
    const bench = new WatchBench(options);
    bench.plan.changesEveryMinutes = 0;
    await bench.sync();
    return bench;
  }

  test('finds a permission that no log tells of, within the time that was chosen', async () => {
    const bench = await swept();
    await bench.pass(3 * MINUTE_MS);
    grant(bench, 'support', 'admin');
    await bench.pass(11 * MINUTE_MS);
    expectTruth(bench);
  });

  test('finds one that was taken away, after asking the repository, too', async () => {
    const bench = await swept();
    const [repository] = bench.hub.control.truth(ORGANIZATION).teams.find(({ name }) => name === 'support')?.permissions[0] ?? [
      '',
    ];
    bench.change({ type: 'remove_permission', organization: ORGANIZATION, team: 'support', repository });
    bench.hub.control.resetCalls();
    await bench.pass(11 * MINUTE_MS);
    expectTruth(bench);
    expect(bench.fullReads).toEqual([]);
  });

  test('does not believe a list that the repository contradicts: everything is asked for', async () => {
    const bench = await swept();
    const before = JSON.stringify(bench.documents());
    bench.hub.control.set({ perTeamListing: 'incomplete' });
    await bench.pass(11 * MINUTE_MS);
    expect(JSON.stringify(bench.documents())).toBe(before);
    expect(bench.fullReads.length).toBeGreaterThan(0);
  });

  test('finds one where permissions are read repository by repository', async () => {
    const bench = await swept({ settings: { perTeamListing: 'missing' } });
    grant(bench, 'support', 'write');
    await bench.pass(60 * MINUTE_MS);
    expectTruth(bench);
  });

  test.each([180, 600])('takes at most a quarter of %i calls a minute, and of that all it needs', async (rateLimit) => {
    const bench = await swept({ world: 'org-0.1', settings: { rateLimit } });
    bench.plan.permissionsEveryMinutes = 1;
    bench.watch.planChanged(bench.plan);
    bench.hub.control.resetCalls();
    await bench.pass(8 * MINUTE_MS);
    const { calls, windows, rateLimited } = bench.hub.control.calls();
    expect(rateLimited).toBe(0);
    expect(Math.max(...windows.map(({ used }) => used))).toBeLessThanOrEqual(rateLimit / 4 + 1);
    const sweeps = calls.filter(({ operation }) => operation === 'listGroupRepositories').length;
    const round = bench.hub.control
      .truth(bench.hub.control.worldSummary().organizations[0]?.name ?? '')
      .teams.reduce(
        (sum, { name, permissions }) => sum + (name === 'owners' ? 0 : Math.max(1, Math.ceil(permissions.length / 100))),
        0,
      );
    expect(sweeps).toBeGreaterThan(0.8 * Math.min(8 * round, (8 * rateLimit) / 4));
  });

  test('waits for whatever else there is: the log first', async () => {
    const bench = await swept();
    bench.plan.changesEveryMinutes = 5;
    bench.plan.permissionsEveryMinutes = 5;
    bench.watch.planChanged(bench.plan);
    bench.hub.control.resetCalls();
    await bench.pass(MINUTE_MS);
    const [first] = bench.hub.control.calls().calls.filter(({ operation }) => operation !== 'AuthCreateAccessToken');
    expect(first?.operation).toBe('AuditLogs_ListAuditLogs');
  });
});

describe('freshness on a virtual clock', () => {
  test('a change that the log tells of is in the catalogue within 1.2 times the time between two looks', async () => {
    const bench = await watched();
    const late: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      await bench.pass(((round * 7_919) % 300) * 1_000);
      const { teams, members } = bench.hub.control.truth(ORGANIZATION);
      const team = teams.find(({ name }) => name === 'support');
      const isIn = (username: string) => team?.members.includes(username) ?? false;
      const username = members[round % members.length]?.username ?? '';
      bench.change({
        type: isIn(username) ? 'remove_team_member' : 'add_team_member',
        organization: ORGANIZATION,
        team: 'support',
        username,
      });
      const madeAt = bench.time.now();
      const before = JSON.stringify(bench.documents());
      while (JSON.stringify(bench.documents()) === before) {
        if (bench.time.now() - madeAt > 60 * MINUTE_MS) throw new Error('it never came');
        await bench.pass(5_000);
      }
      late.push(bench.time.now() - madeAt);
    }
    late.sort((a, b) => a - b);
    expect(late[Math.floor(late.length * 0.95)]).toBeLessThanOrEqual(1.2 * 5 * MINUTE_MS);
    expectTruth(bench);
  });
});
