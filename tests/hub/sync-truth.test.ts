import { describe, expect, test } from 'vitest';
import { organizationDocument } from '../support/catalogue-truth.ts';
import { expectTruth } from '../support/expect-truth.ts';
import { SyncBench } from '../support/sync-bench.ts';

const least = (bench: SyncBench, way: 'perTeam' | 'perRepository'): number => {
  const organizations = bench.hub.control.worldSummary().organizations;
  return organizations.reduce((sum, { leastCalls }) => sum + leastCalls[way], 0) - (organizations.length - 1);
};

describe('a sync reads the truth', () => {
  test.each(['company', 'org-0.1'] as const)('of %s, in little more than the fewest calls', async (world) => {
    const bench = new SyncBench({ world });
    const run = await bench.run();
    expect(run.status).toBe('completed');
    expectTruth(bench);
    const organizations = bench.hub.control.worldSummary().organizations.length;
    expect(run.calls).toBe(bench.hub.control.calls().total);
    expect(run.calls).toBeLessThanOrEqual(least(bench, 'perTeam') * 1.03 + 15 * organizations);
  });

  test('of an organization without the listing of teams’ repositories, in little more than the fewest calls', async () => {
    const bench = new SyncBench({ world: 'org-0.1', settings: { perTeamListing: 'missing' } });
    const run = await bench.run();
    expect(run.status).toBe('completed');
    expectTruth(bench);
    expect(run.calls).toBeLessThanOrEqual(least(bench, 'perRepository') * 1.03 + 15);
  });

  test('again, and finds nothing new', async () => {
    const bench = new SyncBench();
    await bench.run();
    const before = JSON.stringify(bench.documents());
    const run = await bench.run();
    expect(run).toMatchObject({ status: 'completed', changes: {} });
    expect(JSON.stringify(bench.documents())).toBe(before);
    expect(bench.log(run.n).at(-1)).toBe('info -: Nothing new');
  });

  test.each(['array', 'whole', 'page', 'prefixed', 'wrapped', 'missing', 'forbidden', 'incomplete'] as const)(
    'whichever way the permissions of a team are listed: %s',
    async (perTeamListing) => {
      const bench = new SyncBench({ settings: { perTeamListing } });
      const run = await bench.run();
      expect(run).toMatchObject({ status: 'completed', trouble: null });
      expectTruth(bench);
    },
  );

  test('of a listing that is behind the times: it is found out, and not asked again for days', async () => {
    const bench = new SyncBench();
    bench.hub.control.set({ perTeamListing: 'stale' });
    await bench.run();
    const { repositories } = bench.hub.control.truth('harborline');
    for (const { name } of repositories) {
      bench.hub.control.mutate({
        type: 'set_permission',
        organization: 'harborline',
        team: 'support',
        repository: name,
        permission: 'write',
      });
    }
    const run = await bench.run();
    expectTruth(bench);
    expect(bench.log(run.n).join('\n')).toContain('differ from the repositories themselves');

    bench.hub.control.resetCalls();
    await bench.run();
    expect(bench.hub.control.calls().byOperation['listGroupRepositories']?.['200'] ?? 0).toBeLessThanOrEqual(2);
  });

  test('with pages of another size than asked for', async () => {
    const bench = new SyncBench({ world: 'org-0.1', settings: { perTeamPageSizeMax: 25 } });
    const run = await bench.run();
    expect(run.status).toBe('completed');
    expectTruth(bench);
  });

  test.each([
    { nextStyle: 'http', lastNext: 'absent' },
    { nextStyle: 'docker_hub', lastNext: 'empty', nextKeepsQuery: false },
    { inviteeIds: 'absent' },
  ] as const)('with every way of writing what comes next: %o', async (settings) => {
    const bench = new SyncBench({ settings });
    expect((await bench.run()).status).toBe('completed');
    expectTruth(bench);
  });

  test('with a token of an organization, of that organization', async () => {
    const bench = new SyncBench({ credential: 'oat-read' });
    const run = await bench.run();
    expect(run).toMatchObject({ status: 'completed', trouble: null });
    expectTruth(bench, ['harborline']);
    expect(organizationDocument(bench.documents(), 'harborline')?.completeness.tokens?.state).toBe('forbidden');
  });

  test('only of the organizations that were chosen', async () => {
    const bench = new SyncBench({ include: ['Harborline-Labs'] });
    await bench.run();
    expectTruth(bench, ['harborline-labs']);
    expect(organizationDocument(bench.documents(), 'harborline')).toBeUndefined();
  });
});

describe('what cannot be read is said, and what is known of it stays', () => {
  test.each([
    ['oat-no-members', 'members', 'scope-member-read', 'missing_scope_member_read'],
    ['oat-no-teams', 'teams', 'scope-group-read', 'missing_scope_group_read'],
    ['oat-no-invites', 'invites', 'scope-invite-read', 'missing_scope_invite_read'],
    ['oat-no-activity', 'activity', 'scope-activity-read', 'missing_scope_activity_read'],
  ] as const)('%s: %s are forbidden, for want of %s', async (credential, set, scope, code) => {
    const bench = new SyncBench({ credential });
    const run = await bench.run();
    const completeness = organizationDocument(bench.documents(), 'harborline')?.completeness;
    expect(completeness?.[set]).toMatchObject({ state: 'forbidden', reason: expect.stringContaining(scope) });
    expect(run.trouble?.code).toBe(code);
  });

  test('without scope-repo-group-read permissions are read unchecked, and count as partial', async () => {
    const bench = new SyncBench({ credential: 'oat-no-permissions' });
    const run = await bench.run();
    const completeness = organizationDocument(bench.documents(), 'harborline')?.completeness;
    expect(completeness?.permissions).toMatchObject({
      state: 'partial',
      reason: expect.stringContaining('scope-repo-group-read'),
    });
    expect(run.status).toBe('completed_with_warnings');
    expectTruth(bench, ['harborline']);
  });

  test('a token that is silently shown public repositories only is found out', async () => {
    const bench = new SyncBench({ credential: 'oat-public-only' });
    const run = await bench.run();
    const documents = bench.documents();
    expect(run).toMatchObject({ status: 'completed_with_warnings', trouble: { code: 'public_only_token' } });
    expect(organizationDocument(documents, 'harborline')?.completeness.repositories).toMatchObject({
      state: 'partial',
      reason: expect.stringContaining('scope-repository-list'),
    });
    // What teams hold permissions on is there, though the list left it out.
    const rows = documents.flatMap((document) => (document.kind === 'repositories' ? document.rows : []));
    expect(rows.some((row) => row.private)).toBe(true);
  });

  test('a worse credential takes nothing away', async () => {
    const bench = new SyncBench({ credential: 'oat-read' });
    await bench.run();
    for (const credential of [
      'oat-public-only',
      'oat-no-members',
      'oat-no-teams',
      'oat-no-permissions',
      'oat-no-invites',
      'oat-nothing',
    ]) {
      bench.useCredential(credential);
      const run = await bench.run();
      expect(run.status, credential).toBe('completed_with_warnings');
      expectTruth(bench, ['harborline']);
    }
  });

  test('a personal token reads repositories, and neither members nor teams', async () => {
    const bench = new SyncBench({ credential: 'pat' });
    const run = await bench.run();
    expect(run).toMatchObject({ status: 'completed_with_warnings', trouble: { code: 'personal_token' } });
    const completeness = organizationDocument(bench.documents(), 'harborline')?.completeness;
    for (const set of ['members', 'teams', 'team_members', 'permissions', 'invites'] as const) {
      expect(completeness?.[set]?.state, set).toBe('forbidden');
    }
    expect(completeness?.repositories?.state).toBe('complete');
  });

  test('the password of a mere member sees only what it may pull', async () => {
    const bench = new SyncBench({ credential: 'member' });
    await bench.run();
    const completeness = organizationDocument(bench.documents(), 'harborline')?.completeness;
    expect(completeness?.repositories).toMatchObject({ state: 'partial', reason: expect.stringContaining('Member') });
    expect(completeness?.members?.state).toBe('complete');
  });

  test('an organization that another connector has is left alone', async () => {
    const bench = new SyncBench();
    bench.taken = [{ name: 'harborline', connectorName: 'Docker Hub for harborline' }];
    const run = await bench.run();
    expect(run).toMatchObject({ status: 'completed_with_warnings', trouble: { code: 'organization_taken' } });
    expectTruth(bench, ['harborline-labs']);
    expect(organizationDocument(bench.documents(), 'harborline')).toBeUndefined();
  });

  test('an organization that is not shown any more stays as it was known', async () => {
    const bench = new SyncBench();
    await bench.run();
    bench.hub.control.addFault({
      match: { operation: 'listMyOrgs' },
      fault: { type: 'rewrite', path: ['results'], value: [] },
    });
    bench.hub.control.addFault({ match: { operation: 'listMyOrgs' }, fault: { type: 'rewrite', path: ['count'], value: 0 } });
    const failed = await bench.run();
    expect(failed).toMatchObject({ status: 'failed', trouble: { code: 'no_organization' } });
    expectTruth(bench);

    bench.hub.control.clearFaults();
    bench.useCredential('oat-read');
    const run = await bench.run();
    expect(run.status).toBe('completed_with_warnings');
    expect(organizationDocument(bench.documents(), 'harborline-labs')?.completeness.members?.state).toBe('unread');
    expectTruth(bench);
  });
});
