// What it costs to stay up to date between two syncs: calls and rows of a look at the activity log that finds nothing, and calls of one
// that finds changed teams.
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Figure, Measured } from '../figure.ts';
import type { BenchHub, BenchWorld, CallReport } from '../hub.ts';
import type { BenchWatchbill } from '../watchbill.ts';
import type { Workshop } from '../workshop.ts';

/** So many teams change between two looks, the largest among them. */
const TEAMS = 12;
const LOOK_MINUTES = 1;
const LOOK_MS_MAX = 180_000;

const Checked = z.object({ checkedAt: z.string().nullable() });

/** Waits until changes have been looked for once more. */
async function nextLook(watchbill: BenchWatchbill, connectorId: string): Promise<void> {
  const checkedAt = async () => Checked.parse(await watchbill.call('GET', `/api/connectors/${connectorId}`)).checkedAt;
  const before = await checkedAt();
  for (const until = Date.now() + LOOK_MS_MAX; (await checkedAt()) === before; await sleep(250)) {
    if (Date.now() > until) throw new Error('Changes are not looked for');
  }
}

const withoutSignIns = ({ total, logins }: CallReport): number => total - logins;

/** Takes one member out of the largest teams and of some others; answers the pages of their lists. */
async function changeTeams(hub: BenchHub, { organization }: BenchWorld): Promise<number> {
  const teams = (await hub.teams(organization.name))
    .filter(({ name, members }) => name !== 'owners' && members.length > 1)
    .sort((a, b) => b.members.length - a.members.length);
  const step = Math.max(1, Math.floor(teams.length / TEAMS));
  const chosen = teams.filter((_, index) => index % step === 0).slice(0, TEAMS);
  await hub.mutate(
    chosen.map(({ name, members }) => ({
      type: 'remove_team_member',
      organization: organization.name,
      team: name,
      username: members.at(-1) ?? '',
    })),
  );
  return chosen.reduce((sum, { members }) => sum + Math.max(1, Math.ceil((members.length - 1) / 100)), 0);
}

const measureOn = (org: 'org-0.1' | 'org-1', { hub, inWatchbill, say }: Workshop): Promise<Measured[]> =>
  inWatchbill(async (watchbill) => {
    const world = await hub.reset(org, { rateLimit: null });
    say(`first sync of ${org}, without a limit`);
    const connectorId = await watchbill.connect(world);
    await watchbill.finishedRun(connectorId, { everyMs: 500 });
    // Permissions are swept at a pace of their own; here they would be counted among the rest.
    const rhythm = { changesEveryMinutes: LOOK_MINUTES, permissionsEveryMinutes: 0 };
    await watchbill.call('PATCH', `/api/connectors/${connectorId}`, rhythm);
    await nextLook(watchbill, connectorId);

    await hub.forgetCalls();
    await watchbill.forgetRows();
    await nextLook(watchbill, connectorId);
    const idle = withoutSignIns(await hub.calls());
    const rows = Object.values(await watchbill.rowsWritten()).reduce((sum, count) => sum + count, 0);

    const pages = await changeTeams(hub, world);
    await hub.forgetCalls();
    await nextLook(watchbill, connectorId);
    const changed = withoutSignIns(await hub.calls());
    return [
      { name: 'calls of a look that finds nothing, sign-in apart', org, value: idle, unit: 'calls', goal: { atMost: 1 } },
      { name: 'SQLite rows written by a look that finds nothing', org, value: rows, unit: 'rows', goal: { atMost: 4 } },
      {
        name: `calls when ${TEAMS} teams have changed`,
        org,
        value: changed,
        unit: 'calls',
        goal: { atMost: Math.floor(1 + 1.1 * pages) },
        note: `their members lie on ${pages} pages`,
      },
    ];
  });

export const betweenSyncs: Figure = {
  name: 'between-syncs',
  measure: async (workshop) => [...(await measureOn('org-0.1', workshop)), ...(await measureOn('org-1', workshop))],
};
