// Teams and repositories of an application, each with who owns it: its own owners, or the application's.
import type { Reference } from '#domain/protocol/common.ts';
import type { ResourceOwners } from '#domain/protocol/connectors.ts';
import type { OwnableResource } from '#lib/index/questions.ts';

export interface OwnedResource extends OwnableResource {
  /** `<connector id>/<resource id>` */
  key: string;
  /** Its own owners; with none the application's stand in. */
  owners: readonly Reference[];
}

/** What can be owned, with who owns it. */
export function ownedResources(resources: readonly OwnableResource[], set: readonly ResourceOwners[]): OwnedResource[] {
  const ownersByKey = new Map(set.map(({ connectorId, resourceId, owners }) => [`${connectorId}/${resourceId}`, owners]));
  return resources.map((resource) => {
    const key = `${resource.connectorId}/${resource.resourceId}`;
    return { ...resource, key, owners: ownersByKey.get(key) ?? [] };
  });
}
