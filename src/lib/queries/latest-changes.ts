// Change records from the server and from this device, where the latest of them are kept.
import { idsOf } from '#domain/change-about.ts';
import type { ChangeKind, ChangeOrigin, ChangeRecord } from '#domain/change-record.ts';
import type { ChangeRecords, HistoryReadings } from '#domain/protocol/history.ts';
import { ok, type Result } from '#domain/result.ts';
import { past, READINGS_MAX, RECORDS_MAX } from '#lib/db/past.ts';
import { fetchApi, type Failure } from '#lib/sync/api.ts';

export interface ChangesFilter {
  organization?: string | undefined;
  /** Id of an account. */
  account?: string | undefined;
  /** Id of a team, repository, organization, token or invitation. */
  resource?: string | undefined;
  kind?: ChangeKind | undefined;
  origin?: ChangeOrigin | undefined;
  /** UTC days, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

const schemas = () => import('#domain/protocol/history.ts');

export const fetchRecords = (query: Record<string, string>): Promise<Result<ChangeRecords, Failure>> =>
  fetchApi('GET', `/api/history/changes?${new URLSearchParams(query)}`, {
    returns: async () => (await schemas()).ChangeRecords,
  });
export const fetchReadings = (query: Record<string, string>): Promise<Result<HistoryReadings, Failure>> =>
  fetchApi('GET', `/api/history/readings?${new URLSearchParams(query)}`, {
    returns: async () => (await schemas()).HistoryReadings,
  });

/** Brings the latest changes onto this device, so that they open without a network. Failing is no harm: the next time is soon. */
export async function keepLatestChanges(): Promise<void> {
  const kept = await past.latest();
  const newest = kept?.records[0]?.at;
  // Who made a change may be learned some time after it was found.
  const from = newest === undefined ? '' : new Date(Date.parse(newest) - 2 * 86_400_000).toISOString();
  const [records, readings] = await Promise.all([
    fetchRecords({ ...(from ? { from } : {}), limit: String(RECORDS_MAX) }),
    fetchReadings({ limit: String(READINGS_MAX) }),
  ]);
  if (!records.ok || !readings.ok) return;
  const reaches = records.value.nextCursor === null;
  const older = reaches && newest !== undefined ? (kept?.records ?? []).filter(({ at }) => at < from) : [];
  const all = [...records.value.items, ...older];
  await past.keepLatest({
    records: all.slice(0, RECORDS_MAX),
    readings: readings.value.items,
    whole: reaches && all.length <= RECORDS_MAX && (newest === undefined || kept?.whole === true),
  });
}

const SOON_MS = 10_000;
let soon: ReturnType<typeof setTimeout> | undefined;

/** The same once things are quiet: a sync that is being written is pulled in many small pages. */
export function keepLatestChangesSoon(): void {
  clearTimeout(soon);
  soon = setTimeout(() => void keepLatestChanges(), SOON_MS);
}

/** The latest changes about one thing: from the server, or as far as this device has them. */
export async function changesAbout(
  about: { account: string } | { resource: string },
  limit: number,
): Promise<Result<{ records: ChangeRecord[]; more: boolean; fromDevice: boolean }, Failure>> {
  const records: ChangeRecord[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 10; pages += 1) {
    const page: Result<ChangeRecords, Failure> = await fetchRecords({
      ...about,
      limit: String(limit),
      ...(cursor === null ? {} : { cursor }),
    });
    if (!page.ok) {
      const kept = page.error.code === 'unreachable' ? await past.latest() : undefined;
      if (!kept) return page;
      const found = kept.records.filter((record) => fits(record, about));
      return ok({ records: found.slice(0, limit), more: found.length > limit || !kept.whole, fromDevice: true });
    }
    records.push(...page.value.items);
    cursor = page.value.nextCursor;
    if (cursor === null || records.length >= limit) break;
  }
  return ok({ records: records.slice(0, limit), more: cursor !== null || records.length > limit, fromDevice: false });
}

export function queryOf(filter: ChangesFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])));
}
export const timesOf = ({ from, to }: ChangesFilter): Record<string, string> => ({
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
});

export const isWithin = (at: string, { from, to }: ChangesFilter): boolean =>
  (!from || at >= from) && (!to || at.slice(0, 10) <= to.slice(0, 10));

/** Whether a record fits, as the server decides it. */
export function fits(record: ChangeRecord, filter: ChangesFilter): boolean {
  const ids = idsOf(record);
  return (
    (!filter.organization || record.organization === filter.organization) &&
    (!filter.account || ids.includes(filter.account)) &&
    (!filter.resource || ids.includes(filter.resource)) &&
    (!filter.kind || record.kind === filter.kind) &&
    (!filter.origin || record.origin === filter.origin) &&
    isWithin(record.at, filter)
  );
}
