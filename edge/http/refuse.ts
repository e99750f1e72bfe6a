// The one place that turns reasons into HTTP (RFC 9457). A new reason does not compile until it is mapped.
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from '#domain/protocol/common.ts';
import type { Refusal, RefusalReason } from '#domain/refusal.ts';

const ANSWERS = {
  not_signed_in: [401, 'Sign in first'],
  bad_token: [401, 'This API token is not valid'],
  session_ended: [401, 'Your session ended'],
  forbidden: [403, 'Your role does not allow this'],
  needs_passkey: [403, 'Confirm with your passkey'],
  not_for_tokens: [403, 'An API token may not do this'],
  not_found: [404, 'Not found'],
  wrong_method: [405, 'This address does not know that method'],
  invalid: [400, 'The request does not fit'],
  not_json: [415, 'The body must be JSON'],
  too_large: [413, 'The request is too large'],
  cross_site: [403, 'Refused: the request did not come from Watchbill itself'],
  already_claimed: [410, 'This workspace is already claimed'],
  setup_locked: [403, 'Setup is locked: no setup code is configured'],
  wrong_code: [403, 'That is not the setup code'],
  slow_down: [429, 'Too many tries'],
  code_used_or_expired: [410, 'This link has been used or has expired'],
  passkey_refused: [403, 'The passkey could not be verified'],
  conflict: [409, 'Somebody else changed this meanwhile'],
  email_taken: [409, 'Somebody with this e-mail address is already here'],
  name_taken: [409, 'This name is already used'],
  last_super: [409, 'The last Super Administrator must stay'],
  own_roles: [403, 'Nobody changes their own roles'],
  only_others: [403, 'Another administrator must do this'],
  last_passkey: [409, 'Your last passkey must stay'],
  owner_not_eligible: [422, 'This person cannot own a connector'],
  organization_taken: [409, 'Another connector already reads this organization'],
  not_connected: [409, 'No credential is set'],
  already_running: [409, 'A sync is already running'],
  not_running: [409, 'No sync is running'],
  not_held: [409, 'This run is not held'],
  paused: [409, 'The connector is paused'],
  nothing_selected: [400, 'Nothing was selected'],
  sample_not_offered: [404, 'Sample data is not offered here'],
  mail_failed: [502, 'The mail could not be sent'],
  credential_unreadable: [500, 'The stored credential cannot be opened'],
  misconfigured: [503, 'Watchbill is not configured completely'],
  unexpected: [500, 'Something went wrong in Watchbill itself'],
  docker_hub_unreachable: [502, 'Docker Hub could not be reached'],
  docker_hub_refused: [502, 'Docker Hub refused'],
  docker_hub_unexpected: [502, 'Docker Hub answered in a way Watchbill does not know'],
  docker_hub_busy: [503, 'Docker Hub asked us to slow down'],
} as const satisfies Record<RefusalReason, readonly [ContentfulStatusCode, string]>;

export const PROBLEM_TYPE = 'application/problem+json';

/** Answers a refusal as a problem. */
export function refuse(c: Context, refusal: Refusal, more: Partial<Pick<Problem, 'fields' | 'errorId'>> = {}): Response {
  c.set('refusal', refusal.reason); // read by countRefusals
  const [status, title] = ANSWERS[refusal.reason];
  const problem: Problem = {
    type: `urn:watchbill:problem:${refusal.reason}`,
    title,
    status,
    code: refusal.reason,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...more,
  };
  return c.json(problem, status, {
    'content-type': PROBLEM_TYPE,
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="Watchbill"' } : {}),
  });
}
