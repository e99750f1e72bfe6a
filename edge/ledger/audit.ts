// The audit log: one entry per act, in the transaction of its effect. Entries are only ever appended; an append writes two rows,
// and a third where a name is new.
import * as z from 'zod';
import { type AuditResult, canonicalEntry, entryLeaf, type JsonValue, parseEntry } from '#domain/audit-entry.ts';
import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot } from '#domain/merkle-tree.ts';
import { PRODUCT } from '#domain/product.ts';
import type { AuditRow } from '#domain/protocol/audit.ts';
import type { Acting } from '../http/actor.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const AUDIT_MIGRATIONS: Migration[] = [
  {
    name: 'audit-1',
    // `family` is the first word of the action: what a role may read goes by it.
    sql: `CREATE TABLE audit (idx INTEGER PRIMARY KEY, family TEXT NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL);
      CREATE TABLE audit_tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, peaks TEXT NOT NULL);
      CREATE TABLE audit_names (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;`,
  },
];

export interface Act {
  action: string;
  actor: Acting;
  /** The name is kept beside the log, not in it. */
  object?: { type: string; id: string; name?: string } | null;
  result?: AuditResult;
  /** Ids, counts, words of the product: never a secret, never a person's name. */
  detail?: Record<string, JsonValue>;
}

/** What Watchbill does by itself. */
export const SYSTEM: Acting = { userId: 'system', via: 'system' };

const ACTOR_TYPE = { session: 'person', token: 'token', system: 'system' } as const;

/** Appends one entry and answers its index. Call it in the transaction of the act's effect. */
export function appendAudit(store: Store, act: Act, at = new Date().toISOString()): number {
  return store.transaction(() => {
    const tree = readTree(store);
    const entry = canonicalEntry({
      v: 1,
      index: tree.size,
      at,
      action: act.action,
      actor: { type: ACTOR_TYPE[act.actor.via], id: act.actor.userId, credential: act.actor.credentialId ?? null },
      object: act.object ? { type: act.object.type, id: act.object.id } : null,
      result: act.result ?? 'done',
      detail: act.detail ?? {},
    });
    const hash = entryLeaf(entry);
    const next = appendLeaf(tree, hash);

    const family = act.action.slice(0, act.action.indexOf('.'));
    store.run('INSERT INTO audit (idx, family, entry, hash) VALUES (?, ?, ?, ?)', tree.size, family, entry, hash);
    store.run(
      'INSERT INTO audit_tree (one, size, peaks) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET size = excluded.size, peaks = excluded.peaks',
      next.size,
      JSON.stringify(next.peaks),
    );
    if (act.object?.name !== undefined) rememberName(store, act.object.id, act.object.name);
    return tree.size;
  });
}

/** Keeps what a thing or person is called now, for all of their entries. */
export const rememberName = (store: Store, id: string, name: string): void =>
  store.run(
    'INSERT INTO audit_names (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name',
    id,
    name,
  );

/** Forgets a name. The entries stay, and so does every proof over them. */
export const forgetName = (store: Store, id: string): void => store.run('DELETE FROM audit_names WHERE id = ?', id);

const TreeRow = z.object({ size: z.int(), peaks: z.string() });
const Peaks = z.array(z.string());

function readTree(store: Store): Frontier {
  const found = row(TreeRow, store.all('SELECT size, peaks FROM audit_tree'));
  return found ? { size: found.size, peaks: Peaks.parse(JSON.parse(found.peaks)) } : EMPTY_FRONTIER;
}

/** Size and root of the log as it stands. */
export function auditHead(store: Store): { size: number; root: string } {
  const tree = readTree(store);
  return { size: tree.size, root: frontierRoot(tree) };
}

export interface AuditQuery {
  /** First words of the actions that the reader may see; null for all. */
  families: readonly string[] | null;
  /** Only entries before this index. */
  before: number | null;
  limit: number;
  /** Where given, only entries of this person, about this thing, or whose action starts so. */
  actor?: string | undefined;
  object?: string | undefined;
  action?: string | undefined;
}

/** Rows looked at for one page at most: a rare match must not make one request read the whole log. */
const SCAN_MAX = 5_000;

const EntryRow = z.object({
  idx: z.int(),
  entry: z.string(),
  hash: z.string(),
  actor_name: z.string().nullable(),
  object_name: z.string().nullable(),
});

/**
 * A page of the log, newest first. `next` is the index to go on before, or null at the beginning of the log; a page may hold fewer
 * items than asked for although there are more.
 */
export function auditPage(store: Store, query: AuditQuery): { items: AuditRow[]; next: number | null } {
  const { size } = readTree(store);
  const before = Math.min(query.before ?? size, size);
  const from = Math.max(0, before - SCAN_MAX);
  const families = query.families === null ? null : JSON.stringify(query.families);
  const found = rows(
    EntryRow,
    store.all(
      `SELECT a.idx, a.entry, a.hash,
          (SELECT name FROM audit_names WHERE id = json_extract(a.entry, '$.actor.id')) AS actor_name,
          (SELECT name FROM audit_names WHERE id = json_extract(a.entry, '$.object.id')) AS object_name
        FROM audit a
        WHERE a.idx >= ?1 AND a.idx < ?2
          AND (?3 IS NULL OR a.family IN (SELECT value FROM json_each(?3)))
          AND (?4 IS NULL OR json_extract(a.entry, '$.actor.id') = ?4)
          AND (?5 IS NULL OR json_extract(a.entry, '$.object.id') = ?5)
          AND (?6 IS NULL OR substr(json_extract(a.entry, '$.action'), 1, length(?6)) = ?6)
        ORDER BY a.idx DESC LIMIT ?7`,
      from,
      before,
      families,
      query.actor ?? null,
      query.object ?? null,
      query.action ?? null,
      query.limit,
    ),
  );
  const items = found.map(({ entry: text, hash, actor_name, object_name }): AuditRow => {
    const { index, at, action, actor, object, result, detail } = parseEntry(text);
    return {
      index,
      at,
      action,
      actor: { id: actor.id, type: actor.type, name: actor_name ?? (actor.type === 'system' ? PRODUCT : 'Somebody who left') },
      object: object && { ...object, name: object_name },
      result,
      detail,
      hash,
    };
  });
  const last = found.at(-1);
  const reached = found.length === query.limit && last ? last.idx : from;
  return { items, next: reached > 0 ? reached : null };
}
