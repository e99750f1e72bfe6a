// How a request stops: let go before anything was sent, or ended where something was. The one way access is taken away again.
import type { AccessRequest } from '#domain/access-request.ts';
import { isClosed } from '#domain/access-request.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { endJobId, grantJobId, jobById, noteOutcome, planGrant, putJob } from './job-rows.ts';
import { clearDue, moveRequest, openRequestsOf, setDue } from './requests.ts';
import type { Store } from './store.ts';

/** So long after its end a request is overdue. */
export const OVERDUE_MS = 5 * 60_000;

const plus = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

/** Everybody has said yes: what is to be done is planned. What Watchbill does not do itself is asked of a person. */
export function startGranting(store: Store, request: AccessRequest, now: string): AccessRequest {
  clearDue(store, request.id, 'step');
  if (request.target === null) return moveRequest(store, request, { type: 'hand_over', cause: 'by_hand' });
  planGrant(store, request, now);
  return request;
}

/** Takes the access away again: plans it now, and gives up what is still on its way to grant it. */
export function beginEnding(
  store: Store,
  request: AccessRequest,
  cause: 'expiry' | 'early',
  why: string,
  now: string,
): AccessRequest {
  const ending = moveRequest(store, request, { type: 'end', cause: why });
  const grant = dropGrant(store, request.id, now);
  if (request.target !== null) {
    // Ended a second time after a person had it: its numbers go on.
    const earlier = jobById(store, endJobId(request.id));
    putJob(store, {
      id: endJobId(request.id),
      requestId: request.id,
      connectorId: request.content.connectorId,
      kind: 'end',
      cause,
      target: request.target,
      state: 'planned',
      act: 'read',
      write: null,
      prior: grant?.prior ?? null,
      attempt: earlier?.attempt ?? 0,
      failures: 0,
      answer: null,
      claim: earlier?.claim ?? 0,
      nextAt: now,
      leaseUntil: null,
      lastWriteAt: earlier?.lastWriteAt ?? grant?.lastWriteAt ?? null,
      readAt: null,
      trouble: null,
    });
  }
  if (cause === 'expiry') clearDue(store, request.id, 'end');
  setDue(store, request.id, 'overdue', plus(now, OVERDUE_MS));
  return ending;
}

/** Nothing more is sent to grant it. A write that is under way has an unknown outcome from here on. */
function dropGrant(store: Store, requestId: string, now: string) {
  const grant = jobById(store, grantJobId(requestId));
  if (!grant || grant.state === 'done' || grant.state === 'refused') return grant;
  if (grant.state === 'sent') noteOutcome(store, grant, 'unknown', now);
  putJob(store, { ...grant, state: 'refused', leaseUntil: null, trouble: 'superseded' });
  return grant;
}

/** Whether anything was sent for it that could give access. */
const wasSent = (store: Store, request: AccessRequest): boolean => (jobById(store, grantJobId(request.id))?.attempt ?? 0) > 0;

/**
 * Stops a request that is not granted yet: let go where nothing was sent, else ended like any access, for what was sent may have
 * arrived.
 */
export function stopRequest(
  store: Store,
  request: AccessRequest,
  how: 'deny' | 'cancel' | 'lapse',
  why: string,
  now: string,
): AccessRequest {
  const isBefore = request.state === 'waiting' || request.state === 'approved' || request.state === 'provisioning';
  if (!isBefore || wasSent(store, request)) return beginEnding(store, request, 'early', why, now);
  dropGrant(store, request.id, now);
  clearDue(store, request.id, 'step');
  clearDue(store, request.id, 'end');
  return moveRequest(store, request, { type: how, at: now, cause: why });
}

/** Somebody left, or all of their access must go: what they wait for lapses, what they hold ends. */
export function endAccessOf(store: Store, personId: string, why: string, by: Acting, now: string): number {
  return store.transaction(() => {
    let ended = 0;
    for (const request of openRequestsOf(store, personId)) {
      if (isClosed(request.state) || request.state === 'ending' || request.state === 'overdue') continue;
      stopRequest(store, request, 'lapse', why, now);
      appendAudit(
        store,
        { action: 'request.end', actor: by, object: { type: 'request', id: request.id }, detail: { cause: why } },
        now,
      );
      ended += 1;
    }
    return ended;
  });
}

/** What Watchbill ends by itself, with its entry. */
export function endByItself(store: Store, request: AccessRequest, cause: 'expiry' | 'early', why: string, now: string): void {
  appendAudit(
    store,
    { action: 'request.end', actor: SYSTEM, object: { type: 'request', id: request.id }, detail: { cause: why } },
    now,
  );
  beginEnding(store, request, cause, why, now);
}
