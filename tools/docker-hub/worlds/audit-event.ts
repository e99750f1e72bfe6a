import type { Journal } from './journal.ts';
import type { AuditEvent, Organization } from './world.ts';

/** One entry of Docker Hub's own activity log. There is none for a change of a team's permission on a repository. */
export function logEvent(
  journal: Journal,
  organization: Organization,
  action: string,
  name: string,
  data: Record<string, string>,
  description: string,
): void {
  const event: AuditEvent = {
    account: organization.name,
    action,
    name,
    actor: journal.actor,
    data,
    timestamp: new Date(journal.at).toISOString(),
    description,
  };
  journal.push(organization.auditLog, event);
}
