// Which repositories are asked one by one to check what teams' lists say. A list that leaves things out by a rule must not slip past by
// the same rule: so some are those that most teams name, each of which checks many lists; some are named by teams of every size; some are
// named by none, public ones among them; all of them by chance, from all over the organization, others in another run.

/** Repositories asked: each checks every team that holds something on it. */
const SAMPLES = 11;
/** In a large organization one more for so many teams, up to so many more. */
const TEAMS_FOR_ANOTHER = 100;
const MORE_SAMPLES_MAX = 12;
/** Shares of them: named by most teams, and named by none as far as is known. The rest is spread over teams by their size. */
const POPULAR_SHARE = 0.2;
const UNNAMED_SHARE = 0.3;

export interface SamplesFrom {
  /** Names that each list has, of the teams that were read first. */
  lists: readonly (readonly string[])[];
  /** Pages of the list of repositories, counted from 1. */
  pages: number;
  page: (number: number) => readonly { name: string; private: boolean }[];
  /** Teams of the organization. */
  teams: number;
  seed: number;
}

/** The repositories to ask; their order says nothing. */
export function chooseSamples({ lists, pages, page, teams, seed }: SamplesFrom): string[] {
  const random = randomOf(seed);
  const count = SAMPLES + Math.min(MORE_SAMPLES_MAX, Math.floor(teams / TEAMS_FOR_ANOTHER));
  const chosen = new Set<string>();
  const named = new Map<string, number>();
  for (const list of lists) for (const name of list) named.set(name, (named.get(name) ?? 0) + 1);

  const popular = shuffled([...named.keys()], random).sort((a, b) => (named.get(b) ?? 0) - (named.get(a) ?? 0));
  for (const name of popular.slice(0, Math.round(count * POPULAR_SHARE))) chosen.add(name);

  // From the smallest list to the largest, one of each, until there are enough.
  const bySize = lists.filter(({ length }) => length > 0).sort((a, b) => a.length - b.length);
  const wanted = Math.round(count * (1 - UNNAMED_SHARE));
  for (let round = 0; round < wanted && chosen.size < Math.min(wanted, named.size); round += 1) {
    const missing = wanted - chosen.size;
    for (let at = 0; at < missing; at += 1) {
      const list = bySize[Math.floor((at * bySize.length) / missing)] ?? [];
      const name = list[Math.floor(random() * list.length)];
      if (name !== undefined) chosen.add(name);
    }
  }
  for (const name of popular) {
    if (chosen.size >= wanted) break;
    chosen.add(name);
  }
  return [...chosen, ...unnamedOf(named, { pages, page }, count - chosen.size, random)];
}

/** Repositories that no list names, from pages picked by chance: only a few pages are opened. */
function unnamedOf(
  named: ReadonlyMap<string, number>,
  { pages, page }: Pick<SamplesFrom, 'pages' | 'page'>,
  count: number,
  random: () => number,
): string[] {
  const found = new Set<string>();
  const numbers = shuffled(
    Array.from({ length: pages }, (_, index) => index + 1),
    random,
  );
  const rounds = Math.max(1, Math.ceil(count / Math.max(1, numbers.length)));
  for (let round = 0; round < rounds; round += 1) {
    for (const number of numbers) {
      if (found.size >= count) return [...found];
      const unnamed = page(number).filter(({ name }) => !named.has(name) && !found.has(name));
      // Every other one is public, where there is one: they are few, and may be what is left out.
      const publicOnes = found.size % 2 === 0 ? unnamed.filter((row) => !row.private) : [];
      const from = publicOnes.length > 0 ? publicOnes : unnamed;
      const picked = from[Math.floor(random() * from.length)];
      if (picked) found.add(picked.name);
    }
  }
  return [...found];
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [items[at], items[other]];
    if (a !== undefined && b !== undefined) [items[at], items[other]] = [b, a];
  }
  return items;
}

/** mulberry32: chance that comes out the same again when a run is taken up after a stop. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
