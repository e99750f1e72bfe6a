// What a person confirms on a device, how it is signed, and what the ledger answers. Wire shapes, and the digests that signatures cover.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { type AccessRequest, RequestContent } from './access-request.ts';
import { Iso } from './protocol/common.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Nonce = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

const base = {
  /** Made by the device and kept before sending; the idempotency key for ever. */
  id: z.uuid(),
  /** What the device's clock says; the ledger stamps its own time. */
  claimedAt: Iso,
};
/** Digest of what was on the screen: see `seenDigest` and `itemDigest`. */
const seen = { seenDigest: Sha256 };

export const Decision = z.discriminatedUnion('kind', [
  /** The request's id is the decision's. */
  z.strictObject({ kind: z.literal('request'), ...base, ...seen, content: RequestContent }),
  z.strictObject({ kind: z.literal('extend'), ...base, ...seen, content: RequestContent }),
  z.strictObject({
    kind: z.literal('approve'),
    ...base,
    ...seen,
    requestId: z.uuid(),
    /** Shorter than what was asked, or null. */
    durationMs: z.int().positive().nullable(),
  }),
  z.strictObject({ kind: z.literal('deny'), ...base, ...seen, requestId: z.uuid(), reason: z.string().max(2_000) }),
  /** Before it is granted: never mind. Afterwards: it may end now. */
  z.strictObject({ kind: z.literal('cancel'), ...base, requestId: z.uuid(), reason: z.string().max(2_000) }),
  z.strictObject({ kind: z.literal('comment'), ...base, requestId: z.uuid(), text: z.string().min(1).max(4_000) }),
]);
export type Decision = z.infer<typeof Decision>;

/** The request a decision is about. */
export const requestIdOf = (decision: Decision): string => ('requestId' in decision ? decision.requestId : decision.id);

/** What a person confirmed in one act. One nonce, handed out beforehand and used once. */
export const Submission = z.strictObject({
  v: z.literal(1),
  workspace: z.string(),
  userId: z.string(),
  deviceId: z.uuid(),
  nonce: Nonce,
  decisions: z.array(Decision).min(1).max(500),
});
export type Submission = z.infer<typeof Submission>;

/** Over the RFC 8785 bytes of the submission. */
export const SignedSubmission = z.strictObject({
  submission: Submission,
  /** ECDSA P-256 with SHA-256 by the device's key, base64url. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{16,200}$/),
  /** A passkey's assertion over the same bytes, where the decision needs one. */
  passkey: z.record(z.string(), z.unknown()).nullable(),
});
export type SignedSubmission = z.infer<typeof SignedSubmission>;

/** One each, the same for ever. */
export const Receipt = z.object({
  decisionId: z.string(),
  outcome: z.enum(['recorded', 'held', 'refused']),
  /** Whether it changed anything; recorded without effect means that it was so already. */
  effect: z.boolean(),
  /** Why not, or why it changed nothing; stable codes, worded by the app. */
  reason: z.string().nullable(),
  recordedAt: Iso,
  /** Its place in the audit log. */
  entry: z.int().nonnegative(),
});
export type Receipt = z.infer<typeof Receipt>;

const encoder = new TextEncoder();

function canonicalBytes(value: object): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only objects are signed');
  return encoder.encode(text);
}

const digest = (value: object): string => bytesToHex(sha256(canonicalBytes(value)));

/** What a device signs. */
export const submissionBytes = (submission: Submission): Uint8Array => canonicalBytes(submission);

/** Tells one body from another that carries the same id. */
export const decisionHash = (decision: Decision): string => digest(decision);
export const submissionHash = (submission: Submission): string => digest(submission);

/**
 * What whoever decides has before them: the request's own fields and whose turn it is, never what is computed beside them (insights,
 * peers, history).
 */
export const seenDigest = (request: Pick<AccessRequest, 'id' | 'content' | 'step' | 'durationMs' | 'policy'>): string =>
  digest({
    id: request.id,
    content: request.content,
    step: request.step,
    durationMs: request.durationMs,
    policy: { id: request.policy.policyId, version: request.policy.version },
  });

/** What whoever asks has before them: the thing as it was published, with Docker Hub's own key of it. */
export interface PublishedItem {
  connectorId: string;
  entitlement: string;
  /** Docker Hub's own key: a team's number, the date a repository was registered. The same name with another key is another thing. */
  hubKey: string;
}
export const itemDigest = (item: PublishedItem): string =>
  digest({ connectorId: item.connectorId, entitlement: item.entitlement, hubKey: item.hubKey });
