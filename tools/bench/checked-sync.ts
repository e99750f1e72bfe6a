// A figure of a sync that did not read everything would be worth nothing: what was counted is compared with the world.
import type { SyncRun } from '#domain/protocol/connectors.ts';
import * as z from 'zod';
import type { BenchWorld } from './hub.ts';
import type { BenchWatchbill } from './watchbill.ts';

const Counts = z.object({ counts: z.record(z.string(), z.int()), status: z.string() });

/** Throws unless the catalogue holds exactly as much as the world. */
export async function checkCounts(watchbill: BenchWatchbill, connectorId: string, { organization }: BenchWorld): Promise<void> {
  const { counts, status } = Counts.parse(await watchbill.call('GET', `/api/connectors/${connectorId}`));
  const expected = {
    accounts: organization.members,
    teams: organization.teams,
    repositories: organization.repositories,
    permissions: organization.permissions,
    memberships: organization.memberships,
  };
  for (const [what, count] of Object.entries(expected)) {
    if (counts[what] !== count)
      throw new Error(`The catalogue has ${counts[what]} ${what}, the world ${count} (connector ${status})`);
  }
}

/** Milliseconds from the start of a run to its end. */
export function msOf({ startedAt, finishedAt }: SyncRun): number {
  if (finishedAt === null) throw new Error('The run goes on');
  return Date.parse(finishedAt) - Date.parse(startedAt);
}
