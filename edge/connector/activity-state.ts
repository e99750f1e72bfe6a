// What is kept between full reads: how far the activity log was read, and what is still to be looked at.
import * as z from 'zod';
import { LogPlace } from './activity-log.ts';
import { Target } from './activity-targets.ts';
import type { StoredRun } from './connector-store.ts';
import { Decisions } from './reading-state.ts';

const WatchedOrganization = z.object({
  name: z.string(),
  /** How its permissions are read, as the last sync found out. */
  decisions: Decisions,
  /** Null: this credential may not read the log. */
  log: LogPlace.nullable(),
});
export type WatchedOrganization = z.infer<typeof WatchedOrganization>;

const Event = z.object({
  at: z.string(),
  action: z.string(),
  actor: z.string(),
  organization: z.string(),
  name: z.string(),
  data: z.record(z.string(), z.string()),
});

export const WatchState = z.object({
  /** The sync that was applied last, and when it began: what happened before it has been read. */
  run: z.int(),
  readAt: z.string(),
  organizations: z.array(WatchedOrganization),
  targets: z.array(z.object({ organization: z.string(), target: Target })),
  /** Entries that explain what the targets will show: handed on once that is in the catalogue. */
  events: z.array(Event),
  /** When the log is read next; null: not at all until something changes. */
  nextPollAt: z.number().nullable(),
  /** When the log was last read of which all targets are done. */
  polledAt: z.string().nullable(),
});
export type WatchState = z.infer<typeof WatchState>;

/** What to watch after a sync was applied; null where it was not. Places in the log stay where they were. */
export function watchAfter({ run, state }: StoredRun, before: WatchState | null, nextPollAt: number): WatchState | null {
  if (run.status !== 'completed' && run.status !== 'completed_with_warnings') return null;
  const completeness = state.unreported?.completeness ?? {};
  const places = new Map(before?.organizations.map(({ name, log }) => [name, log]));
  return {
    run: run.n,
    readAt: run.startedAt,
    organizations: state.organizations.map(({ name, decisions }) => ({
      name,
      decisions,
      log:
        completeness[name]?.activity?.state === 'complete' ? (places.get(name) ?? { readTo: run.startedAt, seen: [] }) : null,
    })),
    targets: [],
    events: before?.events ?? [],
    nextPollAt,
    polledAt: null,
  };
}
