// What a decision does: who may, by the people, roles, policy and request as they are now, and then the transition.
import * as z from 'zod';
import type { AccessRequest } from '#domain/access-request.ts';
import {
  type AskWorld,
  type Decider,
  onApprove,
  onCancel,
  onComment,
  onDeny,
  onExtend,
  onRequest,
  type Verdict,
} from '#domain/conflict-rules.ts';
import { type Decision, itemDigest, seenDigest } from '#domain/decision.ts';
import { parseEntitlementId } from '#domain/ids.ts';
import { stricterThan } from '#domain/policy.ts';
import { targetOf } from '#domain/provisioning-target.ts';
import { type AccessFacts, approversOf, dutyOf } from './approvers.ts';
import { startGranting, stopRequest } from './endings.ts';
import type { Migration } from './migrations.ts';
import { personById, type Person } from './people.ts';
import { publishedItem } from './policies.ts';
import { policyNow } from './policy-now.ts';
import { maySeeRequest, moveRequest, openRequestFor, putRequest, requestById, setDue } from './requests.ts';
import { rows, type Store } from './store.ts';

export const COMMENT_MIGRATIONS: Migration[] = [
  {
    name: 'request-comments-1',
    sql: `CREATE TABLE request_comments (
        id TEXT PRIMARY KEY, request TEXT NOT NULL, user_id TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX request_comments_request ON request_comments (request);`,
  },
];

export type Outcome = Verdict;

interface Context {
  actorId: string;
  now: string;
  facts: AccessFacts;
  strength: 'device' | 'passkey';
}

type Of<K extends Decision['kind']> = Extract<Decision, { kind: K }>;
const NOT_FOUND: Outcome = { type: 'refuse', reason: 'not_found' };

/** Decides what a decision comes to, and does it. Call it in the transaction that records the decision. */
export function decide(store: Store, decision: Decision, context: Context): Outcome {
  const actor = personById(store, context.actorId);
  if (decision.kind === 'request' || decision.kind === 'extend') return ask(store, decision, actor, context);

  const request = requestById(store, decision.requestId);
  // One answer for "no such request" and "never yours": the difference would tell a stranger what exists.
  if (!actor || !request) return NOT_FOUND;
  switch (decision.kind) {
    case 'approve':
      return approve(store, request, decision, actor, context);
    case 'deny':
      return deny(store, request, decision, actor, context);
    case 'cancel':
      return cancel(store, request, decision, actor, context);
    case 'comment':
      return comment(store, request, decision, actor, context);
  }
}

function deciderOf(store: Store, request: AccessRequest, actor: Person, facts: AccessFacts): Decider {
  // Once it is decided nobody is asked any more: then those count who were asked before.
  const asked = approversOf(store, facts, request);
  const isAsked = request.state === 'waiting' ? asked.includes(actor.id) : request.asked.includes(actor.id);
  return { id: actor.id, isActive: actor.state === 'active', isAsked, wasAsked: request.asked.includes(actor.id) };
}

const isActive = (store: Store, personId: string): boolean => personById(store, personId)?.state === 'active';

function approve(store: Store, request: AccessRequest, decision: Of<'approve'>, actor: Person, context: Context): Outcome {
  const { facts, now } = context;
  const verdict = onApprove({
    request,
    decider: deciderOf(store, request, actor, facts),
    beneficiaryIsActive: isActive(store, request.content.beneficiaryId),
    isSameContent: decision.seenDigest === seenDigest(request),
    duty: dutyOf(store, request, actor.id, now),
    stricter: stricterThan(policyNow(store, facts, request.content, now), request.policy, request.durationMs),
    isPasskeySigned: context.strength === 'passkey',
    durationMs: decision.durationMs,
  });
  if (verdict.type !== 'apply') return verdict;

  const approval = {
    decisionId: decision.id,
    userId: actor.id,
    step: request.step,
    seenDigest: decision.seenDigest,
    strength: context.strength,
    at: now,
  };
  const next = moveRequest(store, request, { type: 'approve', approval, durationMs: decision.durationMs });
  if (next.state === 'approved') startGranting(store, next, now);
  else if (next.step !== request.step) askApprovers(store, next, context);
  return verdict;
}

function deny(store: Store, request: AccessRequest, decision: Of<'deny'>, actor: Person, { facts, now }: Context): Outcome {
  const verdict = onDeny({
    request,
    decider: deciderOf(store, request, actor, facts),
    beneficiaryIsActive: isActive(store, request.content.beneficiaryId),
  });
  if (verdict.type === 'apply') stopRequest(store, request, 'deny', decision.reason, now);
  return verdict;
}

function cancel(store: Store, request: AccessRequest, decision: Of<'cancel'>, actor: Person, { now }: Context): Outcome {
  const { requesterId, beneficiaryId } = request.content;
  const verdict = onCancel({
    request,
    mayCancel: actor.id === requesterId || actor.id === beneficiaryId || actor.roles.includes('super'),
    isActive: actor.state === 'active',
  });
  if (verdict.type === 'apply') stopRequest(store, request, 'cancel', decision.reason, now);
  return verdict;
}

function comment(store: Store, request: AccessRequest, decision: Of<'comment'>, actor: Person, { now }: Context): Outcome {
  const maySee = maySeeRequest(request, { id: actor.id, seesAll: actor.roles.includes('super') });
  const verdict = onComment({ maySee, isActive: actor.state === 'active' });
  if (verdict.type === 'apply') {
    store.run(
      'INSERT INTO request_comments (id, request, user_id, at, text) VALUES (?, ?, ?, ?, ?)',
      decision.id,
      request.id,
      actor.id,
      now,
      decision.text,
    );
    putRequest(store, request);
  }
  return verdict;
}

const Comment = z.object({ id: z.string(), userId: z.string(), at: z.string(), text: z.string() });

/** What was said about a request, in order. */
export const commentsOn = (store: Store, requestId: string): z.infer<typeof Comment>[] =>
  rows(
    Comment,
    store.all('SELECT id, user_id AS userId, at, text FROM request_comments WHERE request = ? ORDER BY at, id', requestId),
  );

function ask(store: Store, decision: Of<'request' | 'extend'>, actor: Person | undefined, context: Context): Outcome {
  const { content } = decision;
  if (!actor || content.requesterId !== actor.id) return NOT_FOUND;
  // Every field but one is what `request` brings; prolonging says what it prolongs, asking does not.
  if ((decision.kind === 'extend') !== (content.extendsId !== null)) return NOT_FOUND;
  const frozen = policyNow(store, context.facts, content, context.now);
  const world = askWorld(store, decision, actor, frozen, context);
  const verdict =
    decision.kind === 'request' ? onRequest(world) : onExtend({ ...world, earlier: earlierOf(store, decision, actor) });
  if (verdict.type !== 'apply' || !frozen) return verdict;

  const request: AccessRequest = {
    id: decision.id,
    content,
    target: targetOf(content.entitlement, content.accountId, teamNumberOf(content, context.facts)),
    policy: frozen,
    state: frozen.steps.length === 0 ? 'approved' : 'waiting',
    step: 0,
    stepSince: context.now,
    isFallback: false,
    approvals: [],
    asked: [],
    durationMs: content.durationMs,
    createdAt: context.now,
    firstSentAt: null,
    endsAt: null,
    closedAt: null,
    cause: null,
  };
  if (request.state === 'waiting') askApprovers(store, request, context);
  else {
    putRequest(store, request);
    startGranting(store, request, context.now);
  }
  return verdict;
}

function askWorld(
  store: Store,
  { content, seenDigest: seen }: Of<'request' | 'extend'>,
  actor: Person,
  frozen: ReturnType<typeof policyNow>,
  { facts }: Context,
): AskWorld {
  const beneficiary = personById(store, content.beneficiaryId);
  const hubKey = facts.hubKey(content.connectorId, content.entitlement);
  const isPublished = publishedItem(store, content.connectorId, content.entitlement) !== undefined && hubKey !== null;
  const longest = frozen?.durationMsMax ?? null;
  return {
    requester: {
      id: actor.id,
      isActive: actor.state === 'active',
      mayAskFor: actor.id === content.beneficiaryId || beneficiary?.managerId === actor.id || actor.roles.includes('super'),
    },
    beneficiaryIsActive: beneficiary?.state === 'active',
    isTheirAccount: beneficiary?.accounts.includes(content.accountId) ?? false,
    isPublished,
    isSameItem:
      hubKey !== null && seen === itemDigest({ connectorId: content.connectorId, entitlement: content.entitlement, hubKey }),
    isDenied: frozen === null,
    isTooLong: longest !== null && (content.durationMs === null || content.durationMs > longest),
    duplicateId: openRequestFor(store, content.accountId, content.entitlement),
  };
}

function earlierOf(store: Store, { content }: Of<'request' | 'extend'>, actor: Person): AccessRequest | null {
  const earlier = content.extendsId === null ? undefined : requestById(store, content.extendsId);
  const isTheirs = earlier?.content.requesterId === actor.id || earlier?.content.beneficiaryId === actor.id;
  const isSame = earlier?.content.accountId === content.accountId && earlier.content.entitlement === content.entitlement;
  return earlier && isTheirs && isSame ? earlier : null;
}

function teamNumberOf(content: AccessRequest['content'], facts: AccessFacts): number | null {
  const resource = parseEntitlementId(content.entitlement)?.resource ?? '';
  return facts.teamNumber(content.connectorId, resource);
}

/** Keeps a request with everybody who is asked now, and when their time is up. */
export function askApprovers(store: Store, request: AccessRequest, { facts, now }: { facts: AccessFacts; now: string }): void {
  const asked = [...new Set([...request.asked, ...approversOf(store, facts, request)])].sort();
  putRequest(store, { ...request, asked });
  const limitMs = request.policy.steps[request.step]?.limitMs ?? null;
  if (limitMs !== null) setDue(store, request.id, 'step', new Date(Date.parse(now) + limitMs).toISOString());
}
