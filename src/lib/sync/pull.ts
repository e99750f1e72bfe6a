// Brings the copy up to date: page after page of the delta feed, each applied before the next is asked for.
import type { ChangePage } from '#domain/protocol/catalogue.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { applyChanges, ownerOf } from '#lib/db/apply-changes.ts';
import { copy as deviceCopy, type Copy, type LastChange } from '#lib/db/copy.ts';
import { failureOfStore, isDeadHandle } from '#lib/db/store-trouble.ts';
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

/** Hears of each page that changed the catalogue, with the page. */
export type Applied = (page: ChangePage, change: LastChange) => void;

/** Pulls until nothing is new. Answers how many changes were applied. */
export async function pull(
  fetch: FetchPage = fetchPage,
  copy: Copy = deviceCopy,
  onApplied: Applied = () => {},
): Promise<Result<number, Failure>> {
  let applied = 0;
  try {
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const asked = { cursor: await copy.getMeta('cursor'), owner: await ownerOf(copy) };
      const page = await fetch(asked.cursor);
      if (!page.ok) return err(page.error);
      if (page.value === 'nothing_new') {
        if ((await ownerOf(copy)) === asked.owner) await copy.setMeta('syncedAt', new Date().toISOString());
        return ok(applied);
      }
      const outcome = await applyChanges(page.value, copy, asked);
      if (!outcome.applied) {
        // Somebody else moved the copy meanwhile. Whoever signed out wants nothing of it here.
        if ((await ownerOf(copy)) !== asked.owner) return ok(applied);
        continue;
      }
      if (outcome.change) onApplied(page.value, outcome.change);
      applied += page.value.changes.length;
      if (!page.value.more) return ok(applied);
    }
    return ok(applied);
  } catch (cause) {
    // A dead handle is for whoever can try again: Dexie opens another with the next use.
    const failure = isDeadHandle(cause) ? null : failureOfStore(cause);
    if (!failure) throw cause;
    return err(failure);
  }
}
