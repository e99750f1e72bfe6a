// Who must not decide, whatever role they hold (R1 to R5). Asked when a decision arrives and again before anything is sent.

/** What is known of everybody concerned, as it is now. */
export interface DutyFacts {
  requesterId: string;
  beneficiaryId: string;
  /** Docker Hub account that gets the access. */
  accountId: string;
  /** Docker Hub accounts of the one who decides, and of the one who gets the access. */
  deciderAccounts: readonly string[];
  beneficiaryAccounts: readonly string[];
  /** Who changed the policy, the list of owners or the exception by which they would decide, and when. */
  changes: readonly { userId: string; at: string }[];
  now: string;
}

export type DutyConflict = 'own_request' | 'own_access' | 'linked_identity' | 'changed_the_rules';

/** Nobody decides by a rule they changed themselves in the last day. */
export const COOLING_OFF_MS = 24 * 3_600_000;

/** Why this person's approval must not count, or null. */
export function dutyConflict(deciderId: string, facts: DutyFacts): DutyConflict | null {
  if (deciderId === facts.requesterId) return 'own_request';
  if (deciderId === facts.beneficiaryId) return 'own_access';
  const ofBeneficiary = [facts.accountId, ...facts.beneficiaryAccounts];
  if (facts.deciderAccounts.some((account) => ofBeneficiary.includes(account))) return 'linked_identity';
  const since = new Date(Date.parse(facts.now) - COOLING_OFF_MS).toISOString();
  return facts.changes.some(({ userId, at }) => userId === deciderId && at > since) ? 'changed_the_rules' : null;
}
