// Who has access to what, after a sync of the simulated Docker Hub: looked at, explained, checked, and still there without a network.
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { addConnector, type CallApi, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const Grants = z.object({
  items: z.array(
    z.object({
      principal: z.object({ id: z.string(), name: z.string() }),
      resource: z.object({ id: z.string(), name: z.string(), parent: z.string() }),
      paths: z.array(z.array(z.string())),
    }),
  ),
});
const Resources = z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), parent: z.string().nullable() })) });
const Connectors = z.object({ items: z.array(z.object({ id: z.string() })) });

/** The API, with one connector that is connected: added by the first test of a worker, found by the others. */
async function synced(page: Page, watchbill: Watchbill): Promise<CallApi> {
  await page.goto('/inbox');
  const call = sessionApi(page);
  const { items } = Connectors.parse(await call('GET', '/api/connectors'));
  if (!watchbill.sample) throw new Error('These tests need the simulated Docker Hub');
  const { user } = Session.parse(await call('GET', '/api/session'));
  const id = items[0]?.id ?? (await addConnector(call, user.id, watchbill.sample));
  await untilConnected(call, id);
  return call;
}

/** The account and repository with the most ways between them. */
async function mostWays(call: CallApi): Promise<z.infer<typeof Grants>['items'][number]> {
  const { items } = Resources.parse(await call('GET', '/api/resources?type=repository&limit=100'));
  let most: z.infer<typeof Grants>['items'][number] | undefined;
  for (const { id } of items) {
    const grants = Grants.parse(await call('GET', `/api/grants?effective=true&resource=${encodeURIComponent(id)}&limit=500`));
    for (const grant of grants.items) if (grant.paths.length > (most?.paths.length ?? 0)) most = grant;
  }
  if (!most) throw new Error('Nobody has access to anything');
  return most;
}

/** From here on the page opens from the device. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

test.describe.configure({ mode: 'serial', timeout: 240_000 });

test('what was synced is listed with its counts, found while typing, and still there after a reload without a network', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  const call = await synced(signedIn, watchbill);
  const { items } = Resources.parse(await call('GET', '/api/resources?type=repository&limit=1000'));

  await signedIn.goto('/access/repos');
  const tab = signedIn.getByRole('navigation', { name: 'Access' }).getByRole('link', { name: /Repositories/ });
  await expect(tab).toHaveText(new RegExp(`Repositories\\s*${items.length}`));
  await picture(signedIn, 'access-repositories');

  const wanted = items.at(-1);
  if (!wanted) throw new Error('Docker Hub has no repositories');
  await signedIn.getByRole('searchbox', { name: 'Search repositories' }).fill(`${wanted.parent} ${wanted.name}`);
  await expect(signedIn.getByRole('link', { name: `${wanted.parent}/${wanted.name}`, exact: true })).toBeVisible();
  await expect(signedIn).toHaveURL(/q=/);

  await signedIn.goto(`/access/x/${encodeURIComponent(wanted.id)}`);
  await expect(signedIn.getByRole('heading', { level: 1 })).toContainText(wanted.name);
  await expect(signedIn.getByRole('link', { name: /^Why\?/ }).first()).toBeVisible();
  await picture(signedIn, 'access-repository');

  await untilKept(signedIn);
  await signedIn.context().setOffline(true);
  await signedIn.reload();
  await expect(signedIn.getByRole('heading', { level: 1 })).toContainText(wanted.name);
  await expect(signedIn.getByText("You're offline").first()).toBeVisible();
  await signedIn.goto('/access/teams');
  await expect(signedIn.getByRole('navigation', { name: 'Access' }).getByRole('link', { name: /Teams\s*\d+/ })).toBeVisible();
  await signedIn.context().setOffline(false);
});

test('Why? shows every path, drawn and in words, and opens without a network', async ({ signedIn, watchbill, picture }) => {
  const call = await synced(signedIn, watchbill);
  const { principal, resource, paths } = await mostWays(call);
  const address = `/access/why?${new URLSearchParams({ who: principal.id, what: resource.id })}`;

  await signedIn.goto(address);
  const sentences = signedIn
    .getByRole('list', { name: 'In words' })
    .getByRole('listitem')
    .filter({ hasText: /\bcan (push|pull|administer)\b/ });
  await expect(sentences).toHaveCount(paths.length);
  for (const [, via = ''] of paths) {
    const team = /^team:[^/]+\/(.+)$/.exec(via)?.[1];
    if (team) await expect(sentences.filter({ hasText: `is in team ${team}` }).first()).toBeVisible();
  }
  await expect(signedIn.getByText('Strongest path')).toHaveCount(1);
  await picture(signedIn, 'access-why');

  await untilKept(signedIn);
  await signedIn.context().setOffline(true);
  await signedIn.goto(address);
  await expect(sentences).toHaveCount(paths.length);
  await signedIn.context().setOffline(false);
});

test('one live read says when Docker Hub was asked, and that the copy is the same', async ({ signedIn, watchbill }) => {
  const call = await synced(signedIn, watchbill);
  const { resource } = await mostWays(call);
  await signedIn.goto(`/access/x/${encodeURIComponent(resource.id)}?tab=about`);
  await signedIn.getByRole('button', { name: 'Check in Docker Hub now' }).click();
  await expect(signedIn.getByText(/^Asked \d\d:\d\d:\d\d/)).toBeVisible();
  await expect(signedIn.getByText('Same as the copy')).toBeVisible();
});
