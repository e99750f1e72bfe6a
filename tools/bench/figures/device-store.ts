// What storing ORG-1 costs a device, against storing one row a grant; in Chromium, over the same engine.
import * as z from 'zod';
import { inBrowserPage } from '../browser-page.ts';
import type { Figure } from '../figure.ts';
import { orgDocuments } from '../org-documents.ts';
import { median } from '../statistics.ts';

const ROUNDS = 7;
const Rows = z.object({ ms: z.number(), rows: z.number() });

export const deviceStore: Figure = {
  name: 'device-store',
  measure: async () =>
    inBrowserPage('store-page.ts', { '/documents.json': orgDocuments(1) }, async (page) => {
      const before: number[] = [];
      const after: number[] = [];
      const store = async () => z.number().parse(await page.evaluate('storeDocuments()'));
      await store();
      for (let round = 0; round < ROUNDS; round += 1) before.push(await store());
      const rows = Rows.parse(await page.evaluate('storeRows()'));
      for (let round = 0; round < ROUNDS; round += 1) after.push(await store());
      const ours = median([...before, ...after]);
      return [
        {
          name: 'store ORG-1 on the device ÷ one row a grant, three indexes',
          org: 'org-1',
          value: ours / rows.ms,
          unit: '×',
          goal: { atMost: 1 / 100 },
          samples: [...before, ...after].map((ms) => ms / rows.ms),
          bare: 1,
          note: `${ours.toFixed(0)} ms, ${rows.rows.toLocaleString('en')} rows ${rows.ms.toFixed(0)} ms`,
        },
      ];
    }),
};
