// The ledger's store over `node:sqlite` in memory: the same SQL as in the Durable Object.
import { DatabaseSync } from 'node:sqlite';
import { migrate, type Migration } from '../../edge/ledger/migrations.ts';
import type { SqlRow, SqlValue, Store } from '../../edge/ledger/store.ts';

const plain = (value: unknown): SqlValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Uint8Array) return value;
  throw new Error(`unexpected SQL value ${typeof value}`);
};

export function memoryStore(migrations: readonly Migration[]): Store {
  const database = new DatabaseSync(':memory:');
  let depth = 0;
  const bind = (values: SqlValue[]) => values.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
  const store: Store = {
    all(sql, ...values) {
      return database
        .prepare(sql)
        .all(...bind(values))
        .map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])) satisfies SqlRow);
    },
    run(sql, ...values) {
      if (values.length === 0) database.exec(sql);
      else database.prepare(sql).run(...bind(values));
    },
    transaction(work) {
      if (depth > 0) return work();
      depth += 1;
      database.exec('BEGIN');
      try {
        const value = work();
        database.exec('COMMIT');
        return value;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      } finally {
        depth -= 1;
      }
    },
    rowsWritten: 0,
  };
  migrate(store, migrations);
  return store;
}
