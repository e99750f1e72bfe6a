// What syncs changed, and how it was on another day: made in the simulated Docker Hub, found by a sync, looked at, also without a network.
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { addConnector, type CallApi, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const Connectors = z.object({ items: z.array(z.object({ id: z.string() })) });
const Runs = z.object({ items: z.array(z.object({ n: z.number(), status: z.string() })) });
const Truth = z.object({
  members: z.array(z.object({ username: z.string(), role: z.string(), teams: z.array(z.string()) })),
  teams: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
  repositories: z.array(z.object({ name: z.string() })),
});
const ACME = 'harborline';

test.describe.configure({ mode: 'serial', timeout: 240_000 });

async function synced(page: Page, watchbill: Watchbill): Promise<{ call: CallApi; id: string }> {
  await page.goto('/inbox');
  const call = sessionApi(page);
  const { items } = Connectors.parse(await call('GET', '/api/connectors'));
  if (!watchbill.sample) throw new Error('These tests need the simulated Docker Hub');
  const { user } = Session.parse(await call('GET', '/api/session'));
  const id = items[0]?.id ?? (await addConnector(call, user.id, watchbill.sample));
  await untilConnected(call, id);
  return { call, id };
}

async function mutate(watchbill: Watchbill, mutation: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${watchbill.dockerHubUrl}/_control/mutate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organization: ACME, ...mutation }),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

async function syncOnce(call: CallApi, id: string): Promise<void> {
  await call('POST', `/api/connectors/${id}/sync`);
  await expect
    .poll(async () => Runs.parse(await call('GET', `/api/connectors/${id}/syncs`)).items[0]?.status, { timeout: 60_000 })
    .toMatch(/completed/);
}

/** From here on the page opens from the device. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Whether a past day that was looked at opens without a network; it is kept in its own time. */
const isDayKept = (page: Page, day: string): Promise<boolean> =>
  page.evaluate(
    (key) =>
      new Promise<boolean>((resolve, reject) => {
        const opening = indexedDB.open('watchbill-past');
        opening.onerror = () => reject(opening.error ?? new Error('not opened'));
        opening.onsuccess = () => {
          const asked = opening.result.transaction('days').objectStore('days').getKey(key);
          asked.onsuccess = () => {
            opening.result.close();
            resolve(asked.result !== undefined);
          };
        };
      }),
    day,
  );

test('what a sync found is told in words, with its badge, narrowed down by the address, and still there offline', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  const { call, id } = await synced(signedIn, watchbill);
  const truth = Truth.parse(await (await fetch(`${watchbill.dockerHubUrl}/_control/truth?organization=${ACME}`)).json());
  const team = truth.teams.find(({ name }) => name !== 'owners');
  const repository = truth.repositories[0];
  const member = truth.members.find(({ role, teams }) => role === 'member' && !teams.includes(team?.name ?? ''));
  if (!team || !repository || !member) throw new Error('The world is too small');
  const fresh = `newcomers-${Date.now()}`;
  await mutate(watchbill, { type: 'add_team_member', team: team.name, username: member.username });
  await mutate(watchbill, { type: 'create_team', name: fresh });
  await mutate(watchbill, { type: 'set_permission', team: fresh, repository: repository.name, permission: 'admin' });
  await mutate(watchbill, { type: 'create_repository', name: `tmp-${fresh}`, isPrivate: false });
  await syncOnce(call, id);
  await syncOnce(call, id);

  await signedIn.goto('/changes');
  await expect(signedIn.getByText(`${fresh} Admin on ${repository.name}`)).toBeVisible();
  await expect(signedIn.getByText(`${member.username} joined ${team.name}`)).toBeVisible();
  await expect(signedIn.getByText('Made outside Watchbill').first()).toBeVisible();
  await expect(signedIn.getByText(`${ACME} read for the first time`)).toBeVisible();
  await expect(signedIn.getByText('1 sync without changes')).toBeVisible();
  await picture(signedIn, 'changes');

  await signedIn.goto('/changes?kind=team');
  await expect(signedIn.getByText(`Team ${fresh} created`)).toBeVisible();
  await expect(signedIn.getByText(`${member.username} joined ${team.name}`)).toHaveCount(0);
  await signedIn.goto(`/changes?resource=${encodeURIComponent(`team:${ACME}/${team.name}`)}`);
  await expect(signedIn.getByText(`${member.username} joined ${team.name}`)).toBeVisible();
  await expect(signedIn.getByText(`Team ${fresh} created`)).toHaveCount(0);

  await signedIn.goto('/changes');
  await expect(signedIn.getByText(`Team ${fresh} created`)).toBeVisible();
  await untilKept(signedIn);
  await expect(signedIn.getByText(`Team ${fresh} created`)).toBeVisible();
  await signedIn.context().setOffline(true);
  await signedIn.reload();
  await expect(signedIn.getByText(`Team ${fresh} created`)).toBeVisible();
  await expect(signedIn.getByText(/You are offline/)).toBeVisible();
  await picture(signedIn, 'changes-offline');
  await signedIn.context().setOffline(false);
});

test('two days are compared, and a day that was compared once opens without a network', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  await synced(signedIn, watchbill);
  const today = new Date().toISOString().slice(0, 10);
  const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await signedIn.goto(`/changes?view=days&first=${today}&second=${today}`);
  await expect(signedIn.getByText('No difference')).toBeVisible();
  await picture(signedIn, 'changes-no-difference');
  await signedIn.goto(`/changes?view=days&first=${before}&second=${today}`);
  await expect(signedIn.getByText(/not read yet on/)).toBeVisible();
  await signedIn.getByRole('button', { name: /^From/ }).click();
  await expect(signedIn.getByRole('grid')).toBeVisible();
  await picture(signedIn, 'changes-two-days');
  await signedIn.keyboard.press('Escape');

  await untilKept(signedIn);
  await signedIn.context().setOffline(true);
  await signedIn.goto(`/changes?view=days&first=${before}&second=${before}`);
  await expect(signedIn.getByText('No difference')).toBeVisible();
  await signedIn.goto(`/changes?view=days&first=2026-01-01&second=${before}`);
  await expect(signedIn.getByText(/never opened on this device/)).toBeVisible();
  await signedIn.context().setOffline(false);
});

test('a past day stands under its name, stays from page to page, and opens again without a network', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  await synced(signedIn, watchbill);
  const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const today = new Date().toISOString().slice(0, 10);
  await signedIn.goto(`/access/people?at=${before}`);
  await expect(signedIn.getByRole('status').filter({ hasText: 'As of' })).toBeVisible();
  await expect(signedIn.getByText('Nothing had been read by then.')).toBeVisible();
  await expect.poll(() => isDayKept(signedIn, before)).toBe(true);

  await signedIn.goto(`/access/teams?at=${today}`);
  await expect(signedIn.getByRole('status').filter({ hasText: 'As of' })).toBeVisible();
  await expect(signedIn.getByRole('link', { name: /backend/ }).first()).toBeVisible();
  await picture(signedIn, 'as-of-list');
  await signedIn.goto(`/access/x/team:${ACME}/backend?at=${today}`);
  await expect(signedIn.getByRole('heading', { name: /backend/ }).first()).toBeVisible();
  await picture(signedIn, 'as-of-team');
  await signedIn.getByRole('button', { name: /^(Now|Show what is now)$/ }).click();
  await expect(signedIn).not.toHaveURL(/at=/);
  await expect(signedIn.getByRole('status').filter({ hasText: 'As of' })).toHaveCount(0);
  await picture(signedIn, 'team-history');

  await untilKept(signedIn);
  await signedIn.context().setOffline(true);
  await signedIn.goto(`/access/people?at=${before}`);
  await expect(signedIn.getByText('Nothing had been read by then.')).toBeVisible();
  await signedIn.goto('/access/people?at=2026-01-01');
  await expect(signedIn.getByText(/never opened on this device/)).toBeVisible();
  await signedIn.context().setOffline(false);
});
