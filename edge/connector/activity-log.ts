// Reads what is new in an organization's activity log. The log has no numbers and no total, and nobody says how late an entry may come, so
// each read begins a while before the last one and what was seen is known again.
import * as z from 'zod';
import type { ActivityEvent } from '#domain/change-attribution.ts';
import type { CallOptions, CallResult } from '../hub/call.ts';
import { activityEntries } from '../hub/normalise.ts';
import { hubRequest, type HubRequest } from '../hub/operations.ts';
import * as troubles from '../hub/troubles.ts';
import { keyOf, PAGE_SIZE } from './paged-list.ts';
import type { Unread } from './targeted-reading.ts';

/** How much of the time before the last read is read again. */
export const OVERLAP_MS = 5 * 60_000;
/** Pages of one read. Whoever makes more entries than these between two reads is not followed one by one. */
const PAGES_MAX = 10;
/** Page sizes that a server may use which ignores ours: a page of just so many may not be the last. */
const OTHER_SIZES: readonly number[] = [10, 25, 50];

export const LogPlace = z.object({
  /** Up to when the log was read, by our clock. */
  readTo: z.string(),
  /** Entries that the next read will meet again, each by a number made of it, with its time. */
  seen: z.array(z.tuple([z.number(), z.string()])),
});
export type LogPlace = z.infer<typeof LogPlace>;

export type LogRead =
  /** Entries not seen before, oldest first. `isCut`: there were more than could be followed. */
  { type: 'read'; events: ActivityEvent[]; place: LogPlace; isCut: boolean } | { type: 'forbidden' } | Unread;

export interface LogPorts {
  baseUrl: string;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
}

const numberOf = ({ at, action, actor, name, data }: ActivityEvent): number =>
  keyOf(JSON.stringify([at, action, actor, name, data]));
const before = (iso: string, ms: number): string => new Date(Date.parse(iso) - ms).toISOString();

/** Reads on from a place. `now`: when this read begins. */
export async function readLog(organization: string, from: LogPlace, now: string, ports: LogPorts): Promise<LogRead> {
  const since = before(from.readTo, OVERLAP_MS);
  const known = new Set(from.seen.map(([number]) => number));
  const met = new Map<number, ActivityEvent>();
  let isCut = true;
  let firstSize = 0;

  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const request = hubRequest(ports.baseUrl, 'activity', { organization }, { page, page_size: PAGE_SIZE, from: since });
    if (!request.ok) return { type: 'forbidden' };
    const result = await ports.call(request.value, { lane: 'sync', mayBeAbsent: true });
    if (result.type === 'later' || result.type === 'failed') return result;
    if (result.type === 'absent' || (result.status !== 200 && result.status < 500)) return { type: 'forbidden' };
    const entries = result.status === 200 ? activityEntries(result.body, organization) : null;
    if (!entries?.ok) {
      const what = `activity: ${entries ? entries.error.where : `status ${result.status}`}`;
      return { type: 'failed', trouble: troubles.unexpected(what), isCredential: false };
    }
    const found = entries.value;
    const isNews = found.filter((event) => !met.has(numberOf(event)));
    for (const event of isNews) met.set(numberOf(event), event);
    if (page === 1) firstSize = found.length;
    const isFull = found.length >= PAGE_SIZE || (found.length === firstSize && OTHER_SIZES.includes(firstSize));
    if (!isFull || isNews.length === 0) {
      isCut = false;
      break;
    }
  }

  const next = before(now, OVERLAP_MS);
  return {
    type: 'read',
    events: [...met]
      .filter(([number]) => !known.has(number))
      .map(([, event]) => event)
      .sort((a, b) => (a.at < b.at ? -1 : 1)),
    // An entry that comes late may be as old as the window: what is known of it stays known as long as it may be met.
    place: { readTo: now, seen: [...met].filter(([, { at }]) => at >= next).map(([number, { at }]) => [number, at]) },
    isCut,
  };
}
