// Rows of a database, encrypted below Dexie: everything above reads and writes them as ever. Synchronous, because a transaction of IndexedDB
// ends while Web Crypto is awaited. What a row is found by (its key, what is indexed) stays readable.
import type { Dexie, DBCore, DBCoreCursor, DBCoreMutateRequest, DBCoreTable } from 'dexie';

export interface RowCipher {
  /** `place` is bound to the bytes: a row that was put in another's place does not open. */
  seal(plain: Uint8Array, place: Uint8Array): Uint8Array;
  open(sealed: Uint8Array, place: Uint8Array): Uint8Array;
}

/** Sealed rows, and nobody has unlocked. */
export class SealedError extends Error {
  override name = 'SealedError';
}

const SEALED = '§';
let cipher: RowCipher | null = null;

/** Rows are written under this from now on; null: in the clear, and those that are sealed cannot be read. */
export function useCipher(next: RowCipher | null): void {
  cipher = next;
}

type Row = Record<string, unknown>;
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function keyPathsOf({ schema }: DBCoreTable): string[] {
  return [schema.primaryKey, ...schema.indexes].flatMap(({ keyPath }) => keyPath ?? []);
}

function sealRow(row: unknown, table: DBCoreTable): unknown {
  if (!cipher || !isRow(row)) return row;
  const found: Row = {};
  for (const path of keyPathsOf(table)) if (row[path] !== undefined) found[path] = row[path];
  return { ...found, [SEALED]: cipher.seal(encoder.encode(JSON.stringify(row)), placeOf(row, table)) };
}

function openRow(row: unknown, table: DBCoreTable): unknown {
  if (!isRow(row) || !(SEALED in row)) return row;
  const sealed = row[SEALED];
  if (!cipher || !(sealed instanceof Uint8Array)) throw new SealedError('This row is sealed, and nobody has unlocked it.');
  const opened: unknown = JSON.parse(decoder.decode(cipher.open(sealed, placeOf(row, table))));
  return opened;
}

function placeOf(row: Row, { name, schema }: DBCoreTable): Uint8Array {
  const { keyPath } = schema.primaryKey;
  return encoder.encode(JSON.stringify([name, typeof keyPath === 'string' ? row[keyPath] : null]));
}

/** Seals what is written to a database and opens what is read, whenever there is a cipher. Call it before the database is opened. */
export function sealRowsOf(db: Dexie): void {
  // Nearest to the database: all that Dexie itself puts above it sees rows in the clear.
  db.use({ stack: 'dbcore', name: 'seal', level: -10, create: sealing });
}

const sealing = (core: DBCore): Partial<DBCore> => ({
  ...core,
  table(name) {
    const table = core.table(name);
    const opened = (row: unknown) => openRow(row, table);
    return {
      ...table,
      mutate: (request) => table.mutate(sealRequest(request, table)),
      get: (request) => table.get(request).then(opened),
      getMany: (request) => table.getMany(request).then((rows) => rows.map(opened)),
      query: (request) =>
        table.query(request).then((found) => (request.values ? { ...found, result: found.result.map(opened) } : found)),
      openCursor: (request) =>
        table.openCursor(request).then((cursor) => (cursor && request.values ? openCursor(cursor, opened) : cursor)),
    };
  },
});

const sealRequest = (request: DBCoreMutateRequest, table: DBCoreTable): DBCoreMutateRequest =>
  request.type === 'add' || request.type === 'put'
    ? { ...request, values: request.values.map((row: unknown) => sealRow(row, table)) }
    : request;

/** The same cursor; its getters belong to the browser's own object and are asked there. */
const openCursor = (cursor: DBCoreCursor, opened: (row: unknown) => unknown): DBCoreCursor =>
  Object.create(cursor, {
    key: { get: () => cursor.key as unknown },
    primaryKey: { get: () => cursor.primaryKey as unknown },
    value: { get: () => opened(cursor.value) },
    continue: { value: (key?: unknown) => cursor.continue(key) },
    continuePrimaryKey: { value: (key: unknown, primaryKey: unknown) => cursor.continuePrimaryKey(key, primaryKey) },
    advance: { value: (count: number) => cursor.advance(count) },
  }) as DBCoreCursor;
