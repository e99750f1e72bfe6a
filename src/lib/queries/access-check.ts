// One live read of Docker Hub through the read-only proxy, compared with the copy on this device.
import { parseId } from '#domain/ids.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { accessIndex } from '#lib/index/client.svelte.ts';
import type { Comparison } from '#lib/index/questions.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

export interface CheckedThing {
  id: string;
  organization: string;
  /** The Docker ID, where it is an account. */
  username: string | null;
}

export interface LiveCheck extends Comparison {
  /** When Docker Hub was asked. */
  at: string;
}

const NOT_READABLE: Failure = {
  code: 'unexpected_answer',
  message: 'Docker Hub answered in a way this version does not know. The copy is unchanged.',
};

/** Asks Docker Hub about one thing, now, and says what differs from the copy. */
export async function checkInDockerHub(connectorId: string, thing: CheckedThing): Promise<Result<LiveCheck, Failure>> {
  const answer = await fetchApi('GET', `/api/connectors/${connectorId}/hub/organizations/${pathOf(thing)}`, {
    returns: async () => (await import('#domain/protocol/hub.ts')).LiveAnswer,
  });
  if (!answer.ok) return answer;
  const { at, ...body } = answer.value;
  const { id, organization } = thing;
  const comparison = await accessIndex.ask('compare', { connectorId, id, organization, body });
  return comparison ? ok({ ...comparison, at }) : err(NOT_READABLE);
}

/** The live read that answers about a thing: the proxy's address of it, below its organizations. */
function pathOf({ id, organization, username }: CheckedThing): string {
  const path = (...names: string[]) => names.map(encodeURIComponent).join('/');
  const parsed = parseId(id);
  switch (parsed?.type) {
    case 'account':
      return path(organization, 'members', username ?? '');
    case 'team':
      return path(organization, 'teams', parsed.name, 'members');
    case 'repository':
      return path(organization, 'repositories', parsed.name, 'teams');
    default:
      return path(organization, 'members');
  }
}
