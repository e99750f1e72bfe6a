// The index over ORG-1: everybody's access at once, one Why?, one change.
import { AccessBits, popcount } from '#domain/access-bits.ts';
import { AccessIndex } from '#domain/access-index.ts';
import { AccessCatalogue } from '#domain/access-catalogue.ts';
import { fromSteps, LEVELS, rankOf, toSteps } from '#domain/catalogue-words.ts';
import type { AccountRow, CatalogueDocument, RepositoryRow, TeamDocument } from '#domain/catalogue.ts';
import { accessOfAccount } from '#domain/effective-access.ts';
import { PathScan, scanPaths } from '#domain/path-scan.ts';
import { Random } from '../../docker-hub/worlds/random.ts';
import type { Figure, Measured } from '../figure.ts';
import { orgDocuments } from '../org-documents.ts';
import { sideBySide } from '../side-by-side.ts';
import { median } from '../statistics.ts';

const CHECKED_ACCOUNTS = 200;
const PAIRS = 100_000;
const CHANGES = 1_000;

export const indexSpeed: Figure = {
  name: 'index-speed',
  measure: async () => {
    const documents = orgDocuments(1);
    const index = new AccessIndex(documents);
    return [wholeAccess(index, documents), oneWhy(index, documents), oneChange(documents)];
  },
};

const isTeam = (document: CatalogueDocument): document is TeamDocument => document.kind === 'team';

/** Every account's repositories by level. The bare loop ors the same sets and knows nothing of roles, owners or public repositories. */
function wholeAccess(index: AccessIndex, documents: readonly CatalogueDocument[]): Measured {
  const teams = documents.filter(isTeam);
  const words = Math.ceil(index.repositories.size / 32);
  const sets = new Uint32Array(teams.length * 3 * words);
  const teamsOfAccount: number[][] = Array.from({ length: index.accounts.size }, () => []);
  for (const [slot, team] of teams.entries()) {
    for (const member of fromSteps(team.members)) teamsOfAccount[member]?.push(slot);
    for (const level of LEVELS)
      for (const number of fromSteps(team[level]))
        for (let below = 0; below < rankOf(level); below += 1) {
          const at = (slot * 3 + below) * words + (number >>> 5);
          sets[at] = (sets[at] ?? 0) | (1 << (number & 31));
        }
  }
  const slots = teamsOfAccount.map((list) => Uint32Array.from(list));
  const sums = new Uint32Array(index.accounts.size * 3);
  const [read, write, admin] = [new Uint32Array(words), new Uint32Array(words), new Uint32Array(words)];
  const bare = () => {
    for (let account = 0; account < slots.length; account += 1) {
      read.fill(0);
      write.fill(0);
      admin.fill(0);
      for (const slot of slots[account] ?? []) {
        const base = slot * 3 * words;
        for (let word = 0; word < words; word += 1) {
          read[word] = (read[word] ?? 0) | (sets[base + word] ?? 0);
          write[word] = (write[word] ?? 0) | (sets[base + words + word] ?? 0);
          admin[word] = (admin[word] ?? 0) | (sets[base + 2 * words + word] ?? 0);
        }
      }
      let [reads, writes, admins] = [0, 0, 0];
      for (let word = 0; word < words; word += 1) {
        reads += popcount(read[word] ?? 0);
        writes += popcount(write[word] ?? 0);
        admins += popcount(admin[word] ?? 0);
      }
      sums.set([reads, writes, admins], account * 3);
    }
  };
  const bits = new AccessBits(index);
  const { ours, bare: loop, ratio, samples } = sideBySide(() => bits.countAll(), bare, 15, 3);
  checkCounts(index, bits.countAll().counts);
  return {
    name: 'whole effective access ÷ bare bitset loop',
    org: 'org-1',
    value: ratio,
    unit: '×',
    goal: { atMost: 1.3 },
    samples,
    bare: 1,
    note: `${ours.toFixed(0)} ms, bare ${loop.toFixed(0)} ms; ${CHECKED_ACCOUNTS} accounts equal path by path, the rest by the tests' brute force`,
  };
}

/** Equal to asking for each repository, account by account. */
function checkCounts(index: AccessIndex, counts: Uint32Array): void {
  const random = new Random(7);
  const accounts = [...index.accounts.values()];
  for (let at = 0; at < CHECKED_ACCOUNTS; at += 1) {
    const account = random.pick(accounts);
    const total = [0, 1, 2, 3].reduce((sum, level) => sum + (counts[account.number * 4 + level] ?? 0), 0);
    if (total !== accessOfAccount(index, account).length)
      throw new Error(`The counts of ${account.username} are not those of its access`);
  }
}

/** All paths of random pairs, against a bare walk along the same two sorted lists. */
function oneWhy(index: AccessIndex, documents: readonly CatalogueDocument[]): Measured {
  const random = new Random(3);
  const accounts = [...index.accounts.values()];
  const repositories = [...index.repositories.values()];
  const teamsOfAccount: number[][] = Array.from({ length: accounts.length }, () => []);
  const teamsOnRepository: number[][] = Array.from({ length: repositories.length }, () => []);
  for (const [slot, team] of documents.filter(isTeam).entries()) {
    for (const member of fromSteps(team.members)) teamsOfAccount[member]?.push(slot);
    for (const number of LEVELS.flatMap((level) => fromSteps(team[level]))) teamsOnRepository[number]?.push(slot);
  }
  const mine = flat(teamsOfAccount);
  const its = flat(teamsOnRepository);
  const pairs = Array.from({ length: PAIRS }, (): [AccountRow, RepositoryRow] => [
    random.pick(accounts),
    random.pick(repositories),
  ]);

  const scan = new PathScan();
  let [found, met] = [0, 0];
  const out = new Uint32Array(1_000);
  const why = () => {
    found = 0;
    for (const [account, repository] of pairs) {
      scanPaths(index, account, repository, scan);
      found += scan.length;
    }
  };
  const bare = () => {
    met = 0;
    for (const [{ number: account }, { number: repository }] of pairs) {
      let [a, r, length] = [mine.starts[account] ?? 0, its.starts[repository] ?? 0, 0];
      const [aEnd, rEnd] = [mine.starts[account + 1] ?? 0, its.starts[repository + 1] ?? 0];
      while (a < aEnd && r < rEnd) {
        const [x, y] = [mine.values[a] ?? 0, its.values[r] ?? 0];
        if (x === y) {
          out[length] = x;
          length += 1;
          a += 1;
          r += 1;
        } else if (x < y) a += 1;
        else r += 1;
      }
      met += length;
    }
  };
  const { ours, bare: loop, ratio, samples } = sideBySide(why, bare);
  if (found !== met) throw new Error(`${found} paths through teams were found, the lists have ${met} in common`);
  const each = (ms: number) => ((ms / PAIRS) * 1e6).toFixed(0);
  return {
    name: 'one Why?, all paths ÷ bare intersection of two sorted lists',
    org: 'org-1',
    value: ratio,
    unit: '×',
    goal: { atMost: 2 },
    samples,
    bare: 1,
    note: `${each(ours)} ns, bare ${each(loop)} ns, mean of ${PAIRS.toLocaleString('en')} pairs with ${found.toLocaleString('en')} paths`,
  };
}

/** Lists one after the other in one array, with where each begins: nothing a machine reads faster. */
function flat(lists: readonly (readonly number[])[]): { starts: Uint32Array; values: Uint32Array } {
  const starts = new Uint32Array(lists.length + 1);
  for (const [at, list] of lists.entries()) starts[at + 1] = (starts[at] ?? 0) + list.length;
  return { starts, values: Uint32Array.from(lists.flat()) };
}

/** A membership or a permission more or less, in an index whose lists and counts are all made; against building it anew. */
function oneChange(documents: readonly CatalogueDocument[]): Measured {
  const build = () => {
    const catalogue = new AccessCatalogue(new Map([['c1', new AccessIndex(documents)]]));
    for (const list of ['people', 'repos', 'teams'] as const) catalogue.list(list).inOrder();
    // Who holds what is part of the index; who asks counts is not.
    void catalogue.places[0]?.index.edges;
    return catalogue;
  };
  const builds = Array.from({ length: 7 }, () => timed(build));
  const catalogue = build();
  for (const counting = catalogue.count(); !counting.next().done;);

  const random = new Random(5);
  const teams = documents.filter(isTeam).filter(({ name }) => name !== 'owners');
  const now = new Map(teams.map((team) => [team.id, team]));
  const samples = Array.from({ length: CHANGES }, () => {
    const team = now.get(random.pick(teams).id);
    if (!team) throw new Error('A team is gone');
    const changed = random.chance(0.5)
      ? { ...team, members: toggled(team.members, random.below(10_000)) }
      : { ...team, read: toggled(team.read, random.below(20_000)) };
    now.set(changed.id, changed);
    return timed(() => catalogue.put('c1', changed));
  });
  const mean = samples.reduce((sum, ms) => sum + ms, 0) / samples.length;
  const anew = median(builds);
  return {
    name: 'index after one change ÷ building it again',
    org: 'org-1',
    value: mean / anew,
    unit: '×',
    goal: { atMost: 1 / 100 },
    samples: samples.map((ms) => ms / anew),
    bare: 1,
    note: `${mean.toFixed(3)} ms on average of ${CHANGES.toLocaleString('en')} changes, built again in ${anew.toFixed(0)} ms`,
  };
}

function toggled(steps: readonly number[], number: number): number[] {
  const numbers = new Set(fromSteps(steps));
  if (!numbers.delete(number)) numbers.add(number);
  return toSteps(numbers);
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
