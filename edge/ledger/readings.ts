// When Docker Hub was read, and what each reading changed. All that one run writes, in however many steps, carries one and the same time.
import * as z from 'zod';
import { RunChanges } from '#domain/protocol/connectors.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const READING_MIGRATIONS: Migration[] = [
  {
    name: 'readings-1',
    // began: the first reading of all. run, run_at: the run whose documents are being written, and its one time; settled: it is through.
    sql: `CREATE TABLE history_connectors (
        connector TEXT PRIMARY KEY, began TEXT NOT NULL, run INTEGER, run_at TEXT NOT NULL, settled INTEGER NOT NULL, last_at TEXT,
        thinned_until TEXT NOT NULL DEFAULT '', forgotten INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      CREATE TABLE readings (
        at TEXT NOT NULL, connector TEXT NOT NULL, run INTEGER, changes TEXT NOT NULL, PRIMARY KEY (at, connector)
      ) WITHOUT ROWID;`,
  },
];

/** Which reading of Docker Hub a write belongs to. */
export interface Reading {
  /** The sync; null where Docker Hub was asked about a few things alone. */
  run: number | null;
  /** The one time of a reading without a sync, for each of its writes. */
  at?: string | undefined;
  /** Ids under which documents were known until now: new id → old id. */
  renamed?: Record<string, string> | undefined;
  /** What goes was replaced by a document of another name: nothing is lost. */
  isReplaced?: boolean | undefined;
}

const HistoryConnector = z.object({
  connector: z.string(),
  began: z.string(),
  run: z.int().nullable(),
  run_at: z.string(),
  settled: z.int(),
  last_at: z.string().nullable(),
  thinned_until: z.string(),
  forgotten: z.int(),
});
export type HistoryConnector = z.infer<typeof HistoryConnector>;

export const historyConnector = (store: Store, connectorId: string): HistoryConnector | undefined =>
  row(HistoryConnector, store.all('SELECT * FROM history_connectors WHERE connector = ?', connectorId));

/** Connectors of which there is history, those included that are no more. */
export const historyConnectors = (store: Store): HistoryConnector[] =>
  rows(HistoryConnector, store.all('SELECT * FROM history_connectors ORDER BY connector'));

export interface OpenReading {
  connectorId: string;
  run: number | null;
  at: string;
  /** When Docker Hub was last read before; null where it never was. */
  since: string | null;
  began: string;
}

/** The reading that a write belongs to: the one time of its run, made up when the run first writes. */
export function openReading(store: Store, connectorId: string, { run, at }: Reading, now: string): OpenReading {
  const known = historyConnector(store, connectorId);
  const since = known?.last_at ?? null;
  if (known && run !== null && known.run === run) return { connectorId, run, at: known.run_at, since, began: known.began };

  const wanted = at ?? now;
  if (run === null && known) {
    // A clock that was set back must not make a document older than what it replaces.
    return { connectorId, run, at: wanted < known.run_at ? known.run_at : wanted, since, began: known.began };
  }
  const opened = known && wanted <= known.run_at ? justAfter(known.run_at) : wanted;
  store.run(
    `INSERT INTO history_connectors (connector, began, run, run_at, settled, last_at) VALUES (?, ?, ?, ?, 0, NULL)
      ON CONFLICT (connector) DO UPDATE SET run = excluded.run, run_at = excluded.run_at, settled = 0, forgotten = 0`,
    connectorId,
    opened,
    run,
    opened,
  );
  return { connectorId, run, at: opened, since, began: known?.began ?? opened };
}

/** Two runs never share their time. */
const justAfter = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

/** A reading is through: everything it found is written. */
export function settleReading(store: Store, { connectorId, at, run }: OpenReading, changes: RunChanges): void {
  if (run !== null) store.run('UPDATE history_connectors SET settled = 1, last_at = ? WHERE connector = ?', at, connectorId);
  store.run(
    'INSERT INTO readings (at, connector, run, changes) VALUES (?, ?, ?, ?) ON CONFLICT (at, connector) DO UPDATE SET changes = excluded.changes',
    at,
    connectorId,
    run,
    JSON.stringify(changes),
  );
}

const ReadingRow = z.object({ at: z.string(), connector: z.string(), run: z.int().nullable(), changes: z.string() });
export interface KeptReading {
  at: string;
  connectorId: string;
  run: number | null;
  changes: RunChanges;
}

/** Readings of these connectors, newest first. */
export function readingsPage(
  store: Store,
  {
    connectors,
    from,
    to,
    limit,
    before,
  }: { connectors: string[]; from: string; to: string; limit: number; before?: string | undefined },
): { items: KeptReading[]; next: string | null } {
  const [at = to, connector = '\uffff'] = before?.split('\n') ?? [];
  const found = rows(
    ReadingRow,
    store.all(
      `SELECT at, connector, run, changes FROM readings WHERE at >= ? AND (at, connector) < (?, ?)
        AND connector IN (SELECT value FROM json_each(?)) ORDER BY at DESC, connector DESC LIMIT ?`,
      from,
      at,
      connector,
      JSON.stringify(connectors),
      limit + 1,
    ),
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map((one) => ({
      at: one.at,
      connectorId: one.connector,
      run: one.run,
      changes: RunChanges.parse(JSON.parse(one.changes)),
    })),
    next: last && found.length > limit ? `${last.at}\n${last.connector}` : null,
  };
}

/** Forgets up to `limit` readings: all before `keptSince`, and before `wholeSince` those that changed nothing; or all of a connector. */
export function thinReadings(
  store: Store,
  which: { keptSince: string; wholeSince: string } | { connectorId: string },
  limit: number,
): number {
  const found =
    'connectorId' in which
      ? store.all('SELECT at, connector FROM readings WHERE connector = ? LIMIT ?', which.connectorId, limit)
      : store.all(
          `SELECT at, connector FROM readings WHERE at < ? OR (at < ? AND changes = '{}') LIMIT ?`,
          which.keptSince,
          which.wholeSince,
          limit,
        );
  for (const { at, connector } of found) {
    store.run('DELETE FROM readings WHERE at = ? AND connector = ?', at ?? null, connector ?? null);
  }
  return found.length;
}
