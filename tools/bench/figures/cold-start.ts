// How soon a list of ORG-1 can be used after a start without a network and without a running service worker, at a quarter of the speed;
// against a blank page that its own service worker hands out, and against ORG-0.1.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext } from 'playwright';
import { Fault } from '../../fault.ts';
import { findChromium } from '../../test/chromium.ts';
import type { Figure, Measured } from '../figure.ts';
import { enterSample } from '../sample-session.ts';
import { median } from '../statistics.ts';
import type { Workshop } from '../workshop.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];
const SLOWER = 4;
const ROUNDS = 9;
const START_MS_MAX = 60_000;
/** Time for what is kept at rest: the answers that the next start shows first. */
const REST_MS = 4_000;

const BLANK = '<!doctype html><title>blank</title><p>blank</p><script>navigator.serviceWorker.register("/worker.js")</script>';
const BLANK_WORKER = `
  addEventListener('install', (event) => event.waitUntil(caches.open('blank').then((cache) => cache.add('/')).then(() => skipWaiting())));
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => event.respondWith(caches.match('/')));`;

/** A page with one word, handed out by a service worker that does nothing else. */
async function withBlankPage<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(({ url }, response) => {
    const isWorker = url === '/worker.js';
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html').end(isWorker ? BLANK_WORKER : BLANK);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await work(`http://localhost:${port}/`);
  } finally {
    server.close();
  }
}

// In the page: milliseconds from its beginning to the frame that shows what was waited for.
const untilShown = (expression: string) => `new Promise((resolve) => {
  const look = () => (${expression}) ? requestAnimationFrame(() => resolve(performance.now())) : setTimeout(look, 4);
  look();
})`;
const ROW = `document.querySelector('main a[href*="/access/x/"], main [role=row] a')`;

/** A start with nothing running: milliseconds until the expression holds, painted. */
async function coldStart(context: BrowserContext, url: string, expression: string): Promise<number> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(url, { waitUntil: 'commit', timeout: START_MS_MAX });
  const ms = await page.evaluate<number>(untilShown(expression));
  await page.close();
  return ms;
}

/** Visits once with a network, so that everything is on the device; from then on there is none. */
async function prepared(context: BrowserContext, url: string, expression: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url, { timeout: START_MS_MAX });
  await page.evaluate(`navigator.serviceWorker.ready`);
  await page.evaluate(untilShown(expression));
  await page.waitForTimeout(REST_MS);
  await page.close();
  await context.setOffline(true);
}

/** Starts of a list of this organization and of the blank page, in turn. */
function startsOf(org: 'org-0.1' | 'org-1', browser: Browser, { hub, inWatchbill, say }: Workshop) {
  return inWatchbill(
    async ({ url }) => {
      await hub.reset(org, { rateLimit: null });
      say(`first sync of ${org}, without a limit`);
      const [app, blank] = [await browser.newContext(), await browser.newContext()];
      await enterSample(app, url);
      return withBlankPage(async (blankUrl) => {
        const list = `${url}/access/repos`;
        await prepared(app, list, ROW);
        await prepared(blank, blankUrl, `document.querySelector('p')`);
        const ours: number[] = [];
        const bare: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          ours.push(await coldStart(app, list, ROW));
          bare.push(await coldStart(blank, blankUrl, `document.querySelector('p')`));
        }
        await app.close();
        await blank.close();
        return { ours, bare };
      });
    },
    { sample: true },
  );
}

export const coldStartFigure: Figure = {
  name: 'cold-start',
  measure: async (workshop): Promise<Measured[]> => {
    const executablePath = findChromium();
    if (!executablePath) throw new Fault('This figure needs Chromium: install it, or set CHROMIUM_PATH.');
    const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    try {
      const small = await startsOf('org-0.1', browser, workshop);
      const large = await startsOf('org-1', browser, workshop);
      const [list, blank, smallList] = [median(large.ours), median(large.bare), median(small.ours)];
      return [
        {
          name: 'cold offline start to a usable list ÷ blank service-worker page, 4 × slower',
          org: 'org-1',
          value: list / blank,
          unit: '×',
          goal: { atMost: 2.5 },
          samples: large.ours.map((ms) => ms / blank),
          bare: 1,
          note: `${list.toFixed(0)} ms ÷ ${blank.toFixed(0)} ms, ${ROUNDS} times in turn`,
        },
        {
          name: 'cold offline start to a usable list, ORG-1 ÷ ORG-0.1, 4 × slower',
          org: 'org-1',
          value: list / smallList,
          unit: '×',
          goal: { atMost: 1.3 },
          note: `${list.toFixed(0)} ms ÷ ${smallList.toFixed(0)} ms`,
        },
      ];
    } finally {
      await browser.close();
    }
  },
};
