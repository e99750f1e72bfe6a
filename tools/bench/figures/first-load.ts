// JavaScript on the wire, in the real app in Chromium: what a cold visit to the inbox fetches before it can be used, and what going on
// from there to each other page fetches beyond that. Nothing is prefetched here: the service worker, which would, is left out.
import { gzipSync } from 'node:zlib';
import { chromium, type BrowserContext, type Page } from 'playwright';
import * as z from 'zod';
import { Fault } from '../../fault.ts';
import { findChromium } from '../../test/chromium.ts';
import type { Figure } from '../figure.ts';
import { enterSample } from '../sample-session.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];
const KIB = 1024;
const QUIET_MS = 700;
const Items = z.object({ items: z.array(z.object({ id: z.string() })) });

/** Scripts by address, with the bytes that gzip makes of them; the index's thread apart. */
class Scripts {
  readonly #bodies = new Map<string, Promise<number>>();
  #lastAt = Date.now();

  constructor(page: Page) {
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.endsWith('.js') || response.status() !== 200) return;
      this.#lastAt = Date.now();
      this.#bodies.set(
        pathname,
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0, // cut off by the end of the page, after everything that is counted
        ),
      );
    });
  }

  /** So far. */
  names(): Set<string> {
    return new Set(this.#bodies.keys());
  }
  async kib(names: Iterable<string>): Promise<number> {
    let sum = 0;
    for (const name of names) sum += (await this.#bodies.get(name)) ?? 0;
    return sum / KIB;
  }
  async quiet(page: Page): Promise<void> {
    this.#lastAt = Date.now();
    while (Date.now() - this.#lastAt < QUIET_MS) await page.waitForTimeout(100);
  }
}

const isThread = (name: string): boolean => name.includes('/workers/');

/** A new page on the inbox, with nothing of the app in memory, once its list is known. */
async function coldInbox(context: BrowserContext, url: string): Promise<{ page: Page; scripts: Scripts; before: Set<string> }> {
  const page = await context.newPage();
  const scripts = new Scripts(page);
  await page.goto(`${url}/inbox`, { waitUntil: 'commit' });
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  await page.locator('main [aria-busy="true"]').waitFor({ state: 'detached' });
  return { page, scripts, before: scripts.names() };
}

/** Every kind of page, with what the sample workspace has to show there. */
async function paths(context: BrowserContext, url: string): Promise<string[]> {
  const first = async (path: string) => {
    const answer = await context.request.get(url + path);
    return Items.parse(await answer.json()).items[0]?.id ?? '';
  };
  const connector = `/connectors/${await first('/api/connectors')}`;
  return [
    ...['people', 'repos', 'tokens', 'matrix', 'compare', 'why'].map((name) => `/access/${name}`),
    '/applications',
    `/applications/${await first('/api/applications')}`,
    '/audit',
    '/care',
    '/care/activity',
    '/changes',
    '/connectors',
    '/connectors/new',
    ...['overview', 'logs', 'settings'].map((tab) => `${connector}/${tab}`),
    '/people',
    `/people/${await first('/api/users')}`,
    '/what-if',
    ...['about', 'appearance', 'devices', 'history', 'mail', 'profile', 'tokens'].map((name) => `/settings/${name}`),
  ];
}

export const firstLoad: Figure = {
  name: 'first-load',
  measure: ({ hub, inWatchbill }) =>
    inWatchbill(
      async ({ url }) => {
        const executablePath = findChromium();
        if (!executablePath) throw new Fault('This figure needs Chromium: install it, or set CHROMIUM_PATH.');
        await hub.reset('company', { rateLimit: null });
        const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
        try {
          const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } });
          await enterSample(context, url);
          const cold = await coldInbox(context, url);
          const own = [...cold.before].filter((name) => !isThread(name));
          const first = await cold.scripts.kib(own);
          await cold.scripts.quiet(cold.page);
          const thread = await cold.scripts.kib([...cold.scripts.names()].filter(isThread));
          await cold.page.close();

          const routes: { path: string; kib: number }[] = [];
          for (const path of await paths(context, url)) {
            const { page, scripts } = await coldInbox(context, url);
            await scripts.quiet(page);
            const before = scripts.names();
            await page.evaluate(`(() => {
              const link = Object.assign(document.createElement('a'), { href: ${JSON.stringify(path)} });
              document.querySelector('main').append(link);
              link.click();
            })()`);
            await page.waitForURL((address) => address.pathname.startsWith(path.split('?')[0] ?? path));
            await scripts.quiet(page);
            const beyond = [...scripts.names()].filter((name) => !before.has(name) && !isThread(name));
            routes.push({ path: path.replace(/[0-9a-f-]{36}/, '…'), kib: await scripts.kib(beyond) });
            await page.close();
          }
          routes.sort((a, b) => b.kib - a.kib);
          const [largest] = routes;
          return [
            {
              name: 'first load, JS gzip',
              org: '-',
              value: first,
              unit: 'KiB',
              goal: { atMost: 110 },
              note: `${own.length} files; the thread that fetches, checks and keeps the copy is another ${thread.toFixed(0)} KiB beside them`,
            },
            {
              name: 'largest lazy route, JS gzip',
              org: '-',
              value: largest?.kib ?? Number.NaN,
              unit: 'KiB',
              goal: { atMost: 40 },
              note: routes.map(({ path, kib }) => `${path} ${kib.toFixed(1)}`).join(', '),
            },
          ];
        } finally {
          await browser.close();
        }
      },
      { sample: true },
    ),
};
