// Every list by keyboard alone: walked through, selected, narrowed, saved, taken home as a file; what a file says is what is shown.
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import papa from 'papaparse';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { addConnector, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const Connectors = z.object({ items: z.array(z.object({ id: z.string() })) });

async function synced(page: Page, watchbill: Watchbill): Promise<void> {
  await page.goto('/inbox');
  const call = sessionApi(page);
  const { items } = Connectors.parse(await call('GET', '/api/connectors'));
  if (!watchbill.sample) throw new Error('These tests need the simulated Docker Hub');
  const { user } = Session.parse(await call('GET', '/api/session'));
  await untilConnected(call, items[0]?.id ?? (await addConnector(call, user.id, watchbill.sample)));
}

/** How many rows the list says that it shows. */
async function shownCount(page: Page): Promise<number> {
  const said = await page
    .getByRole('status')
    .filter({ hasText: /repositor/ })
    .textContent();
  return Number((said ?? '').trim().split(' ')[0]?.replaceAll(',', ''));
}

/** Opens Export and takes one of the files. */
async function exported(page: Page, format: 'CSV' | 'JSON'): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(`^${format}`) }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

test.describe.configure({ mode: 'serial', timeout: 240_000 });

test('a list is walked through, peeked into and selected by keys alone', async ({ signedIn, watchbill }) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/access/repos');
  const grid = signedIn.getByRole('grid', { name: 'Repositories' });
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  const selected = grid.getByRole('row', { selected: true });

  await signedIn.keyboard.press('j');
  await signedIn.keyboard.press('j');
  await signedIn.keyboard.press('x');
  await expect(selected).toHaveCount(1);
  await signedIn.keyboard.press('Shift+J');
  await signedIn.keyboard.press('Shift+J');
  await expect(selected).toHaveCount(3);
  await expect(signedIn.getByText('3 selected')).toBeVisible();
  await signedIn.keyboard.press('Control+a');
  await expect(signedIn.getByText(/^\d+ selected$/)).not.toHaveText('3 selected');
  await signedIn.keyboard.press('Escape');
  await expect(selected).toHaveCount(0);

  await signedIn.keyboard.press('Space');
  await expect(signedIn.getByRole('complementary', { name: 'Details' })).toBeVisible();
  await expect(signedIn).toHaveURL(/sel=/);
  const before = signedIn.url();
  await signedIn.keyboard.press('j');
  await expect.poll(() => signedIn.url()).not.toBe(before);
  await signedIn.keyboard.press('Escape');
  await expect(signedIn.getByRole('complementary', { name: 'Details' })).toHaveCount(0);
  await signedIn.keyboard.press('Enter');
  await expect(signedIn).toHaveURL(/\/access\/x\//);
});

test('a choice of a filter leaves as many rows as it says, and the file has them', async ({ signedIn, watchbill }) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/access/repos');
  await signedIn.getByRole('button', { name: 'Filter', exact: true }).click();
  const choice = signedIn.getByRole('dialog', { name: 'Filters' }).locator('label').filter({ hasText: 'Private' });
  const promised = Number((await choice.locator('.nums').textContent())?.replaceAll(',', ''));
  await choice.click();
  await signedIn.keyboard.press('Escape');
  await expect(signedIn.getByRole('status').filter({ hasText: /^[\d,]+ of [\d,]+ repositories$/ })).toBeVisible();
  expect(await shownCount(signedIn)).toBe(promised);

  const csv = await exported(signedIn, 'CSV');
  expect(csv.name).toMatch(/^watchbill-repos-\d{4}-\d{2}-\d{2}\.csv$/);
  const { data } = papa.parse<string[]>(csv.text);
  expect(data).toHaveLength(promised + 1);
  const heads = await signedIn.getByRole('columnheader').allTextContents();
  expect(data[0]).toEqual(heads.map((head) => head.trim()).filter(Boolean));

  const json = await exported(signedIn, 'JSON');
  expect(JSON.parse(json.text)).toMatchObject({ count: promised, filters: [{ filter: 'Visibility', choices: ['Private'] }] });
});

test('a file is made without a network', async ({ signedIn, watchbill }) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/access/repos');
  await signedIn.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await signedIn.reload();
  await expect.poll(() => signedIn.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await expect(signedIn.getByRole('grid').getByRole('row').nth(1)).toBeVisible();
  await signedIn.context().setOffline(true);
  const { text } = await exported(signedIn, 'CSV');
  expect(papa.parse(text).data).toHaveLength((await shownCount(signedIn)) + 1);
  await signedIn.context().setOffline(false);
});

test('a view is saved, stands in the sidebar, is renamed, deleted and brought back', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/access/repos?visibility=private&sort=-people');
  await signedIn.getByRole('button', { name: 'Save view' }).click();
  await signedIn.getByLabel('Name of the view').fill('Private, widest first');
  await signedIn.getByRole('button', { name: 'Save', exact: true }).click();
  const pinned = signedIn.getByRole('navigation').getByRole('link', { name: 'Private, widest first' });
  await expect(pinned).toBeVisible();
  await picture(signedIn, 'lists-view');

  await signedIn.goto('/access/teams');
  await pinned.click();
  await expect(signedIn).toHaveURL(/visibility=private/);
  await expect(signedIn.getByRole('columnheader', { name: 'People' })).toHaveAttribute('aria-sort', 'descending');

  await signedIn.getByRole('button', { name: 'Private, widest first' }).click();
  await signedIn.getByRole('button', { name: 'More about Private, widest first' }).click();
  await signedIn.getByRole('menuitem', { name: 'Rename' }).click();
  await signedIn.getByLabel('New name').fill('Widest');
  await signedIn.getByRole('button', { name: 'Save', exact: true }).click();
  const renamed = signedIn.getByRole('navigation').getByRole('link', { name: 'Widest' });
  await expect(renamed).toBeVisible();

  await signedIn.getByRole('button', { name: 'Widest', exact: true }).click();
  await signedIn.getByRole('button', { name: 'More about Widest' }).click();
  await signedIn.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(renamed).toHaveCount(0);
  await signedIn.getByRole('button', { name: 'Undo' }).click();
  await expect(renamed).toBeVisible();
});

test('a token has its page, and the list is clean to axe', async ({ signedIn, watchbill, picture }) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/access/tokens');
  await expect(signedIn.getByRole('grid').getByRole('row').nth(1)).toBeVisible();
  await picture(signedIn, 'lists-tokens');
  expect((await new AxeBuilder({ page: signedIn }).analyze()).violations).toEqual([]);
  await signedIn.keyboard.press('j');
  await signedIn.keyboard.press('Enter');
  await expect(signedIn).toHaveURL(/\/access\/tokens\/token/);
  await expect(signedIn.getByText('Made by')).toBeVisible();
  await signedIn.reload();
  await expect(signedIn.getByText('Made by')).toBeVisible();
});
