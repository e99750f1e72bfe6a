// Requests for access as the ledger keeps them, with the times at which something is due. A due time is a row before anything is sent.
import * as z from 'zod';
import { AccessRequest, type RequestEvent, type RequestState, transition } from '#domain/access-request.ts';
import { type Target, targetKey } from '#domain/provisioning-target.ts';
import type { Migration } from './migrations.ts';
import { takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const REQUEST_MIGRATIONS: Migration[] = [
  {
    name: 'requests-1',
    // `place` is account and entitlement: two open requests of one place are one too many. `target` is what they share in Docker Hub.
    // Neither ever changes, so their indexes cost a row when a request is made and none afterwards.
    sql: `CREATE TABLE requests (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, beneficiary TEXT NOT NULL, place TEXT NOT NULL, target TEXT, body TEXT NOT NULL,
        revision INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX requests_place ON requests (place);
      CREATE INDEX requests_target ON requests (target);
      CREATE TABLE due (request TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (request, kind)) WITHOUT ROWID;
      CREATE INDEX due_at ON due (at);`,
  },
];

const Body = z.object({ body: z.string() });
const Id = z.object({ id: z.string() });
const At = z.object({ at: z.number().nullable() });
const Revised = z.object({ id: z.string(), revision: z.int(), body: z.string() });

const parse = (body: string): AccessRequest => AccessRequest.parse(JSON.parse(body));

export function requestById(store: Store, id: string): AccessRequest | undefined {
  const found = row(Body, store.all('SELECT body FROM requests WHERE id = ?', id));
  return found && parse(found.body);
}

const placeOf = (accountId: string, entitlement: string): string => `${accountId} ${entitlement}`;

/** Writes a request as it is now, under a new revision. Call it in the transaction of the act. */
export function putRequest(store: Store, request: AccessRequest): void {
  store.run(
    `INSERT INTO requests (id, state, beneficiary, place, target, body, revision) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body, revision = excluded.revision`,
    request.id,
    request.state,
    request.content.beneficiaryId,
    placeOf(request.content.accountId, request.content.entitlement),
    request.target === null ? null : targetKey(request.target),
    JSON.stringify(request),
    takeRevision(store),
  );
}

/** Puts an event through and keeps what came of it. A transition that cannot happen is a bug of ours here: whoever may be refused asks first. */
export function moveRequest(store: Store, request: AccessRequest, event: RequestEvent): AccessRequest {
  const next = transition(request, event);
  if (!next.ok) throw new Error(`request ${request.id}: ${next.error.event} in ${next.error.state} (${next.error.reason})`);
  putRequest(store, next.value);
  return next.value;
}

/** An open request for the same account and entitlement, or null. */
export function openRequestFor(store: Store, accountId: string, entitlement: string): string | null {
  const found = row(
    Id,
    store.all(
      "SELECT id FROM requests WHERE place = ? AND state IN ('waiting', 'approved', 'provisioning') LIMIT 1",
      placeOf(accountId, entitlement),
    ),
  );
  return found?.id ?? null;
}

/** Other requests for the same thing in Docker Hub that are in one of these states. */
export const requestsOnTarget = (
  store: Store,
  target: Target,
  exceptId: string,
  states: readonly RequestState[],
): AccessRequest[] =>
  rows(
    Body,
    store.all(
      'SELECT body FROM requests WHERE target = ? AND id <> ? AND state IN (SELECT value FROM json_each(?)) ORDER BY id',
      targetKey(target),
      exceptId,
      JSON.stringify(states),
    ),
  ).map(({ body }) => parse(body));

/** Requests of somebody that are not closed. */
export const openRequestsOf = (store: Store, personId: string): AccessRequest[] =>
  rows(
    Body,
    store.all(
      `SELECT body FROM requests WHERE beneficiary = ?
         AND state IN ('waiting', 'approved', 'provisioning', 'granted', 'ending', 'overdue', 'needs_person') ORDER BY id`,
      personId,
    ),
  ).map(({ body }) => parse(body));

/** Requests whose row changed after a revision, for the devices that copy them. */
export const requestsSince = (
  store: Store,
  after: number,
  limit = -1,
): { id: string; revision: number; row: AccessRequest }[] =>
  rows(
    Revised,
    store.all('SELECT id, revision, body FROM requests WHERE revision > ? ORDER BY revision LIMIT ?', after, limit),
  ).map(({ id, revision, body }) => ({ id, revision, row: parse(body) }));

/** Who may see a request: those it is for, those who were asked, and whoever sees all. */
export const maySeeRequest = (request: AccessRequest, viewer: { id: string; seesAll: boolean }): boolean =>
  viewer.seesAll ||
  request.content.requesterId === viewer.id ||
  request.content.beneficiaryId === viewer.id ||
  request.asked.includes(viewer.id);

// Due times

/** `step`: the time to answer is up. `end`: the access must go. `overdue`: it should have gone by now. */
export type DueKind = 'step' | 'end' | 'overdue';

export const setDue = (store: Store, requestId: string, kind: DueKind, at: string): void =>
  store.run(
    'INSERT INTO due (request, kind, at) VALUES (?, ?, ?) ON CONFLICT (request, kind) DO UPDATE SET at = excluded.at',
    requestId,
    kind,
    Date.parse(at),
  );

export const clearDue = (store: Store, requestId: string, kind: DueKind): void =>
  store.run('DELETE FROM due WHERE request = ? AND kind = ?', requestId, kind);

const DueRow = z.object({ request: z.string(), kind: z.enum(['step', 'end', 'overdue']), at: z.number() });

/** What is due by now, the oldest first. */
export const dueBy = (store: Store, now: string, limit: number): z.infer<typeof DueRow>[] =>
  rows(
    DueRow,
    store.all('SELECT request, kind, at FROM due WHERE at <= ? ORDER BY at, request LIMIT ?', Date.parse(now), limit),
  );

/** When the next thing is due, in milliseconds, or null. */
export const nextDueAt = (store: Store): number | null => row(At, store.all('SELECT min(at) AS at FROM due'))?.at ?? null;
