// A request for access, from being asked to having ended: what it holds and how it may change. The same transitions refuse at the
// edge and predict on a device.
import * as z from 'zod';
import { Iso } from './protocol/common.ts';
import { FrozenPolicy } from './policy.ts';
import { Target } from './provisioning-target.ts';
import { err, ok, type Result } from './result.ts';

export const REQUEST_STATES = [
  'waiting',
  'approved',
  'provisioning',
  'granted',
  'ending',
  'overdue',
  'ended',
  'denied',
  'canceled',
  'lapsed',
  'needs_person',
] as const;
export const RequestState = z.enum(REQUEST_STATES);
export type RequestState = z.infer<typeof RequestState>;

/** What somebody asked for, word for word as they signed it. It never changes: an edit is another request. */
export const RequestContent = z.strictObject({
  requesterId: z.string(),
  beneficiaryId: z.string(),
  /** The beneficiary's Docker Hub account that gets the access. */
  accountId: z.string(),
  connectorId: z.string(),
  entitlement: z.string(),
  /** Null: until somebody takes it away. */
  durationMs: z.int().positive().nullable(),
  /** Null: as soon as it is approved. */
  startAt: Iso.nullable(),
  reason: z.string().max(2_000),
  ticket: z.string().max(200).nullable(),
  emergency: z.boolean(),
  /** The request whose access this one prolongs. */
  extendsId: z.uuid().nullable(),
});
export type RequestContent = z.infer<typeof RequestContent>;

export const Approval = z.object({
  decisionId: z.string(),
  userId: z.string(),
  step: z.int().nonnegative(),
  /** What the approver saw: the digest their signature covers. */
  seenDigest: z.string(),
  strength: z.enum(['device', 'passkey']),
  at: Iso,
});
export type Approval = z.infer<typeof Approval>;

export const AccessRequest = z.object({
  id: z.string(),
  content: RequestContent,
  /** What is done in Docker Hub; null where Watchbill cannot do it itself and asks a person. */
  target: Target.nullable(),
  policy: FrozenPolicy,
  state: RequestState,
  /** Which step of the policy is being asked, from 0. */
  step: z.int().nonnegative(),
  stepSince: Iso,
  /** The step's time ran out and its fallback is asked as well. */
  isFallback: z.boolean(),
  approvals: z.array(Approval),
  /** Everybody who was ever asked: what they may see of it, and what an answer of theirs that comes too late becomes. */
  asked: z.array(z.string()),
  /** How long it is granted for: what was asked, or less where an approver shortened it. */
  durationMs: z.int().positive().nullable(),
  createdAt: Iso,
  /** When Docker Hub was first asked to grant it: from here the time runs. */
  firstSentAt: Iso.nullable(),
  endsAt: Iso.nullable(),
  closedAt: Iso.nullable(),
  /** Why it is as it is, in a word, where the state alone does not say. */
  cause: z.string().nullable(),
});
export type AccessRequest = z.infer<typeof AccessRequest>;

export type RequestEvent =
  | { type: 'approve'; approval: Approval; durationMs: number | null }
  | { type: 'deny'; at: string; cause: string }
  | { type: 'cancel'; at: string; cause: string }
  | { type: 'lapse'; at: string; cause: string }
  | { type: 'start' }
  | { type: 'send'; at: string }
  | { type: 'verify'; at: string }
  | { type: 'hand_over'; cause: string }
  | { type: 'end'; cause: string }
  | { type: 'overdue' }
  | { type: 'absent'; at: string }
  | { type: 'return' };

export interface TransitionError {
  reason: 'not_allowed_in_state' | 'self_approval' | 'approved_already';
  state: RequestState;
  event: RequestEvent['type'];
}

const TRANSITIONS: Record<RequestState, Partial<Record<RequestEvent['type'], RequestState>>> = {
  waiting: { approve: 'waiting', deny: 'denied', cancel: 'canceled', lapse: 'lapsed' },
  approved: { start: 'provisioning', deny: 'denied', cancel: 'canceled', lapse: 'lapsed', hand_over: 'needs_person' },
  provisioning: {
    send: 'provisioning',
    verify: 'granted',
    end: 'ending',
    hand_over: 'needs_person',
    // Only where nothing was sent yet: the ledger asks before it lets go.
    deny: 'denied',
    cancel: 'canceled',
    lapse: 'lapsed',
  },
  granted: { end: 'ending' },
  ending: { absent: 'ended', overdue: 'overdue', hand_over: 'needs_person' },
  overdue: { absent: 'ended', hand_over: 'needs_person' },
  ended: { return: 'overdue' },
  denied: {},
  canceled: {},
  lapsed: {},
  needs_person: { end: 'ending', verify: 'granted', absent: 'ended' },
};

/** Nothing will happen to it any more. */
export const isClosed = (state: RequestState): boolean =>
  state === 'ended' || state === 'denied' || state === 'canceled' || state === 'lapsed';

/** Somebody still has to say yes or no, or it is on its way: a second one for the same would be a repetition. */
export const isOpen = (state: RequestState): boolean => state === 'waiting' || state === 'approved' || state === 'provisioning';

const plus = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

/** The request after the event, or why that cannot happen to it. */
export function transition(request: AccessRequest, event: RequestEvent): Result<AccessRequest, TransitionError> {
  const next = TRANSITIONS[request.state][event.type];
  if (!next) return err({ reason: 'not_allowed_in_state', state: request.state, event: event.type });

  switch (event.type) {
    case 'approve':
      return approve(request, event);
    case 'deny':
    case 'cancel':
    case 'lapse':
      return ok({ ...request, state: next, closedAt: event.at, cause: event.cause });
    case 'send':
      // The time runs from the first send: an answer that got lost must not make the access longer.
      return ok({
        ...request,
        firstSentAt: request.firstSentAt ?? event.at,
        endsAt: request.endsAt ?? endOf(request, event.at),
      });
    case 'verify':
      return ok({
        ...request,
        state: next,
        firstSentAt: request.firstSentAt ?? event.at,
        endsAt: request.endsAt ?? endOf(request, event.at),
        cause: null,
      });
    case 'absent':
      return ok({ ...request, state: next, closedAt: event.at });
    case 'return':
      return ok({ ...request, state: next, closedAt: null, cause: 'came_back' });
    case 'hand_over':
    case 'end':
      return ok({ ...request, state: next, cause: event.cause });
    case 'start':
    case 'overdue':
      return ok({ ...request, state: next });
  }
}

const endOf = (request: AccessRequest, from: string): string | null =>
  request.durationMs === null ? null : plus(from, request.durationMs);

function approve(
  request: AccessRequest,
  { approval, durationMs }: Extract<RequestEvent, { type: 'approve' }>,
): Result<AccessRequest, TransitionError> {
  const refused = (reason: TransitionError['reason']) => err({ reason, state: request.state, event: 'approve' as const });
  // Separation of duties: who asks, and who gets it, never decides, whatever role they hold.
  if (approval.userId === request.content.requesterId || approval.userId === request.content.beneficiaryId) {
    return refused('self_approval');
  }
  if (hasApproved(request, approval.userId)) return refused('approved_already');

  const approvals = [...request.approvals, approval];
  const shortened = shorterOf(request.durationMs, durationMs);
  const step = request.policy.steps[request.step];
  const isStepDone = !step || approvals.filter((one) => one.step === request.step).length >= step.need;
  if (!isStepDone) return ok({ ...request, approvals, durationMs: shortened });

  const isLast = request.step + 1 >= request.policy.steps.length;
  if (isLast) return ok({ ...request, approvals, durationMs: shortened, state: 'approved' });
  return ok({
    ...request,
    approvals,
    durationMs: shortened,
    step: request.step + 1,
    stepSince: approval.at,
    isFallback: false,
  });
}

/** Whether this person's approval counts already where it would count again: in this step, or in any where approvers must differ. */
export const hasApproved = (request: AccessRequest, userId: string): boolean =>
  request.approvals.some((one) => one.userId === userId && (request.policy.distinct || one.step === request.step));

const shorterOf = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);
