// Docker Hub is connected as the guide has it, click by click: by its owner, and by somebody else through the e-mailed link.
import type { Browser, Page } from '@playwright/test';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { addAuthenticator, claimByPasskey, type SignedInState } from './passkey-in-browser.ts';
import { sessionApi } from './session-api.ts';

test.describe.configure({ timeout: 240_000 });

const SYNC = { timeout: 120_000 };
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com' };
const BASIC = { name: 'Priya Natarajan', email: 'priya@example.com', roles: ['basic'] };
const INELIGIBLE = 'Needs the Connector or Super Administrator role';

interface Administrator extends SignedInState {
  page: Page;
}

/** The Super Administrator of a Watchbill that nobody has claimed before, and a colleague who may not own connectors. */
async function administrator(browser: Browser, { url, setupCode }: Watchbill): Promise<Administrator> {
  const context = await browser.newContext({ baseURL: url, permissions: ['clipboard-write'] });
  const page = await context.newPage();
  const state = await claimByPasskey(page, url, setupCode, ADA);
  await sessionApi(page)('POST', '/api/users', BASIC);
  await page.goto('/connectors');
  return { page, ...state };
}

const next = (page: Page) => page.getByRole('button', { name: 'Next', exact: true });
const isPhone = (page: Page): boolean => (page.viewportSize()?.width ?? 0) < 1024;

/** What was copied, as somebody else would paste it: pages of Watchbill may write the clipboard, never read it. */
async function pasted(page: Page): Promise<string> {
  const elsewhere = await page.context().newPage();
  await elsewhere.setContent('<textarea aria-label="Message"></textarea>');
  const message = elsewhere.getByLabel('Message');
  await message.focus();
  await message.press('Control+V');
  const text = await message.inputValue();
  await elsewhere.close();
  await page.bringToFront();
  return text;
}

/** Steps 1 to 3 of "Add a new Docker Hub connector", up to the question who owns it. */
async function addDockerHub(page: Page, application: (page: Page) => Promise<void>): Promise<void> {
  await page.getByRole('link', { name: 'Add connector' }).click();
  await page.getByRole('searchbox', { name: 'Search connectors' }).fill('docker');
  await page.getByRole('button', { name: 'Add Docker Hub' }).click();
  await expect(page.getByText('Signing in to Docker Hub through your identity provider?')).toBeVisible();
  await application(page);
  if (isPhone(page)) await next(page).click();
  await expect(page.getByRole('heading', { name: 'Who owns it?' })).toBeVisible();
}

/** "Configure your Docker Hub connector", from Settings to Connected. */
async function configure(page: Page, { sample }: Watchbill, look: (page: Page) => Promise<void>): Promise<void> {
  if (!sample) throw new Error('These tests need the simulated Docker Hub');
  await expect(page).toHaveURL(/\/connectors\/[^/]+\/settings$/);
  await expect(page.getByText('Not connected', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Username').fill(sample.username);
  await page.getByLabel('Password', { exact: true }).fill(sample.password);
  await look(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/overview$/);
  await expect(page.getByText('Syncing', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible(SYNC);
}

test('its owner adds Docker Hub, enters the credential, sees it connected, and finds it all there without a network', async ({
  browser,
  freshWatchbill,
  picture,
}) => {
  const { page } = await administrator(browser, freshWatchbill);
  await addDockerHub(page, async () => {
    await expect(page.getByRole('radio', { name: /Add to an existing application/ })).toBeDisabled();
    await page.getByLabel('Name of the new application').fill('acme');
  });
  await picture(page, 'guide-owners');

  await expect(page.getByRole('checkbox', { name: /Ada Lovelace/ })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: /Priya Natarajan/ })).toBeDisabled();
  await expect(page.getByText(INELIGIBLE)).toBeVisible();

  // Who leaves the wizard finds it as it was.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Who owns it?' })).toBeVisible();
  await next(page).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Docker Hub for acme');
  await picture(page, 'guide-settings');

  await configure(page, freshWatchbill, async () => {
    await page.getByText('Which credential?').click();
    await expect(page.getByText('Identity & auth')).toBeVisible();
    await page.getByRole('button', { name: 'Copy these steps' }).click();
    expect(await pasted(page)).toContain('scope-repository-list');
    await page.getByText('Which credential?').click();

    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(page.getByText(/^Signed in as .* Can see \d+ organizations?\./)).toBeVisible(SYNC);
    await expect(page.getByText('Nothing was saved.')).toBeVisible();
    await picture(page, 'guide-test');
  });
  await expect(page.getByText(/matched to people$/)).toBeVisible();
  await picture(page, 'guide-connected');

  await page.getByRole('navigation', { name: 'Connector' }).getByRole('link', { name: 'Logs' }).click();
  await expect(page.getByRole('list', { name: 'Log of run 1' }).getByRole('listitem').nth(3)).toBeVisible();
  const download = page.waitForEvent('download');
  if (isPhone(page)) {
    await page.getByRole('button', { name: 'More for this log' }).click();
    await page.getByRole('menuitem', { name: 'Download the log' }).click();
  } else await page.getByRole('button', { name: 'Download the log' }).click();
  expect((await download).suggestedFilename()).toBe('docker-hub-for-acme-run-1.log');
  await picture(page, 'guide-logs');

  await page.getByRole('navigation', { name: 'Connector' }).getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText(/^Set on .* by Ada Lovelace/)).toBeVisible();
  expect(await page.content()).not.toContain(freshWatchbill.sample?.password);

  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Docker Hub for acme');
  await page.getByRole('navigation', { name: 'Connector' }).getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  await expect(page.getByText(/matched to people$/)).toBeVisible();
  await picture(page, 'guide-offline');
  await page.context().close();
});

test('another owner is invited in the wizard, gets one e-mail, makes a passkey with its link and finishes the setup', async ({
  browser,
  freshWatchbill,
  picture,
}) => {
  const { page } = await administrator(browser, freshWatchbill);
  await addDockerHub(page, async () => {
    await page.getByRole('button', { name: 'Create it now' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Docker Hub (Okta)');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(page.getByRole('radio', { name: /Add to an existing application/ })).toBeChecked();
    await expect(page.getByLabel('Application', { exact: true })).toHaveText('Docker Hub (Okta)');
  });

  await page.getByRole('button', { name: 'Invite someone new' }).click();
  const invite = page.getByRole('dialog');
  await invite.getByLabel('Name', { exact: true }).fill('Dana Kowalski');
  await invite.getByLabel('E-mail').fill('dana@example.com');
  await invite.getByRole('button', { name: 'Invite', exact: true }).click();
  await invite.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('checkbox', { name: /Dana Kowalski/ })).toBeChecked();
  await page.getByRole('checkbox', { name: /Ada Lovelace/ }).uncheck();
  await expect(page.getByText('We’ll notify Dana Kowalski that their help is needed to finish setup.')).toBeVisible();
  await next(page).click();

  await expect(page.getByText(/Dana Kowalski got an e-mail with Set up connector/)).toBeVisible();
  await expect(page.getByText('Not connected', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Copy link' }).click();
  const copied = await pasted(page);
  await picture(page, 'guide-told');

  await page.goto('/sample/mail');
  const setup = page.getByRole('listitem').filter({ hasText: 'Your help is needed to set up Docker Hub' });
  await expect(setup).toContainText('dana@example.com');
  await expect(setup).toContainText('Set up connector');
  const mailed = (await setup.getByRole('link').getAttribute('href')) ?? '';
  expect(new URL(mailed, freshWatchbill.url).pathname).toBe(new URL(copied).pathname);
  await expect(page.getByRole('listitem').filter({ hasText: 'dana@example.com' })).toHaveCount(1);

  // Dana, on a device of their own: one mail, one link; then, signed out again, the address it led to.
  const theirs = await browser.newContext({ baseURL: freshWatchbill.url });
  const dana = await theirs.newPage();
  await addAuthenticator(dana);
  await dana.goto(mailed);
  await dana.getByRole('button', { name: 'Create my passkey' }).click();
  await expect(dana).toHaveURL(/\/connectors\/[^/]+\/settings$/);
  await expect(dana.getByRole('heading', { level: 1 })).toHaveText('Docker Hub (Okta)');
  const settings = dana.url();
  await dana.goto('/inbox');
  await expect(dana.getByText('Set up Docker Hub (Okta)', { exact: true })).toBeVisible();
  await sessionApi(dana)('DELETE', '/api/session');
  await dana.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
  });

  await dana.goto(settings);
  await dana.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await configure(dana, freshWatchbill, async () => undefined);
  await dana.goto('/inbox');
  await expect(dana.getByText('Set up Docker Hub (Okta)', { exact: true })).toBeHidden();
  await theirs.close();

  await page.goto('/connectors');
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  await picture(page, 'guide-list');
  await page.context().close();
});
