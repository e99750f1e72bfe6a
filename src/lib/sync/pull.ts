// Brings the copy up to date: page after page of the delta feed, each applied before the next is asked for.
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { copy as deviceCopy, type Copy } from '#lib/db/copy.ts';
import { callApi, type Failure } from './api.ts';

const changePage = async () => {
  const { ChangePage } = await import('#domain/protocol/catalogue.ts');
  return ChangePage;
};

export type FetchPage = (cursor: string | undefined) => Promise<Result<ChangePage | 'nothing_new', Failure>>;

const fetchPage: FetchPage = async (cursor) => {
  const query = cursor === undefined ? '' : `?after=${encodeURIComponent(cursor)}`;
  const answer = await callApi('GET', `/api/changes${query}`, { returns: changePage });
  if (!answer.ok) return answer;
  return ok(answer.value.value ?? 'nothing_new');
};

/** A feed that never ends would hold the app in one pull for ever; the next pull goes on where this one stopped. */
const PAGES_MAX = 10_000;

/** Pulls until nothing is new. Answers how many changes were applied. */
export async function pull(fetch: FetchPage = fetchPage, copy: Copy = deviceCopy): Promise<Result<number, Failure>> {
  let applied = 0;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const cursor = await copy.getMeta('cursor');
    const page = await fetch(cursor);
    if (!page.ok) return err(page.error);
    if (page.value === 'nothing_new') {
      await copy.setMeta('syncedAt', new Date().toISOString());
      return ok(applied);
    }
    await applyChanges(page.value, copy);
    applied += page.value.changes.length;
    if (!page.value.more) return ok(applied);
  }
  return ok(applied);
}
