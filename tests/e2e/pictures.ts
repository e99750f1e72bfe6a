// The pictures of README and docs: `npm run screenshots`. Taken of the running app over the simulated Docker Hub; nothing is drawn.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { ROOT } from '../../tools/project.ts';
import { addConnector, type CallApi, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const save = (page: Page, name: string) =>
  page.screenshot({ path: join(ROOT, 'docs', 'pictures', `${name}.png`), animations: 'disabled' });

const Grants = z.object({
  items: z.array(
    z.object({ principal: z.object({ id: z.string() }), resource: z.object({ id: z.string() }), paths: z.array(z.unknown()) }),
  ),
});
const Resources = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Adds the connector and answers its id; it may still be reading. */
async function connect(page: Page, watchbill: Watchbill): Promise<{ call: CallApi; id: string }> {
  await page.goto('/inbox');
  const call = sessionApi(page);
  const { user } = Session.parse(await call('GET', '/api/session'));
  if (!watchbill.sample) throw new Error('The pictures need the simulated Docker Hub');
  return { call, id: await addConnector(call, user.id, watchbill.sample) };
}

/** Slows the simulated Docker Hub down, so that a sync lasts long enough to be seen. */
async function setLatency(watchbill: Watchbill, latencyMs: number): Promise<void> {
  const answer = await fetch(`${watchbill.dockerHubUrl}/_control/settings`, {
    method: 'POST',
    body: JSON.stringify({ latencyMs }),
  });
  expect(answer.ok).toBe(true);
}

/** The account and repository with the most ways between them. */
async function mostWays(call: CallApi): Promise<{ who: string; what: string }> {
  const { items: repositories } = Resources.parse(await call('GET', '/api/resources?type=repository&limit=100'));
  let most = { who: '', what: '', ways: 0 };
  for (const { id } of repositories.slice(0, 20)) {
    const { items } = Grants.parse(
      await call('GET', `/api/grants?effective=true&resource=${encodeURIComponent(id)}&limit=500`),
    );
    for (const { principal, resource, paths } of items) {
      if (paths.length > most.ways) most = { who: principal.id, what: resource.id, ways: paths.length };
    }
  }
  return most;
}

test('pictures', async ({ signedIn, watchbill }, { project }) => {
  test.setTimeout(240_000);
  const isPhone = project.name === 'phone';
  await setLatency(watchbill, isPhone ? 700 : 0);
  const { call, id } = await connect(signedIn, watchbill);
  if (isPhone) {
    await signedIn.goto(`/connectors/${id}/overview`);
    await expect(signedIn.getByText('Syncing').first()).toBeVisible();
    await expect(signedIn.getByText(/^[3-8]\d\s*%$/)).toBeVisible({ timeout: 60_000 }); // some stages are done, some are not
    await save(signedIn, 'phone-sync');
    await setLatency(watchbill, 0);
  }
  await untilConnected(call, id);
  const { who, what } = await mostWays(call);

  const pages = {
    connector: `/connectors/${id}/overview`,
    logs: `/connectors/${id}/logs`,
    repositories: '/access/repos',
    people: '/access/people',
    repository: `/access/x/${encodeURIComponent(what)}`,
    why: `/access/why?${new URLSearchParams({ who, what })}`,
  };
  for (const [name, path] of Object.entries(pages)) {
    await signedIn.goto(path);
    await expect(signedIn.getByRole('navigation').first()).toBeVisible();
    await expect(signedIn.getByText('Not Found', { exact: true })).toHaveCount(0);
    await expect(signedIn.locator('[aria-busy="true"]')).toHaveCount(0);
    await signedIn.waitForTimeout(1_000); // the copy on the device follows
    await save(signedIn, `${project.name}-${name}`);
  }
});
