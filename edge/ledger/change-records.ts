// Change records, packed: those of one reading, organization and kind share rows of at most 64 KB of text, so that a sync that changes a
// hundred thousand permissions writes some hundreds of rows. Few records are also listed by what they are about.
import * as z from 'zod';
import { idsOf } from '#domain/change-about.ts';
import { ChangeDetail, type ChangeRecord, ChangeKind } from '#domain/change-record.ts';
import type { RecordedChange } from '#domain/change-recorder.ts';
import { deflated, inflated } from './deflated.ts';
import type { Migration } from './migrations.ts';
import type { OpenReading } from './readings.ts';
import { row, rows, type Store } from './store.ts';

export const CHANGE_RECORD_MIGRATIONS: Migration[] = [
  {
    name: 'change-records-1',
    // change_objects: rows of records by the id of what they are about; '*' leads to rows about too many things to list.
    sql: `CREATE TABLE change_rows (
        at TEXT NOT NULL, seq INTEGER NOT NULL, connector TEXT NOT NULL, run INTEGER, since TEXT, organization TEXT, kind TEXT NOT NULL,
        records INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (at, seq)
      ) WITHOUT ROWID;
      CREATE TABLE change_objects (
        object TEXT NOT NULL, at TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (object, at, seq)
      ) WITHOUT ROWID;`,
  },
];

/** Text in one row at most. */
const ROW_CHARS = 64_000;
/** Ids by which one row is listed at most: each costs a row of its own. */
const IDS_MAX = 64;
const EVERYTHING = '*';

const Blob = z.union([z.instanceof(Uint8Array), z.instanceof(ArrayBuffer).transform((buffer) => new Uint8Array(buffer))]);
const Packed = z.object({
  at: z.string(),
  seq: z.int(),
  connector: z.string(),
  run: z.int().nullable(),
  since: z.string().nullable(),
  organization: z.string().nullable(),
  kind: ChangeKind,
  size: z.int(),
  body: Blob,
});
type Packed = z.infer<typeof Packed>;
const COLUMNS = 'at, seq, connector, run, since, organization, kind, size, body';
const Details = z.array(ChangeDetail);

/** Writes the records of one reading. Call it in the transaction that changes what they tell of. */
export function putRecords(store: Store, reading: OpenReading, changes: readonly RecordedChange[]): void {
  const groups = new Map<string, { organization: string | null; kind: ChangeKind; details: ChangeDetail[] }>();
  for (const { organization, kind, detail } of changes) {
    const key = `${kind} ${organization ?? ''}`;
    const group = groups.get(key) ?? { organization, kind, details: [] };
    group.details.push(detail);
    groups.set(key, group);
  }
  for (const { organization, kind, details } of groups.values()) {
    const open = row(
      Packed,
      store.all(
        `SELECT ${COLUMNS} FROM change_rows WHERE at = ? AND connector = ? AND kind = ? AND organization IS ? ORDER BY seq DESC LIMIT 1`,
        reading.at,
        reading.connectorId,
        kind,
        organization,
      ),
    );
    let from = 0;
    if (open) {
      const before = detailsOf(open);
      const [end] = fitting(details, 0, open.size);
      if (end > 0) write(store, { ...open, details: [...before, ...details.slice(0, end)] });
      from = end;
    }
    while (from < details.length) {
      const [end] = fitting(details, from, 0);
      const next = store.all('SELECT coalesce(max(seq), 0) + 1 AS seq FROM change_rows WHERE at = ?', reading.at)[0]?.seq;
      const { at, run, since, connectorId: connector } = reading;
      write(store, { at, seq: Number(next), connector, run, since, organization, kind, details: details.slice(from, end) });
      from = end;
    }
  }
}

/** Up to which record they fit into a row that holds `used` characters; always one at least where the row is empty. */
function fitting(details: readonly ChangeDetail[], from: number, used: number): [end: number] {
  let end = from;
  let size = used;
  while (end < details.length) {
    size += JSON.stringify(details[end]).length + 1;
    if (size > ROW_CHARS && (used > 0 || end > from)) break;
    end += 1;
  }
  return [end];
}

function write(store: Store, packed: Omit<Packed, 'size' | 'body'> & { details: readonly ChangeDetail[] }): void {
  const body = JSON.stringify(packed.details);
  const { at, seq, connector, run, since, organization, kind, details } = packed;
  store.run(
    `INSERT INTO change_rows (at, seq, connector, run, since, organization, kind, records, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (at, seq) DO UPDATE SET records = excluded.records, size = excluded.size, body = excluded.body`,
    at,
    seq,
    connector,
    run,
    since,
    organization,
    kind,
    details.length,
    body.length,
    deflated(body),
  );
  const ids = new Set(details.flatMap(idsOf));
  for (const id of ids.size > IDS_MAX ? [EVERYTHING] : ids) {
    store.run('INSERT OR IGNORE INTO change_objects (object, at, seq) VALUES (?, ?, ?)', id, at, seq);
  }
}

const detailsOf = ({ body }: Packed): ChangeDetail[] => Details.parse(JSON.parse(inflated(body)));

const recordsOf = (packed: Packed): ChangeRecord[] =>
  detailsOf(packed).map((detail, index) => ({
    ...detail,
    id: `${packed.at}.${packed.seq}.${index}`,
    connectorId: packed.connector,
    run: packed.run,
    at: packed.at,
    since: packed.since,
    organization: packed.organization,
    kind: packed.kind,
  }));

export interface RecordsQuery {
  connectors: readonly string[];
  organization?: string | undefined;
  kinds?: readonly ChangeKind[] | undefined;
  /** Only records about all of these. */
  ids?: readonly string[] | undefined;
  from: string;
  /** Exclusive. */
  to: string;
  limit: number;
  cursor?: string | undefined;
  /** Whether a record may be seen, and how. */
  show: (record: ChangeRecord) => ChangeRecord | null;
}

/** Rows opened for one page at most: a rare match must not make one request read seven years. */
const ROWS_OPENED_MAX = 200;
const ROWS_AT_ONCE = 20;

/** Change records, newest first. A page may hold fewer than asked for, even none, and still have a next one. */
export function recordsPage(store: Store, query: RecordsQuery): { items: ChangeRecord[]; nextCursor: string | null } {
  const items: ChangeRecord[] = [];
  let place = placeOf(query.cursor) ?? { at: query.to, seq: 0, index: 0, isWithin: false };
  for (let opened = 0; opened < ROWS_OPENED_MAX; opened += ROWS_AT_ONCE) {
    const found = rowsFrom(store, query, place);
    for (const packed of found) {
      const isFirst = place.isWithin && packed.at === place.at && packed.seq === place.seq;
      for (const [index, record] of recordsOf(packed).entries()) {
        if (isFirst && index < place.index) continue;
        if (query.ids && !isAboutAll(record, query.ids)) continue;
        const shown = query.show(record);
        if (!shown) continue;
        if (items.length === query.limit) return { items, nextCursor: cursorOf({ ...packed, index }) };
        items.push(shown);
      }
    }
    const last = found.at(-1);
    if (!last || found.length < ROWS_AT_ONCE) return { items, nextCursor: null };
    place = { at: last.at, seq: last.seq, index: Number.MAX_SAFE_INTEGER, isWithin: true };
  }
  return { items, nextCursor: cursorOf(place) };
}

interface Place {
  at: string;
  seq: number;
  index: number;
  /** The place is in a row, at a record of it; else it is before all rows of a time. */
  isWithin: boolean;
}

/** Rows at and after a place, newest first; within one reading in the order in which they were written. */
function rowsFrom(store: Store, query: RecordsQuery, place: Place): Packed[] {
  const about = query.ids?.[0];
  const among =
    about === undefined
      ? ''
      : `AND (at, seq) IN (SELECT at, seq FROM change_objects WHERE object IN (?, '${EVERYTHING}') AND at >= ? AND at <= ?)`;
  const kinds = query.kinds && query.kinds.length > 0 ? query.kinds : null;
  const isFresh = place.index !== Number.MAX_SAFE_INTEGER;
  const found = store.all(
    `SELECT ${COLUMNS} FROM change_rows WHERE at >= ? AND (at < ? OR (? AND at = ? AND seq ${isFresh ? '>=' : '>'} ?))
      AND connector IN (SELECT value FROM json_each(?)) AND (? IS NULL OR organization = ?)
      AND (? IS NULL OR kind IN (SELECT value FROM json_each(?))) ${among} ORDER BY at DESC, seq LIMIT ?`,
    query.from,
    place.at,
    place.isWithin ? 1 : 0,
    place.at,
    place.seq,
    JSON.stringify(query.connectors),
    query.organization ?? null,
    query.organization ?? null,
    kinds ? 1 : null,
    JSON.stringify(kinds ?? []),
    ...(about === undefined ? [] : [about, query.from, place.at]),
    ROWS_AT_ONCE,
  );
  return rows(Packed, found);
}

const isAboutAll = (record: ChangeRecord, ids: readonly string[]): boolean => {
  const about = idsOf(record);
  return ids.every((id) => about.includes(id));
};

const cursorOf = ({ at, seq, index }: { at: string; seq: number; index: number }): string => btoa(`${at}\n${seq}\n${index}`);

function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  try {
    const [at = '', seq, index] = atob(cursor).split('\n');
    if (!at || !Number.isSafeInteger(Number(seq)) || !Number.isSafeInteger(Number(index))) return null;
    return { at, seq: Number(seq), index: Number(index), isWithin: true };
  } catch {
    return null; // a cursor of somebody's own making: start from the beginning
  }
}

/** Goes through the records of one connector since a time, and writes the rows again in which something was changed. Answers how many. */
export function changeRecords(
  store: Store,
  connectorId: string,
  from: string,
  change: (record: ChangeRecord) => ChangeDetail | null,
): number {
  let changed = 0;
  store.transaction(() => {
    const found = rows(
      Packed,
      store.all(`SELECT ${COLUMNS} FROM change_rows WHERE at >= ? AND connector = ?`, from, connectorId),
    );
    for (const packed of found) {
      let isChanged = false;
      const details = detailsOf(packed);
      for (const [index, record] of recordsOf(packed).entries()) {
        const next = change(record);
        if (!next) continue;
        details[index] = ChangeDetail.parse(next);
        isChanged = true;
        changed += 1;
      }
      if (isChanged) write(store, { ...packed, details });
    }
  });
  return changed;
}

/** Forgets up to about `limit` rows: those before a time, or all of a connector that is no more. Answers how many. */
export function forgetRecords(store: Store, which: { before: string } | { connectorId: string }, limit: number): number {
  const found = rows(
    Packed,
    'before' in which
      ? store.all(`SELECT ${COLUMNS} FROM change_rows WHERE at < ? ORDER BY at, seq LIMIT ?`, which.before, limit)
      : store.all(`SELECT ${COLUMNS} FROM change_rows WHERE connector = ? LIMIT ?`, which.connectorId, limit),
  );
  let forgotten = 0;
  for (const packed of found) {
    if (forgotten >= limit) break;
    const ids = new Set(detailsOf(packed).flatMap(idsOf));
    for (const id of [...ids, EVERYTHING]) {
      store.run('DELETE FROM change_objects WHERE object = ? AND at = ? AND seq = ?', id, packed.at, packed.seq);
    }
    store.run('DELETE FROM change_rows WHERE at = ? AND seq = ?', packed.at, packed.seq);
    forgotten += 1 + Math.min(ids.size, IDS_MAX);
  }
  return forgotten;
}
