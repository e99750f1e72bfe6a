// From the printed address to the first screen, as `npm start` says it.
import { expect, test } from './fixtures.ts';

test('the printed link claims the workspace with a passkey, and the code leaves the address at once', async ({
  page,
  freshWatchbill: { url, setupCode, output },
  authenticator,
  picture,
}) => {
  const printed = /Open {2}(\S+)/.exec(output())?.[1] ?? '';
  expect(printed).toBe(`${url}/setup#code=${setupCode}`);
  await page.goto(printed);
  await expect(page.getByLabel('Your name')).toBeVisible();
  await expect(page).toHaveURL(`${url}/setup`);
  await picture(page, 'setup');

  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Create my passkey' }).click();
  await expect(page).toHaveURL(`${url}/inbox`);
  expect(await authenticator.passkeys()).toHaveLength(1);
  await picture(page, 'first-screen');

  await page.goto(printed);
  await expect(page.getByText('already claimed')).toBeVisible();
});

test('whoever has claimed it stays signed in after a restart of the browser page', async ({ signedIn }) => {
  await signedIn.goto('/');
  await expect(signedIn).toHaveURL(/\/inbox$/);
  await signedIn.reload();
  await expect(signedIn).toHaveURL(/\/inbox$/);
});

test('nothing is blocked by the content security policy, and nothing is logged as an error', async ({ signedIn }) => {
  const complaints: string[] = [];
  signedIn.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  signedIn.on('pageerror', (error) => complaints.push(error.message));
  for (const path of ['/inbox', '/connectors', '/applications', '/people', '/audit', '/settings']) {
    await signedIn.goto(path);
    await expect(signedIn.getByRole('heading').first()).toBeVisible();
  }
  expect(complaints).toEqual([]);
});
