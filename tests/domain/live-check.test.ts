import { describe, expect, test } from 'vitest';
import { AccessIndex } from '../../src/domain/access-index.ts';
import type { AccountRow } from '../../src/domain/catalogue.ts';
import { compareAccount, compareOrganization, compareRepository, compareTeam } from '../../src/domain/live-check.ts';

const account = (number: number, username: string, role: string): AccountRow => ({
  number,
  id: `account:${username}`,
  hubId: `hub-${username}`,
  username,
  fullName: '',
  email: null,
  roles: { acme: role },
});
const ada = account(0, 'ada', 'Owner');
const bram = account(1, 'bram', 'Member');
const index = new AccessIndex([
  { kind: 'accounts', id: 'accounts:0', rows: [ada, bram] },
  {
    kind: 'repositories',
    id: 'repositories:0',
    rows: [{ number: 0, organization: 'acme', name: 'api', private: true, registeredAt: null }],
  },
  {
    kind: 'team',
    id: 'team:acme/backend',
    organization: 'acme',
    name: 'backend',
    hubId: 7,
    description: '',
    role: null,
    members: [0, 1],
    read: [],
    write: [0],
    admin: [],
  },
]);
const team = index.teams.get('team:acme/backend');
const repository = index.repository('repository:acme/api');
if (!team || !repository) throw new Error('the index lacks what the tests ask about');

const page = (items: object[], total = items.length) => ({ items, total, page: 1, isLast: items.length >= total });
const member = (id: string, username: string, role = 'Member', teams: string[] = ['backend']) => ({
  id,
  username,
  role,
  teams,
});

describe('a live read that says what the copy says', () => {
  test('shows no difference, for each kind of thing', () => {
    const both = [member('hubada', 'ada', 'Owner'), member('hubbram', 'bram')];
    expect(compareOrganization(index, 'acme', page(both))).toEqual({ differences: [], note: null });
    expect(compareTeam(index, team, page(both))).toEqual({ differences: [], note: null });
    expect(compareAccount(index, bram, 'acme', page([member('hubbram', 'bram')]))).toEqual({ differences: [], note: null });
    const permission = { teamId: 7, team: 'backend', permission: 'write' };
    expect(compareRepository(index, repository, page([permission]))).toEqual({ differences: [], note: null });
  });
});

describe('a live read that differs', () => {
  test('says who joined a team and who left it', () => {
    const live = page([member('hubada', 'ada'), member('hubnew', 'newcomer')]);
    expect(compareTeam(index, team, live)?.differences).toEqual([
      { kind: 'added', text: 'newcomer' },
      { kind: 'missing', text: 'bram' },
    ]);
  });

  test('claims nobody missing where only a part was compared, and says how much was', () => {
    expect(compareTeam(index, team, page([member('hubada', 'ada')], 200))).toEqual({
      differences: [],
      note: 'Compared the first 1 of 200 members.',
    });
  });

  test('says which role and which teams an account has now', () => {
    const live = page([member('hubbram', 'bram', 'Editor', ['release'])]);
    expect(compareAccount(index, bram, 'acme', live)?.differences).toEqual([
      { kind: 'changed', text: 'bram is Editor, in the copy Member' },
      { kind: 'added', text: 'team release' },
      { kind: 'missing', text: 'team backend' },
    ]);
  });

  test('takes a search that finds nobody for no proof', () => {
    expect(compareAccount(index, bram, 'acme', page([]))?.note).toContain('no proof');
  });

  test('says at which level teams hold a repository now', () => {
    const live = page([
      { teamId: 7, team: 'backend', permission: 'admin' },
      { teamId: 9, team: null, permission: 'maintain' },
    ]);
    expect(compareRepository(index, repository, live)?.differences).toEqual([
      { kind: 'changed', text: 'team backend holds Admin, in the copy Read & Write' },
      { kind: 'added', text: 'team 9 holds maintain' },
    ]);
  });

  test('counts no invitee among the members of an organization', () => {
    const live = page([member('hubada', 'ada', 'Owner'), member('hubbram', 'bram'), member('', '', 'Invitee', [])]);
    expect(compareOrganization(index, 'acme', live)?.differences).toEqual([]);
  });
});

test('an answer of another shape is no comparison', () => {
  expect(compareTeam(index, team, { results: [] })).toBeNull();
  expect(compareRepository(index, repository, page([{ team: 'backend' }]))).toBeNull();
});
