import { z } from 'zod';

// Everything about the simulated Docker Hub that is no data: how strict, how fast, how odd. All of it may change while it runs.

/** How `GET /v2/orgs/{org}/groups/{name}/repositories/` answers. Its envelope is documented nowhere, so each reading is here. */
export const PER_TEAM_LISTINGS = [
  /** A bare array, a page of it at a time. */
  'array',
  /** A bare array of everything; `page` and `page_size` are ignored. */
  'whole',
  /** `{count,next,previous,results}` */
  'page',
  /** A bare array whose repositories carry the namespace. */
  'prefixed',
  /** Wrapped as nothing else is. */
  'wrapped',
  /** An HTML page, like any unknown path. */
  'missing',
  'forbidden',
  /** As it was when this was set: later changes do not show. */
  'stale',
  /** Leaves out every fifth permission, silently. */
  'incomplete',
] as const;

export const Settings = z.object({
  /** Requests a minute for each credential; null for none. */
  rateLimit: z.int().positive().nullable(),
  /** Limits of the windows to come, one after another; the last one stays. Empty: `rateLimit` holds. */
  rateLimitPlan: z.array(z.int().positive()),
  /** How many times faster a rate-limit minute passes; see `RateLimiter`. Latency and bearers stay in real time. */
  clockSpeed: z.number().positive(),
  /** Where a 429 says how long to wait. */
  retryAfter: z.enum(['seconds', 'timestamp', 'x_timestamp', 'none']),
  latencyMs: z.number().nonnegative(),
  /** How long a bearer from `/v2/auth/token` lives, in real seconds, whatever the clock speed. */
  bearerLifetimeSeconds: z.number().positive(),
  /** The same for the legacy login. */
  legacyBearerLifetimeSeconds: z.number().positive(),
  perTeamListing: z.enum(PER_TEAM_LISTINGS),
  perTeamPageSizeMax: z.int().positive(),
  /** Whether an organization token may read the per-team listing (with `scope-group-read`). */
  perTeamListingForOat: z.boolean(),
  /** Whether `/v2/namespaces/{ns}/repositories/{repo}/groups` exists. */
  namespaceGrants: z.boolean(),
  /** What granting a team that already has a permission does. */
  grantOnExisting: z.enum(['update', 'refuse']),
  /** The scheme and host of `next`: plain http (as seen in the wild), as the request came, or Docker Hub's own. */
  nextStyle: z.enum(['http', 'request', 'docker_hub']),
  /** What `next` is on the last page. */
  lastNext: z.enum(['null', 'empty', 'absent']),
  /** Whether `next` repeats `page_size` and the filters. */
  nextKeepsQuery: z.boolean(),
  /** Account ids without dashes as documented, with them, or with them in team members only. */
  accountIds: z.enum(['compact', 'dashed', 'mixed']),
  /** The envelope of a team's members: a page as documented, or the bare array that an official client reads. */
  teamMembers: z.enum(['page', 'array']),
  /** Whether rows of invitees without an account carry an id and a username, and which. */
  inviteeIds: z.enum(['empty', 'absent']),
  bulkInviteStatus: z.union([z.literal(200), z.literal(202)]),
  /** What a password of a two-factor account gets at `/v2/auth/token`. */
  twoFactorAtToken: z.enum(['refuse', 'accept']),
  /** Under enforced SSO: the plain 401 of any wrong password, or one whose text names single sign-on. */
  ssoRefusal: z.enum(['plain', 'named']),
  /** Whether a personal token may read audit logs: reports conflict. */
  patReadsAuditLogs: z.boolean(),
  /** Whether an organization token may resend invites: documented, reported refused. */
  oatResendsInvites: z.boolean(),
  /** Failed logins within ten minutes that lock a username for ten minutes. */
  lockAfterFailures: z.int().positive(),
  /** An identity provider that puts back who was removed, so many milliseconds later; null for none. */
  identityProviderRestoresAfterMs: z.number().nonnegative().nullable(),
  unknownPathStatus: z.union([z.literal(200), z.literal(404)]),
});
export type Settings = z.infer<typeof Settings>;

export const DEFAULT_SETTINGS: Settings = {
  rateLimit: 600,
  rateLimitPlan: [],
  clockSpeed: 1,
  retryAfter: 'seconds',
  latencyMs: 0,
  bearerLifetimeSeconds: 600,
  legacyBearerLifetimeSeconds: 86_400,
  perTeamListing: 'array',
  perTeamPageSizeMax: 100,
  perTeamListingForOat: true,
  namespaceGrants: true,
  grantOnExisting: 'update',
  nextStyle: 'http',
  lastNext: 'null',
  nextKeepsQuery: true,
  accountIds: 'compact',
  teamMembers: 'page',
  inviteeIds: 'empty',
  bulkInviteStatus: 202,
  twoFactorAtToken: 'refuse',
  ssoRefusal: 'plain',
  patReadsAuditLogs: false,
  oatResendsInvites: false,
  lockAfterFailures: 5,
  identityProviderRestoresAfterMs: null,
  unknownPathStatus: 404,
};
