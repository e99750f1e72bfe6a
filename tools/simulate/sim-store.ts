// The ledger's store in memory, the same SQL as in production, which dies at a chosen write: before it, or just after its transaction.
// One database for all schedules, emptied in between: making a new one takes longer than running a schedule.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { migrate, type Migration } from '../../edge/ledger/migrations.ts';
import type { SqlRow, SqlValue, Store } from '../../edge/ledger/store.ts';

/** The process died here. Nothing of ours may catch it and go on. */
export class Crash extends Error {}
export class AuditDown extends Error {}

export class SimStore implements Store {
  readonly rowsWritten = 0;
  /** Dies when this many more rows were written; null: does not. */
  crashAfterWrites: number | null = null;
  /** Dies when the transaction in which that happens has been kept, instead of before. */
  crashAfterCommit = false;
  isDead = false;
  /** It died after its transaction was kept. */
  hasCommitted = false;
  auditFails = false;
  readonly #database = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, StatementSync>();
  readonly #tables: string[];
  #depth = 0;
  #dieAtCommit = false;

  constructor(migrations: readonly Migration[]) {
    migrate(this, migrations);
    this.#tables = this.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations'").map(({ name }) =>
      String(name),
    );
    this.#statements.clear();
  }

  empty(): void {
    this.isDead = false;
    this.auditFails = false;
    this.crashAfterWrites = null;
    this.#dieAtCommit = false;
    for (const table of this.#tables) this.#prepared(`DELETE FROM ${table}`).run();
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    this.#mustLive();
    return this.#prepared(sql).all(...bound(values)) as SqlRow[];
  }

  run(sql: string, ...values: SqlValue[]): void {
    this.#mustLive();
    if (this.auditFails && sql.startsWith('INSERT INTO audit (')) throw new AuditDown('the audit log cannot be written');
    if (this.crashAfterWrites !== null && this.crashAfterWrites-- <= 0) {
      if (!this.crashAfterCommit || this.#depth === 0) this.#die();
      this.crashAfterWrites = null;
      this.#dieAtCommit = true;
    }
    if (values.length === 0) this.#database.exec(sql);
    else this.#prepared(sql).run(...bound(values));
  }

  transaction<T>(work: () => T): T {
    this.#mustLive();
    if (this.#depth > 0) return work();
    this.#depth += 1;
    this.hasCommitted = false;
    this.#database.exec('BEGIN');
    try {
      const value = work();
      this.#database.exec('COMMIT');
      this.#depth -= 1;
      if (this.#dieAtCommit) {
        this.hasCommitted = true;
        this.#die();
      }
      return value;
    } catch (error) {
      if (this.#depth > 0) {
        this.#depth -= 1;
        this.#database.exec('ROLLBACK');
        if (this.#dieAtCommit) this.#die();
      }
      throw error;
    }
  }

  #die(): never {
    this.isDead = true;
    this.#dieAtCommit = false;
    this.crashAfterWrites = null;
    throw new Crash('the process died');
  }

  #mustLive(): void {
    if (this.isDead) throw new Crash('the process is dead');
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const bound = (values: SqlValue[]): (string | number | null | Uint8Array)[] =>
  values.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
