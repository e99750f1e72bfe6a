// What the keyboard does on every page.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or jump to' });
const openInbox = async (page: Page) => {
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
};

test('G and a letter go where the letter says', async ({ signedIn }) => {
  await openInbox(signedIn);
  for (const [letter, path] of [
    ['a', /\/access\/people$/],
    ['n', /\/connectors$/],
    ['l', /\/audit$/],
    ['s', /\/settings/],
    ['i', /\/inbox$/],
  ] as const) {
    // On a machine that is busy the second key may come too late for the first.
    await expect(async () => {
      await signedIn.keyboard.press('g');
      await signedIn.keyboard.press(letter);
      await expect(signedIn).toHaveURL(path, { timeout: 5_000 });
    }).toPass({ timeout: 20_000 });
  }
});

test('Ctrl+K opens the palette from within a field, and closes it', async ({ signedIn }) => {
  await signedIn.goto('/people');
  await signedIn.getByRole('searchbox').click();
  await signedIn.keyboard.press('Control+k');
  await expect(palette(signedIn)).toBeVisible();
  await signedIn.keyboard.press('Control+k');
  await expect(palette(signedIn)).toBeHidden();
  await expect(signedIn.getByRole('searchbox')).toBeFocused();
});

test('what is typed right after Ctrl+K is searched, however long the palette takes', async ({ signedIn }) => {
  await openInbox(signedIn);
  await signedIn.keyboard.press('Control+k');
  await signedIn.keyboard.type('audit');
  await expect(signedIn.getByRole('combobox')).toHaveValue('audit');
});

test('letters are letters in a field', async ({ signedIn }) => {
  await signedIn.goto('/people');
  await expect(signedIn.getByRole('searchbox')).toBeVisible();
  await signedIn.keyboard.press('/');
  await expect(signedIn.getByRole('searchbox')).toBeFocused();
  await signedIn.keyboard.type('gi?');
  await expect(signedIn).toHaveURL(/\/people/);
  await expect(signedIn.getByRole('searchbox')).toHaveValue('gi?');
  await expect(signedIn.getByRole('dialog')).toHaveCount(0);
});

test('Escape leaves a field, then goes up', async ({ signedIn }) => {
  await signedIn.goto('/connectors/new');
  await expect(signedIn.getByRole('heading', { level: 1 })).toBeVisible();
  await signedIn.getByRole('main').getByRole('searchbox').or(signedIn.getByRole('main').getByRole('textbox')).first().focus();
  await signedIn.keyboard.press('Escape');
  await expect(signedIn).toHaveURL(/\/connectors\/new/);
  await signedIn.keyboard.press('Escape');
  await expect(signedIn).toHaveURL(/\/connectors$/);
});

test('? lists what the keys do, out of what they do', async ({ signedIn, picture }) => {
  await openInbox(signedIn);
  await signedIn.keyboard.press('?');
  const dialog = signedIn.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog.getByText('Audit log')).toBeVisible();
  await picture(signedIn, 'shortcuts');
  // A key that belongs to the page does nothing while something lies over it.
  await signedIn.keyboard.press('g');
  await signedIn.keyboard.press('a');
  await expect(signedIn).toHaveURL(/\/inbox$/);
  await signedIn.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('single keys can be switched off; those with Ctrl stay', async ({ signedIn }) => {
  await signedIn.goto('/settings/appearance');
  await signedIn.getByRole('switch', { name: 'Single-key shortcuts' }).click();
  await signedIn.goto('/inbox');
  await expect(signedIn.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
  await signedIn.keyboard.press('g');
  await signedIn.keyboard.press('a');
  await signedIn.keyboard.press('Control+k');
  await expect(palette(signedIn)).toBeVisible();
  await expect(signedIn).toHaveURL(/\/inbox$/);
});

test('the sidebar stays as narrow as it was left', async ({ signedIn }) => {
  await openInbox(signedIn);
  const sidebar = signedIn.getByRole('navigation', { name: 'Main' });
  const width = async () => (await sidebar.boundingBox())?.width;
  await expect.poll(width).toBe(232);
  await signedIn.keyboard.press('Control+b');
  await expect.poll(width).toBe(56);
  await signedIn.reload();
  await expect(signedIn.getByRole('heading', { name: 'Inbox', level: 1 })).toBeVisible();
  expect(await width()).toBe(56);
  await expect(sidebar.getByRole('link', { name: 'Access' })).toBeVisible();
});
