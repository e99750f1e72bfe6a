import { describe, expect, test } from 'vitest';
import { AccessCatalogue, insightsOf, type ListName } from '../../src/domain/access-catalogue.ts';
import { folded } from '../../src/domain/item-list.ts';
import { holdersOf, holdingsOf } from '../../src/domain/access-groups.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { toSteps, type AccountRow, type CatalogueDocument, type CompletenessBySet } from '../../src/domain/catalogue.ts';

const SETS = ['members', 'roles', 'teams', 'team_members', 'repositories', 'permissions'];
const COMPLETE: CompletenessBySet = Object.fromEntries(SETS.map((set) => [set, { state: 'complete', reason: null }]));

const account = (number: number, username: string, fullName: string, roles: Record<string, string>): AccountRow => ({
  number,
  id: `account:${username}`,
  hubId: username,
  username,
  fullName,
  email: null,
  roles,
});
const organization = (name: string, completeness = COMPLETE): CatalogueDocument => ({
  kind: 'organization',
  id: `org:${name}`,
  name,
  hubId: null,
  fullName: null,
  plan: null,
  completeness,
});
const repository = (number: number, of: string, name: string) => ({
  number,
  organization: of,
  name,
  private: true,
  registeredAt: null,
});
const team = (of: string, name: string, members: number[], write: number[]): CatalogueDocument => ({
  kind: 'team',
  id: `team:${of}/${name}`,
  organization: of,
  name,
  hubId: 1,
  description: '',
  role: null,
  members: toSteps(members),
  read: [],
  write: toSteps(write),
  admin: [],
});

const ACCOUNTS = [
  account(0, 'dana', 'Dana Kowalski', { acme: 'Owner' }),
  account(1, 'tomasv', 'Tomás Vidal', { acme: 'Member' }),
  account(2, 'kim', '', { acme: 'Security auditor' }),
];
function aCatalogue(completeness = COMPLETE) {
  const index = new AccessIndex([
    organization('acme', completeness),
    organization('acme-labs'),
    { kind: 'accounts', id: 'accounts:0', rows: ACCOUNTS },
    {
      kind: 'repositories',
      id: 'repositories:0',
      rows: [repository(0, 'acme-labs', 'model'), repository(1, 'acme', 'payments-api'), repository(2, 'acme', 'cli')],
    },
    team('acme', 'backend', [1], [1]),
  ]);
  return new AccessCatalogue(new Map([['c1', index]]));
}
/** Items of a list that hold the words, in its order. */
function items(catalogue: AccessCatalogue, name: ListName, words = '') {
  const list = catalogue.list(name);
  const found = list.find(folded(words));
  return list.inOrder().flatMap((number) => (found && !found.includes(number) ? [] : (list.at(number) ?? [])));
}
const names = (...of: Parameters<typeof items>) => items(...of).map(({ id }) => id);

describe('lists', () => {
  test('are in order of organization, then name', () => {
    expect(names(aCatalogue(), 'repos')).toEqual([
      'repository:acme/cli',
      'repository:acme/payments-api',
      'repository:acme-labs/model',
    ]);
  });

  test('are found by every word, without accents or case', () => {
    const catalogue = aCatalogue();
    expect(names(catalogue, 'repos', 'API acme')).toEqual(['repository:acme/payments-api']);
    expect(names(catalogue, 'people', 'tomas')).toEqual(['account:tomasv']);
    expect(names(catalogue, 'repos', 'nothing like it')).toEqual([]);
    expect(names(catalogue, 'repos', '  ')).toHaveLength(3);
  });

  test('show an account under the name of its person, else its own, else its Docker ID', () => {
    const catalogue = aCatalogue();
    catalogue.setPeople(new Map([['account:dana', 'D. K.']]));
    expect(items(catalogue, 'people').map((item) => item.type === 'account' && item.name)).toEqual([
      'D. K.',
      'kim',
      'Tomás Vidal',
    ]);
  });

  test('hold an account once that two connectors have read', () => {
    const index = () => new AccessIndex([{ kind: 'accounts', id: 'accounts:0', rows: ACCOUNTS }]);
    const catalogue = new AccessCatalogue(
      new Map([
        ['c1', index()],
        ['c2', index()],
      ]),
    );
    expect(catalogue.sizeOf('people')).toBe(3);
    expect(catalogue.account('account:kim')).toHaveLength(2);
  });
});

describe('insights', () => {
  const typesOf = (catalogue: AccessCatalogue, id: string) =>
    [...items(catalogue, 'repos'), ...items(catalogue, 'people')]
      .filter((item) => item.id === id)
      .flatMap(insightsOf)
      .map(({ type }) => type);

  test('say that one administrator is left only where everybody is known', () => {
    expect(typesOf(aCatalogue(), 'repository:acme/payments-api')).toEqual(['only_admin']);
    const partly = { ...COMPLETE, permissions: { state: 'partial' as const, reason: null } };
    expect(typesOf(aCatalogue(partly), 'repository:acme/payments-api')).toEqual([]);
  });

  test('name the only owner, and roles that nobody can explain', () => {
    expect(typesOf(aCatalogue(), 'account:dana')).toEqual(['only_owner']);
    expect(typesOf(aCatalogue(), 'account:kim')).toEqual(['unknown_role']);
    expect(typesOf(aCatalogue(), 'account:tomasv')).toEqual([]);
  });
});

describe('effective access in groups', () => {
  test('has who owns, who holds a level, and who is not known, each with what it comes through', () => {
    const at = aCatalogue().repository('repository:acme/payments-api');
    const groups = at ? holdersOf(at) : [];
    expect(
      groups.map(({ standing, entries }) => [
        standing,
        ...entries.map(({ subject, through }) => `${subject.username} by ${through.name}`),
      ]),
    ).toEqual([
      ['owner', 'dana by owner role'],
      ['write', 'tomasv by backend'],
      ['unknown', 'kim by Security auditor'],
    ]);
  });

  test('of an account lists what it holds, and where what it holds is not known', () => {
    const groups = holdingsOf(aCatalogue().account('account:kim'));
    expect(groups.map(({ standing, entries }) => [standing, ...entries.map(({ what }) => what)])).toEqual([
      ['unknown', 'org:acme'],
    ]);
  });
});
