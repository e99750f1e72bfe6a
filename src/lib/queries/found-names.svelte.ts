// Names that a few typed letters may mean: everything this device knows, for the palette.
import { IndexQuery } from '#lib/index/index-query.svelte.ts';
import type { FoundName as IndexedName } from '#lib/index/questions.ts';

/** A name, and what bears it: something of Docker Hub, or a person. */
export type FoundName = Omit<IndexedName, 'type'> & { type: IndexedName['type'] | 'person' };

/** More of one kind than this is a list, and there is a page for that. */
const EACH_MAX = 5;
const HITS_MAX = 60;

export class FoundNames {
  readonly #text: () => string;
  readonly #counts = new IndexQuery('counts', () => ({}));
  readonly #found: IndexQuery<'find'>;

  /** Make it while a component is being made. */
  constructor(text: () => string) {
    this.#text = text;
    this.#found = new IndexQuery('find', () => {
      const typed = text().trim();
      return typed === '' ? undefined : { text: typed, limit: HITS_MAX };
    });
  }

  /** How many names there are. */
  get total(): number {
    const { people = 0, orgs = 0, teams = 0, repos = 0, invitations = 0, tokens = 0 } = this.#counts.current ?? {};
    return people + orgs + teams + repos + invitations + tokens;
  }

  /** Likeliest first. Undefined until anything was searched. */
  readonly current: readonly FoundName[] | undefined = $derived.by(() => {
    if (this.#text().trim() === '') return [];
    const hits = this.#found.current?.hits;
    return hits?.filter(({ type }, at) => hits.slice(0, at).filter((before) => before.type === type).length < EACH_MAX);
  });
}
