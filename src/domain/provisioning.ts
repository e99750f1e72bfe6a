// What is done in Docker Hub for a request, one call at a time: read, write, read back. Only a reading says what is so; the answer to a
// write says nothing. Everything here may happen twice.
import * as z from 'zod';
import { Iso } from './protocol/common.ts';
import { isOwnerTarget, Target } from './provisioning-target.ts';

export const JOB_STATES = ['planned', 'sent', 'verifying', 'done', 'needs_person', 'refused'] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

const OrganizationRoleName = z.enum(['member', 'editor', 'owner']);
type RoleName = z.infer<typeof OrganizationRoleName>;

export const HubWrite = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(['add_team_member', 'remove_team_member']),
    organization: z.string(),
    team: z.string(),
    teamNumber: z.int(),
    accountId: z.string(),
  }),
  z.object({ type: z.literal('set_role'), organization: z.string(), accountId: z.string(), role: OrganizationRoleName }),
]);
export type HubWrite = z.infer<typeof HubWrite>;

/** What Docker Hub said when it was read: the list itself, all of its pages, and whether the names still mean the same things. */
export type Reading =
  | { type: 'team'; identity: 'same' | 'other' | 'gone'; isMember: boolean }
  /** `role` in lower case; null where the account is not in the organization. `owners`: how many there are. */
  | { type: 'role'; role: string | null; owners: number }
  | { type: 'failed'; retryAfterMs: number | null };

/** How a write was answered. None of these says that it happened, or that it did not. */
export const WriteAnswer = z.enum(['answered', 'unknown', 'refused', 'later']);
export type WriteAnswer = z.infer<typeof WriteAnswer>;

/** What was there before Watchbill changed anything: where it ends, this is what is left. */
export const Prior = z.discriminatedUnion('type', [
  z.object({ type: z.literal('team'), isMember: z.boolean() }),
  z.object({ type: z.literal('role'), role: OrganizationRoleName }),
]);
export type Prior = z.infer<typeof Prior>;

export const ProvisioningJob = z.object({
  id: z.string(),
  requestId: z.string(),
  connectorId: z.string(),
  kind: z.enum(['grant', 'end']),
  /** Why: an expiry is promised, so the brake does not hold it. */
  cause: z.enum(['approval', 'expiry', 'early']),
  target: Target,
  state: JobState,
  act: z.enum(['read', 'write']),
  write: HubWrite.nullable(),
  prior: Prior.nullable(),
  /** Writes sent so far. */
  attempt: z.int().nonnegative(),
  /** Readings in a row that failed or did not show what was wanted. */
  failures: z.int().nonnegative(),
  answer: WriteAnswer.nullable(),
  /** Numbers each time the job is handed out; a report about an earlier time is out of date. */
  claim: z.int().nonnegative(),
  nextAt: Iso,
  leaseUntil: Iso.nullable(),
  lastWriteAt: Iso.nullable(),
  /** When it was last read what is there: a write that waited longer than a lease since then is looked into again. */
  readAt: Iso.nullable(),
  /** Why a person is needed. */
  trouble: z.string().nullable(),
});
export type ProvisioningJob = z.infer<typeof ProvisioningJob>;

/** How long a job stays with whoever took it. */
export const LEASE_MS = 60_000;
/** For so long a write may still arrive, and a list still show what was before: an absence seen earlier is looked at once more. */
export const SETTLE_MS = 60_000;
export const GRANT_ATTEMPTS_MAX = 5;
const RETRY_MS = [1_000, 5_000, 30_000, 60_000, 300_000] as const;

/** How long to wait after so many failures. */
export const retryMs = (failures: number): number => RETRY_MS[Math.min(Math.max(failures, 1), RETRY_MS.length) - 1] ?? 300_000;

/** What else counts when deciding what comes next. */
export interface StepFacts {
  now: string;
  /** Other requests in force that give this account the same: their targets. */
  others: readonly Target[];
  /** Roles that Watchbill gave this account lately: a role of these was not set by somebody else. */
  givenRoles: readonly string[];
  /** What was there before the first of those others, where there is one. */
  inherited: Prior | null;
  /** The account is the one the connector itself signs in with. */
  isOwnIdentity: boolean;
}

export type NextStep =
  | { type: 'write'; write: HubWrite; prior: Prior }
  /** It is as it should be; with `lookAgainAt` it is to be looked at once more at that time. */
  | { type: 'done'; prior: Prior | null; lookAgainAt: string | null }
  | { type: 'retry'; at: string }
  | { type: 'hand_over'; reason: string };

const handOver = (reason: string): NextStep => ({ type: 'hand_over', reason });
const done = (prior: Prior | null): NextStep => ({ type: 'done', prior, lookAgainAt: null });
const plus = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

/** What to do with a job after Docker Hub was read. */
export function nextStep(job: ProvisioningJob, reading: Reading, facts: StepFacts): NextStep {
  if (reading.type === 'failed') {
    return { type: 'retry', at: plus(facts.now, reading.retryAfterMs ?? retryMs(job.failures + 1)) };
  }
  if (facts.isOwnIdentity) return handOver('own_identity');
  if (job.target.type === 'team_member') {
    if (reading.type !== 'team') return handOver('unexpected');
    return job.kind === 'grant' ? grantTeam(job, reading, facts) : endTeam(job, reading, facts);
  }
  if (reading.type !== 'role') return handOver('unexpected');
  return job.kind === 'grant' ? grantRole(job, job.target.role, reading, facts) : endRole(job, job.target.role, reading, facts);
}

type TeamReading = Extract<Reading, { type: 'team' }>;
type RoleReading = Extract<Reading, { type: 'role' }>;

function grantTeam(job: ProvisioningJob, reading: TeamReading, facts: StepFacts): NextStep {
  if (reading.identity !== 'same') return handOver('target_changed');
  // A member before anybody asked Watchbill stays one when the grant ends.
  const prior = job.prior ?? facts.inherited ?? { type: 'team', isMember: reading.isMember };
  if (reading.isMember) return done(prior);
  return onceMore(job) ?? { type: 'write', write: teamWrite(job, 'add_team_member'), prior };
}

/** Why a grant is not tried again, or null. */
function onceMore(job: ProvisioningJob): NextStep | null {
  if (job.answer === 'refused') return handOver('docker_hub_refuses');
  return job.attempt >= GRANT_ATTEMPTS_MAX ? handOver('not_verified') : null;
}

function endTeam(job: ProvisioningJob, reading: TeamReading, facts: StepFacts): NextStep {
  if (reading.identity === 'other') return handOver('target_changed');
  if (facts.others.length > 0) return done(job.prior);
  if (job.prior?.type === 'team' && job.prior.isMember) return done(job.prior);
  if (reading.identity === 'gone' || !reading.isMember) return absent(job, facts.now);
  return { type: 'write', write: teamWrite(job, 'remove_team_member'), prior: job.prior ?? { type: 'team', isMember: false } };
}

/** It is gone; for sure once nothing that was sent can arrive any more and no list can be older than that. */
function absent(job: ProvisioningJob, now: string): NextStep {
  const settledAt = job.lastWriteAt === null ? null : plus(job.lastWriteAt, SETTLE_MS);
  return { type: 'done', prior: job.prior, lookAgainAt: settledAt !== null && settledAt > now ? settledAt : null };
}

function teamWrite(job: ProvisioningJob, type: 'add_team_member' | 'remove_team_member'): HubWrite {
  if (job.target.type !== 'team_member') throw new Error('not a team');
  const { organization, team, teamNumber, accountId } = job.target;
  return { type, organization, team, teamNumber, accountId };
}

const RANK: Record<string, number> = { member: 1, editor: 2, owner: 3 };
const rankOf = (role: string): number => RANK[role] ?? 0;
const ROLE_BY_RANK: readonly RoleName[] = ['member', 'member', 'editor', 'owner'];

function grantRole(job: ProvisioningJob, role: RoleName, reading: RoleReading, facts: StepFacts): NextStep {
  if (reading.role === null) return handOver('not_a_member');
  const rank = rankOf(reading.role);
  if (rank === 0) return handOver('custom_role');
  const prior = job.prior ?? facts.inherited ?? { type: 'role', role: ROLE_BY_RANK[rank] ?? 'member' };
  if (rank >= rankOf(role)) return done(prior);
  return onceMore(job) ?? { type: 'write', write: roleWrite(job, role), prior };
}

function endRole(job: ProvisioningJob, given: RoleName, reading: RoleReading, facts: StepFacts): NextStep {
  if (reading.role === null) return absent(job, facts.now);
  const before = job.prior?.type === 'role' ? job.prior.role : 'member';
  const left = ROLE_BY_RANK[Math.max(rankOf(before), ...facts.others.map(rankOfTarget))] ?? 'member';
  const rank = rankOf(reading.role);
  if (rank === 0) return handOver('changed_meanwhile');
  if (rank <= rankOf(left)) return absent(job, facts.now);
  if (reading.role !== given && !facts.givenRoles.includes(reading.role)) return handOver('changed_meanwhile');
  if (reading.role === 'owner' && reading.owners <= 1) return handOver('last_owner');
  return { type: 'write', write: roleWrite(job, left), prior: { type: 'role', role: before } };
}

const rankOfTarget = (target: Target): number => (target.type === 'organization_role' ? rankOf(target.role) : 0);

function roleWrite(job: ProvisioningJob, role: RoleName): HubWrite {
  if (job.target.type !== 'organization_role') throw new Error('not a role');
  return { type: 'set_role', organization: job.target.organization, accountId: job.target.accountId, role };
}

/** Whether a job changes who owns an organization. */
export const isOwnerChange = (job: Pick<ProvisioningJob, 'target'>): boolean => isOwnerTarget(job.target);
