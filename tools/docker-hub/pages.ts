import { refuse } from './answers.ts';
import type { HubContext } from './hub-env.ts';
import type { Settings } from './settings.ts';
import type { World } from './worlds/world.ts';

export interface PageRules {
  defaultSize: number;
  maxSize?: number;
  /** What a page past the end is: 404 for repositories; elsewhere nobody says, here it is empty. */
  pastEnd?: 'not_found' | 'empty';
}

export interface Page<T> {
  count: number;
  rows: T[];
  /** `next` and `previous` as this hub writes them; `next` may be missing altogether. */
  links: { next?: string | null; previous: string | null };
}

/** Cuts one page out of a list, or refuses the page asked for. */
export function pageOf<T>(c: HubContext, items: readonly T[], rules: PageRules): Page<T> | Response {
  const page = wholeNumber(c.req.query('page'), 1);
  const asked = wholeNumber(c.req.query('page_size'), rules.defaultSize);
  if (page === null || asked === null) return refuse(400, 'bad request');
  // More than the most is cut down, without a word.
  const size = Math.min(asked, rules.maxSize ?? 100);
  const start = (page - 1) * size;
  if (start >= items.length && page > 1 && rules.pastEnd === 'not_found') return refuse(404, 'object not found');
  const hasMore = start + size < items.length;
  const settings = c.env.state.settings;
  return {
    count: items.length,
    rows: items.slice(start, start + size),
    links: {
      ...(hasMore ? { next: pageUrl(c, settings, page + 1) } : lastNext(settings)),
      previous: page > 1 ? pageUrl(c, settings, page - 1) : null,
    },
  };
}

function lastNext(settings: Settings): { next?: string | null } {
  switch (settings.lastNext) {
    case 'null':
      return { next: null };
    case 'empty':
      return { next: '' };
    case 'absent':
      return {};
  }
}

function pageUrl(c: HubContext, settings: Settings, page: number): string {
  const url = new URL(c.req.url);
  const query = settings.nextKeepsQuery ? url.searchParams : new URLSearchParams();
  query.set('page', String(page));
  const origin =
    settings.nextStyle === 'docker_hub'
      ? 'https://hub.docker.com'
      : settings.nextStyle === 'http'
        ? `http://${url.host}`
        : url.origin;
  return `${origin}${url.pathname}?${query.toString()}`;
}

function wholeNumber(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;
}

const sortedLists = new WeakMap<object, Map<string, { revision: number; list: unknown }>>();

/** The values of a map in an order, kept until the world changes: a large organization is read in thousands of pages. */
export function sortedValues<K, V>(world: World, map: Map<K, V>, order: string, compare: (a: V, b: V) => number): readonly V[] {
  return keptList(world, map, order, () => [...map.values()].sort(compare));
}

/** Any list that follows from the world, kept under its owner and a name until the world changes. */
export function keptList<T>(world: World, owner: object, name: string, make: () => T[]): readonly T[] {
  const kept = sortedLists.get(owner) ?? new Map<string, { revision: number; list: unknown }>();
  sortedLists.set(owner, kept);
  const entry = kept.get(name);
  if (entry && entry.revision === world.revision && isListOf<T>(entry.list)) return entry.list;
  const list = make();
  kept.set(name, { revision: world.revision, list });
  return list;
}

// A name is only ever used with one element type: the callers are in this folder.
function isListOf<T>(list: unknown): list is T[] {
  return Array.isArray(list);
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
