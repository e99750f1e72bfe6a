// What a decision becomes when the world has changed between the tap and its arrival: each cell of the conflict table. Applied, nothing
// left to do, held for a person, or refused; never dropped. Less access wins over more.
import { type AccessRequest, hasApproved, isClosed } from './access-request.ts';
import type { Stricter } from './policy.ts';
import type { DutyConflict } from './separation-of-duties.ts';

export type Verdict =
  | { type: 'apply' }
  | { type: 'nothing'; reason: string }
  | { type: 'hold'; reason: string }
  | { type: 'refuse'; reason: string };

const APPLY: Verdict = { type: 'apply' };
const nothing = (reason: string): Verdict => ({ type: 'nothing', reason });
const hold = (reason: string): Verdict => ({ type: 'hold', reason });
const refuse = (reason: string): Verdict => ({ type: 'refuse', reason });

/** What is true of whoever decides, now. */
export interface Decider {
  id: string;
  isActive: boolean;
  /** Asked in the present step of the request. */
  isAsked: boolean;
  /** Was asked once; somebody else's turn now. */
  wasAsked: boolean;
}

export interface ApproveWorld {
  request: AccessRequest;
  decider: Decider;
  beneficiaryIsActive: boolean;
  isSameContent: boolean;
  duty: DutyConflict | null;
  stricter: readonly Stricter[];
  isPasskeySigned: boolean;
  durationMs: number | null;
}

export function onApprove(world: ApproveWorld): Verdict {
  const { request, decider } = world;
  if (!decider.isActive) return refuse('account_disabled');
  if (!decider.isAsked && !decider.wasAsked) return refuse('not_found');
  if (request.state === 'denied') return refuse('denied_already');
  if (isClosed(request.state) || request.state === 'ending' || request.state === 'overdue') return refuse('closed');
  if (!world.beneficiaryIsActive) return refuse('beneficiary_left');
  if (world.duty) return refuse(world.duty);
  if (request.state !== 'waiting' || hasApproved(request, decider.id)) return nothing('approved_already');
  if (!world.isSameContent) return refuse('changed_since_seen');
  if (!decider.isAsked) return hold('not_yours_any_more');
  if (request.policy.steps[request.step]?.passkey && !world.isPasskeySigned) return refuse('needs_passkey');
  if (world.stricter[0]) return hold(`policy_stricter_${world.stricter[0]}`);
  if (world.durationMs !== null && request.durationMs !== null && world.durationMs > request.durationMs) {
    return refuse('longer_than_asked');
  }
  return APPLY;
}

export interface DenyWorld {
  request: AccessRequest;
  decider: Decider;
  beneficiaryIsActive: boolean;
}

/** A denial is safe: it counts whatever was changed in policy or content, as long as the one who says it may. */
export function onDeny({ request, decider, beneficiaryIsActive }: DenyWorld): Verdict {
  if (!decider.isActive) return refuse('account_disabled');
  if (!decider.isAsked && !decider.wasAsked) return refuse('not_found');
  if (request.state === 'denied') return nothing('denied_already');
  if (isClosed(request.state)) return nothing('closed');
  if (request.state === 'ending' || request.state === 'overdue') return nothing('ending_already');
  if (!beneficiaryIsActive) return nothing('beneficiary_left');
  // It gives access already: taking it away is a proposal for a person.
  if (request.state === 'granted' || request.state === 'needs_person') return hold('granted_already');
  if (!decider.isAsked) return hold('not_yours_any_more');
  return APPLY;
}

export interface AskWorld {
  requester: { id: string; isActive: boolean; mayAskFor: boolean };
  beneficiaryIsActive: boolean;
  /** Whether the account that would get the access is the beneficiary's. */
  isTheirAccount: boolean;
  isPublished: boolean;
  isSameItem: boolean;
  /** The policy as it is now lets nobody say yes. */
  isDenied: boolean;
  isTooLong: boolean;
  /** Another request for the same that is open. */
  duplicateId: string | null;
}

export function onRequest(world: AskWorld): Verdict {
  if (!world.requester.isActive) return refuse('account_disabled');
  if (!world.requester.mayAskFor) return refuse('not_for_others');
  if (!world.beneficiaryIsActive) return refuse('beneficiary_left');
  if (!world.isTheirAccount) return refuse('account_not_linked');
  if (!world.isPublished) return refuse('not_requestable');
  if (!world.isSameItem) return hold('item_changed');
  if (world.isDenied) return refuse('policy_denies');
  if (world.isTooLong) return refuse('too_long');
  return world.duplicateId === null ? APPLY : nothing('asked_already');
}

export interface ExtendWorld extends AskWorld {
  /** The request whose access is prolonged, where it is theirs. */
  earlier: AccessRequest | null;
}

/** A prolongation is asked like any other access; what it prolongs must still be there. */
export function onExtend(world: ExtendWorld): Verdict {
  const { earlier } = world;
  if (!world.requester.isActive) return refuse('account_disabled');
  if (!earlier) return refuse('not_found');
  if (earlier.state !== 'granted') return refuse('ended_already');
  return onRequest(world);
}

export interface CancelWorld {
  request: AccessRequest;
  /** Whether they asked, get the access, or may end anybody's. */
  mayCancel: boolean;
  isActive: boolean;
}

/** Giving back is always safe, also by somebody who has lost every role. */
export function onCancel({ request, mayCancel, isActive }: CancelWorld): Verdict {
  if (!isActive) return refuse('account_disabled');
  if (!mayCancel) return refuse('not_found');
  if (isClosed(request.state)) return nothing('closed');
  if (request.state === 'ending' || request.state === 'overdue') return nothing('ending_already');
  return APPLY;
}

export function onComment({ maySee, isActive }: { maySee: boolean; isActive: boolean }): Verdict {
  if (!isActive) return refuse('account_disabled');
  return maySee ? APPLY : refuse('not_found');
}
