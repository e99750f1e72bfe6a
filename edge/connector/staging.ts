// What a run has read so far, a row for each answered call. The rows are the checkpoint: a run that is stopped anywhere goes on from
// them, and only calls without a row are made again. The table is dropped at the end, which costs nothing.
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

const StagedRow = z.object({
  organization: z.string(),
  kind: z.int().transform((index, context) => {
    const kind = STAGED_KINDS[index];
    if (kind !== undefined) return kind;
    context.addIssue('no such kind');
    return z.NEVER;
  }),
  subject: z.string(),
  page: z.int(),
  state: z.enum(['read', 'forbidden', 'missing', 'absent', 'unknown_shape']),
  total: z.int().nullable(),
  count: z.int(),
  body: z.string(),
});
const Order = z.object({ organization: z.string(), kind: z.int(), subject: z.string(), page: z.int(), arrival: z.int() });
const Body = z.object({ body: z.string() });

/** The rows of one run. Bodies are JSON that this object wrote itself, so they are read back with the type they were written with. */
export class Staging {
  readonly #store: Store;
  #arrivals = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes room for a new run. */
  open(): void {
    this.close();
    this.#store.run(`CREATE TABLE staged (
      organization TEXT NOT NULL, kind INTEGER NOT NULL, subject TEXT NOT NULL, page INTEGER NOT NULL,
      arrival INTEGER NOT NULL, state TEXT NOT NULL, total INTEGER, count INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (organization, kind, subject, page)
    ) WITHOUT ROWID`);
    this.#arrivals = 0;
  }

  close(): void {
    this.#store.run('DROP TABLE IF EXISTS staged');
  }

  get isOpen(): boolean {
    return this.#store.all("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'staged'").length > 0;
  }

  /** Keeps a page, in place of an earlier one of the same key. */
  put<K extends StagedKind>(staged: Staged<K>, body: readonly StagedRows[K][]): void {
    this.#arrivals += 1;
    this.#store.run(
      `INSERT INTO staged (organization, kind, subject, page, arrival, state, total, count, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (organization, kind, subject, page) DO UPDATE SET
          arrival = excluded.arrival, state = excluded.state, total = excluded.total, count = excluded.count, body = excluded.body`,
      staged.organization,
      STAGED_KINDS.indexOf(staged.kind),
      staged.subject,
      staged.page,
      this.#arrivals,
      staged.state,
      staged.total,
      staged.count,
      JSON.stringify(body),
    );
  }

  /** A list that got shorter has no such page any more. */
  drop(key: StagedKey): void {
    this.#store.run(
      'DELETE FROM staged WHERE organization = ? AND kind = ? AND subject = ? AND page = ?',
      key.organization,
      STAGED_KINDS.indexOf(key.kind),
      key.subject,
      key.page,
    );
  }

  /** Everything that is there, in the order in which it arrived, one at a time. */
  *arrivals(): Generator<{ staged: Staged; body: string }> {
    const order = rows(
      Order,
      this.#store.all('SELECT organization, kind, subject, page, arrival FROM staged ORDER BY arrival'),
    );
    this.#arrivals = order.at(-1)?.arrival ?? 0;
    for (const { organization, kind, subject, page } of order) {
      const found = row(
        StagedRow,
        this.#store.all(
          'SELECT * FROM staged WHERE organization = ? AND kind = ? AND subject = ? AND page = ?',
          organization,
          kind,
          subject,
          page,
        ),
      );
      if (found) yield toStaged(found);
    }
  }

  /** Pages of one kind in the order of their keys, one at a time. */
  *pages<K extends StagedKind>(organization: string, kind: K): Generator<{ staged: Staged; rows: StagedRows[K][] }> {
    let after = { subject: '', page: 0 };
    for (;;) {
      const found = row(
        StagedRow,
        this.#store.all(
          `SELECT * FROM staged WHERE organization = ? AND kind = ? AND (subject, page) > (?, ?) ORDER BY subject, page LIMIT 1`,
          organization,
          STAGED_KINDS.indexOf(kind),
          after.subject,
          after.page,
        ),
      );
      if (!found) return;
      after = { subject: found.subject, page: found.page };
      yield { staged: toStaged(found).staged, rows: readBody<StagedRows[K]>(found.body) };
    }
  }

  /** All rows of one list, page after page. */
  listed<K extends StagedKind>(organization: string, kind: K, subject = ''): StagedRows[K][] {
    return rows(
      Body,
      this.#store.all(
        'SELECT body FROM staged WHERE organization = ? AND kind = ? AND subject = ? ORDER BY page',
        organization,
        STAGED_KINDS.indexOf(kind),
        subject,
      ),
    ).flatMap(({ body }) => readBody<StagedRows[K]>(body));
  }

  /** The rows of one page. */
  page<K extends StagedKind>(organization: string, kind: K, subject: string, page: number): StagedRows[K][] {
    const found = row(
      Body,
      this.#store.all(
        'SELECT body FROM staged WHERE organization = ? AND kind = ? AND subject = ? AND page = ?',
        organization,
        STAGED_KINDS.indexOf(kind),
        subject,
        page,
      ),
    );
    return found ? readBody<StagedRows[K]>(found.body) : [];
  }
}

const toStaged = ({ body, ...staged }: z.infer<typeof StagedRow>): { staged: Staged; body: string } => ({ staged, body });

/** What `put` wrote, in this object's own table: no border is crossed, so there is nothing to parse again. */
export function readBody<T>(body: string): T[] {
  const parsed: T[] = JSON.parse(body);
  return parsed;
}
