// A browser's way into a Watchbill under measurement: the sample workspace needs no passkey.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from 'playwright';
import * as z from 'zod';

const SYNC_MS_MAX = 600_000;
const Connectors = z.object({
  items: z.array(z.object({ dataAt: z.string().nullable(), run: z.object({ status: z.string() }).nullable() })),
});

/** Signs the browser in and waits until the workspace was read for the first time. */
export async function enterSample(context: BrowserContext, url: string): Promise<void> {
  const entered = await context.request.post(`${url}/api/sample`, { headers: { 'x-watchbill': '1', origin: url }, data: {} });
  if (!entered.ok()) throw new Error(`sample: ${entered.status()}`);
  for (const until = Date.now() + SYNC_MS_MAX; ; await sleep(500)) {
    const { items } = Connectors.parse(await (await context.request.get(`${url}/api/connectors`)).json());
    if (items[0]?.dataAt && items[0].run?.status !== 'running') return;
    if (Date.now() > until) throw new Error('The sample workspace is not read');
  }
}
