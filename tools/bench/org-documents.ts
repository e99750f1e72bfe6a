// A reference organization as documents, as a sync would build them: numbers in the order in which Docker Hub lists.
import {
  accountsPageId,
  invitationsDocumentId,
  PAGE_ROWS,
  repositoriesPageId,
  toSteps,
  type CatalogueDocument,
  type TeamDocument,
} from '#domain/catalogue.ts';
import { accountId, invitationId, normaliseHubId, organizationId, teamId } from '#domain/ids.ts';
import type { WorldSize } from '../docker-hub/worlds/seeded.ts';
import { seededWorld } from '../docker-hub/worlds/seeded.ts';
import { OWNERS } from '../docker-hub/worlds/world.ts';

const SETS = [
  'members',
  'roles',
  'invites',
  'teams',
  'team_members',
  'repositories',
  'permissions',
  'tokens',
  'activity',
] as const;

/** The documents of ORG-0.1, ORG-1 or ORG-10. */
export function orgDocuments(size: WorldSize): CatalogueDocument[] {
  const [organization] = seededWorld({ size }).organizations.values();
  if (!organization) throw new Error('The world is empty');
  const { name } = organization;
  const members = [...organization.members.values()];
  const repositories = [...organization.repositories.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const numberOfAccount = new Map(members.map(({ account }, number) => [account.username, number]));
  const numberOfRepository = new Map(repositories.map((repository, number) => [repository.name, number]));
  const isGuest = (email: string) => !organization.verifiedDomains.some((domain) => email.endsWith(`@${domain}`));

  const accountRows = members.map(({ account, role }, number) => ({
    number,
    id: accountId(account.id),
    hubId: normaliseHubId(account.id),
    username: account.username,
    fullName: account.fullName,
    email: account.email,
    roles: { [name]: `${(role[0] ?? '').toUpperCase()}${role.slice(1)}` },
    ...(isGuest(account.email) ? { guestOf: [name] } : {}),
  }));
  const repositoryRows = repositories.map((repository, number) => ({
    number,
    organization: name,
    name: repository.name,
    private: repository.isPrivate,
    ...(repository.isArchived ? { status: 'archived' } : {}),
    registeredAt: repository.registeredAt,
  }));
  const teams = [...organization.teams.values()].map((team): TeamDocument => {
    const held = (level: string) =>
      team.name === OWNERS
        ? []
        : toSteps([...team.permissions].flatMap(([one, its]) => (its === level ? [numberOfRepository.get(one) ?? 0] : [])));
    return {
      kind: 'team',
      id: teamId(name, team.name),
      organization: name,
      name: team.name,
      hubId: team.id,
      description: team.description,
      role: team.role,
      members: toSteps([...team.members.keys()].map((username) => numberOfAccount.get(username) ?? 0)),
      read: held('read'),
      write: held('write'),
      admin: held('admin'),
    };
  });
  return [
    {
      kind: 'organization',
      id: organizationId(name),
      name,
      hubId: organization.id,
      fullName: organization.fullName,
      plan: organization.plan,
      completeness: Object.fromEntries(SETS.map((set) => [set, { state: 'complete' as const, reason: null }])),
    },
    ...pages(accountRows).map((rows, page) => ({ kind: 'accounts' as const, id: accountsPageId(page), rows })),
    ...pages(repositoryRows).map((rows, page) => ({ kind: 'repositories' as const, id: repositoriesPageId(page), rows })),
    ...teams,
    {
      kind: 'invitations',
      id: invitationsDocumentId(name),
      organization: name,
      rows: [...organization.invites.values()].map(({ id, invitee, role, team, inviter, createdAt }) => ({
        id: invitationId(name, id),
        invitee,
        role,
        team: team === '' ? null : team,
        invitedBy: inviter,
        createdAt,
      })),
    },
  ];
}

function pages<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / PAGE_ROWS) }, (_, page) =>
    rows.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS),
  );
}
