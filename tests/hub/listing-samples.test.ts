// Lists of teams that leave something out by a rule: whether the repositories that are asked one by one show it.
import { describe, expect, test } from 'vitest';
import { chooseSamples } from '../../edge/connector/listing-samples.ts';
import { ListingCheck } from '../../edge/connector/listing-check.ts';
import type { TeamProgress } from '../../edge/connector/reading-state.ts';
import { truthOf, type OrganizationTruth } from '../../tools/docker-hub/worlds/truth.ts';
import { makeWorld } from '../../tools/docker-hub/worlds/make-world.ts';
import { organizationNamed } from '../../tools/docker-hub/worlds/world.ts';

type Row = readonly [repository: string, permission: string];
/** What a listing shows of the rows that a team really holds. */
type Rule = (rows: readonly Row[], isPrivate: (repository: string) => boolean) => readonly Row[];

const SEEDS = 200;
const PAGE = 100;
const LISTS_FIRST = 12;

const organization = (world: 'company' | 'org-0.1', name: string, seed = 1): OrganizationTruth =>
  truthOf(organizationNamed(makeWorld(world, seed), name));

/** Whether a sync with this seed finds out about lists made by the rule. */
function isFoundOut({ teams, repositories }: OrganizationTruth, rule: Rule, seed: number): boolean {
  const privateOnes = new Set(repositories.filter((repository) => repository.isPrivate).map(({ name }) => name));
  const known = teams.filter(({ name }) => name !== 'owners');
  const lists = new Map(known.map((team, index) => [index, rule(team.permissions, (name) => privateOnes.has(name))]));
  const progress = new Map<number, TeamProgress>(
    known.map(({ name }, index) => [
      index,
      { hubId: index, name, memberCount: null, isOwners: false, listing: 'whole', members: 'unread', membersFrom: 'members' },
    ]),
  );
  const rows = repositories.map(({ name, isPrivate }) => ({ name, private: isPrivate }));
  const samples = chooseSamples({
    lists: [...lists.values()].slice(0, LISTS_FIRST).map((rows) => rows.map(([repository]) => repository)),
    pages: Math.ceil(rows.length / PAGE),
    page: (number) => rows.slice((number - 1) * PAGE, number * PAGE),
    teams: known.length,
    seed,
  });
  const check = new ListingCheck({ teams: progress, listOf: (team) => lists.get(team) ?? [] });
  check.expect(samples);
  for (const name of samples) {
    const grants = known.flatMap(({ permissions }, index) =>
      permissions.flatMap(([repository, permission]) => (repository === name ? [[index, permission] as const] : [])),
    );
    check.answered(name, grants);
  }
  check.compare();
  return check.suspects.length > 0;
}

const slippedPast = (of: (seed: number) => OrganizationTruth, rule: Rule): number =>
  Array.from({ length: SEEDS }, (_, index) => index + 1).filter((seed) => !isFoundOut(of(seed), rule, seed)).length;

const large = Array.from({ length: 5 }, (_, index) => organization('org-0.1', 'org-0-1', index + 1));
const largeOf = (seed: number): OrganizationTruth => large[seed % large.length] ?? organization('org-0.1', 'org-0-1');
const company = organization('company', 'harborline');

/** Left out by counting, from each place at which it may begin. */
const everyNth = (n: number): [string, Rule][] =>
  Array.from({ length: n }, (_, phase) => [
    `one in ${n} is left out, from the ${phase + 1}. on`,
    (rows) => rows.filter((_row, index) => index % n !== phase),
  ]);
const byKind: [string, Rule][] = [
  ['what may only be read is left out', (rows) => rows.filter(([, permission]) => permission !== 'read')],
  ['all say read', (rows) => rows.map(([repository]) => [repository, 'read'])],
  ['there is nothing', () => []],
];

describe('lists of an organization of 1,000 people in which', () => {
  test.each([
    ...everyNth(5),
    ...everyNth(10).slice(-1),
    ...byKind,
    ['only the first 25 are there', (rows) => rows.slice(0, 25)],
    ['public repositories are left out', (rows, isPrivate) => rows.filter(([repository]) => isPrivate(repository))],
  ] as [string, Rule][])('%s are found out, whatever the seed', (_name, rule) => {
    expect(slippedPast(largeOf, rule)).toBe(0);
  });
});

// Of 47 repositories eleven are asked: what one run misses, the next asks of others.
describe('lists of a company of 45 in which', () => {
  test.each([...everyNth(5), ...byKind])('%s are found out in 19 first syncs of 20', (_name, rule) => {
    expect(slippedPast(() => company, rule)).toBeLessThanOrEqual(SEEDS / 20);
  });
});

test('lists that say the truth are believed', () => {
  expect(slippedPast(largeOf, (rows) => rows)).toBe(SEEDS);
});

test('so many are asked and no more, each once', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `repository-${index}`);
  const page = (number: number) =>
    names.slice((number - 1) * PAGE, number * PAGE).map((name, index) => ({ name, private: index % 3 > 0 }));
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const lists = Array.from({ length: 12 }, (_, size) => names.slice(size * 40, size * 50 + seed));
    const samples = chooseSamples({ lists, pages: 20, page, teams: 101, seed });
    expect(samples).toHaveLength(12);
    expect(new Set(samples).size).toBe(12);
    expect(samples).toEqual(chooseSamples({ lists, pages: 20, page, teams: 101, seed }));
  }
});
