import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Mutation, type MutationInput } from '../../tools/docker-hub/worlds/mutation.ts';
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
