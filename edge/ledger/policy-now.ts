// What the policy asks of a request as things are now: frozen into a new one, compared with what was frozen into an older one.
import type { RequestContent } from '#domain/access-request.ts';
import { parseEntitlementId, parseId } from '#domain/ids.ts';
import { freeze, type FrozenPolicy } from '#domain/policy.ts';
import type { AccessFacts } from './approvers.ts';
import { policyById, publishedItem } from './policies.ts';
import type { Store } from './store.ts';

/** What would be asked now, or null where it may not be asked for or is refused. */
export function policyNow(store: Store, facts: AccessFacts, content: RequestContent, now: string): FrozenPolicy | null {
  const item = publishedItem(store, content.connectorId, content.entitlement);
  if (!item || (content.emergency && !item.emergency)) return null;
  const policy = policyById(store, content.emergency ? 'emergency' : item.policy);
  const parsed = parseEntitlementId(content.entitlement);
  if (!policy || !parsed) return null;
  const subject = {
    personId: content.beneficiaryId,
    teamIds: facts.teamsOf(content.connectorId, content.accountId),
    resourceId: parsed.resource,
    strength: item.strength,
    emergency: content.emergency,
    at: now,
  };
  return freeze(policy, subject, parsed.slug === 'owner' && parseId(parsed.resource)?.type === 'organization');
}
