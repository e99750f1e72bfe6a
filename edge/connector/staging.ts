// What a run has read so far, a row for each answered call. The rows are the checkpoint: a run that is stopped anywhere goes on from
// them, and only calls without a row are made again. Rows lie in the order in which they arrived, so that one more is appended and never
// squeezed in; which row has which page is known in memory. The table is dropped at the end, which costs nothing.
import * as z from 'zod';
import type * as hub from '../hub/normalise.ts';
import { row, rows, type Store } from '../ledger/store.ts';

/** What a row of each kind holds. */
export interface StagedRows {
  organizations: hub.OrganizationRow;
  members: hub.MemberRow;
  teams: hub.TeamRow;
  team_members: hub.TeamMemberRow;
  repositories: hub.RepositoryItem;
  team_repositories: hub.TeamPermission;
  repository_teams: hub.RepositoryPermission;
  invites: hub.InviteItem;
  tokens: hub.TokenItem;
  activity: null;
}
export type StagedKind = keyof StagedRows;

/** Kinds by the number they are stored under: never reorder. */
const STAGED_KINDS: readonly StagedKind[] = [
  'organizations',
  'members',
  'teams',
  'team_members',
  'repositories',
  'team_repositories',
  'repository_teams',
  'invites',
  'tokens',
  'activity',
];

export interface StagedKey {
  /** Empty for the list of organizations itself. */
  organization: string;
  kind: StagedKind;
  /** The team's number or the repository's name; empty for lists of the organization. */
  subject: string;
  page: number;
}

/** `read`: there are rows. The others say why there are none. */
export type StagedState = 'read' | 'forbidden' | 'missing' | 'absent' | 'unknown_shape';

export interface Staged<K extends StagedKind = StagedKind> extends StagedKey {
  kind: K;
  state: StagedState;
  /** How many the whole list has, as this page says, or null where it does not say. */
  total: number | null;
  /** How many rows this page had. */
  count: number;
}

const Kind = z.int().transform((index, context) => {
  const kind = STAGED_KINDS[index];
  if (kind !== undefined) return kind;
  context.addIssue('no such kind');
  return z.NEVER;
});
const StagedRow = z.object({
  arrival: z.int(),
  organization: z.string(),
  kind: Kind,
  subject: z.string(),
  page: z.int(),
  state: z.enum(['read', 'forbidden', 'missing', 'absent', 'unknown_shape']),
  total: z.int().nullable(),
  count: z.int(),
});
type StagedRow = z.infer<typeof StagedRow>;
const Body = z.object({ body: z.string() });

/** Where a page is: its number within its list, and its row. */
interface Place {
  subject: string;
  page: number;
  state: StagedState;
  arrival: number;
}

/** One list's pages by their numbers. */
type Pages = Map<number, Place>;

/** A page that is there, without its rows until they are asked for. */
export interface StagedPage<K extends StagedKind> {
  subject: string;
  page: number;
  state: StagedState;
  read: () => StagedRows[K][];
}

/** The rows of one run. Bodies are JSON that this object wrote itself, so they are read back with the type they were written with. */
export class Staging {
  readonly #store: Store;
  /** Pages by organization and kind, then by subject; null before it is known what is there. */
  #places: Map<string, Map<string, Pages>> | null = null;
  #arrivals = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes room for a new run. */
  open(): void {
    this.close();
    this.#store.run(`CREATE TABLE staged (
      arrival INTEGER PRIMARY KEY, organization TEXT NOT NULL, kind INTEGER NOT NULL, subject TEXT NOT NULL, page INTEGER NOT NULL,
      state TEXT NOT NULL, total INTEGER, count INTEGER NOT NULL, body TEXT NOT NULL
    )`);
  }

  close(): void {
    this.#store.run('DROP TABLE IF EXISTS staged');
    this.#places = new Map();
    this.#arrivals = 0;
  }

  /** Keeps a page, in place of an earlier one of the same key. */
  put<K extends StagedKind>(staged: Staged<K>, body: readonly StagedRows[K][]): void {
    const places = this.#known();
    this.#arrivals += 1;
    const before = places.get(listKey(staged))?.get(staged.subject)?.get(staged.page);
    const insert = (): void =>
      this.#store.run(
        'INSERT INTO staged (arrival, organization, kind, subject, page, state, total, count, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        this.#arrivals,
        staged.organization,
        STAGED_KINDS.indexOf(staged.kind),
        staged.subject,
        staged.page,
        staged.state,
        staged.total,
        staged.count,
        JSON.stringify(body),
      );
    if (before)
      this.#store.transaction(() => {
        this.#remove(before.arrival);
        insert();
      });
    else insert();
    this.#place({ ...staged, arrival: this.#arrivals });
  }

  /** A list that got shorter has no such page any more. */
  drop(key: StagedKey): void {
    const pages = this.#known().get(listKey(key))?.get(key.subject);
    const found = pages?.get(key.page);
    if (!found) return;
    this.#remove(found.arrival);
    pages?.delete(key.page);
  }

  /** Everything that is there, in the order in which it arrived, one at a time. */
  *arrivals(): Generator<{ staged: Staged; body: string }> {
    for (const { arrival, ...staged } of this.#rows()) yield { staged, body: this.#body(arrival) };
  }

  /** Pages of one kind in the order of their keys. */
  *pages<K extends StagedKind>(organization: string, kind: K): Generator<StagedPage<K>> {
    const subjects = this.#known().get(listKey({ organization, kind }));
    if (!subjects) return;
    const names = subjects.size === 1 ? [...subjects.keys()] : [...subjects.keys()].sort();
    for (const subject of names) {
      for (const { page, state, arrival } of ascending(subjects.get(subject)))
        yield { subject, page, state, read: () => readBody<StagedRows[K]>(this.#body(arrival)) };
    }
  }

  /** All rows of one list, page after page. */
  listed<K extends StagedKind>(organization: string, kind: K, subject = ''): StagedRows[K][] {
    return ascending(this.#known().get(listKey({ organization, kind }))?.get(subject)).flatMap(({ arrival }) =>
      readBody<StagedRows[K]>(this.#body(arrival)),
    );
  }

  /** The rows of one page. */
  page<K extends StagedKind>(organization: string, kind: K, subject: string, page: number): StagedRows[K][] {
    const found = this.#known().get(listKey({ organization, kind }))?.get(subject)?.get(page);
    return found ? readBody<StagedRows[K]>(this.#body(found.arrival)) : [];
  }

  /** Which page is in which row, read once in a life of the object. */
  #known(): Map<string, Map<string, Pages>> {
    if (this.#places) return this.#places;
    this.#places = new Map();
    for (const staged of this.#rows()) {
      this.#place(staged);
      this.#arrivals = staged.arrival;
    }
    return this.#places;
  }

  #place(staged: StagedKey & { state: StagedState; arrival: number }): void {
    const { subject, page, state, arrival } = staged;
    const places = (this.#places ??= new Map());
    const subjects = places.get(listKey(staged)) ?? new Map<string, Pages>();
    places.set(listKey(staged), subjects);
    const pages: Pages = subjects.get(subject) ?? new Map<number, Place>();
    subjects.set(subject, pages.set(page, { subject, page, state, arrival }));
  }

  #rows(): StagedRow[] {
    return rows(
      StagedRow,
      this.#store.all('SELECT arrival, organization, kind, subject, page, state, total, count FROM staged ORDER BY arrival'),
    );
  }

  #body(arrival: number): string {
    const found = row(Body, this.#store.all('SELECT body FROM staged WHERE arrival = ?', arrival));
    if (!found) throw new Error('A staged page has no row');
    return found.body;
  }

  #remove(arrival: number): void {
    this.#store.run('DELETE FROM staged WHERE arrival = ?', arrival);
  }
}

const listKey = ({ organization, kind }: Pick<StagedKey, 'organization' | 'kind'>): string => `${organization}/${kind}`;
const ascending = (pages: Pages | undefined): Place[] => [...(pages?.values() ?? [])].sort((a, b) => a.page - b.page);

/** What `put` wrote, in this object's own table: no border is crossed, so there is nothing to parse again. */
export function readBody<T>(body: string): T[] {
  const parsed: T[] = JSON.parse(body);
  return parsed;
}
