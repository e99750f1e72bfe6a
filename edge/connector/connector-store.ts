// What the Connector object keeps in its own SQLite beside what is staged: its name, its runs and their logs, and a few single values.
import * as z from 'zod';
import { LogLine, SyncRun } from '#domain/protocol/connectors.ts';
import { migrate, type Migration } from '../ledger/migrations.ts';
import { row, rows, type Store } from '../ledger/store.ts';
import { RunState } from './run-state.ts';

const MIGRATIONS: Migration[] = [
  {
    name: 'connector-1',
    sql: `CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE runs (n INTEGER PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE log (
        run INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, first)
      ) WITHOUT ROWID;`,
  },
];

/** Runs whose records and logs are kept. */
export const RUNS_KEPT = 30;

const Body = z.object({ body: z.string() });
const Value = z.object({ value: z.string() });
const StoredRun = z.object({ run: SyncRun, state: RunState });
export type StoredRun = z.infer<typeof StoredRun>;
const Lines = z.array(LogLine);

export class ConnectorStore {
  readonly sql: Store;

  constructor(sql: Store) {
    this.sql = sql;
  }

  migrate(): void {
    migrate(this.sql, MIGRATIONS);
  }

  /** A single value, as its schema says, or undefined. */
  get<T extends z.ZodType>(key: string, schema: T): z.infer<T> | undefined {
    const found = row(Value, this.sql.all('SELECT value FROM kept WHERE key = ?', key));
    return found && schema.parse(JSON.parse(found.value));
  }

  set(key: string, value: unknown): void {
    this.sql.run(
      'INSERT INTO kept (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      JSON.stringify(value),
    );
  }

  drop(key: string): void {
    this.sql.run('DELETE FROM kept WHERE key = ?', key);
  }

  saveRun(stored: StoredRun): void {
    this.sql.run(
      'INSERT INTO runs (n, body) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET body = excluded.body',
      stored.run.n,
      JSON.stringify(stored),
    );
  }

  run(n: number): StoredRun | null {
    return this.#parse(row(Body, this.sql.all('SELECT body FROM runs WHERE n = ?', n)));
  }

  latestRun(): StoredRun | null {
    return this.#parse(row(Body, this.sql.all('SELECT body FROM runs ORDER BY n DESC LIMIT 1')));
  }

  /** Runs before a number, newest first. */
  runs(before: number | null, limit: number): SyncRun[] {
    const found = rows(
      Body,
      this.sql.all('SELECT body FROM runs WHERE ? IS NULL OR n < ? ORDER BY n DESC LIMIT ?', before, before, limit),
    );
    return found.map(({ body }) => StoredRun.parse(JSON.parse(body)).run);
  }

  /** Forgets the oldest runs and their logs. */
  prune(): void {
    const newest = this.latestRun()?.run.n ?? 0;
    this.sql.run('DELETE FROM log WHERE run <= ?', newest - RUNS_KEPT);
    this.sql.run('DELETE FROM runs WHERE n <= ?', newest - RUNS_KEPT);
  }

  /** Keeps lines of a run's log: one row, however many they are. */
  addLines(run: number, lines: readonly LogLine[]): void {
    const first = lines[0];
    const last = lines.at(-1);
    if (!first || !last) return;
    this.sql.run(
      'INSERT INTO log (run, first, last, body) VALUES (?, ?, ?, ?)',
      run,
      first.seq,
      last.seq,
      JSON.stringify(lines),
    );
  }

  lastLine(run: number): number {
    return Number(this.sql.all('SELECT MAX(last) AS last FROM log WHERE run = ?', run)[0]?.last ?? 0);
  }

  /** Lines after a number, in their order. */
  *lines(run: number, after: number): Generator<LogLine> {
    let from = after;
    for (;;) {
      const found = row(
        Body,
        this.sql.all('SELECT body FROM log WHERE run = ? AND last > ? ORDER BY first LIMIT 1', run, from),
      );
      if (!found) return;
      for (const line of Lines.parse(JSON.parse(found.body))) {
        if (line.seq > from) yield line;
        from = Math.max(from, line.seq);
      }
    }
  }

  #parse(found: z.infer<typeof Body> | undefined): StoredRun | null {
    return found ? StoredRun.parse(JSON.parse(found.body)) : null;
  }
}
