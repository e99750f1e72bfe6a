// A list's question answered: which items, in which order, and what each filter's choices would leave.
import { folded, type ItemList } from '#domain/item-list.ts';
import type { AccessCatalogue } from '#domain/access-catalogue.ts';
import type { AccessItem } from '#domain/access-item.ts';
import { gapsOf } from '#domain/access-gaps.ts';
import type { DataSet } from '#domain/catalogue.ts';
import { filtersOf, sortValue, type ItemFilter } from './list-order.ts';
import { listRow, teamLevels, type ListRow } from './list-rows.ts';
import type { ListFilter, ListInfo, ListName, ListQuestion, OrganizationGaps } from './questions.ts';

/** Rows that are made when somebody looks at them. */
export interface RowSource<Row, Info> {
  length: number;
  info: Info;
  row: (at: number) => Row | undefined;
  idAt: (at: number) => string | undefined;
  indexOf: (id: string) => number;
}

/** Numbers of a list's items in each order that was asked for; good until the catalogue changes. */
export type Orders = Map<string, readonly number[]>;

export function listSource(catalogue: AccessCatalogue, question: ListQuestion, orders: Orders): RowSource<ListRow, ListInfo> {
  const list = catalogue.list(question.list);
  const numbers = matching(catalogue, list, question, orders);
  return {
    length: numbers.length,
    info: { all: list.size, largest: largestOf(catalogue, list, question.list) },
    row: (at) => {
      const item = list.at(numbers[at] ?? -1);
      return item && listRow(item, question.whole);
    },
    idAt: (at) => list.at(numbers[at] ?? -1)?.id,
    indexOf: (id) => {
      const number = list.numberOf(id);
      return number === undefined ? -1 : numbers.indexOf(number);
    },
  };
}

/** Numbers of the items that fit, in order. */
function matching(
  catalogue: AccessCatalogue,
  list: ItemList<AccessItem>,
  question: ListQuestion,
  orders: Orders,
): readonly number[] {
  const ordered = inOrder(list, question.list, question.sort ?? 'name', orders);
  const found = list.find(folded(question.search ?? ''));
  const set = filtersOf(question.list, catalogue.organizationNames.length, question.whole).flatMap((filter) => {
    const wanted = new Set(question.filters?.[filter.name]);
    return wanted.size === 0 ? [] : [{ filter, wanted }];
  });
  if (!found && set.length === 0) return ordered;
  const holds = found && maskOf(found, list.numbers);
  return ordered.filter((number) => {
    if (holds && holds[number] !== 1) return false;
    if (set.length === 0) return true;
    const item = list.at(number);
    return item !== undefined && set.every(({ filter, wanted }) => filter.valuesOf(item).some((value) => wanted.has(value)));
  });
}

function maskOf(numbers: Uint32Array, size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (const number of numbers) mask[number] = 1;
  return mask;
}

function inOrder(list: ItemList<AccessItem>, name: ListName, sort: string, orders: Orders): readonly number[] {
  if (sort === 'name') return list.inOrder();
  const key = `${name} ${sort}`;
  const kept = orders.get(key);
  if (kept) return kept;
  const [column, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
  const byName = list.inOrder();
  let ordered: number[];
  if (column === 'name') ordered = byName.toReversed();
  else {
    const values = new Map<number, number | string>();
    for (const number of byName) {
      const item = list.at(number);
      values.set(number, (item && sortValue(item, column)) ?? 0);
    }
    const value = (number: number) => values.get(number) ?? 0;
    ordered = byName.toSorted((a, b) => sign * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
  }
  orders.set(key, ordered);
  return ordered;
}

function largestOf(catalogue: AccessCatalogue, list: ItemList<AccessItem>, name: ListName): number | undefined {
  if (name === 'repos') return catalogue.largestRepository;
  if (name !== 'teams') return undefined;
  let largest = 0;
  for (const number of list.inOrder()) {
    const item = list.at(number);
    if (item?.type === 'team') largest = Math.max(largest, teamLevels(item).total);
  }
  return largest;
}

/** The filters of a list, each choice with how many rows it would leave under the search and all other filters. */
export function listFilters(catalogue: AccessCatalogue, question: ListQuestion): ListFilter[] {
  const list = catalogue.list(question.list);
  const filters = filtersOf(question.list, catalogue.organizationNames.length, question.whole);
  const wanted = filters.map(({ name }) => new Set(question.filters?.[name]));
  const counts = filters.map(({ values = [] }) => new Map(values.map(([value]) => [value, 0])));
  for (const number of list.find(folded(question.search ?? '')) ?? list.inOrder()) {
    const item = list.at(number);
    if (!item) continue;
    const has = filters.map(({ valuesOf }) => valuesOf(item));
    const missed = wanted.flatMap((set, at) => (set.size === 0 || has[at]?.some((value) => set.has(value)) ? [] : [at]));
    for (const [at, count] of counts.entries()) {
      if (missed.some((other) => other !== at)) continue;
      for (const value of new Set(has[at])) count.set(value, (count.get(value) ?? 0) + 1);
    }
  }
  return filters.map((filter, at) => offered(filter, counts[at] ?? new Map<string, number>(), wanted[at] ?? new Set()));
}

function offered(
  { name, label, values = [] }: ItemFilter,
  counts: ReadonlyMap<string, number>,
  wanted: ReadonlySet<string>,
): ListFilter {
  const labels = new Map(values);
  const place = (value: string) => {
    const at = values.findIndex(([known]) => known === value);
    return at < 0 ? values.length : at;
  };
  // A choice that is set stays offered when nothing fits it any more: else nobody could take it back.
  const choices = [...new Set([...counts.keys(), ...wanted])].map((value) => ({
    value,
    label: labels.get(value) ?? value,
    count: counts.get(value) ?? 0,
  }));
  choices.sort((a, b) => place(a.value) - place(b.value) || (a.label < b.label ? -1 : 1));
  return { name, label, choices };
}

const SETS_OF: Record<ListName, readonly DataSet[] | undefined> = {
  people: undefined,
  repos: undefined,
  teams: ['teams', 'team_members', 'permissions'],
  orgs: [],
  invitations: ['invites'],
  tokens: ['tokens'],
};

/** What of a list could not be read, by organization. */
export function listGaps(catalogue: AccessCatalogue, { list, filters }: ListQuestion): OrganizationGaps[] {
  const only = new Set(filters?.org);
  return catalogue.places.flatMap(({ connectorId, index }) =>
    [...index.organizations.keys()].flatMap((organization) => {
      if (only.size > 0 && !only.has(organization)) return [];
      const gaps = gapsOf(index, organization, SETS_OF[list]);
      return gaps.length > 0 ? [{ connectorId, organization, gaps }] : [];
    }),
  );
}
