// What the browser tests stand on: a Watchbill of `npm start` for each worker, somebody who has claimed it, and pictures by name.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, type Page } from '@playwright/test';
import { ROOT } from '../../tools/project.ts';
import { addAuthenticator, claimByPasskey, type SignedInState, type VirtualAuthenticator } from './passkey-in-browser.ts';
import { startWatchbill, type Watchbill } from '../support/watchbill.ts';

interface WorkerFixtures {
  /** Started once for a worker; its tests share what is in it. */
  watchbill: Watchbill;
  /** The Super Administrator who claimed `watchbill`. */
  claimed: SignedInState;
}

interface TestFixtures {
  /** A Watchbill for this test alone, that nobody has claimed. */
  freshWatchbill: Watchbill;
  /** In `page`, and empty: for tests that make a passkey by hand. */
  authenticator: VirtualAuthenticator;
  /** A page of the Super Administrator, whose authenticator holds their passkey. */
  signedIn: Page;
  /** Takes a picture into test-results/screens/<project>/<name>.png. */
  picture: (page: Page, name: string) => Promise<void>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  watchbill: [
    async ({ playwright: _ }, use) => {
      const watchbill = await startWatchbill();
      await use(watchbill);
      await watchbill.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  claimed: [
    async ({ browser, watchbill }, use) => {
      const page = await browser.newPage();
      const person = { name: 'Ada Lovelace', email: 'ada@example.com' };
      const state = await claimByPasskey(page, watchbill.url, watchbill.setupCode, person);
      await page.context().close();
      await use(state);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ watchbill }, use) => use(watchbill.url),
  freshWatchbill: async ({ playwright: _ }, use) => {
    const watchbill = await startWatchbill();
    await use(watchbill);
    await watchbill.stop();
  },
  authenticator: async ({ page }, use) => use(await addAuthenticator(page)),
  signedIn: async ({ browser, claimed, watchbill }, use) => {
    const context = await browser.newContext({ storageState: claimed.storageState, baseURL: watchbill.url });
    const page = await context.newPage();
    await addAuthenticator(page, claimed.passkeys);
    await use(page);
    await context.close();
  },
  picture: async ({ playwright: _ }, use, { project }) => {
    const folder = join(ROOT, 'test-results', 'screens', project.name);
    mkdirSync(folder, { recursive: true });
    await use(async (page, name) => {
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    });
  },
});

export { expect } from '@playwright/test';
