import type { ResourceOwners } from '#domain/protocol/connectors.ts';
import { ok } from '#domain/result.ts';
import { fetchApi } from '#lib/sync/api.ts';
import { RemoteQuery } from './remote-query.svelte.ts';

const PAGE_ROWS = '1000';

const ownersPage = (applicationId: string, cursor: string) =>
  fetchApi(
    'GET',
    `/api/applications/${encodeURIComponent(applicationId)}/resource-owners?${new URLSearchParams({ limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) })}`,
    {
      returns: async () =>
        (await import('#domain/protocol/common.ts')).pageOf((await import('#domain/protocol/connectors.ts')).ResourceOwners),
    },
  );

/** Teams and repositories of an application that have owners of their own. */
export const resourceOwnersOf = (applicationId: string) =>
  new RemoteQuery<ResourceOwners[]>(async () => {
    const items: ResourceOwners[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof ownersPage>> = await ownersPage(applicationId, cursor);
      if (!page.ok) return page;
      items.push(...page.value.items);
      cursor = page.value.nextCursor;
    }
    return ok(items);
  });
