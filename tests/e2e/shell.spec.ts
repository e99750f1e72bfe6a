// The frame around every page: where one can go, by thumb, by pointer and by key.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or jump to' });
const openInbox = async (page: Page) => {
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
};

test('the palette finds a command and goes there', async ({ signedIn, picture }) => {
  await openInbox(signedIn);
  await signedIn.getByRole('button', { name: 'Search or jump to' }).click();
  await expect(palette(signedIn)).toBeVisible();
  await expect(signedIn.getByRole('combobox')).toBeFocused();
  await picture(signedIn, 'palette');

  await signedIn.keyboard.type('conn');
  await expect(palette(signedIn).getByRole('option').first()).toHaveText(/Connectors/);
  await signedIn.keyboard.press('Enter');
  await expect(palette(signedIn)).toBeHidden();
  await expect(signedIn).toHaveURL(/\/connectors$/);
});

test('the palette says so where nothing is called that', async ({ signedIn }) => {
  await openInbox(signedIn);
  await signedIn.getByRole('button', { name: 'Search or jump to' }).click();
  await signedIn.getByRole('combobox').fill('zzzz');
  await expect(palette(signedIn).getByText('Nothing here is called “zzzz”.')).toBeVisible();
});

test('no page of a planned destination is offered', async ({ signedIn }) => {
  await openInbox(signedIn);
  const links = await signedIn.getByRole('navigation', { name: 'Main' }).getByRole('link').all();
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    const path = (await link.getAttribute('href')) ?? '';
    await signedIn.goto(path);
    await expect(signedIn.getByRole('heading', { level: 1 })).toBeVisible();
  }
});
