import type { Repository } from './world.ts';

/** A repository as Docker Hub makes it; what is not given is what an empty one has. */
export function newRepository(
  given: Pick<Repository, 'name' | 'namespace' | 'registeredAt'> & Partial<Repository>,
): Repository {
  return {
    description: '',
    fullDescription: null,
    isPrivate: true,
    isArchived: false,
    updatedAt: null,
    pullCount: 0,
    starCount: 0,
    storageSize: null,
    categories: [],
    immutableTags: { enabled: false, rules: [] },
    tags: [],
    teams: [],
    ...given,
  };
}
