// What is due by the clock: steps whose time is up, access that must go, access that should have gone. Two clocks ask (alarm and cron);
// asking twice does no harm.
import type { AccessFacts } from './approvers.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { askApprovers } from './deciding.ts';
import { endByItself, stopRequest } from './endings.ts';
import { endJobId, jobById, nextJobAt, putJob } from './job-rows.ts';
import { clearDue, dueBy, type DueKind, moveRequest, nextDueAt, requestById } from './requests.ts';
import type { Store } from './store.ts';

const SWEEP_MAX = 500;

/** Does what is due by now, each thing in a transaction of its own. Answers how many there were, and what threw. */
export function sweepDue(store: Store, facts: AccessFacts, now: string): { done: number; failures: unknown[] } {
  const failures: unknown[] = [];
  let done = 0;
  for (const { request, kind } of dueBy(store, now, SWEEP_MAX)) {
    try {
      store.transaction(() => doDue(store, facts, request, kind, now));
      done += 1;
    } catch (cause) {
      // One that cannot be done must not hold up the others.
      failures.push(cause);
    }
  }
  return { done, failures };
}

function doDue(store: Store, facts: AccessFacts, requestId: string, kind: DueKind, now: string): void {
  const request = requestById(store, requestId);
  clearDue(store, requestId, kind);
  if (!request) return;
  switch (kind) {
    case 'step':
      return stepIsUp(store, facts, request, now);
    case 'end':
      if (request.state === 'granted' || request.state === 'provisioning') {
        return endByItself(store, request, 'expiry', 'expired', now);
      }
      if (request.state === 'needs_person') {
        // What a person was asked to take away stays with them.
        if (!jobById(store, endJobId(requestId))) endByItself(store, request, 'expiry', 'expired', now);
        return;
      }
      return promise(store, requestId);
    case 'overdue':
      if (request.state !== 'ending') return;
      moveRequest(store, request, { type: 'overdue' });
      note(store, 'request.overdue', requestId, now);
  }
}

/** It was being ended early, and now its time is up as well: from here on no brake holds it. */
function promise(store: Store, requestId: string): void {
  const job = jobById(store, endJobId(requestId));
  if (job && job.cause === 'early') putJob(store, { ...job, cause: 'expiry' });
}

function stepIsUp(store: Store, facts: AccessFacts, request: ReturnType<typeof requestById>, now: string): void {
  const step = request?.policy.steps[request.step];
  if (!request || !step || request.state !== 'waiting') return;
  if (step.onLimit === 'fallback' && !request.isFallback && step.fallback.length > 0) {
    askApprovers(store, { ...request, isFallback: true, stepSince: now }, { facts, now });
    note(store, 'request.fallback', request.id, now);
    return;
  }
  stopRequest(store, request, step.onLimit === 'deny' ? 'deny' : 'lapse', 'not_answered', now);
  note(store, 'request.lapse', request.id, now);
}

const note = (store: Store, action: string, requestId: string, now: string): void =>
  void appendAudit(store, { action, actor: SYSTEM, object: { type: 'request', id: requestId } }, now);

/** When somebody must look again, in milliseconds: the next due time or job. Null: nothing waits. */
export function nextWakeAt(store: Store): number | null {
  const times = [nextDueAt(store), nextJobAt(store)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** So long after something went wrong it is tried again. */
const AFTER_TROUBLE_MS = 30_000;

/**
 * What an alarm does. It never throws: an alarm that keeps throwing disappears. It is armed again whatever happens, and what is due is
 * a row, so an alarm that is lost loses nothing.
 */
export async function ringAlarm(ports: {
  work: () => Promise<unknown[]>;
  nextWakeAt: () => number | null;
  arm: (at: number) => Promise<void>;
  now: () => number;
  report: (cause: unknown) => void;
}): Promise<void> {
  let isTroubled = false;
  try {
    const failures = await ports.work();
    isTroubled = failures.length > 0;
    failures.forEach(ports.report);
  } catch (cause) {
    isTroubled = true;
    ports.report(cause);
  } finally {
    await armAgain(ports, isTroubled).catch(ports.report);
  }
}

async function armAgain(
  { nextWakeAt: next, arm, now }: Pick<Parameters<typeof ringAlarm>[0], 'nextWakeAt' | 'arm' | 'now'>,
  isTroubled: boolean,
): Promise<void> {
  const at = isTroubled ? now() + AFTER_TROUBLE_MS : next();
  if (at !== null) await arm(Math.max(at, now() + 1_000));
}
