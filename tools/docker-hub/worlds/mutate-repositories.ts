import { logEvent } from './audit-event.ts';
import type { Journal } from './journal.ts';
import type { MutationStep } from './mutate.ts';
import type { Mutation } from './mutation.ts';
import { newRepository } from './new-repository.ts';
import type { Organization, Repository } from './world.ts';

type RepositoryMutation = Extract<
  Mutation,
  {
    type:
      'create_repository' | 'update_repository' | 'delete_repository' | 'push_image' | 'set_permission' | 'remove_permission';
  }
>;

export function changeRepositories(organization: Organization, mutation: RepositoryMutation, journal: Journal): MutationStep {
  if (mutation.type === 'create_repository') return createRepository(organization, mutation, journal);
  const repository = organization.repositories.get(mutation.repository);
  if (!repository) return { ok: false, reason: 'no_such_repository' };
  switch (mutation.type) {
    case 'update_repository':
      return updateRepository(organization, repository, mutation, journal);
    case 'delete_repository':
      return deleteRepository(organization, repository, journal);
    case 'push_image':
      return pushImage(organization, repository, mutation.tag, journal);
    case 'set_permission':
      return setPermission(organization, repository, mutation.team, mutation.permission, journal);
    case 'remove_permission':
      return removePermission(organization, repository, mutation.team, journal);
  }
}

function createRepository(
  organization: Organization,
  mutation: Extract<Mutation, { type: 'create_repository' }>,
  journal: Journal,
): MutationStep {
  if (organization.repositories.has(mutation.name)) return { ok: false, reason: 'already_exists' };
  const at = new Date(journal.at).toISOString();
  const repository = newRepository({
    name: mutation.name,
    namespace: organization.name,
    description: mutation.description,
    fullDescription: mutation.fullDescription,
    isPrivate: mutation.isPrivate,
    registeredAt: at,
    updatedAt: at,
  });
  journal.set(organization.repositories, repository.name, repository);
  logEvent(
    journal,
    organization,
    'repo.create',
    fullName(repository),
    { repository: repository.name },
    `created ${fullName(repository)}`,
  );
  return { ok: true, id: repository.name };
}

function updateRepository(
  organization: Organization,
  repository: Repository,
  mutation: Extract<Mutation, { type: 'update_repository' }>,
  journal: Journal,
): MutationStep {
  const { isPrivate, isArchived, description, fullDescription, immutableTags } = mutation;
  const wasPrivate = repository.isPrivate;
  if (isPrivate !== undefined) journal.assign(repository, { isPrivate });
  if (isArchived !== undefined) journal.assign(repository, { isArchived });
  if (description !== undefined) journal.assign(repository, { description });
  if (fullDescription !== undefined) journal.assign(repository, { fullDescription });
  if (immutableTags !== undefined) journal.assign(repository, { immutableTags });
  const name = fullName(repository);
  if (repository.isPrivate !== wasPrivate) {
    const data = { repository: repository.name, is_private: String(repository.isPrivate) };
    logEvent(
      journal,
      organization,
      'repo.change_privacy',
      name,
      data,
      `made ${name} ${repository.isPrivate ? 'private' : 'public'}`,
    );
  } else {
    const action = immutableTags ? 'repo.immutable.tags.updated' : 'repo.update';
    logEvent(journal, organization, action, name, { repository: repository.name }, `updated ${name}`);
  }
  return { ok: true, id: repository.name };
}

function deleteRepository(organization: Organization, repository: Repository, journal: Journal): MutationStep {
  for (const team of [...repository.teams]) journal.remove(team.permissions, repository.name);
  journal.remove(organization.repositories, repository.name);
  logEvent(
    journal,
    organization,
    'repo.delete',
    fullName(repository),
    { repository: repository.name },
    `deleted ${fullName(repository)}`,
  );
  return { ok: true, id: repository.name };
}

function pushImage(organization: Organization, repository: Repository, tag: string, journal: Journal): MutationStep {
  journal.assign(repository, { updatedAt: new Date(journal.at).toISOString() });
  if (!repository.tags.includes(tag)) journal.push(repository.tags, tag);
  const name = fullName(repository);
  logEvent(journal, organization, 'repo.tag.push', name, { tag }, `pushed the tag ${tag} to ${name}`);
  return { ok: true, id: repository.name };
}

function setPermission(
  organization: Organization,
  repository: Repository,
  teamName: string,
  permission: string,
  journal: Journal,
): MutationStep {
  const team = organization.teams.get(teamName);
  if (!team) return { ok: false, reason: 'no_such_team' };
  if (!team.permissions.has(repository.name)) journal.push(repository.teams, team);
  journal.set(team.permissions, repository.name, permission);
  return { ok: true, id: repository.name };
}

function removePermission(
  organization: Organization,
  repository: Repository,
  teamName: string,
  journal: Journal,
): MutationStep {
  const team = organization.teams.get(teamName);
  if (!team) return { ok: false, reason: 'no_such_team' };
  if (!team.permissions.has(repository.name)) return { ok: false, reason: 'no_such_permission' };
  journal.remove(team.permissions, repository.name);
  journal.pull(repository.teams, team);
  return { ok: true, id: repository.name };
}

function fullName(repository: Repository): string {
  return `${repository.namespace}/${repository.name}`;
}
