// Teams and repositories of an application, each with who owns it: its own owners, or the application's.
import type { AccessIndex } from '#domain/access-index.ts';
import { repositoryId } from '#domain/ids.ts';
import type { ResourceOwners } from '#domain/protocol/connectors.ts';
import type { Reference } from '#domain/protocol/common.ts';

export interface OwnedResource {
  /** `<connector id>/<resource id>` */
  key: string;
  connectorId: string;
  resourceId: string;
  type: 'team' | 'repository';
  organization: string;
  name: string;
  /** Its own owners; with none the application's stand in. */
  owners: readonly Reference[];
}

/** Every team and repository of these connectors, by organization and name. */
export function ownedResources(
  indexes: readonly [connectorId: string, index: AccessIndex][],
  set: readonly ResourceOwners[],
): OwnedResource[] {
  const ownersByKey = new Map(set.map(({ connectorId, resourceId, owners }) => [`${connectorId}/${resourceId}`, owners]));
  const found = indexes.flatMap(([connectorId, index]) => {
    const of = (type: OwnedResource['type'], resourceId: string, organization: string, name: string): OwnedResource => {
      const key = `${connectorId}/${resourceId}`;
      return { key, connectorId, resourceId, type, organization, name, owners: ownersByKey.get(key) ?? [] };
    };
    return [
      ...[...index.teams.values()].map(({ document }) => of('team', document.id, document.organization, document.name)),
      ...[...index.repositories.values()].map((row) =>
        of('repository', repositoryId(row.organization, row.name), row.organization, row.name),
      ),
    ];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return found.toSorted(
    (a, b) => order.compare(a.organization, b.organization) || order.compare(a.name, b.name) || order.compare(a.type, b.type),
  );
}
