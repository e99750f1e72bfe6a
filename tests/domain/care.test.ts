// What deserves care, against counting it the slow way, and what is said where not everything was read.
import { describe, expect, test } from 'vitest';
import { AccessCatalogue } from '../../src/domain/access-catalogue.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { CARE_KINDS, CARE_MADE_OF, careFigures, careOf, type CareKind } from '../../src/domain/care.ts';
import { activityOf } from '../../src/domain/care-activity.ts';
import { DATA_SETS, type CatalogueDocument, type DataSet, type TokenRow } from '../../src/domain/catalogue.ts';
import { bruteForceAccess, randomWorld } from '../support/worlds.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);

/** The documents, with these data sets unread and all others complete. */
function read(documents: CatalogueDocument[], ...unread: DataSet[]): AccessCatalogue {
  const completeness = Object.fromEntries(
    DATA_SETS.map((set) => [
      set,
      { state: unread.includes(set) ? ('forbidden' as const) : ('complete' as const), reason: null },
    ]),
  );
  const known = documents.map((document) => (document.kind === 'organization' ? { ...document, completeness } : document));
  return new AccessCatalogue(new Map([['c1', new AccessIndex(known)]]));
}
function idsOf(catalogue: AccessCatalogue, kind: CareKind): string[] {
  const list = catalogue.list(CARE_MADE_OF[kind].list);
  return list.inOrder().flatMap((number) => {
    const item = list.at(number);
    return item && careOf(item, NOW).includes(kind) ? [item.id] : [];
  });
}

describe.each(SEEDS)('in world %i', (seed) => {
  const { documents, facts } = randomWorld(seed);
  const catalogue = read(documents);
  const access = bruteForceAccess(facts);
  const owns = (id: string, organization?: string) =>
    facts.accounts.some(
      (account) =>
        account.id === id &&
        Object.entries(account.roles).some(([name, role]) => role === 'Owner' && (organization ?? name) === name),
    ) ||
    facts.teams.some(
      (team) =>
        team.members.includes(id) &&
        (team.name === 'owners' || team.role === 'owner') &&
        (organization ?? team.organization) === team.organization,
    );

  test('members in no team are those whom no team names', () => {
    const expected = facts.accounts.filter(
      ({ id, roles }) => Object.keys(roles).length > 0 && !owns(id) && !facts.teams.some(({ members }) => members.includes(id)),
    );
    expect(idsOf(catalogue, 'no_team').sort()).toEqual(expected.map(({ id }) => id).sort());
  });

  test('repositories are sorted out by who can push', () => {
    const pushers = ({ id }: { id: string }) =>
      facts.accounts.filter((account) => ['write', 'admin'].includes(access.get(`${account.id} ${id}`) ?? ''));
    const onlyOwners = facts.repositories.filter((repository) =>
      pushers(repository).every(({ id }) => owns(id, repository.organization)),
    );
    expect(idsOf(catalogue, 'owners_push').sort()).toEqual(onlyOwners.map(({ id }) => id).sort());
    for (const id of idsOf(catalogue, 'all_push')) {
      const { organization } = facts.repositories.find((repository) => repository.id === id) ?? {};
      const members = facts.accounts.filter(({ roles }) => organization !== undefined && roles[organization] !== undefined);
      expect(members.length).toBeGreaterThan(1);
      expect(pushers({ id })).toEqual(expect.arrayContaining(members));
    }
  });

  test('each number is the length of its list', () => {
    const { byKind } = careFigures(catalogue, NOW);
    for (const kind of CARE_KINDS) expect(byKind[kind]).toEqual({ count: idsOf(catalogue, kind).length, sure: 'exact' });
  });
});

describe('tokens', () => {
  const token = (id: string, changes: Partial<TokenRow> = {}): TokenRow => ({
    id: `token:acme/${id}`,
    label: id,
    description: '',
    createdBy: 'User-0',
    active: true,
    createdAt: null,
    expiresAt: '2027-11-24T00:00:00.000Z',
    ...changes,
  });
  const world = randomWorld(1).documents.flatMap((document): CatalogueDocument[] =>
    document.kind !== 'accounts'
      ? [document]
      : [{ ...document, rows: document.rows.map((row) => ({ ...row, roles: { ...row.roles, acme: 'Member' } })) }],
  );
  const rows = [
    token('fine'),
    token('soon', { expiresAt: '2026-12-01T00:00:00.000Z' }),
    token('over', { expiresAt: '2026-11-01T00:00:00.000Z' }),
    token('forever', { expiresAt: null }),
    token('orphan', { createdBy: 'somebody-who-left' }),
    token('unsaid', { createdBy: null }),
    token('off', { active: false, createdBy: 'somebody-who-left', expiresAt: null }),
  ];
  const catalogue = read([...world, { kind: 'tokens', id: 'tokens:acme', organization: 'acme', rows }]);

  test.each([
    ['expiring', 'soon'],
    ['expired', 'over'],
    ['no_expiry', 'forever'],
    ['maker_gone', 'orphan'],
  ] as const)('%s is the one that is', (kind, id) => expect(idsOf(catalogue, kind)).toEqual([`token:acme/${id}`]));
});

describe('what was not read', () => {
  const { documents } = randomWorld(3);
  const figure = (kind: CareKind, ...unread: DataSet[]) => careFigures(read(documents, ...unread), NOW).byKind[kind];

  test('is never counted as zero', () => {
    expect(figure('expired', 'tokens')).toEqual({ count: 0, sure: 'not_known' });
    expect(figure('waiting_long', 'invites')).toEqual({ count: 0, sure: 'not_known' });
    expect(careFigures(read(documents, 'tokens'), NOW).of.tokens).toEqual({ count: 0, sure: 'not_known' });
  });

  test('makes a number the least or the most that it can be', () => {
    expect(figure('owners_push', 'permissions').sure).toBe('at_most');
    expect(figure('owner', 'roles').sure).toBe('at_least');
    expect(figure('owners_push', 'permissions', 'repositories').sure).toBe('not_known');
  });
});

test('activity: who was not seen for so many days, and of whom nobody knows', () => {
  const used = (id: string, lastOn: string | null) => ({ id, name: id, lastOn });
  const items = [
    used('b', '2026-01-01'),
    used('a', null),
    used('c', '2026-11-01'),
    used('d', '2025-01-01'),
    used('e', '2026-08-26'),
  ];
  const { recent, quiet, unknown } = activityOf(items, '2026-11-24', 90);
  expect(recent.map(({ id }) => id)).toEqual(['c', 'e']);
  expect(quiet.map(({ id }) => id)).toEqual(['d', 'b']);
  expect(unknown.map(({ id }) => id)).toEqual(['a']);
});
