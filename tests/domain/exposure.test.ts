import { describe, expect, test } from 'vitest';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { accessOfAccount, accessToRepository, type EffectiveAccess } from '../../src/domain/effective-access.ts';
import { Exposure } from '../../src/domain/exposure.ts';
import { randomWorld } from '../support/worlds.ts';

const WORLDS = 500;
const worlds = Array.from({ length: WORLDS }, (_, seed) => new AccessIndex(randomWorld(seed).documents));

const owns = ({ paths }: EffectiveAccess) => paths.some(({ reason }) => reason.type === 'owner' || reason.type === 'team_role');

function counted(access: EffectiveAccess[]) {
  const at = (level: string) => access.filter((one) => !owns(one) && one.level === level).length;
  return {
    owner: access.filter(owns).length,
    admin: at('admin'),
    write: at('write'),
    read: at('read'),
    total: access.length,
  };
}

describe(`counts in ${WORLDS} random worlds`, () => {
  test('of every repository are those of effective access, account by account', () => {
    for (const index of worlds) {
      const exposure = new Exposure(index);
      for (const repository of index.repositories.values())
        expect(exposure.ofRepository(repository)).toMatchObject(counted(accessToRepository(index, repository)));
    }
  });

  test('of every account are those of effective access, repository by repository', () => {
    for (const index of worlds) {
      const exposure = new Exposure(index);
      for (const account of index.accounts.values())
        expect(exposure.ofAccount(account)).toEqual(counted(accessOfAccount(index, account)));
    }
  });

  test('are measured against the private repository that most have access to', () => {
    for (const index of worlds) {
      const closed = [...index.repositories.values()].filter((repository) => repository.private);
      const totals = closed.map((repository) => accessToRepository(index, repository).length);
      const exposure = new Exposure(index);
      expect(exposure.largestRepository).toBeUndefined();
      for (const counting = exposure.countRepositories(); !counting.next().done;);
      expect(exposure.largestRepository).toBe(Math.max(0, ...totals));
    }
  });
});

test('guests are counted among those who have access, and nobody else', () => {
  const account = (number: number, roles: Record<string, string>, guestOf?: string[]) => ({
    number,
    id: `account:${number}`,
    hubId: String(number),
    username: `user-${number}`,
    fullName: '',
    email: null,
    roles,
    ...(guestOf ? { guestOf } : {}),
  });
  const index = new AccessIndex([
    {
      kind: 'accounts',
      id: 'accounts:0',
      rows: [account(0, { acme: 'Owner' }), account(1, { acme: 'Member' }, ['acme']), account(2, { acme: 'Member' }, ['acme'])],
    },
    {
      kind: 'repositories',
      id: 'repositories:0',
      rows: [{ number: 40, organization: 'acme', name: 'api', private: true, registeredAt: null }],
    },
    {
      kind: 'team',
      id: 'team:acme/backend',
      organization: 'acme',
      name: 'backend',
      hubId: 1,
      description: '',
      role: null,
      members: [1],
      read: [],
      write: [40],
      admin: [],
    },
  ]);
  const repository = index.repository('repository:acme/api');
  expect(repository && new Exposure(index).ofRepository(repository)).toEqual({
    owner: 1,
    admin: 0,
    write: 1,
    read: 0,
    total: 2,
    guests: 1,
  });
});
