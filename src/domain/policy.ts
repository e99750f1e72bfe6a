// Who must say yes to a request: ordered rules, the first that fits decides, else the baseline. What a rule asks is frozen into the
// request when it is made; a later change never makes a pending request easier.
import * as z from 'zod';
import { Iso } from './protocol/common.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How much an entitlement gives, for choosing a policy: a team counts as the strongest permission it gives. */
export const Strength = z.enum(['read', 'write', 'admin']);
export type Strength = z.infer<typeof Strength>;

export const ApproverSource = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('people'), ids: z.array(z.string()).min(1).max(100) }),
  z.strictObject({ type: z.literal('team'), teamId: z.string() }),
  z.strictObject({ type: z.literal('application_owners') }),
  z.strictObject({ type: z.literal('resource_owners') }),
  z.strictObject({ type: z.literal('manager') }),
  z.strictObject({ type: z.literal('super') }),
]);
export type ApproverSource = z.infer<typeof ApproverSource>;

export const PolicyStep = z.strictObject({
  approvers: z.array(ApproverSource).min(1).max(20),
  /** How many different people must say yes. */
  need: z.int().min(1).max(5),
  /** Only a decision confirmed with a passkey counts. */
  passkey: z.boolean(),
  /** Asked as well where nobody of `approvers` can decide, and when the time is up with `fallback`. */
  fallback: z.array(ApproverSource).max(20),
  limitMs: z.int().positive().nullable(),
  onLimit: z.enum(['fallback', 'lapse', 'deny']),
});
export type PolicyStep = z.infer<typeof PolicyStep>;

export const PolicyOutcome = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ask'),
    steps: z.array(PolicyStep).min(1).max(5),
    /** Nobody counts in two steps. */
    distinct: z.boolean(),
    durationMsMax: z.int().positive().nullable(),
  }),
  z.strictObject({ type: z.literal('approve'), durationMsMax: z.int().positive().nullable() }),
  z.strictObject({ type: z.literal('deny'), sentence: z.string().max(300) }),
]);
export type PolicyOutcome = z.infer<typeof PolicyOutcome>;

/** What must hold for a rule to fit; what is left out fits always. */
export const PolicyCondition = z.strictObject({
  people: z.array(z.string()).optional(),
  teams: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
  strengths: z.array(Strength).optional(),
  emergency: z.boolean().optional(),
  /** Minutes of the UTC day, from–to; to before from goes over midnight. */
  minutes: z.tuple([z.int().min(0).max(1439), z.int().min(0).max(1439)]).optional(),
});
export type PolicyCondition = z.infer<typeof PolicyCondition>;

export const PolicyRule = z.strictObject({ name: z.string().min(1).max(80), when: PolicyCondition, then: PolicyOutcome });
export const Policy = z.strictObject({
  id: z.string(),
  name: z.string().min(1).max(80),
  version: z.int().positive(),
  rules: z.array(PolicyRule).max(16),
  baseline: PolicyOutcome,
  changedBy: z.string(),
  changedAt: Iso,
});
export type Policy = z.infer<typeof Policy>;

/** What a rule asked when the request was made. No steps: it was allowed without asking. */
export const FrozenPolicy = z.object({
  policyId: z.string(),
  version: z.int().positive(),
  /** Name of the rule that fitted; null for the baseline. */
  rule: z.string().nullable(),
  steps: z.array(PolicyStep),
  distinct: z.boolean(),
  durationMsMax: z.int().positive().nullable(),
});
export type FrozenPolicy = z.infer<typeof FrozenPolicy>;

/** Whom and what a request is about, as far as rules look at it. */
export interface PolicySubject {
  personId: string;
  /** Teams the person's account is in. */
  teamIds: readonly string[];
  resourceId: string;
  strength: Strength;
  emergency: boolean;
  /** Now, by the clock of whoever decides. */
  at: string;
}

function fits(when: PolicyCondition, subject: PolicySubject): boolean {
  if (when.people && !when.people.includes(subject.personId)) return false;
  if (when.teams && !when.teams.some((team) => subject.teamIds.includes(team))) return false;
  if (when.resources && !when.resources.includes(subject.resourceId)) return false;
  if (when.strengths && !when.strengths.includes(subject.strength)) return false;
  if (when.emergency !== undefined && when.emergency !== subject.emergency) return false;
  if (!when.minutes) return true;
  const at = new Date(subject.at);
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  const [from, to] = when.minutes;
  return from <= to ? minute >= from && minute <= to : minute >= from || minute <= to;
}

/** The rule that decides, by name, and what it asks. */
export function outcomeFor(policy: Policy, subject: PolicySubject): { rule: string | null; outcome: PolicyOutcome } {
  const rule = policy.rules.find((one) => fits(one.when, subject));
  return rule ? { rule: rule.name, outcome: rule.then } : { rule: null, outcome: policy.baseline };
}

/** What the rules ask of this request, to be kept with it; null where they say no. */
export function freeze(policy: Policy, subject: PolicySubject, isOwnerRole: boolean): FrozenPolicy | null {
  const { rule, outcome } = outcomeFor(policy, subject);
  if (outcome.type === 'deny') return null;
  const frozen: FrozenPolicy = {
    policyId: policy.id,
    version: policy.version,
    rule,
    steps: outcome.type === 'ask' ? outcome.steps : [],
    distinct: outcome.type === 'ask' && outcome.distinct,
    durationMsMax: outcome.durationMsMax,
  };
  return isOwnerRole ? asForOwners(frozen) : frozen;
}

/** Owning an organization takes two different people with passkeys, whatever a policy says. */
function asForOwners(frozen: FrozenPolicy): FrozenPolicy {
  const first: PolicyStep = {
    approvers: [{ type: 'application_owners' }],
    fallback: [{ type: 'super' }],
    need: 2,
    passkey: true,
    limitMs: null,
    onLimit: 'lapse',
  };
  const steps = frozen.steps.length === 0 ? [first] : frozen.steps.map((step) => ({ ...step, passkey: true }));
  const people = steps.reduce((sum, step) => sum + step.need, 0);
  const [one, ...others] = steps;
  return { ...frozen, distinct: true, steps: one && people < 2 ? [{ ...one, need: 2 }, ...others] : steps };
}

/** Ways in which what a policy asks now is more than what was frozen. */
export type Stricter = 'denied' | 'shorter' | 'more_people' | 'passkey' | 'other_approvers';

/** Whether a policy as it is now asks more than the request was made under, and how; empty where it does not. */
export function stricterThan(now: FrozenPolicy | null, frozen: FrozenPolicy, durationMs: number | null): Stricter[] {
  if (!now) return ['denied'];
  const found: Stricter[] = [];
  if (now.durationMsMax !== null && (durationMs === null || durationMs > now.durationMsMax)) found.push('shorter');
  const people = (steps: readonly PolicyStep[]) => steps.reduce((sum, step) => sum + step.need, 0);
  if (
    now.steps.length > frozen.steps.length ||
    people(now.steps) > people(frozen.steps) ||
    (now.distinct && !frozen.distinct)
  ) {
    found.push('more_people');
  }
  if (now.steps.some((step, at) => step.passkey && !frozen.steps[at]?.passkey)) found.push('passkey');
  if (now.steps.some((step, at) => asksOthers(step, frozen.steps[at]))) found.push('other_approvers');
  return found;
}

/** Whether somebody could say yes before who may not say it now. */
function asksOthers(now: PolicyStep, before: PolicyStep | undefined): boolean {
  if (!before) return false;
  const allowed = new Set([...now.approvers, ...now.fallback].flatMap(namesOf));
  return [...before.approvers, ...before.fallback].flatMap(namesOf).some((name) => !allowed.has(name));
}

const namesOf = (source: ApproverSource): string[] =>
  source.type === 'people'
    ? source.ids.map((id) => `person ${id}`)
    : [source.type === 'team' ? `team ${source.teamId}` : source.type];

const step = (approvers: ApproverSource[], more: Partial<PolicyStep> = {}): PolicyStep => ({
  approvers,
  need: 1,
  passkey: false,
  fallback: [{ type: 'application_owners' }],
  limitMs: DAY_MS,
  onLimit: 'fallback',
  ...more,
});
const owners: ApproverSource[] = [{ type: 'resource_owners' }];

/** The four that are there from the start. `Emergency` asks nobody until its list is filled. */
export const READY_MADE = [
  {
    id: 'read',
    name: 'Read',
    rules: [],
    baseline: { type: 'ask', steps: [step(owners)], distinct: false, durationMsMax: 7 * DAY_MS },
  },
  {
    id: 'write',
    name: 'Write',
    rules: [],
    baseline: { type: 'ask', steps: [step(owners)], distinct: false, durationMsMax: 8 * HOUR_MS },
  },
  {
    id: 'admin',
    name: 'Admin and Owner',
    rules: [],
    baseline: {
      type: 'ask',
      steps: [
        step(owners, { passkey: true }),
        step([{ type: 'application_owners' }], { passkey: true, fallback: [{ type: 'super' }] }),
      ],
      distinct: true,
      durationMsMax: 4 * HOUR_MS,
    },
  },
  {
    id: 'emergency',
    name: 'Emergency',
    rules: [],
    baseline: { type: 'deny', sentence: 'Nobody is on the list of the Emergency policy yet.' },
  },
] as const satisfies readonly Omit<Policy, 'version' | 'changedBy' | 'changedAt'>[];

/** The Emergency policy once somebody is on its list. */
export const emergencyBaseline = (ids: string[]): PolicyOutcome => ({
  type: 'ask',
  steps: [step([{ type: 'people', ids }], { passkey: true, fallback: [], limitMs: HOUR_MS, onLimit: 'lapse' })],
  distinct: false,
  durationMsMax: 4 * HOUR_MS,
});

/** The ready-made policy that an entitlement of this strength follows. */
export const policyIdFor = (strength: Strength): string => strength;
