// One live read of Docker Hub through the read-only proxy, compared with the copy on this device.
import type { AccessIndex, IndexedTeam } from '#domain/access-index.ts';
import type { AccountRow, RepositoryRow } from '#domain/catalogue.ts';
import type { Comparison } from '#domain/live-check.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

export type CheckedThing =
  | { type: 'account'; row: AccountRow; organization: string }
  | { type: 'team'; row: IndexedTeam }
  | { type: 'repository'; row: RepositoryRow }
  | { type: 'organization'; name: string };

export interface LiveCheck extends Comparison {
  /** When Docker Hub was asked. */
  at: string;
}

const NOT_READABLE: Failure = {
  code: 'unexpected_answer',
  message: 'Docker Hub answered in a way this version does not know. The copy is unchanged.',
};

/** Asks Docker Hub about one thing, now, and says what differs from the copy. */
export async function checkInDockerHub(
  connectorId: string,
  index: AccessIndex,
  thing: CheckedThing,
): Promise<Result<LiveCheck, Failure>> {
  const compare = await import('#domain/live-check.ts');
  const answer = await fetchApi('GET', `/api/connectors/${connectorId}/hub/organizations/${pathOf(thing)}`, {
    returns: async () => (await import('#domain/protocol/hub.ts')).LiveAnswer,
  });
  if (!answer.ok) return answer;
  const { at, ...body } = answer.value;
  const comparison =
    thing.type === 'account'
      ? compare.compareAccount(index, thing.row, thing.organization, body)
      : thing.type === 'team'
        ? compare.compareTeam(index, thing.row, body)
        : thing.type === 'repository'
          ? compare.compareRepository(index, thing.row, body)
          : compare.compareOrganization(index, thing.name, body);
  return comparison ? ok({ ...comparison, at }) : err(NOT_READABLE);
}

/** The live read that answers about a thing: the proxy's address of it, below its organizations. */
function pathOf(thing: CheckedThing): string {
  const path = (...names: string[]) => names.map(encodeURIComponent).join('/');
  switch (thing.type) {
    case 'account':
      return path(thing.organization, 'members', thing.row.username);
    case 'team':
      return path(thing.row.document.organization, 'teams', thing.row.document.name, 'members');
    case 'repository':
      return path(thing.row.organization, 'repositories', thing.row.name, 'teams');
    case 'organization':
      return path(thing.name, 'members');
  }
}
