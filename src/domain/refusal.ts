// Every reason for which Watchbill refuses. The outside learns the code; edge/http/refuse.ts gives each its status and title.
export const REFUSAL_REASONS = [
  'not_signed_in',
  'bad_token',
  'session_ended',
  'forbidden',
  'needs_passkey',
  'not_for_tokens',
  'not_found',
  'wrong_method',
  'invalid',
  'not_json',
  'too_large',
  'cross_site',
  'already_claimed',
  'setup_locked',
  'wrong_code',
  'slow_down',
  'code_used_or_expired',
  'passkey_refused',
  'conflict',
  'email_taken',
  'name_taken',
  'last_super',
  'own_roles',
  'only_others',
  'last_passkey',
  'owner_not_eligible',
  'organization_taken',
  'not_connected',
  'already_running',
  'not_running',
  'not_held',
  'paused',
  'nothing_selected',
  'sample_not_offered',
  'mail_failed',
  'credential_unreadable',
  'misconfigured',
  'unexpected',
  'docker_hub_unreachable',
  'docker_hub_refused',
  'docker_hub_unexpected',
  'docker_hub_busy',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** A refusal, with a sentence for the person where the reason alone does not say it. */
export interface Refusal {
  reason: RefusalReason;
  detail?: string;
}
