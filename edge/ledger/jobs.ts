// The saga's two ends: a job is claimed for one call to Docker Hub, and settled with what came of it. Authorisation is asked again before
// every send; the intent, the due time and the audit entry are there before the call is.
import type { AccessRequest } from '#domain/access-request.ts';
import { BRAKE_WINDOW_MS, brakeCause } from '#domain/brake.ts';
import {
  type HubWrite,
  isOwnerChange,
  LEASE_MS,
  nextStep,
  type NextStep,
  type ProvisioningJob,
  type Reading,
  retryMs,
  SETTLE_MS,
  type WriteAnswer,
} from '#domain/provisioning.ts';
import type { Target } from '#domain/provisioning-target.ts';
import { type AccessFacts, dutyOf } from './approvers.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { stopRequest } from './endings.ts';
import {
  brakedWritesSince,
  grantJobId,
  jobById,
  jobsBeside,
  noteIntent,
  noteOutcome,
  ownerJobsBeside,
  putJob,
  readyJobs,
} from './job-rows.ts';
import { personById } from './people.ts';
import { publishedItem } from './policies.ts';
import { policyNow } from './policy-now.ts';
import { clearDue, moveRequest, requestById, requestsOnTarget, setDue } from './requests.ts';
import { brakeOf, brakeReleasedAt, pullBrake, writingOf } from './writing.ts';
import type { Store } from './store.ts';

/** One call to make. */
export interface JobClaim {
  jobId: string;
  /** To be given back with what came of it: a report about an earlier claim counts for nothing. */
  claim: number;
  call: { type: 'read'; target: Target } | { type: 'write'; write: HubWrite };
}

const plus = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();
const before = (iso: string, ms: number): string => plus(iso, -ms);

/** Takes up to `limit` calls that are to be made now. What was taken before and never reported on is looked into first. */
export function claimJobs(store: Store, facts: AccessFacts, connectorId: string, now: string, limit: number): JobClaim[] {
  const claims: JobClaim[] = [];
  // More than the limit: some of them must wait for others.
  for (const { id } of readyJobs(store, connectorId, now, limit * 4 + 16)) {
    if (claims.length >= limit) break;
    const claimed = store.transaction(() => claimOne(store, facts, id, now));
    if (claimed) claims.push(claimed);
  }
  return claims;
}

function claimOne(store: Store, facts: AccessFacts, jobId: string, now: string): JobClaim | null {
  const found = jobById(store, jobId);
  const request = found && requestById(store, found.requestId);
  if (!found || !request) return null;
  if (found.state === 'done' || found.state === 'refused' || found.state === 'needs_person') return null;
  const job = cutOff(store, found, now);
  if (waitsForOthers(store, job, now)) {
    // What was read before is out of date by then.
    putJob(store, { ...job, act: 'read', write: null, nextAt: plus(now, 5_000), leaseUntil: null });
    return null;
  }
  const taken = { ...job, claim: job.claim + 1, leaseUntil: plus(now, LEASE_MS) };
  const isOutOfDate = job.readAt === null || job.readAt < before(now, LEASE_MS);
  if (job.act === 'read' || job.write === null || isOutOfDate) {
    putJob(store, { ...taken, act: 'read', write: null });
    if (job.kind === 'grant' && request.state === 'approved') moveRequest(store, request, { type: 'start' });
    return { jobId, claim: taken.claim, call: { type: 'read', target: job.target } };
  }
  return claimWrite(store, facts, taken, job.write, request, now);
}

/** Whoever had it never reported: a write has an unknown outcome, and only a reading says what came of it. */
function cutOff(store: Store, job: ProvisioningJob, now: string): ProvisioningJob {
  if (job.state !== 'sent') return job;
  noteOutcome(store, job, 'unknown', now);
  return { ...job, state: 'verifying', act: 'read', answer: 'unknown' };
}

/** A grant waits while anything else is under way on the same thing, and changes of owners go one after another. */
function waitsForOthers(store: Store, job: ProvisioningJob, now: string): boolean {
  if (job.state !== 'planned') return false;
  if (job.kind === 'grant' && isBusyBeside(jobsBeside(store, job), now)) return true;
  return isOwnerChange(job) && isBusyBeside(ownerJobsBeside(store, job), now);
}

/** Whether one of these has a call out, or sent something that may still arrive. */
const isBusyBeside = (others: readonly ProvisioningJob[], now: string): boolean =>
  others.some(
    ({ leaseUntil, lastWriteAt }) =>
      (leaseUntil !== null && leaseUntil > now) || (lastWriteAt !== null && lastWriteAt > before(now, SETTLE_MS)),
  );

function claimWrite(
  store: Store,
  facts: AccessFacts,
  job: ProvisioningJob,
  write: HubWrite,
  request: AccessRequest,
  now: string,
): JobClaim | null {
  const { connectorId } = job;
  if (job.kind === 'grant') {
    if (writingOf(store, connectorId) !== 'on') return later(store, job, plus(now, 60_000));
    const why = whyNotSend(store, facts, request, now);
    if (why !== null) {
      appendAudit(
        store,
        { action: 'request.lapse', actor: SYSTEM, object: { type: 'request', id: request.id }, detail: { cause: why } },
        now,
      );
      stopRequest(store, request, 'lapse', why, now);
      return null;
    }
  } else if (!mayStillEnd(store, job, request)) {
    // Another grant came to give the same since it was read: look again.
    putJob(store, { ...job, act: 'read', write: null, leaseUntil: null, nextAt: now });
    return null;
  }
  if (isBraked(store, job, now)) return later(store, job, plus(now, 60_000));

  const sent: ProvisioningJob = { ...job, state: 'sent', attempt: job.attempt + 1, answer: null, lastWriteAt: now };
  if (job.kind === 'grant') {
    const started = request.state === 'approved' ? moveRequest(store, request, { type: 'start' }) : request;
    const timed = moveRequest(store, started, { type: 'send', at: now });
    if (timed.endsAt !== null) setDue(store, request.id, 'end', timed.endsAt);
  }
  noteIntent(store, sent, now);
  putJob(store, sent);
  return { jobId: job.id, claim: job.claim, call: { type: 'write', write } };
}

function later(store: Store, job: ProvisioningJob, nextAt: string): null {
  putJob(store, { ...job, nextAt, leaseUntil: null });
  return null;
}

const mayStillEnd = (store: Store, job: ProvisioningJob, request: AccessRequest): boolean =>
  (request.state === 'ending' || request.state === 'overdue') &&
  (job.target.type !== 'team_member' || inForceBeside(store, request).length === 0);

/** Pauses what nobody promised: removals before their time, and changes of owners. */
function isBraked(store: Store, job: ProvisioningJob, now: string): boolean {
  if (job.cause === 'expiry') return false;
  const next = { isRemoval: job.kind === 'end', isOwnerChange: isOwnerChange(job) };
  if (!next.isRemoval && !next.isOwnerChange) return false;
  if (brakeOf(store, job.connectorId)) return true;
  // A write that is tried again is the same change.
  if (job.attempt > 0) return false;
  const since = [before(now, BRAKE_WINDOW_MS), brakeReleasedAt(store, job.connectorId)].sort().at(-1) ?? now;
  const cause = brakeCause(brakedWritesSince(store, job.connectorId, since), next);
  if (cause) pullBrake(store, job.connectorId, cause, now);
  return cause !== null;
}

/** Why a grant must not be sent, although it was approved once; null where it may. */
function whyNotSend(store: Store, facts: AccessFacts, request: AccessRequest, now: string): string | null {
  if (request.state !== 'approved' && request.state !== 'provisioning') return 'not_approved';
  if (request.endsAt !== null && request.endsAt <= now) return 'time_is_up';
  const { requesterId, beneficiaryId, accountId, connectorId, entitlement } = request.content;
  const beneficiary = personById(store, beneficiaryId);
  if (beneficiary?.state !== 'active') return 'beneficiary_left';
  if (!beneficiary.accounts.includes(accountId)) return 'account_not_linked';
  if (personById(store, requesterId)?.state !== 'active') return 'requester_left';
  if (!publishedItem(store, connectorId, entitlement)) return 'not_requestable';
  if (!policyNow(store, facts, request.content, now)) return 'policy_denies';
  if (facts.ownAccount(connectorId) === accountId) return 'own_identity';
  for (const approval of request.approvals) {
    if (personById(store, approval.userId)?.state !== 'active') return 'approver_left';
    const conflict = dutyOf(store, request, approval.userId, approval.at);
    if (conflict) return conflict;
  }
  const isShort = request.policy.steps.some(
    (step, at) => request.approvals.filter((approval) => approval.step === at).length < step.need,
  );
  return isShort ? 'not_enough_approvals' : null;
}

const IN_FORCE = ['provisioning', 'granted'] as const;
const NOT_LONG_GONE = ['provisioning', 'granted', 'ending', 'overdue', 'needs_person'] as const;

const inForceBeside = (store: Store, request: AccessRequest): AccessRequest[] =>
  request.target === null
    ? []
    : requestsOnTarget(store, request.target, request.id, IN_FORCE).filter(
        ({ state, firstSentAt }) => state === 'granted' || firstSentAt !== null,
      );

/** What came of a call. */
export type JobReport =
  | { jobId: string; claim: number; type: 'written'; answer: WriteAnswer; retryAfterMs?: number | null }
  | { jobId: string; claim: number; type: 'read'; reading: Reading };

/** Takes a report down and decides what comes next. False where the job has gone on without it: then nothing is changed. */
export function settleJob(store: Store, facts: AccessFacts, report: JobReport, now: string): boolean {
  return store.transaction(() => {
    const job = jobById(store, report.jobId);
    if (!job || job.claim !== report.claim || job.leaseUntil === null) return false;
    if (job.state === 'done' || job.state === 'refused' || job.state === 'needs_person') return false;
    if (report.type === 'written') return settleWrite(store, job, report, now);
    return job.act === 'read' && settleReading(store, facts, job, report.reading, now);
  });
}

function settleWrite(
  store: Store,
  job: ProvisioningJob,
  { answer, retryAfterMs }: Extract<JobReport, { type: 'written' }>,
  now: string,
): boolean {
  if (job.state !== 'sent') return false;
  noteOutcome(store, job, answer, now);
  const waitMs = answer === 'later' ? (retryAfterMs ?? 30_000) : answer === 'answered' ? 0 : 1_000;
  putJob(store, { ...job, state: 'verifying', act: 'read', answer, leaseUntil: null, nextAt: plus(now, waitMs) });
  return true;
}

function settleReading(store: Store, facts: AccessFacts, job: ProvisioningJob, reading: Reading, now: string): boolean {
  const request = requestById(store, job.requestId);
  if (!request) return false;
  if (job.kind === 'grant' && job.attempt === 0 && isBusyBeside(jobsBeside(store, job), now)) {
    // Something on the same thing was sent while this was being read: what was read may be gone by now.
    putJob(store, { ...job, leaseUntil: null, nextAt: plus(now, 5_000) });
    return true;
  }
  const beside = request.target === null ? [] : requestsOnTarget(store, request.target, request.id, NOT_LONG_GONE);
  const step = nextStep(job, reading, {
    now,
    others: inForceBeside(store, request).flatMap(({ target }) => target ?? []),
    givenRoles: beside.flatMap(({ target }) => (target?.type === 'organization_role' ? [target.role] : [])),
    inherited: inheritedFrom(store, beside),
    isOwnIdentity: facts.ownAccount(job.connectorId) === job.target.accountId,
  });
  takeStep(store, { ...job, readAt: now }, request, step, now);
  return true;
}

/** What was there before the first of the requests that give the same. */
function inheritedFrom(store: Store, beside: readonly AccessRequest[]): ProvisioningJob['prior'] {
  const sent = beside
    .filter(({ firstSentAt }) => firstSentAt !== null)
    .sort((a, b) => ((a.firstSentAt ?? '') < (b.firstSentAt ?? '') ? -1 : 1));
  for (const { id } of sent) {
    const prior = jobById(store, grantJobId(id))?.prior;
    if (prior) return prior;
  }
  return null;
}

function takeStep(store: Store, job: ProvisioningJob, request: AccessRequest, step: NextStep, now: string): void {
  const free = { ...job, leaseUntil: null };
  switch (step.type) {
    case 'retry':
      putJob(store, { ...free, failures: job.failures + 1, nextAt: step.at });
      return;
    case 'write': {
      if (request.state === 'ended') cameBack(store, request, now);
      // Counted from the last write: what waited so long that it had to be read again does not wait anew.
      const restAt = job.lastWriteAt === null || job.attempt === 0 ? now : plus(job.lastWriteAt, retryMs(job.attempt));
      const next = { ...free, state: 'planned', act: 'write', write: step.write, prior: step.prior, failures: 0 } as const;
      putJob(store, { ...next, nextAt: restAt > now ? restAt : now });
      return;
    }
    case 'hand_over':
      putJob(store, { ...free, state: 'needs_person', trouble: step.reason });
      if (request.state !== 'needs_person' && request.state !== 'ended') {
        moveRequest(store, request, { type: 'hand_over', cause: step.reason });
      }
      clearDue(store, request.id, 'overdue');
      note(store, 'request.hand_over', request.id, { cause: step.reason }, now);
      return;
    case 'done':
      if (job.kind === 'grant') granted(store, { ...free, prior: step.prior }, request, now);
      else isGone(store, free, request, step.lookAgainAt, now);
  }
}

/** Access that was gone is there again: it is taken away once more, and people are told. */
function cameBack(store: Store, request: AccessRequest, now: string): void {
  moveRequest(store, request, { type: 'return' });
  note(store, 'request.came_back', request.id, {}, now);
}

function granted(store: Store, job: ProvisioningJob, request: AccessRequest, now: string): void {
  putJob(store, { ...job, state: 'done' });
  const verified = moveRequest(store, request, { type: 'verify', at: now });
  if (verified.endsAt !== null) setDue(store, request.id, 'end', verified.endsAt);
  note(store, 'request.grant', request.id, { writes: job.attempt, endsAt: verified.endsAt }, now);
}

function isGone(store: Store, job: ProvisioningJob, request: AccessRequest, lookAgainAt: string | null, now: string): void {
  putJob(
    store,
    lookAgainAt === null ? { ...job, state: 'done' } : { ...job, state: 'verifying', act: 'read', nextAt: lookAgainAt },
  );
  clearDue(store, request.id, 'overdue');
  clearDue(store, request.id, 'end');
  if (request.state === 'ended') return;
  moveRequest(store, request, { type: 'absent', at: now });
  note(store, 'request.ended', request.id, { writes: job.attempt }, now);
}

const note = (
  store: Store,
  action: string,
  requestId: string,
  detail: Record<string, string | number | null>,
  now: string,
): void => void appendAudit(store, { action, actor: SYSTEM, object: { type: 'request', id: requestId }, detail }, now);
