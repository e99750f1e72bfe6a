// What a change costs the ledger when very many apps are open: how often it looks through the catalogue until all have heard of it.
import * as z from 'zod';
import { ChangePage } from '#domain/protocol/catalogue.ts';
import type { Figure } from '../figure.ts';
import type { BenchWatchbill } from '../watchbill.ts';

const APPS = 1_000;
/** The apps ask as browsers do, some at a time. */
const AT_ONCE = 20;

const Reads = z.object({ reads: z.int() });
const readsOf = async (watchbill: BenchWatchbill): Promise<number> =>
  Reads.parse(await watchbill.call('GET', '/api/bench/catalogue-reads')).reads;

/** The cursor after everything there is. */
async function newestCursor(watchbill: BenchWatchbill): Promise<string> {
  for (let cursor = ''; ;) {
    const answer = await watchbill.call('GET', `/api/changes${cursor === '' ? '' : `?after=${cursor}`}`);
    if (answer === null) return cursor;
    cursor = ChangePage.parse(answer).nextCursor;
  }
}

export const openApps: Figure = {
  name: 'open-apps',
  measure: ({ hub, inWatchbill }) =>
    inWatchbill(async (watchbill) => {
      const world = await hub.reset('org-0.1', { rateLimit: null });
      const connectorId = await watchbill.connect(world);
      const { n } = await watchbill.finishedRun(connectorId);
      const cursor = await newestCursor(watchbill);
      const [team] = (await hub.teams(world.organization.name)).filter(({ name }) => name !== 'owners');
      const organization = world.organization.name;
      await hub.mutate([{ type: 'update_team', organization, team: team?.name ?? '', description: 'changed' }]);
      await watchbill.startSync(connectorId);
      await watchbill.finishedRun(connectorId, { after: n });

      const before = await readsOf(watchbill);
      let heard = 0;
      const ask = async (): Promise<void> => {
        const page = ChangePage.parse(await watchbill.call('GET', `/api/changes?after=${cursor}`));
        if (page.changes.some(({ table }) => table === 'documents')) heard += 1;
      };
      for (let app = 0; app < APPS; app += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, ask));
      if (heard !== APPS) throw new Error(`Only ${heard} of ${APPS} apps heard of the change`);
      const reads = (await readsOf(watchbill)) - before;
      return [
        {
          name: `looks at the catalogue until ${APPS} apps have a change`,
          org: 'org-0.1',
          value: reads,
          unit: 'looks',
          goal: { atMost: 1 },
        },
      ];
    }),
};
