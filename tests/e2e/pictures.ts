// The pictures of README and docs: `npm run screenshots`. Taken of the running app over the simulated Docker Hub; nothing is drawn.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { ROOT } from '../../tools/project.ts';
import { addConnector, type CallApi, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { makeWorld } from '../../tools/docker-hub/worlds/make-world.ts';
import { expect, test } from './fixtures.ts';
import { claimByPasskey } from './passkey-in-browser.ts';
import { sessionApi } from './session-api.ts';

/** Pictures that browsers show before they install the app: they lie among its files, and the manifest names them. */
const IN_MANIFEST = new Set(['repositories', 'why']);
const manifestPicture = (project: string, name: string) =>
  join(ROOT, 'static', 'screenshots', `${project === 'phone' ? 'narrow' : 'wide'}-${name}.png`);

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
  await page.goto(`${watchbill.url}/inbox`);
  const call = sessionApi(page);
  const { user } = Session.parse(await call('GET', '/api/session'));
  if (!watchbill.sample) throw new Error('The pictures need the simulated Docker Hub');
  return { call, id: await addConnector(call, user.id, watchbill.sample) };
}

/** The account and repository with the most ways between them. */
async function mostWays(call: CallApi): Promise<{ who: string; what: string }> {
  const { items: repositories } = Resources.parse(await call('GET', '/api/resources?type=repository&limit=100'));
  let most = { who: '', what: '', ways: 0 };
  for (const { id } of repositories) {
    const { items } = Grants.parse(
      await call('GET', `/api/grants?effective=true&resource=${encodeURIComponent(id)}&limit=500`),
    );
    for (const { principal, resource, paths } of items) {
      if (paths.length > most.ways) most = { who: principal.id, what: resource.id, ways: paths.length };
    }
  }
  return most;
}

test('the screens', async ({ signedIn, watchbill }, { project }) => {
  test.setTimeout(240_000);
  const { call, id } = await connect(signedIn, watchbill);
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
    if (IN_MANIFEST.has(name)) await signedIn.screenshot({ path: manifestPicture(project.name, name), animations: 'disabled' });
  }
});

// In an organization of 1,000 accounts at 400 ms a call, so that a sync lasts long enough to be seen half-way.
test('a sync that goes on', async ({ page, freshWatchbill: watchbill }, { project }) => {
  test.setTimeout(240_000);
  const sample = makeWorld('org-0.1').credentials.find(({ key }) => key === 'owner');
  if (!sample) throw new Error('The organization has no owner to sign in as');
  const reset = await fetch(`${watchbill.dockerHubUrl}/_control/reset`, {
    method: 'POST',
    body: JSON.stringify({ world: 'org-0.1', latencyMs: 400, rateLimit: null }),
  });
  expect(reset.ok).toBe(true);

  await claimByPasskey(page, watchbill.url, watchbill.setupCode, { name: 'Ada Lovelace', email: 'ada@example.com' });
  const connected = { ...watchbill, sample: { username: sample.identifier, password: sample.secret } };
  const { id } = await connect(page, connected);
  await page.goto(`${watchbill.url}/connectors/${id}/overview`);
  await expect(page.getByText('Syncing').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: /Syncing [3-8]\d\s*%/ })).toBeVisible({ timeout: 120_000 });
  await save(page, `${project.name}-sync`);
});
