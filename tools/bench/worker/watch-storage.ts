// Counts what all objects of this Worker write, as the platform counts it: rows of every statement, one for each alarm set, one for
// each key. And, where asked for, stops now and then in the middle of the work, so that the heap can be looked at.

/** Rows by statement, its beginning standing for it. */
export const rowsByStatement = new Map<string, number>();

/** Statements that looked through the catalogue. */
export const catalogue = { reads: 0 };

/** Every so many statements the isolate collects its garbage and pauses for the debugger; 0 for never. */
export const heapLooks = { every: 0 };

let statements = 0;
let isWatching = false;

declare const gc: undefined | (() => void);

function count(statement: string, rows: number): void {
  if (rows > 0) rowsByStatement.set(statement, (rowsByStatement.get(statement) ?? 0) + rows);
}

function lookAtHeap(): void {
  statements += 1;
  if (heapLooks.every === 0 || statements % heapLooks.every !== 0) return;
  gc?.();
  debugger; // eslint-disable-line no-debugger -- the measuring side reads the heap while the isolate stands still
}

/** Wraps the methods that write, once for all objects: they share their prototypes. */
export function watchStorage(storage: DurableObjectStorage): void {
  if (isWatching) return;
  isWatching = true;

  const sql: SqlStorage = Object.getPrototypeOf(storage.sql);
  const { exec } = sql;
  sql.exec = function (this: SqlStorage, query, ...values) {
    const cursor: ReturnType<typeof exec> = Reflect.apply(exec, this, [query, ...values]);
    // All that a statement writes is written before its first row is handed out.
    count(query.trim().replaceAll(/\s+/g, ' ').slice(0, 60), cursor.rowsWritten);
    if (query.includes('FROM documents')) catalogue.reads += 1;
    lookAtHeap();
    return cursor;
  } as typeof exec;

  const writes: DurableObjectStorage = Object.getPrototypeOf(storage);
  const { setAlarm, put, delete: remove } = writes;
  writes.setAlarm = function (this: DurableObjectStorage, ...values) {
    count('(alarm)', 1);
    return Reflect.apply(setAlarm, this, values);
  };
  writes.put = function (this: DurableObjectStorage, ...values: unknown[]) {
    const [first] = values;
    count('(key)', typeof first === 'object' && first !== null ? Object.keys(first).length : 1);
    return Reflect.apply(put, this, values);
  };
  writes.delete = function (this: DurableObjectStorage, ...values: unknown[]) {
    const [first] = values;
    count('(key)', Array.isArray(first) ? first.length : 1);
    return Reflect.apply(remove, this, values);
  } as typeof remove;
}
