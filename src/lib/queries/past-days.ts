// The catalogue as it was on a past day: from this device where it was looked at before, else from the server.
import type { CatalogueDocument } from '#domain/catalogue.ts';
import type { HistorySpan, PastDocuments } from '#domain/protocol/history.ts';
import { err, ok, type Result } from '#domain/result.ts';
import { past } from '#lib/db/past.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

const schemas = () => import('#domain/protocol/history.ts');

/** Which days can be shown, by connector. */
export async function historySpans(): Promise<Result<HistorySpan[], Failure>> {
  const answer = await fetchApi('GET', '/api/history/days', { returns: async () => (await schemas()).HistorySpans });
  return answer.ok ? ok(answer.value.items) : answer;
}

/** Days that open without a network. */
export const daysHere = (): Promise<string[]> => past.daysHere();

export type PastDay = ReadonlyMap<string, CatalogueDocument[]>;

/** Documents by connector as they were at the end of a UTC day; none of a connector that had not been read yet. */
export async function openDay(day: string): Promise<Result<PastDay, Failure>> {
  const kept = await past.day(day);
  if (kept) return ok(kept);

  const spans = await historySpans();
  if (!spans.ok) return err(spans.error.code === 'unreachable' ? notHere(spans.error) : spans.error);
  const documents = new Map<string, CatalogueDocument[]>();
  let settled = true;
  for (const { connectorId } of spans.value) {
    const fetched = await fetchDay(connectorId, day);
    if (!fetched.ok && fetched.error.code === 'not_found') continue; // deleted meanwhile
    if (!fetched.ok) return err(fetched.error.code === 'unreachable' ? notHere(fetched.error) : fetched.error);
    documents.set(connectorId, fetched.value.documents);
    settled &&= fetched.value.settled;
  }
  // What may still be answered otherwise is not kept. On a device that is new, the copy itself may still be on its way.
  if (settled) void past.untilView().then(() => past.keepDay(day, documents));
  return ok(documents);
}

const notHere = (failure: Failure): Failure => ({
  ...failure,
  message: 'This day was never opened on this device, and the server can’t be reached. Try again when you are back online.',
});

async function fetchDay(
  connectorId: string,
  day: string,
): Promise<Result<{ documents: CatalogueDocument[]; settled: boolean }, Failure>> {
  const byId = new Map<string, CatalogueDocument>();
  let cursor: string | null = null;
  for (;;) {
    const query: URLSearchParams = new URLSearchParams({
      connector: connectorId,
      at: day,
      ...(cursor === null ? {} : { cursor }),
    });
    const page: Result<PastDocuments, Failure> = await fetchApi('GET', `/api/history/documents?${query}`, {
      returns: async () => (await schemas()).PastDocuments,
    });
    if (!page.ok) return page;
    for (const document of page.value.items) byId.set(document.id, document);
    cursor = page.value.nextCursor;
    if (cursor === null) return ok({ documents: [...byId.values()], settled: page.value.settled });
  }
}
