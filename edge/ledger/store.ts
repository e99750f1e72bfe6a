// Where SQL runs: the object's own SQLite in production, `node:sqlite` in tests and simulations. Ledger code takes it as an argument.
import type * as z from 'zod';

export type SqlValue = string | number | null | ArrayBuffer | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface Store {
  all(sql: string, ...values: SqlValue[]): SqlRow[];
  run(sql: string, ...values: SqlValue[]): void;
  /** All or nothing. Nested calls join the outer one. Never await inside. */
  transaction<T>(work: () => T): T;
  /** Rows written since the object started, as the platform counts them. */
  readonly rowsWritten: number;
}

/** The SQLite of a Durable Object. */
export function durableStore(storage: DurableObjectStorage): Store {
  let rowsWritten = 0;
  let depth = 0;
  return {
    all(sql, ...values) {
      const cursor = storage.sql.exec<Record<string, ArrayBuffer | string | number | null>>(sql, ...values);
      const rows = cursor.toArray();
      rowsWritten += cursor.rowsWritten;
      return rows;
    },
    run(sql, ...values) {
      const cursor = storage.sql.exec(sql, ...values);
      rowsWritten += cursor.rowsWritten;
    },
    transaction(work) {
      if (depth > 0) return work();
      depth += 1;
      try {
        return storage.transactionSync(work);
      } finally {
        depth -= 1;
      }
    },
    get rowsWritten() {
      return rowsWritten;
    },
  };
}

/** Rows as the schema says. A row that does not fit is a bug of ours, so it throws. */
export const rows = <T extends z.ZodType>(schema: T, found: SqlRow[]): z.infer<T>[] => found.map((row) => schema.parse(row));

/** The first row as the schema says, or undefined. */
export function row<T extends z.ZodType>(schema: T, found: SqlRow[]): z.infer<T> | undefined {
  return found[0] === undefined ? undefined : schema.parse(found[0]);
}
