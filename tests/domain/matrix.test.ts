// The matrix against effective access by trying everything, and its blocks in an organization small enough to see them.
import { describe, expect, test } from 'vitest';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { toSteps, type CatalogueDocument } from '../../src/domain/catalogue.ts';
import { repositoryId } from '../../src/domain/ids.ts';
import { Matrix } from '../../src/domain/matrix.ts';
import { bruteForceAccess, randomWorld } from '../support/worlds.ts';

const LEVEL_OF_RANK = [undefined, 'read', 'write', 'admin', 'admin'] as const;

describe.each(Array.from({ length: 40 }, (_, seed) => seed + 1))('in world %i', (seed) => {
  const { documents, facts } = randomWorld(seed);
  const index = new AccessIndex(documents);
  const truth = bruteForceAccess(facts);

  test.each(['similarity', 'name'] as const)('every cell is the effective access, ordered by %s', (order) => {
    for (const organization of ['acme', 'acme-labs']) {
      const matrix = new Matrix(index, organization, 'people', order);
      expect(matrix.columns).toHaveLength(facts.repositories.filter((row) => row.organization === organization).length);
      for (const [at, row] of matrix.rows.entries()) {
        const { ranks } = matrix.line(at);
        const id = row.type === 'account' ? row.account.id : '';
        for (const [column, { name }] of matrix.columns.entries())
          expect(LEVEL_OF_RANK[ranks[column] ?? 0]).toBe(truth.get(`${id} ${repositoryId(organization, name)}`));
      }
    }
  });

  test('everybody with access stands in it once, as a row or among the owners', () => {
    const matrix = new Matrix(index, 'acme', 'people', 'similarity');
    const shown = [
      ...matrix.rows.flatMap((row) => (row.type === 'account' ? [row.account.id] : [])),
      ...matrix.owners.map(({ id }) => id),
    ];
    expect(new Set(shown).size).toBe(shown.length);
    for (const pair of truth.keys()) {
      const [id = '', repository = ''] = pair.split(' ');
      if (repository.startsWith('repository:acme/')) expect(shown).toContain(id);
    }
  });

  test('clusters cover rows and columns without a gap', () => {
    const matrix = new Matrix(index, 'acme', 'people', 'similarity');
    for (const [clusters, length] of [
      [matrix.rowClusters, matrix.rows.length],
      [matrix.columnClusters, matrix.columns.length],
    ] as const) {
      let end = 0;
      for (const { from, size } of clusters) {
        expect(from).toBe(end);
        end += size;
      }
      expect(end).toBe(length);
    }
  });
});

describe('two teams with repositories of their own', () => {
  const names = ['aisha', 'bram', 'elif', 'jonas', 'mika', 'owen'];
  const team = (name: string, members: number[], write: number[], read: number[] = []): CatalogueDocument => ({
    kind: 'team',
    id: `team:acme/${name}`,
    organization: 'acme',
    name,
    hubId: 1,
    description: '',
    role: null,
    members: toSteps(members),
    read: toSteps(read),
    write: toSteps(write),
    admin: [],
  });
  const index = new AccessIndex([
    {
      kind: 'accounts',
      id: 'accounts:0',
      rows: names.map((username, number) => ({
        number,
        id: `account:${username}`,
        hubId: username,
        username,
        fullName: '',
        email: null,
        roles: { acme: 'Member' },
      })),
    },
    {
      kind: 'repositories',
      id: 'repositories:0',
      rows: ['checkout', 'ledger', 'gateway', 'proxy'].map((name, number) => ({
        number,
        organization: 'acme',
        name,
        private: true,
        registeredAt: null,
      })),
    },
    team('payments', [0, 1, 2], [0, 1], [2]),
    team('platform', [3, 4, 5], [2, 3]),
    team('finance', [3], [0]),
  ]);
  const matrix = new Matrix(index, 'acme', 'people', 'similarity');

  test('stand in blocks on the diagonal', () => {
    expect(matrix.rowClusters.map(({ team: of, size }) => [of?.document.name, size])).toEqual([
      ['payments', 3],
      ['platform', 3],
    ]);
    expect(matrix.columnClusters.map(({ team: of, size }) => [of?.document.name, size])).toEqual([
      ['payments', 2],
      ['platform', 2],
    ]);
  });

  test('a grant that one of a team has and the others have not is said to reach outside; what all have is not', () => {
    expect(matrix.outsiders().map(({ team: into, count }) => [into.document.name, count])).toEqual([['payments', 1]]);
  });
});
