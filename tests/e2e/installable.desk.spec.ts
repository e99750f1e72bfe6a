// What Chromium itself thinks of the app as something to install.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from '../../tools/project.ts';
import { expect, test } from './fixtures.ts';

const Picture = z.object({ src: z.string(), sizes: z.string(), type: z.string() });
const Manifest = z.object({
  id: z.literal('/'),
  start_url: z.literal('/inbox'),
  icons: z.array(Picture.extend({ purpose: z.string().optional() })),
  screenshots: z.array(Picture.extend({ form_factor: z.enum(['narrow', 'wide']), label: z.string() })),
  shortcuts: z.array(z.object({ name: z.string(), url: z.string() })),
  share_target: z.object({ action: z.string(), method: z.literal('GET') }),
  protocol_handlers: z.array(z.object({ protocol: z.string(), url: z.string() })),
  launch_handler: z.object({ client_mode: z.string() }),
});

test('Chromium finds nothing that speaks against installing it', async ({ signedIn: page }) => {
  await page.goto('/inbox');
  await page.evaluate(() => navigator.serviceWorker.ready);
  const cdp = await page.context().newCDPSession(page);
  const { errors, data } = await cdp.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  Manifest.parse(JSON.parse(data ?? ''));
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  // A context without a profile is what every test runs in, and what nothing is ever installed in.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});

test('every picture of the manifest is there, in the size it claims', async ({ request }) => {
  const manifest = Manifest.parse(await (await request.get('/manifest.webmanifest')).json());
  expect(new Set(manifest.screenshots.map(({ form_factor }) => form_factor))).toEqual(new Set(['narrow', 'wide']));
  expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(['maskable', 'monochrome']));
  for (const { src, sizes, type } of [...manifest.icons, ...manifest.screenshots]) {
    const answer = await request.get(src);
    expect(answer.headers()['content-type']).toBe(type);
    if (type !== 'image/png') continue;
    const png = await answer.body();
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
  }
});

test('everything the manifest leads to is a page', async ({ signedIn: page }) => {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(ROOT, 'static', 'manifest.webmanifest'), 'utf8')));
  const targets = [manifest.start_url, manifest.share_target.action, ...manifest.shortcuts.map(({ url }) => url)];
  for (const target of targets) {
    await page.goto(target);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('Nothing is at this address')).toHaveCount(0);
  }
  expect(existsSync(join(ROOT, 'static', 'icons'))).toBe(true);
});

test('an address of Docker Hub that is shared to the app opens what it is about', async ({ signedIn: page }) => {
  await page.goto(`/open?${new URLSearchParams({ text: 'Look: https://hub.docker.com/r/acme/payments-api/tags' })}`);
  await expect(page).toHaveURL(/\/access\/x\/repository(:|%3A)acme\/payments-api$/);
  await page.goto(`/open?${new URLSearchParams({ link: 'web+watchbill:/access/teams?q=backend' })}`);
  await expect(page).toHaveURL(/\/access\/teams\?q=backend$/);
  await page.goto(`/open?${new URLSearchParams({ link: 'web+watchbill://elsewhere.example/inbox' })}`);
  await expect(page).toHaveURL(/\/inbox$/);
});
