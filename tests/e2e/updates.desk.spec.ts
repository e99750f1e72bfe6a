// A new version under open pages, and everything else that a server may have come to hold meanwhile. Two built versions are handed out
// in turn.
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { PROTOCOL_VERSION } from '#domain/protocol-version.ts';
import { ROOT } from '../../tools/project.ts';
import { startFront, type Front } from '../support/front.ts';
import { buildNextVersion, MIGRATED_KEY, NEXT_VERSION } from '../support/next-version.ts';
import { expect, test as base } from './fixtures.ts';

const THIS_VERSION = join(ROOT, 'build');
const KILL_SWITCH = join(ROOT, 'tools', 'builds', 'kill-switch-worker.js');

const test = base.extend<{ front: Front; context: BrowserContext }>({
  front: async ({ watchbill }, use) => {
    const front = await startFront(watchbill.url, THIS_VERSION);
    await use(front);
    await front.stop();
  },
  context: async ({ browser, claimed, front }, use) => {
    const context = await browser.newContext({ storageState: claimed.storageState, baseURL: front.url });
    await use(context);
    await context.close();
  },
});

test.beforeAll(async () => {
  test.setTimeout(300_000);
  await buildNextVersion();
});

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
const pill = (page: Page) => page.getByRole('button', { name: 'Update ready – Reload' });
const isNext = (page: Page) => page.getByRole('heading', { name: 'Watchbill, the next version' });

/** Opens the app and waits until it is kept on the device and serves its own pages. */
async function openKept(page: Page, path = '/inbox'): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Makes the page ask for a newer worker, as it does each hour. */
const look = (page: Page) =>
  page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update().catch(() => undefined);
  });

/** What the migration of the next version wrote last, read without the app. */
const migrated = (page: Page): Promise<unknown> =>
  page.evaluate(
    (key) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('watchbill');
        opening.onerror = () => reject(opening.error ?? new Error('not opened'));
        opening.onsuccess = () => {
          const asked = opening.result.transaction('meta').objectStore('meta').get(key);
          asked.onsuccess = () => {
            opening.result.close();
            resolve((asked.result as { value?: unknown } | undefined)?.value);
          };
        };
      }),
    MIGRATED_KEY,
  );

test('a new version waits, says so, and brings the data up to date before anything is shown', async ({ context, front }) => {
  const page = await context.newPage();
  await openKept(page);
  front.app = NEXT_VERSION;
  await look(page);
  await expect(pill(page)).toBeVisible();
  await page.reload();
  await expect(pill(page)).toBeVisible(); // still waiting: a reload alone starts nothing
  expect(await migrated(page)).toBeUndefined();

  // The first heading that ever appears finds the migration done.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('h1')) return;
      observer.disconnect();
      const opening = indexedDB.open('watchbill');
      opening.onsuccess = () => {
        Reflect.set(window, 'databaseAtFirstSight', opening.result.version);
        opening.result.close();
      };
    }).observe(document, { childList: true, subtree: true });
  });
  await pill(page).click();
  await page.waitForFunction(() => Reflect.get(window, 'databaseAtFirstSight') !== undefined);
  expect(await page.evaluate(() => Reflect.get(window, 'databaseAtFirstSight') as unknown)).toBe(9000); // Dexie counts in tens
  expect(await migrated(page)).toBe(199);
  await page.goto('/settings/about');
  await expect(isNext(page)).toBeVisible();
  await expect(pill(page)).toHaveCount(0);
});

test('it never starts over unsaved work, in this tab or another', async ({ context, front }) => {
  const other = await context.newPage();
  await openKept(other, '/people');
  await other
    .getByRole('button', { name: /^Invite/ })
    .first()
    .click();
  await other.getByRole('dialog').getByLabel('Name').fill('Priya Natarajan');

  const page = await context.newPage();
  await openKept(page);
  front.app = NEXT_VERSION;
  await look(page);
  await pill(page).click();
  const question = page.getByRole('dialog', { name: 'You have unsaved work' });
  await expect(question).toContainText(/Invite/);
  await question.getByRole('button', { name: 'Keep working' }).click();
  await expect(question).toBeHidden();
  await expect(pill(page)).toBeVisible();
  await expect(other.getByRole('dialog').getByLabel('Name')).toHaveValue('Priya Natarajan');

  await other.getByRole('dialog').getByLabel('Name').fill('');
  await other.keyboard.press('Escape');
  await expect(other.getByRole('dialog')).toHaveCount(0);
  await pill(page).click();
  await expect(pill(page)).toHaveCount(0);
  // The other tab followed by itself: nothing was unsaved in it any more. Its own reload may get in the way of ours.
  await expect(async () => {
    await other.goto('/settings/about');
    await expect(isNext(other)).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto('/settings/about');
  await expect(isNext(page)).toBeVisible();
});

test('a page whose next chunk is gone from the server arrives all the same, in the new version', async ({ context, front }) => {
  const page = await context.newPage();
  // Before the worker keeps anything: everything comes from the server.
  front.worker = { html: '<!doctype html><title>Not a worker</title>' };
  await page.goto('/inbox');
  await expect(heading(page, 'Inbox')).toBeVisible();
  front.app = NEXT_VERSION;
  await page.evaluate(() => window.history.pushState({}, '', '/inbox'));
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'About' }).click();
  await expect(isNext(page)).toBeVisible();
});

test('a part that was thrown away on the device is fetched anew, once and not for ever', async ({ context, front }) => {
  const page = await context.newPage();
  front.keepsNothing = true;
  await openKept(page);
  front.app = NEXT_VERSION;
  // All chunks but those that are running are thrown out of the kept app, and the server has only the next version's.
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (request.url.includes('/_app/immutable/nodes/')) await cache.delete(request);
    }
  });
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit log' }).click();
  await expect(heading(page, 'Audit log')).toBeVisible();
  const shells = front.asked.filter((path) => path === '/').length;
  expect(shells).toBeLessThan(5);
  await page.goto('/settings/about');
  await expect(isNext(page)).toBeVisible();
});

test('something that is no worker at its address changes nothing', async ({ context, front }) => {
  const page = await context.newPage();
  await openKept(page);
  front.worker = { html: '<!doctype html><title>Sign in to the network</title>' };
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await look(page);
  await page.reload();
  await expect(heading(page, 'Inbox')).toBeVisible();
  await context.setOffline(true);
  await page.goto('/connectors');
  await expect(heading(page, 'Connectors')).toBeVisible();
  expect(errors).toEqual([]);
});

test('an app that is older than its server says so, and a reload brings the one that fits', async ({ context, front }) => {
  const page = await context.newPage();
  await openKept(page);
  front.app = NEXT_VERSION;
  front.protocol = String(PROTOCOL_VERSION + 1);
  await page.reload();
  await expect(page.getByText('Watchbill was updated.')).toBeVisible();
  await page.evaluate(() => Reflect.set(window, 'isOld', true));
  await page.getByRole('button', { name: 'Reload', exact: true }).click();
  await page.waitForFunction(() => !Reflect.has(window, 'isOld'));
  front.protocol = null; // the next version speaks what its server speaks
  await page.goto('/settings/about');
  await expect(isNext(page)).toBeVisible();
  await expect(page.getByText('Watchbill was updated.')).toHaveCount(0);
});

test('an app that is newer than its server goes on with what it has, and says why', async ({ context, front }) => {
  const page = await context.newPage();
  await openKept(page);
  front.protocol = String(PROTOCOL_VERSION - 1);
  await page.goto('/people');
  await expect(page.getByText('The server runs an older version than this app.')).toBeVisible();
  await expect(heading(page, 'People')).toBeVisible();
  await expect(page.getByText("You're offline.")).toHaveCount(0);
  front.protocol = null;
  await page.goto('/inbox');
  await expect(heading(page, 'Inbox')).toBeVisible();
  await expect(page.getByText('The server runs an older version than this app.')).toHaveCount(0);
});

test('a server that was put back to the version before takes the app along', async ({ context, front }) => {
  const page = await context.newPage();
  front.app = NEXT_VERSION;
  await openKept(page);
  front.app = THIS_VERSION;
  await look(page);
  await pill(page).click();
  await expect(pill(page)).toHaveCount(0);
  await page.goto('/people');
  await expect(page.getByText('Ada Lovelace').first()).toBeVisible();
});

test('the kill switch takes the worker off the device and leaves the data', async ({ context, front }) => {
  const page = await context.newPage();
  await openKept(page, '/people');
  await expect(page.getByText('Ada Lovelace').first()).toBeVisible();
  front.worker = { file: KILL_SWITCH };
  // The browser holds it back while the worker of before has work under way; then a reload is offered like for any other version.
  const keptAfterALook = async () => {
    await look(page);
    if (await pill(page).isVisible()) await pill(page).click();
    return page.evaluate(async () => (await caches.keys()).length);
  };
  await expect.poll(() => keptAfterALook().catch(() => -1), { timeout: 45_000 }).toBe(0);
  await expect(page.getByText('Ada Lovelace').first()).toBeVisible();
  front.asked.length = 0;
  await page.waitForTimeout(2_000);
  expect(front.asked.filter((path) => path === '/people').length).toBeLessThanOrEqual(1); // it does not go round and round

  front.worker = null;
  await openKept(page, '/people');
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('Ada Lovelace').first()).toBeVisible();
});

test('a session that ended meanwhile never looks like a missing network', async ({ context }) => {
  const page = await context.newPage();
  await openKept(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("You're offline.")).toBeVisible();
  await expect(page.getByText('Session ended.')).toHaveCount(0);
  await context.clearCookies();
  await context.setOffline(false);
  await page.reload();
  await expect(page.getByText('Session ended.')).toBeVisible();
  await expect(page.getByText("You're offline.")).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Signed out/ })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in again')).toBeVisible();
});
