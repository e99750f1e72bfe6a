import type { Organization } from './world.ts';

/** Everything about one organization as plain sorted data. Ids as Docker Hub shows them: accounts without dashes, teams by number. */
export interface OrganizationTruth {
  name: string;
  members: { id: string; username: string; fullName: string; email: string; role: string; teams: string[] }[];
  invites: { id: string; invitee: string; team: string; role: string }[];
  teams: {
    id: number;
    name: string;
    role: string | null;
    members: string[];
    permissions: [repository: string, permission: string][];
  }[];
  repositories: { name: string; isPrivate: boolean; isArchived: boolean; registeredAt: string; description: string }[];
  accessTokens: { id: string; label: string; isActive: boolean; lastUsedAt: string | null; expiresAt: string | null }[];
}

export function truthOf(organization: Organization): OrganizationTruth {
  return {
    name: organization.name,
    members: [...organization.members.values()]
      .map(({ account, role, teams }) => ({
        id: account.id.replaceAll('-', ''),
        username: account.username,
        fullName: account.fullName,
        email: account.email,
        role,
        teams: teams.map((team) => team.name).sort(),
      }))
      .sort((a, b) => (a.username < b.username ? -1 : 1)),
    invites: [...organization.invites.values()].map(({ id, invitee, team, role }) => ({ id, invitee, team, role })),
    teams: [...organization.teams.values()]
      .map(({ id, name, role, members, permissions }) => ({
        id,
        name,
        role,
        members: [...members.keys()].sort(),
        permissions: [...permissions].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
      }))
      .sort((a, b) => a.id - b.id),
    repositories: [...organization.repositories.values()]
      .map(({ name, isPrivate, isArchived, registeredAt, description }) => ({
        name,
        isPrivate,
        isArchived,
        registeredAt,
        description,
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    accessTokens: [...organization.accessTokens.values()].map(({ id, label, isActive, lastUsedAt, expiresAt }) => ({
      id,
      label,
      isActive,
      lastUsedAt,
      expiresAt,
    })),
  };
}
