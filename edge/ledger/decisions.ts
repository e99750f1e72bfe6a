// Decisions that people signed: each recorded once, with its effect, its audit entry and its receipt in one transaction. The same decision
// sent again gets the same receipt and changes nothing.
import * as z from 'zod';
import { type Decision, decisionHash, Receipt, requestIdOf, type Submission, submissionHash } from '#domain/decision.ts';
import { appendAudit } from './audit.ts';
import type { AccessFacts } from './approvers.ts';
import { deviceKey, type NonceUse, useNonce } from './device-keys.ts';
import type { Migration } from './migrations.ts';
import { decide, type Outcome } from './deciding.ts';
import { row, type Store } from './store.ts';

export const DECISION_MIGRATIONS: Migration[] = [
  {
    name: 'decisions-1',
    // Kept for ever: phones stay offline for months, and the id is the key of what it did.
    sql: `CREATE TABLE decisions (
        id TEXT PRIMARY KEY, user_id TEXT NOT NULL, device TEXT NOT NULL, request TEXT NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL,
        receipt TEXT NOT NULL
      ) WITHOUT ROWID;`,
  },
];

/** A submission whose signature was checked against the device's key before it came here. */
export interface VerifiedSubmission {
  submission: Submission;
  /** Confirmed by the device's key alone, or by a passkey over the same bytes. */
  strength: 'device' | 'passkey';
}

export interface Deciding {
  /** Whose session brought it. */
  actorId: string;
  /** Name of this workspace. */
  workspace: string;
  now: string;
  facts: AccessFacts;
}

const DecisionRow = z.object({ user_id: z.string(), hash: z.string(), receipt: z.string() });

/** Records what was confirmed in one act: all of it or, where the ledger cannot write, nothing. One receipt each, in order. */
export function recordSubmission(store: Store, verified: VerifiedSubmission, context: Deciding): Receipt[] {
  return store.transaction(() => {
    const { submission } = verified;
    const key = deviceKey(store, submission.deviceId);
    const isTheirs =
      submission.userId === context.actorId && key?.userId === context.actorId && submission.workspace === context.workspace;
    const use = isTheirs
      ? useNonce(store, submission.nonce, submission.deviceId, submissionHash(submission), context.now)
      : 'unknown';
    const fault = isTheirs ? faultOf(use, key.revokedAt !== null) : ({ type: 'refuse', reason: 'not_theirs' } as const);
    return submission.decisions.map((decision) => recordDecision(store, decision, fault, verified, context));
  });
}

/** Why nothing of a submission can count, or null. */
function faultOf(use: NonceUse, isRevoked: boolean): Outcome | null {
  if (isRevoked) return { type: 'hold', reason: 'device_revoked' };
  if (use === 'unknown') return { type: 'refuse', reason: 'nonce_unknown' };
  if (use === 'used') return { type: 'refuse', reason: 'nonce_used' };
  return use === 'expired' ? { type: 'hold', reason: 'sign_again' } : null;
}

/** Records one decision, or says why not. */
export function recordDecision(
  store: Store,
  decision: Decision,
  fault: Outcome | null,
  { submission, strength }: VerifiedSubmission,
  context: Deciding,
): Receipt {
  return store.transaction(() => {
    const hash = decisionHash(decision);
    const earlier = row(DecisionRow, store.all('SELECT user_id, hash, receipt FROM decisions WHERE id = ?', decision.id));
    if (earlier) {
      const isSame = earlier.hash === hash && earlier.user_id === context.actorId;
      return isSame ? Receipt.parse(JSON.parse(earlier.receipt)) : reused(store, decision, context);
    }
    const outcome = fault ?? decide(store, decision, { ...context, strength });
    const receipt = receiptFor(decision, outcome, context.now, noteDecision(store, decision, outcome, submission, context));
    store.run(
      'INSERT INTO decisions (id, user_id, device, request, kind, hash, receipt) VALUES (?, ?, ?, ?, ?, ?, ?)',
      decision.id,
      context.actorId,
      submission.deviceId,
      requestIdOf(decision),
      decision.kind,
      hash,
      JSON.stringify(receipt),
    );
    return receipt;
  });
}

const WORD = { apply: 'recorded', nothing: 'recorded', hold: 'held', refuse: 'refused' } as const;

const receiptFor = (decision: Decision, outcome: Outcome, now: string, entry: number): Receipt => ({
  decisionId: decision.id,
  outcome: WORD[outcome.type],
  effect: outcome.type === 'apply',
  reason: outcome.type === 'apply' ? null : outcome.reason,
  recordedAt: now,
  entry,
});

function noteDecision(store: Store, decision: Decision, outcome: Outcome, submission: Submission, context: Deciding): number {
  return appendAudit(
    store,
    {
      action: `decision.${decision.kind}`,
      actor: { userId: context.actorId, via: 'session' },
      object: { type: 'request', id: requestIdOf(decision) },
      result: outcome.type === 'refuse' ? 'refused' : 'done',
      detail: {
        decision: decision.id,
        device: submission.deviceId,
        nonce: submission.nonce,
        outcome: WORD[outcome.type],
        effect: outcome.type === 'apply',
        reason: outcome.type === 'apply' ? null : outcome.reason,
        claimedAt: decision.claimedAt,
        seen: 'seenDigest' in decision ? decision.seenDigest : null,
      },
    },
    context.now,
  );
}

/** Another body under an id that is taken: a bug or an attack. The first one stands; this one is written down and refused. */
function reused(store: Store, decision: Decision, context: Deciding): Receipt {
  const entry = appendAudit(
    store,
    {
      action: 'decision.id_reused',
      actor: { userId: context.actorId, via: 'session' },
      object: { type: 'request', id: requestIdOf(decision) },
      result: 'refused',
      detail: { decision: decision.id },
    },
    context.now,
  );
  return receiptFor(decision, { type: 'refuse', reason: 'id_reused' }, context.now, entry);
}

/** The receipt of a decision that was recorded, held or refused before. */
export function receiptOf(store: Store, decisionId: string): Receipt | null {
  const found = row(DecisionRow, store.all('SELECT user_id, hash, receipt FROM decisions WHERE id = ?', decisionId));
  return found ? Receipt.parse(JSON.parse(found.receipt)) : null;
}
