// What is done with a connector once it is connected, and with the application it feeds.
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { addConnector, untilConnected } from '../support/connect-docker-hub.ts';
import { expect, test } from './fixtures.ts';
import { addAuthenticator, claimByPasskey } from './passkey-in-browser.ts';
import { sessionApi } from './session-api.ts';

test.describe.configure({ timeout: 120_000 });

const Resources = z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), parent: z.string() })) });
const Application = z.object({ items: z.array(z.object({ id: z.string() })) });

test('a connector is answered for, paused, synced, renamed, its repositories given owners, and deleted with the passkey', async ({
  browser,
  freshWatchbill,
  picture,
}) => {
  const { url, setupCode, sample } = freshWatchbill;
  if (!sample) throw new Error('This test needs the simulated Docker Hub');
  const claiming = await browser.newPage();
  const { storageState, passkeys } = await claimByPasskey(claiming, url, setupCode, {
    name: 'Ada Lovelace',
    email: 'ada@example.com',
  });
  const call = sessionApi(claiming);
  const { user } = Session.parse(await call('GET', '/api/session'));
  const id = await addConnector(call, user.id, sample);
  await untilConnected(call, id);

  const context = await browser.newContext({ storageState, baseURL: url });
  const page = await context.newPage();
  await addAuthenticator(page, passkeys);
  const phone = (page.viewportSize()?.width ?? 0) < 1024;
  /** A button of the head: behind the dots on a phone. */
  const head = async (name: string) => {
    if (phone) {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    } else await page.getByRole('button', { name, exact: true }).click();
  };

  await page.goto(`/connectors/${id}`);
  await expect(page).toHaveURL(/\/overview$/);
  for (let asked = 0; asked < 2; asked++) {
    await expect(page.getByRole('heading', { name: /^Who decides who is in / })).toBeVisible();
    const question = await page.getByRole('heading', { name: /^Who decides who is in / }).textContent();
    await page.getByRole('radio', { name: /^Identity provider/ }).check();
    await page.getByRole('button', { name: 'Save answer' }).click();
    await expect(page.getByRole('heading', { name: question ?? '' })).toBeHidden();
  }
  await expect(page.getByRole('heading', { name: /^Who decides who is in / })).toBeHidden();

  await head('Pause');
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await picture(page, 'connector-paused');
  await head('Resume');
  await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  await head('Sync now');
  await expect(page.getByRole('heading', { name: 'Nothing new' })).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('region', { name: 'Runs as a table' }).getByRole('row')).toHaveCount(3);

  await page.getByRole('link', { name: 'Settings' }).last().click();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Harbor');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Harbor');

  // Owners of a repository, first by hand, then from CSV.
  const { items } = Resources.parse(await call('GET', '/api/resources?type=repository&limit=2'));
  const [first, second] = items;
  if (!first || !second) throw new Error('Docker Hub has no repositories');
  const application = Application.parse(await call('GET', '/api/applications')).items[0]?.id ?? '';
  await page.goto(`/applications/${application}?q=${first.name}`);
  await page.getByRole('button', { name: `${first.parent}/${first.name}` }).click();
  await page.getByRole('dialog').getByLabel('Owners').fill('ada');
  await page.getByRole('option', { name: /Ada Lovelace/ }).click();
  await expect(page.getByRole('button', { name: 'Remove Ada Lovelace' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const listed = ({ name }: { name: string }) => page.getByRole('main').getByText(name).first();
  await page.goto(`/applications/${application}?owned=own`);
  await expect(listed(first)).toBeVisible();
  await expect(listed(second)).toBeHidden();

  await page.getByRole('button', { name: 'Import CSV' }).click();
  await page
    .getByRole('dialog')
    .getByLabel('CSV')
    .fill(`resource,owners\n${second.id},ada@example.com\nrepository:${second.parent}/no-such-one,ada@example.com`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(page.getByText('Refused', { exact: true })).toBeVisible();
  await picture(page, 'owners-csv');
  await page.getByRole('button', { name: 'Set 1 row' }).click();
  await expect(listed(second)).toBeVisible();
  await picture(page, 'application');

  await page.goto(`/connectors/${id}/settings`);
  await page.getByRole('button', { name: 'Delete connector…' }).click();
  await expect(page.getByRole('dialog').getByText(/repositories and [\d,]+ grants/)).toBeVisible();
  await expect(page.getByRole('dialog').getByText('2 runs with their logs')).toBeVisible();
  await picture(page, 'connector-delete');
  await page.getByRole('button', { name: 'Delete with passkey' }).click();
  await expect(page).toHaveURL(/\/connectors$/);
  await expect(page.getByText('No connectors yet')).toBeVisible();
  await context.close();
  await claiming.context().close();
});
