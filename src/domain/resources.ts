// Resources as programs ask for them: one flat shape for organizations, teams, repositories, accounts, tokens and invitations.
import type { AccessIndex } from './access-index.ts';
import { isKnownRole, roleSlug } from './catalogue-words.ts';
import { organizationId, repositoryId, type ResourceType } from './ids.ts';

export type FactsById = ReadonlyMap<string, Record<string, unknown>>;

export interface ResourceFilter {
  type?: ResourceType;
  /** The organization's name. */
  parent?: string;
  /** Text that the name, full name or e-mail contains, whatever its case. */
  q?: string;
}

/** A resource before it is told of which connector it is. */
export interface FoundResource {
  id: string;
  type: ResourceType;
  name: string;
  parent: string | null;
  [own: string]: unknown;
}

function* everyResource(index: AccessIndex, type: ResourceType | undefined): Generator<FoundResource> {
  if (!type || type === 'organization') {
    for (const { name, fullName, plan, completeness } of index.organizations.values()) {
      yield { id: organizationId(name), type: 'organization', name, parent: null, fullName, plan, completeness };
    }
  }
  if (!type || type === 'team') {
    for (const { document, members, ranks } of index.teams.values()) {
      const { id, name, organization, description, role, hubId } = document;
      const unrecognised = role !== null && !isKnownRole(role);
      yield {
        id,
        type: 'team',
        name,
        parent: organization,
        description,
        role,
        unrecognisedRole: unrecognised,
        hubId,
        members: members.length,
        repositories: ranks.size,
      };
    }
  }
  if (!type || type === 'repository') {
    for (const { number, name, organization, private: isPrivate, status, registeredAt } of index.repositories.values()) {
      const id = repositoryId(organization, name);
      const teams = index.permissionsOn(number).length;
      yield {
        id,
        type: 'repository',
        name,
        parent: organization,
        private: isPrivate,
        status: status ?? 'active',
        registeredAt,
        teams,
      };
    }
  }
  if (!type || type === 'account') {
    for (const { id, username, fullName, email, roles, guestOf, number } of index.accounts.values()) {
      const organizations = Object.entries(roles).map(([organization, role]) => ({
        organization,
        role: roleSlug(role),
        label: role,
        unrecognisedRole: !isKnownRole(role),
        guest: guestOf?.includes(organization) ?? false,
      }));
      const teams = index.teamsOf(number).length;
      yield { id, type: 'account', name: username, parent: null, fullName, email, organizations, teams };
    }
  }
  if (!type || type === 'invitation') {
    for (const { organization, row } of index.invitations.values()) {
      yield { ...row, type: 'invitation', name: row.invitee, parent: organization };
    }
  }
  if (!type || type === 'token') {
    for (const { organization, row } of index.tokens.values())
      yield { ...row, type: 'token', name: row.label, parent: organization };
  }
}

const belongsTo = (resource: FoundResource, parent: string): boolean =>
  resource.parent === parent ||
  (Array.isArray(resource.organizations) &&
    resource.organizations.some(
      (of: unknown) => typeof of === 'object' && of !== null && 'organization' in of && of.organization === parent,
    ));

/** Every resource that fits the filter, in the order of its id. */
export function resourcesOf(index: AccessIndex, filter: ResourceFilter, facts: FactsById): FoundResource[] {
  const needle = filter.q?.toLowerCase();
  const found: FoundResource[] = [];
  for (const resource of everyResource(index, filter.type)) {
    if (filter.parent !== undefined && !belongsTo(resource, filter.parent)) continue;
    if (needle !== undefined && !textOf(resource).includes(needle)) continue;
    found.push({ ...facts.get(resource.id), ...resource });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

const textOf = (resource: FoundResource): string =>
  [resource.name, resource.parent, resource.fullName, resource.email]
    .filter((part): part is string => typeof part === 'string')
    .join('\n')
    .toLowerCase();
