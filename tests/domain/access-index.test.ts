// The index that takes changes one by one, against one that is built anew, and against brute force.
import { describe, expect, test } from 'vitest';
import { AccessBits } from '../../src/domain/access-bits.ts';
import { AccessCatalogue, insightsOf, LIST_NAMES, type ListName } from '../../src/domain/access-catalogue.ts';
import { AccessIndex } from '../../src/domain/access-index.ts';
import { LEVELS, rankOf, toSteps, type CatalogueDocument, type Level, type TeamDocument } from '../../src/domain/catalogue.ts';
import { accessOfAccount } from '../../src/domain/effective-access.ts';
import { Exposure } from '../../src/domain/exposure.ts';
import { repositoryId, teamId } from '../../src/domain/ids.ts';
import { bruteForceAccess, factsOf, randomWorld, seededRandom } from '../support/worlds.ts';

const sorted = (map: Map<string, Level>) => [...map].sort();
const levels = (index: AccessIndex): Map<string, Level> =>
  new Map(
    [...index.accounts.values()].flatMap((account) =>
      accessOfAccount(index, account).map(
        ({ repository, level }) => [`${account.id} ${repositoryId(repository.organization, repository.name)}`, level] as const,
      ),
    ),
  );

/** Everything that can be asked of counts, in an order that does not depend on how the index came about. */
const counts = (index: AccessIndex, exposure: Exposure) => ({
  accounts: [...index.accounts.values()].map((account) => [account.id, exposure.ofAccount(account)] as const).sort(byFirst),
  repositories: [...index.repositories.values()]
    .map((row) => [repositoryId(row.organization, row.name), exposure.ofRepository(row)] as const)
    .sort(byFirst),
});
const byFirst = (a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]) => (a[0] < b[0] ? -1 : 1);
const paths = (index: AccessIndex) =>
  [...index.accounts.values()]
    .flatMap((account) => accessOfAccount(index, account).map((access) => JSON.stringify(access.paths.map(({ ids }) => ids))))
    .sort();

/** One random change of these documents: what a sync would bring. */
function change(documents: Map<string, CatalogueDocument>, random: () => number, at: number): CatalogueDocument | string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const upTo = (n: number) => Math.floor(random() * (n + 1));
  const of = <K extends CatalogueDocument['kind']>(kind: K) =>
    [...documents.values()].filter((one): one is Extract<CatalogueDocument, { kind: K }> => one.kind === kind);
  const teams = of('team');
  const accounts = of('accounts').flatMap(({ rows }) => rows);
  const repositories = of('repositories').flatMap(({ rows }) => rows);
  const organization = pick(['acme', 'acme-labs']);
  const someOf = (numbers: readonly number[], p: number) => toSteps(numbers.filter(() => random() < p));
  const kind = random();

  if (kind < 0.55 && teams.length > 0) {
    const team = pick(teams);
    const level = pick(LEVELS);
    const taken = LEVELS.filter((other) => other !== level).map((other) => [other, team[other]] as const);
    const rest = new Set(taken.flatMap(([, steps]) => [...unsteps(steps)]));
    return random() < 0.5
      ? {
          ...team,
          members: someOf(
            accounts.map(({ number }) => number),
            0.4,
          ),
        }
      : {
          ...team,
          [level]: toSteps(
            repositories
              .filter(({ number, organization: its }) => its === team.organization && !rest.has(number) && random() < 0.4)
              .map(({ number }) => number),
          ),
        };
  }
  if (kind < 0.65) {
    const name = random() < 0.2 ? 'owners' : `team-${upTo(6)}`;
    const held = new Map<Level, number[]>(LEVELS.map((level) => [level, []]));
    for (const row of repositories)
      if (row.organization === organization && random() < 0.3) held.get(pick(LEVELS))?.push(row.number);
    return {
      kind: 'team',
      id: teamId(organization, name),
      organization,
      name,
      hubId: at,
      description: '',
      role: random() < 0.2 ? pick(['owner', 'editor', 'Reader']) : null,
      members: someOf(
        accounts.map(({ number }) => number),
        0.3,
      ),
      read: toSteps(held.get('read') ?? []),
      write: toSteps(held.get('write') ?? []),
      admin: toSteps(held.get('admin') ?? []),
    } satisfies TeamDocument;
  }
  if (kind < 0.72 && teams.length > 0) return pick(teams).id;
  if (kind < 0.86) {
    const page = of('accounts')[0];
    const rows = (page?.rows ?? [])
      .filter(() => random() > 0.1)
      .map((row) => ({
        ...row,
        roles: random() < 0.2 ? { [organization]: pick(['Owner', 'Member', 'Editor', 'Security auditor']) } : row.roles,
      }));
    if (rows.length < 8) {
      const number = 20 + at;
      rows.push({
        number,
        id: `account:n${number}`,
        hubId: `n${number}`,
        username: `user-${number}`,
        fullName: '',
        email: null,
        roles: { [organization]: 'Member' },
      });
    }
    return { kind: 'accounts', id: 'accounts:0', rows };
  }
  const page = of('repositories')[0];
  const rows = (page?.rows ?? [])
    .filter(() => random() > 0.1)
    .map((row) => (random() < 0.2 ? { ...row, private: !row.private } : row));
  if (rows.length < 10)
    rows.push({ number: 20 + at, organization, name: `repo-n${at}`, private: random() < 0.7, registeredAt: null });
  return { kind: 'repositories', id: 'repositories:0', rows };
}
const unsteps = (steps: readonly number[]) => {
  let sum = 0;
  return steps.map((step) => (sum += step));
};

const WORLDS = 100;
const CHANGES = 100;

describe(`an index that took ${WORLDS * CHANGES} random changes`, () => {
  test('answers like one built from the documents as they are now, and like brute force', () => {
    for (let seed = 0; seed < WORLDS; seed += 1) {
      const { documents } = randomWorld(seed);
      const now = new Map(documents.map((document) => [document.id, document]));
      const random = seededRandom(seed * 7 + 1);
      const index = new AccessIndex(documents);
      const exposure = new Exposure(index);
      counts(index, exposure);
      for (let at = 0; at < CHANGES; at += 1) {
        const changed = change(now, random, at);
        if (typeof changed === 'string') now.delete(changed);
        else now.set(changed.id, changed);
        exposure.forget(typeof changed === 'string' ? index.remove(changed) : index.put(changed));
        if (at % 10 !== 9) counts(index, exposure);
        else {
          const anew = new AccessIndex(now.values());
          expect(counts(index, exposure)).toEqual(counts(anew, new Exposure(anew)));
          expect(paths(index)).toEqual(paths(anew));
          expect(sorted(levels(index))).toEqual(sorted(bruteForceAccess(factsOf(now.values()))));
        }
      }
    }
  }, 120_000);
});

test('counts of everybody at once, by bitset, are those of effective access', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const index = new AccessIndex(randomWorld(seed).documents);
    const { counts: all } = new AccessBits(index).countAll();
    const bits = new AccessBits(index);
    for (const account of index.accounts.values()) {
      const { owner, admin, write, read } = new Exposure(index).ofAccount(account);
      expect([...all.subarray(account.number * 4, account.number * 4 + 4)]).toEqual([owner, admin, write, read]);
      const sets = bits.of(account);
      const has = (words: Uint32Array, number: number) => ((words[number >>> 5] ?? 0) >>> (number & 31)) & 1;
      const truth = new Map(accessOfAccount(index, account).map((access) => [access.repository.number, rankOf(access.level)]));
      for (const { number } of index.repositories.values())
        expect(has(sets.read, number) + has(sets.write, number) + has(sets.admin, number)).toBe(truth.get(number) ?? 0);
    }
  }
});

test('what a fork is told does not reach the index it came from', () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const { documents } = randomWorld(seed);
    const index = new AccessIndex(documents);
    const before = paths(index);
    const fork = index.fork();
    const random = seededRandom(seed);
    const now = new Map(documents.map((document) => [document.id, document]));
    for (let at = 0; at < 20; at += 1) {
      const changed = change(now, random, at);
      if (typeof changed === 'string') now.delete(changed);
      else now.set(changed.id, changed);
      if (typeof changed === 'string') fork.remove(changed);
      else fork.put(changed);
    }
    expect(paths(index)).toEqual(before);
    expect(paths(fork)).toEqual(paths(new AccessIndex(now.values())));
  }
});

describe('a catalogue that took changes', () => {
  const listed = (catalogue: AccessCatalogue, name: ListName) => {
    const list = catalogue.list(name);
    return list.inOrder().map((number) => {
      const item = list.at(number);
      return item && { id: item.id, text: item.text, insights: insightsOf(item), organizations: item.organizations };
    });
  };
  const people = new Map([
    ['account:a1', 'Ann'],
    ['account:a3', 'Zoe'],
  ]);

  test('has the lists, the order and the insights of one built anew', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const { documents } = randomWorld(seed);
      const now = new Map(documents.map((document) => [document.id, document]));
      const random = seededRandom(seed + 5);
      const catalogue = new AccessCatalogue(new Map([['c1', new AccessIndex(documents)]]), people);
      for (const name of LIST_NAMES) listed(catalogue, name);
      for (let at = 0; at < 40; at += 1) {
        const changed = change(now, random, at);
        if (typeof changed === 'string') {
          now.delete(changed);
          catalogue.remove('c1', changed);
        } else {
          now.set(changed.id, changed);
          catalogue.put('c1', changed);
        }
        const anew = new AccessCatalogue(new Map([['c1', new AccessIndex(now.values())]]), people);
        for (const name of LIST_NAMES) {
          expect(listed(catalogue, name)).toEqual(listed(anew, name));
          expect(catalogue.sizeOf(name)).toBe(anew.sizeOf(name));
        }
      }
    }
  }, 60_000);

  test('names accounts by their people as soon as it is told', () => {
    const catalogue = new AccessCatalogue(new Map([['c1', new AccessIndex(randomWorld(5).documents)]]));
    catalogue.list('people').inOrder();
    catalogue.setPeople(people);
    const anew = new AccessCatalogue(new Map([['c1', new AccessIndex(randomWorld(5).documents)]]), people);
    expect(listed(catalogue, 'people')).toEqual(listed(anew, 'people'));
    catalogue.setPeople(new Map());
    expect(listed(catalogue, 'people')).not.toEqual(listed(anew, 'people'));
  });

  test('forgets a connector with its last document', () => {
    const { documents } = randomWorld(7);
    const catalogue = new AccessCatalogue();
    for (const document of documents) catalogue.put('c1', document);
    expect(catalogue.sizeOf('people')).toBeGreaterThan(0);
    for (const { id } of documents) catalogue.remove('c1', id);
    expect(catalogue.places).toEqual([]);
    for (const name of LIST_NAMES) expect(listed(catalogue, name)).toEqual([]);
  });
});
