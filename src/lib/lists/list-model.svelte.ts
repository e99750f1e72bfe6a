// One list: which columns, in which order, which rows are selected, where the cursor is. Columns, sort and selection are
// TanStack Table's; the rows stay wherever they are.
import { goto } from '$app/navigation';
import {
  columnOrderingFeature,
  columnVisibilityFeature,
  createSortedRowModel,
  createTable,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  type ColumnDef,
  type Row,
  type RowSelectionState,
  type SortingState,
  type SvelteTable,
  type Updater,
} from '@tanstack/svelte-table';
import { ArrayRows } from './array-rows.ts';
import { chosenColumns, keepColumns } from './chosen-columns.ts';
import { sortOf, sortText, type ListColumn, type ListFilter, type ListRows, type ListSort, type ListWords } from './list.ts';
import { ListAddress } from './list-address.svelte.ts';
import { narrow, type Chosen, type LocalFilter } from './local-filters.ts';

/** Rows that are all here: the list searches, filters and sorts them. */
export interface LocalSource<T> {
  type: 'local';
  /** Undefined until they are known. */
  items: () => readonly T[] | undefined;
  filters: () => readonly LocalFilter<T>[];
  /** What is searched. */
  textOf: (item: T) => string;
}
/** Rows that are elsewhere, already searched, filtered and sorted as the address says. */
export interface RemoteSource<T> {
  type: 'remote';
  rows: ListRows<T>;
  filters: () => readonly ListFilter[];
  /** How many there are without search and filters; undefined where nobody can say. */
  total: () => number | undefined;
  /** There are more than have been brought so far. */
  hasMore?: () => boolean;
}

export interface ListOptions<T> {
  /** Names the list where its columns are remembered and in the names of its files. */
  name: () => string;
  words: () => ListWords;
  idOf: (item: T) => string;
  columns: () => readonly ListColumn<T>[];
  source: LocalSource<T> | RemoteSource<T>;
  /** Order where the address names none; without one it is the source's own. */
  sort?: () => string;
  /** Filters by name, as they are in the address. */
  filterNames: () => readonly string[];
  /** The page of a row, already resolved. */
  href?: (item: T) => string | undefined;
  /** What opening a row does, where it has no page. */
  onopen?: ((item: T) => void) | undefined;
  /** Whether a row can be shown beside the list. */
  peeks?: () => boolean;
  why?: ((item: T) => string | undefined) | undefined;
}

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});
type Features = typeof features;

const collator = new Intl.Collator('en', { numeric: true });
const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));

const resolved = <V>(updater: Updater<V>, before: V): V =>
  typeof updater === 'function' ? (updater as (before: V) => V)(before) : updater;

export class ListModel<T extends object> {
  readonly address = new ListAddress();
  readonly options: ListOptions<T>;
  readonly rows: ListRows<T>;
  readonly #table: SvelteTable<Features, T>;
  readonly #narrowed = $derived.by(() => {
    const { source } = this.options;
    if (source.type === 'remote') return undefined;
    const items = source.items();
    return items && narrow(items, source.textOf, this.search, source.filters(), this.chosen);
  });
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with the columns, never changed
  readonly #byId = $derived.by(() => new Map(this.options.columns().map((column) => [column.id, column])));
  /** Column ids in the order in which they are shown; the first never leaves its place. */
  readonly #shownIds = $derived.by(() => this.#columnIds());
  #selection = $state.raw<{ question: string; ids: RowSelectionState }>({ question: '', ids: {} });
  #anchor: number | undefined;
  #cursor = $state.raw<{ id: string; index: number } | undefined>();
  #steps: Promise<void> = Promise.resolve();
  /** On a phone: rows have boxes to tick, a tap selects. */
  selecting = $state(false);

  /** Make it while a component is being made: it follows what its options read. */
  constructor(options: ListOptions<T>) {
    this.options = options;
    const shown = () => this.#narrowed?.shown ?? EMPTY;
    const sorting = () => this.#sorting;
    const visibility = () => Object.fromEntries([...this.#byId.keys()].map((id) => [id, this.#shownIds.includes(id)]));
    const order = () => this.#shownIds;
    const selected = () => this.#selected;
    const defs = $derived(options.columns().map((column): ColumnDef<Features, T, unknown> => definitionOf(column)));
    this.#table = createTable<Features, T>({
      features,
      get columns() {
        return defs;
      },
      get data() {
        return shown();
      },
      getRowId: options.idOf,
      manualSorting: options.source.type === 'remote',
      enableMultiSort: false,
      enableSortingRemoval: false,
      state: {
        get sorting() {
          return sorting();
        },
        get columnVisibility() {
          return visibility();
        },
        get columnOrder() {
          return order();
        },
        get rowSelection() {
          return selected();
        },
      },
      onSortingChange: (updater) => {
        const [first] = resolved(updater, this.#sorting);
        void this.address.set({ sort: first ? sortText(first) : null });
      },
      onRowSelectionChange: (updater) => {
        this.#selection = { question: this.question, ids: resolved(updater, this.#selected) };
      },
    });
    this.rows =
      options.source.type === 'remote'
        ? options.source.rows
        : new ArrayRows(
            () =>
              this.#narrowed === undefined ? undefined : this.#table.getSortedRowModel().rows.map(({ original }) => original),
            options.idOf,
          );
  }

  // What is shown

  get search(): string {
    return this.address.get('q');
  }
  set search(text: string) {
    this.address.setSoon('q', text);
  }

  readonly chosen = $derived.by((): Chosen =>
    Object.fromEntries(this.options.filterNames().map((name) => [name, this.address.all(name)])),
  );

  /** What is asked of the rows, apart from their order. Another question is another list: nothing of it is selected. */
  readonly question = $derived.by(() => JSON.stringify([this.options.name(), this.search.trim(), this.chosen]));

  readonly filters = $derived.by((): readonly ListFilter[] => {
    const { source } = this.options;
    return source.type === 'remote' ? source.filters() : (this.#narrowed?.filters ?? []);
  });

  /** Sets a filter's choice, or takes it back. */
  toggleChoice(name: string, value: string): void {
    const set = this.chosen[name] ?? [];
    void this.address.set({ [name]: set.includes(value) ? set.filter((one) => one !== value) : [...set, value] });
  }

  clearFilter(name: string): void {
    void this.address.set({ [name]: null });
  }

  /** Everything again: no search, no filter. */
  showAll(): void {
    void this.address.set({ q: null, ...Object.fromEntries(this.options.filterNames().map((name) => [name, null])) });
  }

  get isNarrowed(): boolean {
    return this.search.trim() !== '' || Object.values(this.chosen).some((values) => values.length > 0);
  }

  /** How many there are, whatever is searched or filtered. */
  get total(): number | undefined {
    const { source } = this.options;
    return source.type === 'remote' ? source.total() : source.items()?.length;
  }

  /** What is listed is not all that fits: more comes when somebody scrolls. */
  get hasMore(): boolean {
    const { source } = this.options;
    return source.type === 'remote' && source.hasMore?.() === true;
  }

  // Columns and sort

  /** The columns that are shown, in their order. */
  readonly columns = $derived.by((): readonly ListColumn<T>[] =>
    this.#table.getVisibleLeafColumns().flatMap(({ id }) => this.#byId.get(id) ?? []),
  );

  /** Those that are shown and then those that could be. The first has its place and keeps it. */
  readonly offeredColumns = $derived.by((): readonly { column: ListColumn<T>; shown: boolean }[] => {
    const hidden = [...this.#byId.keys()].filter((id) => !this.#shownIds.includes(id));
    return [...this.#shownIds, ...hidden].flatMap((id) => {
      const column = this.#byId.get(id);
      return column ? [{ column, shown: this.#shownIds.includes(id) }] : [];
    });
  });

  /** Shows these columns in this order. */
  showColumns(ids: readonly string[]): void {
    const byDefault = this.#defaultIds;
    const isDefault = ids.length === byDefault.length && ids.every((id, at) => id === byDefault[at]);
    keepColumns(this.options.name(), isDefault ? undefined : ids);
    // Named even where it is the default: what is remembered must not come back.
    void this.address.set({ cols: ids.join(',') });
  }

  resetColumns(): void {
    keepColumns(this.options.name(), undefined);
    void this.address.set({ cols: null });
  }

  get hasOwnColumns(): boolean {
    return this.#shownIds.join() !== this.#defaultIds.join();
  }

  get #defaultIds(): string[] {
    return this.options
      .columns()
      .filter(({ hidden }) => hidden !== true)
      .map(({ id }) => id);
  }

  #columnIds(): string[] {
    const asked = this.address.get('cols');
    const wanted = asked === '' ? chosenColumns(this.options.name()) : asked.split(',');
    const first = this.options.columns()[0]?.id;
    const known = (wanted ?? []).filter((id, at, all) => this.#byId.has(id) && id !== first && all.indexOf(id) === at);
    return known.length === 0 || first === undefined ? this.#defaultIds : [first, ...known];
  }

  get sort(): ListSort {
    return sortOf(this.address.get('sort') || (this.options.sort?.() ?? ''));
  }

  get #sorting(): SortingState {
    const { id, desc } = this.sort;
    return this.#byId.has(id) ? [{ id, desc }] : [];
  }

  canSort({ by, sortable }: ListColumn<T>): boolean {
    return this.options.source.type === 'local' ? by !== undefined : sortable === true;
  }

  sortBy(sort: ListSort): void {
    this.#table.setSorting([sort]);
  }

  // Selection

  get #selected(): RowSelectionState {
    return this.#selection.question === this.question ? this.#selection.ids : NOTHING;
  }

  isSelected(id: string): boolean {
    return this.#table.atoms.rowSelection.get()[id] === true;
  }

  readonly selectedIds = $derived.by((): readonly string[] => this.#table.getSelectedRowIds());

  get selectedCount(): number {
    return this.selectedIds.length;
  }

  get isAllSelected(): boolean {
    return this.selectedCount > 0 && this.selectedCount === this.rows.length;
  }

  /** Selects a row or takes it out; with `range`, everything from the row that was toggled before. */
  async toggle(id: string, index: number, range = false): Promise<void> {
    const on = !this.isSelected(id);
    const from = range && this.#anchor !== undefined ? this.#anchor : index;
    const ids = from === index ? [id] : await this.rows.ids(Math.min(from, index), Math.max(from, index) + 1);
    this.#anchor = index;
    this.#put(ids, range || on);
  }

  async selectAll(): Promise<void> {
    const { question } = this;
    const ids = await this.rows.ids(0, this.rows.length ?? 0);
    if (question === this.question) this.#put(ids, true);
  }

  clearSelection(): void {
    this.#table.resetRowSelection(true);
    this.#anchor = undefined;
    this.selecting = false;
  }

  /** Rows that left the list are not selected any more. */
  async forgetVanished(): Promise<void> {
    if (this.selectedCount === 0) return;
    const { question } = this;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- lives as long as this call
    const present = new Set(await this.rows.ids(0, this.rows.length ?? 0));
    if (question !== this.question) return;
    this.#table.setRowSelection((before) => Object.fromEntries(Object.entries(before).filter(([id]) => present.has(id))));
  }

  #put(ids: readonly string[], on: boolean): void {
    this.#table.setRowSelection((before) => {
      if (on) return { ...before, ...Object.fromEntries(ids.map((id) => [id, true as const])) };
      return Object.fromEntries(Object.entries(before).filter(([id]) => !ids.includes(id)));
    });
  }

  // Cursor and peek

  /** The row on which keys act. */
  get cursor(): { id: string; index: number } | undefined {
    return this.#cursor;
  }

  get peeked(): string {
    return this.options.peeks?.() === true ? this.address.get('sel') : '';
  }

  /** Shows a row beside the list; an empty id shows none. */
  peek(id: string, index?: number): void {
    if (index !== undefined) this.#cursor = { id, index };
    void this.address.set({ sel: id, tab: null });
  }

  put(id: string, index: number): void {
    this.#cursor = { id, index };
  }

  /** One after the other, each from where the one before ended. */
  move(by: number, extend = false): Promise<void> {
    this.#steps = this.#steps.then(() => this.#step(by, extend));
    return this.#steps;
  }

  /** Where the cursor is in the list as it is now; -1 for nowhere. */
  async cursorIndex(): Promise<number> {
    const at = this.#cursor ?? (this.peeked === '' ? undefined : { id: this.peeked, index: -1 });
    if (!at) return -1;
    const there = at.index < 0 ? undefined : this.rows.at(at.index);
    return there && this.options.idOf(there) === at.id ? at.index : this.rows.indexOf(at.id);
  }

  async #step(by: number, extend: boolean): Promise<void> {
    const { length = 0 } = this.rows;
    if (length === 0) return;
    const from = await this.cursorIndex();
    const index = from < 0 ? 0 : Math.min(length - 1, Math.max(0, from + by));
    const item = this.rows.at(index);
    const id = item ? this.options.idOf(item) : (await this.rows.ids(index, index + 1))[0];
    if (id === undefined) return;
    if (extend) this.#put([...(from < 0 || !this.#cursor ? [] : [this.#cursor.id]), id], true);
    this.#anchor = index;
    this.#cursor = { id, index };
    if (this.peeked !== '') this.address.setSoon('sel', id);
  }

  /** The row under the cursor. */
  get current(): T | undefined {
    const item = this.#cursor && this.rows.at(this.#cursor.index);
    return item && this.options.idOf(item) === this.#cursor?.id ? item : undefined;
  }

  async toggleCurrent(): Promise<void> {
    if (!this.#cursor) await this.move(1);
    if (this.#cursor) await this.toggle(this.#cursor.id, this.#cursor.index);
  }

  async togglePeek(): Promise<void> {
    if (this.peeked !== '') this.peek('');
    else {
      if (!this.#cursor) await this.move(1);
      if (this.#cursor) this.peek(this.#cursor.id);
    }
  }

  open(item: T | undefined): void {
    if (item === undefined) return;
    const href = this.options.href?.(item);
    // eslint-disable-next-line svelte/no-navigation-without-resolve -- whoever makes the list has resolved it
    if (href !== undefined) void goto(href);
    else this.options.onopen?.(item);
  }

  why(): void {
    const href = this.current && this.options.why?.(this.current);
    // eslint-disable-next-line svelte/no-navigation-without-resolve -- whoever makes the list has resolved it
    if (href !== undefined) void goto(href);
  }
}

const EMPTY: never[] = [];
const NOTHING: RowSelectionState = {};

function definitionOf<T extends object>(column: ListColumn<T>): ColumnDef<Features, T, unknown> {
  const { id, by } = column;
  return {
    id,
    header: column.label,
    enableHiding: true,
    enableSorting: by !== undefined || column.sortable === true,
    ...(by
      ? { accessorFn: by, sortFn: (a: Row<Features, T>, b: Row<Features, T>) => compare(by(a.original), by(b.original)) }
      : {}),
  };
}
