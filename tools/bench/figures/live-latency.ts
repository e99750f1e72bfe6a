// How soon a change on the server is on the screen: in Chromium, in the real app, from the request that commits it until its words are
// painted. Beside it what the platform itself takes: a socket of an idle object that is told a text, and a page that paints it.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { Fault } from '../../fault.ts';
import { ROOT } from '../../project.ts';
import { findChromium } from '../../test/chromium.ts';
import type { Figure } from '../figure.ts';
import { percentile } from '../statistics.ts';

const CHANGES = 60;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];

/** A page that knows `bench`; on an address of the Worker where nothing else happens. */
async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext();
  const script = readFileSync(join(ROOT, 'tools', 'bench', 'browser', 'live-page.ts'), 'utf8');
  await context.addInitScript({ content: stripTypeScriptTypes(script) });
  const page = await context.newPage();
  await page.goto(`${url}/robots.txt`);
  return page;
}

/** Calls a function of `bench`, in the page. */
const inPage = <T>(page: Page, name: string, ...values: unknown[]): Promise<T> =>
  page.evaluate<T>(`bench.${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`);

/** The app on its list of connectors, listening. */
async function openApp(browser: Browser, url: string): Promise<{ page: Page; connectorId: string }> {
  const page = await openPage(browser, url);
  const connectorId = await inPage<string>(page, 'enterSample');
  const isListening = page.waitForEvent('websocket', (socket) => socket.url().endsWith('/api/live'));
  await page.goto(`${url}/connectors`);
  await isListening;
  // The first pull, and the one that follows the opening of the line.
  await page.waitForTimeout(2_000);
  return { page, connectorId };
}

export const liveLatency: Figure = {
  name: 'live-latency',
  measure: ({ hub, inWatchbill }) =>
    inWatchbill(
      async ({ url }) => {
        const executablePath = findChromium();
        if (!executablePath) throw new Fault('This figure needs Chromium: install it, or set CHROMIUM_PATH.');
        await hub.reset('company', { rateLimit: null });
        const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
        try {
          const { page: app, connectorId } = await openApp(browser, url);
          const bare = await openPage(browser, url);
          await inPage(bare, 'openBareSocket');
          const full: number[] = [];
          const alone: number[] = [];
          for (let change = 0; change < CHANGES; change += 1) {
            // Names end so that none is the beginning of another.
            const name = `Hub ${change}.`;
            const rename = { method: 'PATCH', path: `/api/connectors/${connectorId}`, body: JSON.stringify({ name }) };
            await app.bringToFront();
            full.push(await inPage<number>(app, 'untilPainted', rename, name));
            await bare.bringToFront();
            const say = { method: 'POST', path: '/api/bench/bare/say', body: name };
            alone.push(await inPage<number>(bare, 'untilPainted', say, name));
          }
          const [fullMs, bareMs] = [percentile(full, 0.95), percentile(alone, 0.95)];
          return [
            {
              name: 'ledger commit → on the screen, p95 ÷ bare WebSocket message',
              org: '-',
              value: fullMs / bareMs,
              unit: '×',
              goal: { atMost: 3 },
              samples: full,
              bare: bareMs,
              note: `${fullMs.toFixed(1)} ms ÷ ${bareMs.toFixed(1)} ms, both from the request to the paint, ${CHANGES} times in turn`,
            },
          ];
        } finally {
          await browser.close();
        }
      },
      { sample: true },
    ),
};
