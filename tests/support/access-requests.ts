// One good request, to be spoiled a field at a time.
import type { AccessRequest, Approval, RequestContent } from '#domain/access-request.ts';
import type { FrozenPolicy, PolicyStep } from '#domain/policy.ts';
import type { ProvisioningJob } from '#domain/provisioning.ts';

export const NOW = '2026-11-24T08:00:00.000Z';
export const HOUR_MS = 3_600_000;

export const aContent = (changed: Partial<RequestContent> = {}): RequestContent => ({
  requesterId: 'dan',
  beneficiaryId: 'dan',
  accountId: 'account:dan',
  connectorId: 'c1',
  entitlement: 'entitlement:team:acme/dev#member',
  durationMs: 4 * HOUR_MS,
  startAt: null,
  reason: 'to fix the build',
  ticket: null,
  emergency: false,
  extendsId: null,
  ...changed,
});

export const aStep = (changed: Partial<PolicyStep> = {}): PolicyStep => ({
  approvers: [{ type: 'resource_owners' }],
  need: 1,
  passkey: false,
  fallback: [],
  limitMs: null,
  onLimit: 'lapse',
  ...changed,
});

export const aFrozen = (changed: Partial<FrozenPolicy> = {}): FrozenPolicy => ({
  policyId: 'write',
  version: 1,
  rule: null,
  steps: [aStep()],
  distinct: false,
  durationMsMax: 8 * HOUR_MS,
  ...changed,
});

export const aRequest = (changed: Partial<AccessRequest> = {}): AccessRequest => ({
  id: '00000000-0000-4000-8000-000000000001',
  content: aContent(),
  target: { type: 'team_member', organization: 'acme', team: 'dev', teamNumber: 11, accountId: 'account:dan' },
  policy: aFrozen(),
  state: 'waiting',
  step: 0,
  stepSince: NOW,
  isFallback: false,
  approvals: [],
  asked: ['ben', 'cat'],
  durationMs: 4 * HOUR_MS,
  createdAt: NOW,
  firstSentAt: null,
  endsAt: null,
  closedAt: null,
  cause: null,
  ...changed,
});

export const anApproval = (userId: string, changed: Partial<Approval> = {}): Approval => ({
  decisionId: `by-${userId}`,
  userId,
  step: 0,
  seenDigest: 'seen',
  strength: 'device',
  at: NOW,
  ...changed,
});

export const aJob = (changed: Partial<ProvisioningJob> = {}): ProvisioningJob => ({
  id: 'r:grant',
  requestId: 'r',
  connectorId: 'c1',
  kind: 'grant',
  cause: 'approval',
  target: { type: 'team_member', organization: 'acme', team: 'dev', teamNumber: 11, accountId: 'account:dan' },
  state: 'planned',
  act: 'read',
  write: null,
  prior: null,
  attempt: 0,
  failures: 0,
  answer: null,
  claim: 1,
  nextAt: NOW,
  leaseUntil: null,
  lastWriteAt: null,
  readAt: null,
  trouble: null,
  ...changed,
});
