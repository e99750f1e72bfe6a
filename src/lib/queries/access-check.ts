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

const PAGE_ROWS = '100';
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
  const { operation, parameters } = questionOf(thing);
  const answer = await fetchApi('GET', `/api/connectors/${connectorId}/hub/${operation}?${new URLSearchParams(parameters)}`, {
    returns: async () => compare.LiveAnswer,
  });
  if (!answer.ok) return answer;
  const { at, body } = answer.value;
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

function questionOf(thing: CheckedThing): { operation: string; parameters: Record<string, string> } {
  switch (thing.type) {
    case 'account':
      return {
        operation: 'members',
        parameters: { organization: thing.organization, search: thing.row.username, page_size: PAGE_ROWS },
      };
    case 'team': {
      const { organization, name } = thing.row.document;
      return { operation: 'teamMembers', parameters: { organization, team: name, page_size: PAGE_ROWS } };
    }
    case 'repository': {
      const { organization, name } = thing.row;
      return { operation: 'repositoryTeams', parameters: { organization, repository: name, page_size: PAGE_ROWS } };
    }
    case 'organization':
      return { operation: 'members', parameters: { organization: thing.name, page_size: PAGE_ROWS } };
  }
}
