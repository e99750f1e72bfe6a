// Provisioning jobs as rows: one to grant and one to end for each request, and one row for each write that was sent to Docker Hub.
import * as z from 'zod';
import type { AccessRequest } from '#domain/access-request.ts';
import type { BrakedWrite } from '#domain/brake.ts';
import { isOwnerChange, ProvisioningJob, type WriteAnswer } from '#domain/provisioning.ts';
import { targetKey } from '#domain/provisioning-target.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const JOB_MIGRATIONS: Migration[] = [
  {
    name: 'jobs-1',
    sql: `CREATE TABLE jobs (
        id TEXT PRIMARY KEY, request TEXT NOT NULL, connector TEXT NOT NULL, target TEXT NOT NULL, lane INTEGER NOT NULL,
        state TEXT NOT NULL, ready_at INTEGER NOT NULL, body TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX jobs_open ON jobs (connector, lane, ready_at) WHERE state IN ('planned', 'sent', 'verifying');
      CREATE INDEX jobs_target ON jobs (target);
      CREATE TABLE job_writes (
        job TEXT NOT NULL, attempt INTEGER NOT NULL, connector TEXT NOT NULL, at INTEGER NOT NULL, removal INTEGER NOT NULL,
        owner_change INTEGER NOT NULL, promised INTEGER NOT NULL, intent INTEGER NOT NULL, outcome INTEGER, PRIMARY KEY (job, attempt)
      ) WITHOUT ROWID;`,
  },
];

const Body = z.object({ body: z.string() });
const At = z.object({ at: z.number().nullable() });
const parse = (body: string): ProvisioningJob => ProvisioningJob.parse(JSON.parse(body));

export const grantJobId = (requestId: string): string => `${requestId}:grant`;
export const endJobId = (requestId: string): string => `${requestId}:end`;

export function jobById(store: Store, id: string): ProvisioningJob | undefined {
  const found = row(Body, store.all('SELECT body FROM jobs WHERE id = ?', id));
  return found && parse(found.body);
}

/** Taking away goes first, then finding out what came of a write, then giving. */
const laneOf = (job: ProvisioningJob): number => (job.kind === 'end' ? 0 : job.state === 'planned' ? 2 : 1);

/** When somebody may take it next: not before its time, nor while somebody else has it. */
const readyAt = (job: ProvisioningJob): number =>
  Math.max(Date.parse(job.nextAt), job.leaseUntil === null ? 0 : Date.parse(job.leaseUntil));

export function putJob(store: Store, job: ProvisioningJob): void {
  store.run(
    `INSERT INTO jobs (id, request, connector, target, lane, state, ready_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET lane = excluded.lane, state = excluded.state, ready_at = excluded.ready_at, body = excluded.body`,
    job.id,
    job.requestId,
    job.connectorId,
    targetKey(job.target),
    laneOf(job),
    job.state,
    readyAt(job),
    JSON.stringify(job),
  );
}

/** Jobs that can be taken now, the most urgent first. */
export const readyJobs = (store: Store, connectorId: string, now: string, limit: number): ProvisioningJob[] =>
  rows(
    Body,
    store.all(
      `SELECT body FROM jobs WHERE connector = ? AND state IN ('planned', 'sent', 'verifying') AND ready_at <= ?
        ORDER BY lane, ready_at, id LIMIT ?`,
      connectorId,
      Date.parse(now),
      limit,
    ),
  ).map(({ body }) => parse(body));

/** Unfinished jobs on the same thing in Docker Hub, but this one. */
export const jobsBeside = (store: Store, job: ProvisioningJob): ProvisioningJob[] =>
  rows(
    Body,
    store.all(
      `SELECT body FROM jobs WHERE target = ? AND id <> ? AND state IN ('planned', 'sent', 'verifying')`,
      targetKey(job.target),
      job.id,
    ),
  ).map(({ body }) => parse(body));

/** Unfinished jobs of a connector that change owners, but this one. */
export const ownerJobsBeside = (store: Store, job: ProvisioningJob): ProvisioningJob[] =>
  rows(
    Body,
    store.all(
      `SELECT body FROM jobs WHERE connector = ? AND id <> ? AND state IN ('planned', 'sent', 'verifying')`,
      job.connectorId,
      job.id,
    ),
  )
    .map(({ body }) => parse(body))
    .filter(isOwnerChange);

/** When the next job is ready, in milliseconds, or null. */
export const nextJobAt = (store: Store): number | null =>
  row(At, store.all("SELECT min(ready_at) AS at FROM jobs WHERE state IN ('planned', 'sent', 'verifying')"))?.at ?? null;

/** Plans what is to be done in Docker Hub for a request. Planned twice, it is there once. */
export function planGrant(store: Store, request: AccessRequest, now: string): void {
  if (request.target === null || jobById(store, grantJobId(request.id))) return;
  const startAt = request.content.startAt;
  putJob(store, {
    id: grantJobId(request.id),
    requestId: request.id,
    connectorId: request.content.connectorId,
    kind: 'grant',
    cause: 'approval',
    target: request.target,
    state: 'planned',
    act: 'read',
    write: null,
    prior: null,
    attempt: 0,
    failures: 0,
    answer: null,
    claim: 0,
    nextAt: startAt !== null && startAt > now ? startAt : now,
    leaseUntil: null,
    lastWriteAt: null,
    readAt: null,
    trouble: null,
  });
}

const WriteRow = z.object({ intent: z.int(), outcome: z.int().nullable() });

/** Notes that a write is about to be sent: before it is. */
export function noteIntent(store: Store, job: ProvisioningJob, now: string): void {
  const isRemoval = job.kind === 'end';
  const intent = appendAudit(
    store,
    {
      action: 'job.send',
      actor: SYSTEM,
      object: { type: 'request', id: job.requestId },
      detail: { job: job.kind, attempt: job.attempt, write: job.write },
    },
    now,
  );
  store.run(
    `INSERT INTO job_writes (job, attempt, connector, at, removal, owner_change, promised, intent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    job.id,
    job.attempt,
    job.connectorId,
    Date.parse(now),
    Number(isRemoval),
    Number(isOwnerChange(job)),
    Number(job.cause === 'expiry'),
    intent,
  );
}

/** Notes how a write was answered, once. Nobody reports what happened to a write that was cut off: that is its outcome. */
export function noteOutcome(store: Store, job: ProvisioningJob, answer: WriteAnswer, now: string): void {
  const found = row(
    WriteRow,
    store.all('SELECT intent, outcome FROM job_writes WHERE job = ? AND attempt = ?', job.id, job.attempt),
  );
  if (!found || found.outcome !== null) return;
  const entry = appendAudit(
    store,
    {
      action: 'job.outcome',
      actor: SYSTEM,
      object: { type: 'request', id: job.requestId },
      result: answer === 'answered' ? 'done' : 'failed',
      detail: { job: job.kind, attempt: job.attempt, answer, intent: found.intent },
    },
    now,
  );
  store.run('UPDATE job_writes SET outcome = ? WHERE job = ? AND attempt = ?', entry, job.id, job.attempt);
}

const BrakedRow = z.object({
  isRemoval: z.int().transform(Boolean),
  isOwnerChange: z.int().transform(Boolean),
});

/** Removals and owner changes since then that nobody had promised: what the brake counts. */
export const brakedWritesSince = (store: Store, connectorId: string, since: string): BrakedWrite[] =>
  rows(
    BrakedRow,
    store.all(
      `SELECT max(removal) AS isRemoval, max(owner_change) AS isOwnerChange FROM job_writes
        WHERE connector = ? AND at > ? AND promised = 0 AND (removal = 1 OR owner_change = 1) GROUP BY job`,
      connectorId,
      Date.parse(since),
    ),
  );
