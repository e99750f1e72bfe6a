// A catalogue as it was read, in the words of the simulated Docker Hub's own truth, so that the two can be compared.
import {
  fromSteps,
  type AccountRow,
  type CatalogueDocument,
  type OrganizationDocument,
  type RepositoryRow,
} from '../../src/domain/catalogue.ts';
import { normaliseHubId } from '../../src/domain/ids.ts';
import type { OrganizationTruth } from '../../tools/docker-hub/worlds/truth.ts';

export interface ComparableOrganization {
  members: { id: string; username: string; fullName: string; email: string | null; role: string }[];
  teams: { id: number; name: string; role: string | null; members: string[]; permissions: [string, string][] }[];
  repositories: { name: string; isPrivate: boolean; isArchived: boolean; registeredAt: string | null }[];
  invites: { id: string; invitee: string; team: string; role: string }[];
}

const byName = <T extends { name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : 1);

/** What the documents say of one organization. */
export function asRead(documents: readonly CatalogueDocument[], organization: string): ComparableOrganization {
  const accounts = new Map<number, AccountRow>();
  const repositories = new Map<number, RepositoryRow>();
  for (const document of documents) {
    if (document.kind === 'accounts') for (const row of document.rows) accounts.set(row.number, row);
    if (document.kind === 'repositories') for (const row of document.rows) repositories.set(row.number, row);
  }
  const username = (number: number): string => accounts.get(number)?.username ?? `no account ${number}`;
  const repository = (number: number): string => repositories.get(number)?.name ?? `no repository ${number}`;
  const teams = documents.flatMap((document) =>
    document.kind === 'team' && document.organization === organization ? [document] : [],
  );
  const invitations = documents.flatMap((document) =>
    document.kind === 'invitations' && document.organization === organization ? document.rows : [],
  );
  return {
    members: [...accounts.values()]
      .filter((row) => row.roles[organization] !== undefined)
      .map((row) => ({
        id: row.hubId,
        username: row.username,
        fullName: row.fullName,
        email: row.email,
        role: row.roles[organization] ?? '',
      }))
      .sort((a, b) => (a.username < b.username ? -1 : 1)),
    teams: teams
      .map((team) => ({
        id: team.hubId,
        name: team.name,
        role: team.role,
        members: fromSteps(team.members).map(username).sort(),
        permissions: [
          ...(['read', 'write', 'admin'] as const).flatMap((level) =>
            fromSteps(team[level]).map((number): [string, string] => [repository(number), level]),
          ),
          ...Object.entries(team.unrecognised ?? {}).flatMap(([label, steps]) =>
            fromSteps(steps).map((number): [string, string] => [repository(number), label]),
          ),
        ].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
      }))
      .sort((a, b) => a.id - b.id),
    repositories: [...repositories.values()]
      .filter((row) => row.organization === organization)
      .map((row) => ({
        name: row.name,
        isPrivate: row.private,
        isArchived: row.status !== undefined,
        registeredAt: row.registeredAt,
      }))
      .sort(byName),
    invites: invitations
      .map(({ id, invitee, team, role }) => ({ id: id.slice(id.indexOf('/') + 1), invitee, team: team ?? '', role }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** What the simulated Docker Hub knows of it. `roleLabel`: how it spells a role when it is read. */
export function asTrue(truth: OrganizationTruth, roleLabel: (role: string) => string): ComparableOrganization {
  return {
    members: truth.members
      .map(({ id, username, fullName, email, role }) => ({
        id: normaliseHubId(id),
        username,
        fullName,
        email,
        role: roleLabel(role),
      }))
      .sort((a, b) => (a.username < b.username ? -1 : 1)),
    teams: truth.teams
      // Owners administer every repository without holding permissions; what a world gave them anyway is not read.
      .map(({ id, name, role, members, permissions }) => ({
        id,
        name,
        role,
        members: [...members].sort(),
        permissions: name === 'owners' ? [] : permissions,
      }))
      .sort((a, b) => a.id - b.id),
    repositories: truth.repositories
      .map(({ name, isPrivate, isArchived, registeredAt }) => ({ name, isPrivate, isArchived, registeredAt }))
      .sort(byName),
    invites: truth.invites
      .map(({ id, invitee, team, role }) => ({ id, invitee, team, role }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The document of one organization. */
export const organizationDocument = (documents: readonly CatalogueDocument[], name: string): OrganizationDocument | undefined =>
  documents.find((document): document is OrganizationDocument => document.kind === 'organization' && document.name === name);
