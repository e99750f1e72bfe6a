// When accounts were seen and tokens were used last. It changes daily without changing access, so it is not in the copy on the device.
import type { Used } from '#domain/care-activity.ts';
import { ok, type Result } from '#domain/result.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

const AT_ONCE = 1_000;
const resourcePage = async () => {
  const [{ pageOf }, { Resource }] = await Promise.all([
    import('#domain/protocol/common.ts'),
    import('#domain/protocol/catalogue.ts'),
  ]);
  return pageOf(Resource);
};

/** Every account or token with the day of its last use, where Docker Hub says it. */
export async function lastUses(type: 'account' | 'token'): Promise<Result<Used[], Failure>> {
  const byId = new Map<string, Used>();
  let cursor: string | null = null;
  for (;;) {
    const query: URLSearchParams = new URLSearchParams({
      type,
      limit: String(AT_ONCE),
      ...(cursor === null ? {} : { cursor }),
    });
    const page = await fetchApi('GET', `/api/resources?${query}`, { returns: resourcePage });
    if (!page.ok) return page;
    for (const { id, name, fullName, label, lastSeenOn, lastUsedOn } of page.value.items) {
      const day = type === 'account' ? lastSeenOn : lastUsedOn;
      const shown = type === 'account' ? fullName : label;
      const lastOn = typeof day === 'string' ? day : null;
      const before = byId.get(id)?.lastOn ?? null;
      // The same account may have been read through several connectors: whoever saw it last is right.
      const latest = before !== null && (lastOn === null || lastOn < before) ? before : lastOn;
      byId.set(id, { id, name: typeof shown === 'string' && shown !== '' ? shown : name, lastOn: latest });
    }
    cursor = page.value.nextCursor;
    if (cursor === null) return ok([...byId.values()]);
  }
}
