// Every page opens from the device alone, at its own address, as from a notification in a lift.
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { appRoutes } from '../support/app-routes.ts';
import { addConnector, untilConnected } from '../support/connect-docker-hub.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const Named = z.object({ items: z.array(z.object({ id: z.string() })) });

test('each route opens cold and offline', async ({ signedIn: page, watchbill }) => {
  test.setTimeout(240_000);
  await page.goto('/inbox');
  const call = sessionApi(page);
  if (!watchbill.sample) throw new Error('This needs the simulated Docker Hub');
  const { user } = Session.parse(await call('GET', '/api/session'));
  const first = async (path: string) => Named.parse(await call('GET', path)).items[0]?.id;
  const connector = (await first('/api/connectors')) ?? (await addConnector(call, user.id, watchbill.sample));
  await untilConnected(call, connector);
  const repository = (await first('/api/resources?type=repository&limit=1')) ?? '';

  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  // Long lists are drawn in part: the search brings the one that is waited for into sight.
  const name = repository.split('/').at(-1) ?? '';
  await page.goto(`/access/repos?q=${name}`);
  await expect(page.getByRole('main').getByText(name).first()).toBeVisible();
  await page.context().setOffline(true);

  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  const routes = appRoutes({
    list: 'repos',
    id: repository,
    'connectors/id': connector,
    'applications/id': (await firstOffline(page, 'applications')) ?? '',
    'people/id': user.id,
    code: 'abcdefgh',
  });
  expect(routes.length).toBeGreaterThan(25);
  for (const { route, path } of routes) {
    await test.step(route, async () => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByText('Nothing is at this address')).toHaveCount(0);
      await expect(page.getByText('This page could not be shown')).toHaveCount(0);
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    });
  }
  expect(faults).toEqual([]);
});

/** The first id in a table of the device's copy. */
const firstOffline = (page: Page, table: string): Promise<string | undefined> =>
  page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('watchbill');
        opening.onerror = () => reject(opening.error ?? new Error('not opened'));
        opening.onsuccess = () => {
          const asked = opening.result.transaction(name).objectStore(name).getAllKeys();
          asked.onsuccess = () => {
            opening.result.close();
            resolve(asked.result[0]?.toString());
          };
        };
      }),
    table,
  );
