// Compare, what if and their ranks against trying everything in small random organizations.
import { describe, expect, test } from 'vitest';
import { AccessCatalogue } from '../../src/domain/access-catalogue.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { withEdits, type CatalogueEdit } from '../../src/domain/catalogue-edit.ts';
import { compareAccess } from '../../src/domain/compare.ts';
import { repositoryId } from '../../src/domain/ids.ts';
import { ranksById } from '../../src/domain/matrix-ranks.ts';
import { whatIf } from '../../src/domain/what-if.ts';
import { editOfText, editToText } from '../../src/domain/what-if-address.ts';
import { bruteForceAccess, factsOf, randomWorld, seededRandom } from '../support/worlds.ts';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1);
const LEVEL_OF_RANK = [undefined, 'read', 'write', 'admin', 'admin'] as const;
const opened = (seed: number) => {
  const world = randomWorld(seed);
  return { ...world, catalogue: new AccessCatalogue(new Map([['c1', new AccessIndex(world.documents)]])) };
};

describe('ranks', () => {
  test.each(SEEDS)('of every account are its effective access (world %i)', (seed) => {
    const { catalogue, facts } = opened(seed);
    const truth = bruteForceAccess(facts);
    for (const { id } of facts.accounts) {
      const ranks = ranksById(catalogue, id);
      for (const repository of facts.repositories)
        expect(LEVEL_OF_RANK[ranks?.get(repository.id) ?? 0]).toBe(truth.get(`${id} ${repository.id}`));
    }
  });

  test('of what is not in the copy are not "nothing"', () => {
    expect(ranksById(new AccessCatalogue(), 'account:nobody')).toBeNull();
  });
});

describe('compare', () => {
  test.each(SEEDS)('puts every repository of either on exactly one side (world %i)', (seed) => {
    const { catalogue, facts } = opened(seed);
    const truth = bruteForceAccess(facts);
    const [a, b] = [facts.accounts[0], facts.accounts.at(-1)];
    const sides = a && b && compareAccess(catalogue, a.id, b.id);
    const has = (of: string | undefined, repository: string) => truth.has(`${of} ${repository}`);
    const expected = (fits: (id: string) => boolean) =>
      facts.repositories
        .map(({ id }) => id)
        .filter(fits)
        .sort();
    expect(sides?.a.map(({ id }) => id)).toEqual(expected((id) => has(a?.id, id) && !has(b?.id, id)));
    expect(sides?.b.map(({ id }) => id)).toEqual(expected((id) => !has(a?.id, id) && has(b?.id, id)));
    expect(sides?.both.map(({ id }) => id)).toEqual(expected((id) => has(a?.id, id) && has(b?.id, id)));
  });
});

function randomEdits(seed: number, { accounts, teams, repositories }: ReturnType<typeof factsOf>): CatalogueEdit[] {
  const random = seededRandom(seed * 7919);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  return Array.from({ length: 3 }, (): CatalogueEdit[] => {
    const [account, team, repository] = [pick(accounts)?.id, pick(teams)?.id, pick(repositories)?.id];
    if (!account || !team || !repository) return [];
    const edits: CatalogueEdit[] = [
      { type: 'leave_team', account, team },
      { type: 'join_team', account, team },
      { type: 'leave_organization', account, organization: 'acme' },
      { type: 'set_level', team, repository, level: pick(['read', 'write', null]) ?? null },
      { type: 'delete_team', team },
    ];
    return [pick(edits) ?? { type: 'delete_team', team }];
  }).flat();
}

describe('what if', () => {
  test.each(SEEDS)('names everybody whose access would differ, and nobody else (world %i)', (seed) => {
    const { catalogue, facts, documents } = opened(seed);
    const edits = randomEdits(seed, facts);
    const before = bruteForceAccess(facts);
    const [then] = withEdits(catalogue, edits).places;
    const after = bruteForceAccess(factsOf(then?.index.documents() ?? []));
    const expected = [...new Set([...before.keys(), ...after.keys()])]
      .filter((pair) => before.get(pair) !== after.get(pair))
      .map((pair) => `${pair} ${before.get(pair)} ${after.get(pair)}`);

    const found = whatIf(catalogue, edits);
    const told = found.accounts.flatMap(({ account, repositories }) =>
      repositories
        // Owning and holding Admin are told apart, and are the same to whoever pushes.
        .filter(({ before: was, after: is }) => LEVEL_OF_RANK[was] !== LEVEL_OF_RANK[is])
        .map(({ repository, before: was, after: is }) =>
          [account.id, repositoryId(repository.organization, repository.name), LEVEL_OF_RANK[was], LEVEL_OF_RANK[is]]
            .map(String)
            .join(' '),
        ),
    );
    expect(told.sort()).toEqual(expected.sort());
    const total = found.accounts.reduce((sum, { repositories }) => sum + repositories.length, 0);
    expect(found.lost + found.lowered + found.gained).toBe(total);
    expect(bruteForceAccess(factsOf(documents))).toEqual(before);
  });

  test('every change can be written into an address and read back', () => {
    const edits: CatalogueEdit[] = [
      { type: 'leave_team', account: 'account:a', team: 'team:acme/odd~na%me' },
      { type: 'join_team', account: 'account:a', team: 'team:acme/b' },
      { type: 'leave_organization', account: 'account:a', organization: 'acme' },
      { type: 'set_level', team: 'team:acme/b', repository: 'repository:acme/x', level: 'read' },
      { type: 'set_level', team: 'team:acme/b', repository: 'repository:acme/x', level: null },
      { type: 'delete_team', team: 'team:acme/b' },
    ];
    expect(edits.map((edit) => editOfText(editToText(edit)))).toEqual(edits);
  });

  test.each([
    '',
    'delete',
    'delete~account:a',
    'level~team:acme/b~repository:acme/x~root',
    'leave~team:acme/b~account:a',
    '%%%',
  ])('an address that says nothing of the kind is no change: %j', (text) => expect(editOfText(text)).toBeNull());
});
