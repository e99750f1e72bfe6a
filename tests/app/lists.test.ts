// Lists as data: what fits, how many there would be, what a file says.
import papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { csvOf, fileName, jsonOf, type Provenance } from '#lib/lists/export-list.ts';
import type { ListColumn } from '#lib/lists/list.ts';
import { narrow, type LocalFilter } from '#lib/lists/local-filters.ts';
import { isSameView, suggestedName, viewPath } from '#lib/lists/view-path.ts';

interface Person {
  name: string;
  state: 'active' | 'left';
  roles: string[];
}
const PEOPLE: Person[] = [
  { name: 'Tomás', state: 'active', roles: ['owner', 'editor'] },
  { name: 'Dana', state: 'active', roles: ['member'] },
  { name: 'Priya', state: 'left', roles: ['member'] },
];
const FILTERS: LocalFilter<Person>[] = [
  { name: 'state', label: 'State', values: ['active', 'left'], valuesOf: ({ state }) => [state] },
  { name: 'role', label: 'Role', valuesOf: ({ roles }) => roles },
];
const narrowed = (search: string, chosen: Record<string, string[]>) => {
  const { shown, filters } = narrow(PEOPLE, ({ name }) => name, search, FILTERS, chosen);
  const counts = Object.fromEntries(filters.flatMap(({ choices }) => choices.map(({ value, count }) => [value, count])));
  return { names: shown.map(({ name }) => name), counts };
};

describe('narrowing', () => {
  test('is search and every filter, of a filter any choice', () => {
    expect(narrowed('', { role: ['owner', 'member'], state: ['active'] }).names).toEqual(['Tomás', 'Dana']);
    expect(narrowed('TOMAS', {}).names).toEqual(['Tomás']);
  });

  test.for<{ search: string; chosen: Record<string, string[]> }>([
    { search: '', chosen: {} },
    { search: 'a', chosen: { state: ['active'] } },
    { search: '', chosen: { state: ['left'], role: ['member'] } },
  ])('a choice counts what it would leave: $search $chosen', ({ search, chosen }) => {
    const { counts } = narrowed(search, chosen);
    for (const filter of FILTERS) {
      for (const value of new Set(PEOPLE.flatMap(filter.valuesOf))) {
        expect(counts[value], value).toBe(narrowed(search, { ...chosen, [filter.name]: [value] }).names.length);
      }
    }
  });

  test('a choice that is set can be taken back when nobody has it any more', () => {
    expect(narrowed('', { role: ['guest'] })).toEqual({ names: [], counts: expect.objectContaining({ guest: 0 }) });
  });
});

interface Row {
  name: string;
  people: number | null;
}
const COLUMNS: ListColumn<Row>[] = [
  { id: 'name', label: 'Repository', width: '1fr', value: ({ name }) => name },
  { id: 'people', label: 'People', width: '1fr', value: ({ people }) => people ?? { atLeast: null } },
];
const ROWS: Row[] = [
  { name: '=HYPERLINK("http://evil.example";"acme/api")', people: 3 },
  { name: '@SUM(A1)', people: 0 },
  { name: '+1-555', people: 2 },
  { name: '-2+3', people: 2 },
  { name: '\tacme', people: 2 },
  { name: 'acme/"quoted", with comma\nand line', people: null },
];
const PROVENANCE: Provenance = {
  list: 'Repositories',
  name: 'repos',
  asOf: '2026-11-24',
  exportedAt: '2026-11-24T12:00:00.000Z',
  dataAt: '2026-11-24T11:58:00.000Z',
  address: 'https://watchbill.example/access/repos?q=a',
  search: 'a',
  filters: [],
  sort: 'name',
  of: 148,
  notKnown: ['acme: team permissions. The credential may not read this.'],
};

describe('a CSV', () => {
  test('has the columns that are shown and as many rows', async () => {
    const { data } = papa.parse<string[]>(await csvOf(COLUMNS, ROWS));
    expect(data[0]).toEqual(['Repository', 'People']);
    expect(data).toHaveLength(ROWS.length + 1);
  });

  test('holds nothing that a spreadsheet would run', async () => {
    const { data } = papa.parse<string[]>(await csvOf(COLUMNS, ROWS), { header: false });
    for (const cell of data.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(data[1]?.[0]).toBe(`'${ROWS[0]?.name}`);
  });

  test('says "not known" where nothing is known, and 0 where it is none', async () => {
    const { data } = papa.parse<string[]>(await csvOf(COLUMNS, ROWS));
    expect(data[2]?.[1]).toBe('0');
    expect(data[6]?.[1]).toBe('not known');
  });
});

describe('a JSON', () => {
  test('says what it is, when and how it was made, and what could not be read', () => {
    const body: unknown = JSON.parse(jsonOf(COLUMNS, ROWS, PROVENANCE));
    expect(body).toMatchObject({
      product: 'Watchbill',
      list: 'Repositories',
      asOf: '2026-11-24',
      count: ROWS.length,
      of: 148,
      notKnown: PROVENANCE.notKnown,
      rows: expect.arrayContaining([{ name: '@SUM(A1)', people: 0 }]),
    });
  });
});

test('a file is named after the list and the day that it shows', () => {
  expect(fileName(PROVENANCE, 'csv')).toBe('watchbill-repos-2026-11-24.csv');
});

describe('a view', () => {
  test('keeps what is shown, not where somebody stands in it', () => {
    expect(viewPath('/access/repos?q=a&sel=x&tab=about&org=acme', ['name'], false)).toBe('/access/repos?q=a&org=acme');
  });
  test('names columns that were chosen on this device', () => {
    expect(viewPath('/people', ['name', 'state'], true)).toBe('/people?cols=name%2Cstate');
  });
  test('is the same in whatever order its parameters stand', () => {
    expect(isSameView('/a?x=1&y=2', '/a?y=2&x=1')).toBe(true);
    expect(isSameView('/a?x=1', '/a?x=2')).toBe(false);
  });
  test('is called what it is filtered by', () => {
    const filters = [{ name: 'state', label: 'State', choices: [{ value: 'left', label: 'Left', count: 1 }] }];
    expect(suggestedName('People', filters, { state: ['left'] }, 'dana')).toBe('Left, “dana”');
    expect(suggestedName('People', filters, {}, '')).toBe('People');
  });
});
