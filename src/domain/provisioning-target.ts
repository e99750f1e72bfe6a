// What is changed in Docker Hub for one request, with Docker Hub's own keys: a team of the same name is not the same team.
import * as z from 'zod';
import { parseEntitlementId, parseId } from './ids.ts';

export const TeamMembership = z.object({
  type: z.literal('team_member'),
  organization: z.string(),
  team: z.string(),
  /** Docker Hub's number of the team: stable when it is renamed, another one when it is made anew. */
  teamNumber: z.int(),
  accountId: z.string(),
});
export const OrganizationRole = z.object({
  type: z.literal('organization_role'),
  organization: z.string(),
  role: z.enum(['member', 'editor', 'owner']),
  accountId: z.string(),
});
export const Target = z.discriminatedUnion('type', [TeamMembership, OrganizationRole]);
export type Target = z.infer<typeof Target>;

const ROLES = ['member', 'editor', 'owner'] as const;

/**
 * What Watchbill does in Docker Hub to give this account the entitlement, or null where it does not do it itself: one repository for one
 * person takes a team made for it, which is asked of a person.
 */
export function targetOf(entitlement: string, accountId: string, teamNumber: number | null): Target | null {
  const parsed = parseEntitlementId(entitlement);
  const resource = parsed && parseId(parsed.resource);
  if (!parsed || !resource || resource.organization === null) return null;
  if (resource.type === 'team') {
    // Being in the team `owners` is the owner role, and is given and taken as that.
    if (parsed.slug !== 'member' || teamNumber === null || resource.name === 'owners') return null;
    return { type: 'team_member', organization: resource.organization, team: resource.name, teamNumber, accountId };
  }
  if (resource.type !== 'organization') return null;
  const role = ROLES.find((known) => known === parsed.slug);
  return role ? { type: 'organization_role', organization: resource.organization, role, accountId } : null;
}

/** What two requests share where they give the same: only one of them is worked on at a time, and neither takes away the other's. */
export const targetKey = (target: Target): string =>
  target.type === 'team_member'
    ? `team:${target.organization}/${target.teamNumber}/${target.accountId}`
    : `role:${target.organization}/${target.accountId}`;

/** Whether giving or taking this changes who owns an organization. */
export const isOwnerTarget = (target: Target): boolean => target.type === 'organization_role' && target.role === 'owner';
