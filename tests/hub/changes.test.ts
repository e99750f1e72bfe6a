import { describe, expect, test } from 'vitest';
import type { HubChange } from '../../src/domain/hub-change.ts';
import { ChangeBench, ORG } from '../support/change-bench.ts';

const organization = ORG;
const HANA = 'hanatakeda';

const add = (bench: ChangeBench, team = 'support', username = HANA): HubChange => ({
  type: 'add_team_member',
  organization,
  team: bench.team(team),
  account: bench.account(username),
});
const takeOut = (bench: ChangeBench, team = 'backend', username = HANA): HubChange => ({
  type: 'remove_team_member',
  organization,
  team: bench.team(team),
  account: bench.account(username),
});
type Role = 'owner' | 'editor' | 'member';
const role = (bench: ChangeBench, given: Role, from: Role | null = null, username = HANA): HubChange => ({
  type: 'set_role',
  organization,
  account: bench.account(username),
  role: given,
  from,
});
const open = (bench: ChangeBench, repository = 'api-gateway'): HubChange => ({
  type: 'open_repository',
  organization,
  repository: { name: repository, registeredAt: bench.organization.repositories.get(repository)?.registeredAt ?? null },
  level: 'write',
  account: bench.account(HANA),
  teamName: 'wb-4f2a',
});
const close = (bench: ChangeBench, repository = 'api-gateway'): HubChange => ({
  type: 'close_repository',
  organization,
  repository: { name: repository, registeredAt: null },
  account: bench.account(HANA),
  teamName: 'wb-4f2a',
  team: bench.remembered.team,
});

describe.each(['owner', 'oat-write'])('with the credential %s', (key) => {
  test('somebody is added to a team and taken out again; doing it twice does nothing more', async () => {
    const bench = new ChangeBench(key);
    expect(await bench.make(add(bench))).toMatchObject({ type: 'verified', wrote: true });
    expect(bench.isIn('support', HANA)).toBe(true);
    expect(await bench.make(add(bench))).toMatchObject({ type: 'verified', wrote: false });
    expect(await bench.make(takeOut(bench, 'support'))).toMatchObject({ type: 'verified', wrote: true });
    expect(bench.isIn('support', HANA)).toBe(false);
    expect(await bench.make(takeOut(bench, 'support'))).toMatchObject({ type: 'verified', wrote: false });
    expect(bench.changes).toEqual(['add_team_member', 'remove_team_member']);
  });

  test('a role is given, the one before is remembered, and it is restored', async () => {
    const bench = new ChangeBench(key);
    expect(await bench.make(role(bench, 'editor'))).toMatchObject({ type: 'verified', remembered: { priorRole: 'member' } });
    expect(bench.roleOf(HANA)).toBe('editor');
    expect(await bench.make(role(bench, 'member', 'editor'))).toMatchObject({ type: 'verified', wrote: true });
    expect(bench.roleOf(HANA)).toBe('member');
  });

  test('one repository for one person comes by a team of its own, and goes with it', async () => {
    const bench = new ChangeBench(key);
    expect(await bench.make(open(bench))).toMatchObject({ type: 'verified', remembered: { team: { name: 'wb-4f2a' } } });
    const team = bench.hubTeam('wb-4f2a');
    expect([...team.permissions]).toEqual([['api-gateway', 'write']]);
    expect([...team.members.keys()]).toEqual([HANA]);
    expect(await bench.make(close(bench))).toMatchObject({ type: 'verified', wrote: true, note: null });
    expect(bench.organization.teams.has('wb-4f2a')).toBe(false);
    expect(bench.changes).toEqual(['create_team', 'set_permission', 'add_team_member', 'remove_team_member', 'delete_team']);
  });

  test('an invitation is sent once, found again, and canceled', async () => {
    const bench = new ChangeBench(key);
    const invite: HubChange = {
      type: 'invite',
      organization,
      invitee: 'new@harborline.example',
      role: 'member',
      team: bench.team('backend'),
    };
    const sent = await bench.make(invite);
    expect(sent).toMatchObject({ type: 'verified', wrote: true });
    expect(await bench.make(invite)).toMatchObject({ type: 'verified', wrote: false });
    const invitationId = sent.remembered.invitationId ?? '';
    const cancel: HubChange = { type: 'cancel_invitation', organization, invitationId, invitee: 'new@harborline.example' };
    expect(await bench.make(cancel)).toMatchObject({ type: 'verified', wrote: true });
    expect(bench.changes).toEqual(['add_invite', 'cancel_invite']);
  });

  test('somebody is removed from the organization', async () => {
    const bench = new ChangeBench(key);
    const remove: HubChange = { type: 'remove_from_organization', organization, account: bench.account(HANA), email: null };
    expect(await bench.make(remove)).toMatchObject({ type: 'verified', wrote: true });
    expect(bench.organization.members.has(HANA)).toBe(false);
  });
});

test('an access token is deactivated by an owner, and by nobody else', async () => {
  const tokenOf = (bench: ChangeBench) =>
    [...bench.organization.accessTokens.values()].find(({ label }) => label === 'oat-dormant');
  const bench = new ChangeBench('owner');
  const deactivate: HubChange = {
    type: 'deactivate_token',
    organization,
    tokenId: tokenOf(bench)?.id ?? '',
    label: 'oat-dormant',
  };
  expect(await bench.make(deactivate)).toMatchObject({ type: 'verified', wrote: true });
  expect(tokenOf(bench)?.isActive).toBe(false);
  expect(await bench.make(deactivate)).toMatchObject({ type: 'verified', wrote: false });

  const token = new ChangeBench('oat-write');
  const outcome = await token.make({ ...deactivate, tokenId: tokenOf(token)?.id ?? '' });
  expect(outcome).toMatchObject({ type: 'needs_person', reason: 'missing_capability' });
  expect(token.intents).toEqual([]);
});

describe('what is never done', () => {
  test('the last owner stays', async () => {
    const bench = new ChangeBench('oat-write');
    const owners = [...bench.hubTeam('owners').members.keys()];
    for (const username of owners.slice(1))
      bench.hub.control.mutate({ type: 'set_role', organization, username, role: 'member' });
    const [last = ''] = owners;
    const remove: HubChange = { type: 'remove_from_organization', organization, account: bench.account(last), email: null };
    expect(await bench.make(remove)).toMatchObject({ type: 'refused', reason: 'last_owner' });
    expect(await bench.make(role(bench, 'member', 'owner', last))).toMatchObject({ type: 'refused', reason: 'last_owner' });
    expect(bench.intents).toEqual([]);
  });

  test('the connector’s own account is left alone, whatever name it has now', async () => {
    const bench = new ChangeBench('owner');
    const own = bench.credential.identifier;
    expect(await bench.make(role(bench, 'member', 'owner', own))).toMatchObject({ type: 'refused', reason: 'own_account' });
    const renamed = { ...bench.account(own), username: 'before' };
    expect(await bench.make({ type: 'remove_from_organization', organization, account: renamed, email: null })).toMatchObject({
      type: 'refused',
      reason: 'own_account',
    });
    expect(bench.intents).toEqual([]);
  });

  test('the team owners is not edited as a team, also in capitals', async () => {
    const bench = new ChangeBench('oat-write');
    for (const name of ['owners', 'Owners']) {
      const team = { ...bench.team('owners'), name };
      const account = bench.account(HANA);
      for (const type of ['add_team_member', 'remove_team_member'] as const)
        expect(await bench.make({ type, organization, team, account })).toMatchObject({
          type: 'refused',
          reason: 'owners_team',
        });
    }
    expect(bench.intents).toEqual([]);
  });

  test('nothing is done in an organization of somebody else', async () => {
    const bench = new ChangeBench();
    const outcome = await bench.make({ ...add(bench), organization: 'harborline-labs' });
    expect(outcome).toMatchObject({ type: 'refused', reason: 'not_ours' });
    expect(bench.hub.control.calls().total).toBe(0);
  });

  test('nothing goes out that the ledger does not let go', async () => {
    const bench = new ChangeBench();
    bench.mayWrite = () => ({ type: 'stop', because: 'denied meanwhile' });
    expect(await bench.make(add(bench))).toMatchObject({ type: 'stopped', because: 'denied meanwhile' });
    expect(bench.changes).toEqual([]);
  });

  test('a preview says what it would do, and does nothing', async () => {
    const bench = new ChangeBench();
    expect(await bench.preview(open(bench))).toMatchObject({
      type: 'preview',
      steps: ['create_team', 'set_permission', 'add_team_member'],
      words: [expect.stringContaining('wb-4f2a'), expect.stringContaining('Read & Write'), expect.stringContaining(HANA)],
    });
    expect(bench.changes).toEqual([]);
  });
});

describe('names and numbers', () => {
  test('a team that was renamed is still the same team', async () => {
    const bench = new ChangeBench();
    const change = add(bench);
    bench.hub.control.mutate({ type: 'update_team', organization, team: 'support', name: 'help-desk' });
    expect(await bench.make(change)).toMatchObject({ type: 'verified' });
    expect(bench.isIn('help-desk', HANA)).toBe(true);
  });

  test('a team that was made anew under the same name is another team', async () => {
    const bench = new ChangeBench();
    const change = add(bench);
    bench.hub.control.mutate({ type: 'delete_team', organization, team: 'support' });
    bench.hub.control.mutate({ type: 'create_team', organization, name: 'support' });
    expect(await bench.make(change)).toMatchObject({ type: 'refused', reason: 'another_team' });
    expect(bench.intents).toEqual([]);
  });

  test('a Docker ID that is somebody else’s now is another account', async () => {
    const bench = new ChangeBench();
    const account = { hubId: '0'.repeat(32), username: HANA };
    expect(await bench.make({ ...add(bench), account } as HubChange)).toMatchObject({
      type: 'refused',
      reason: 'another_account',
    });
    expect(bench.intents).toEqual([]);
  });

  test('a team of somebody else under the planned name is not touched', async () => {
    const bench = new ChangeBench();
    bench.hub.control.mutate({ type: 'create_team', organization, name: 'wb-4f2a' });
    expect(await bench.make(open(bench))).toMatchObject({ type: 'refused', reason: 'another_team' });
    expect(await bench.make(close(bench))).toMatchObject({ type: 'verified', wrote: false });
    expect(bench.organization.teams.has('wb-4f2a')).toBe(true);
  });

  test('a repository that was made anew is another repository', async () => {
    const bench = new ChangeBench();
    const change = open(bench);
    bench.hub.control.mutate({ type: 'delete_repository', organization, repository: 'api-gateway' });
    bench.clock.pass(60_000);
    bench.hub.control.mutate({ type: 'create_repository', organization, name: 'api-gateway' });
    expect(await bench.make(change)).toMatchObject({ type: 'refused', reason: 'another_repository' });
  });

  test('somebody on the last page of a long list is found', async () => {
    const bench = new ChangeBench();
    for (let n = 0; n < 230; n += 1)
      bench.hub.control.mutate({ type: 'add_member', organization, username: `crowd${n}`, teams: ['support'] });
    const account = bench.account('crowd229');
    expect(await bench.make({ ...add(bench), account } as HubChange)).toMatchObject({ type: 'verified', wrote: false });
  });
});

describe('what somebody changed meanwhile', () => {
  test('a role that is neither the given nor the one before is left to a person', async () => {
    const bench = new ChangeBench();
    await bench.make(role(bench, 'editor'));
    bench.hub.control.mutate({ type: 'set_role', organization, username: HANA, role: 'owner' });
    bench.clock.pass(120_000);
    const outcome = await bench.make(role(bench, 'member', 'editor'));
    expect(outcome).toMatchObject({ type: 'needs_person', reason: 'changed_meanwhile' });
    expect(outcome.type === 'needs_person' && outcome.steps.length).toBeGreaterThan(1);
    expect(bench.roleOf(HANA)).toBe('owner');
  });

  test('a custom role is not changed: it could not be given back', async () => {
    const bench = new ChangeBench();
    expect(await bench.make(role(bench, 'editor', null, 'adaeze'))).toMatchObject({
      type: 'needs_person',
      reason: 'role_cannot_be_restored',
    });
  });

  test('nobody is added to a team of ours that came to hold more', async () => {
    const bench = new ChangeBench();
    await bench.make(open(bench));
    bench.hub.control.mutate({ type: 'remove_team_member', organization, team: 'wb-4f2a', username: HANA });
    const more = {
      type: 'set_permission',
      organization,
      team: 'wb-4f2a',
      repository: 'api-booking',
      permission: 'admin',
    } as const;
    bench.hub.control.mutate(more);
    bench.clock.pass(120_000);
    expect(await bench.make(open(bench))).toMatchObject({ type: 'needs_person', reason: 'team_holds_more' });
    expect(bench.isIn('wb-4f2a', HANA)).toBe(false);
  });

  test.each([
    ['somebody else is in it', { type: 'add_team_member', team: 'wb-4f2a', username: 'kenjimori' }],
    ['it holds another repository', { type: 'set_permission', team: 'wb-4f2a', repository: 'api-booking', permission: 'read' }],
    ['it has a role', { type: 'update_team', team: 'wb-4f2a', role: 'editor' }],
    ['somebody has described it anew', { type: 'update_team', team: 'wb-4f2a', description: 'Ours now' }],
  ] as const)('a team of ours is left where %s', async (why, mutation) => {
    const bench = new ChangeBench();
    await bench.make(open(bench));
    expect(bench.hub.control.mutate({ ...mutation, organization })).toMatchObject({ ok: true });
    const outcome = await bench.make(close(bench));
    expect(outcome).toMatchObject({ type: 'verified', note: expect.stringContaining(why) });
    expect(bench.isIn('wb-4f2a', HANA)).toBe(false);
    expect(bench.organization.teams.has('wb-4f2a')).toBe(true);
  });

  test('an invitation that was accepted before it could be canceled is told', async () => {
    const bench = new ChangeBench();
    const invite: HubChange = { type: 'invite', organization, invitee: 'new@harborline.example', role: 'member', team: null };
    const id = (await bench.make(invite)).remembered.invitationId ?? '';
    bench.hub.control.mutate({ type: 'accept_invite', organization, id, username: 'newcomer' });
    bench.clock.pass(120_000);
    const cancel: HubChange = { type: 'cancel_invitation', organization, invitationId: id, invitee: 'new@harborline.example' };
    expect(await bench.make(cancel, 3)).toMatchObject({ type: 'needs_person', reason: 'accepted_meanwhile' });
  });

  test('who is put back each time is told of, and taken away again all the same', async () => {
    const bench = new ChangeBench('owner', { identityProviderRestoresAfterMs: 0 });
    const outcome = await bench.make(takeOut(bench), 30);
    expect(outcome).toMatchObject({ type: 'needs_person', reason: 'comes_back', retryAt: expect.any(String) });
  });
});
