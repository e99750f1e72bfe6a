// Care, matrix, what if and compare, after a sync of the simulated Docker Hub: clicked through as somebody would who has a question.
import type { Page } from '@playwright/test';
import * as z from 'zod';
import { Session } from '#domain/protocol/people.ts';
import { addConnector, untilConnected } from '../support/connect-docker-hub.ts';
import type { Watchbill } from '../support/watchbill.ts';
import { expect, test } from './fixtures.ts';
import { sessionApi } from './session-api.ts';

const Connectors = z.object({ items: z.array(z.object({ id: z.string() })) });
const Truth = z.object({
  members: z.array(z.object({ username: z.string(), role: z.string(), teams: z.array(z.string()) })),
  teams: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
});
const ORGANIZATION = 'harborline';

test.describe.configure({ mode: 'serial', timeout: 240_000 });

async function synced(page: Page, watchbill: Watchbill): Promise<z.infer<typeof Truth>> {
  await page.goto('/inbox');
  const call = sessionApi(page);
  const { items } = Connectors.parse(await call('GET', '/api/connectors'));
  if (!watchbill.sample) throw new Error('These tests need the simulated Docker Hub');
  const { user } = Session.parse(await call('GET', '/api/session'));
  await untilConnected(call, items[0]?.id ?? (await addConnector(call, user.id, watchbill.sample)));
  const truth = await fetch(`${watchbill.dockerHubUrl}/_control/truth?organization=${ORGANIZATION}`);
  return Truth.parse(await truth.json());
}

/** A picture in light, and one in dark. */
async function pictures(page: Page, picture: (page: Page, name: string) => Promise<void>, name: string): Promise<void> {
  await picture(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

test('each number of Care leads to a list of as many', async ({ signedIn, watchbill, picture }) => {
  await synced(signedIn, watchbill);
  await signedIn.goto('/care');
  const seats = signedIn.getByRole('region', { name: 'Seats' });
  await expect(seats.getByRole('link', { name: 'Not seen for 90 days' })).toBeVisible();
  await pictures(signedIn, picture, 'care');

  const pushed = signedIn
    .getByRole('region', { name: 'Repositories', exact: true })
    .getByRole('listitem')
    .filter({ hasText: 'Nobody but owners can push' });
  const number = /(\d[\d,]*)\s*$/.exec((await pushed.innerText()).trim())?.[1];
  await pushed.getByRole('link').click();
  await expect(signedIn).toHaveURL(/\/access\/repos\?care=owners_push/);
  if (number !== undefined && number !== '0')
    await expect(signedIn.getByText(new RegExp(`\\b${number}\\b`)).first()).toBeVisible();

  await signedIn.goto('/care');
  await seats.getByRole('link', { name: 'Last seen unknown' }).click();
  await expect(signedIn.getByRole('heading', { level: 1 })).toContainText('nobody knows when');
});

test('the matrix says what it shows, and a cell leads to its Why?', async ({ signedIn, watchbill, picture }, { project }) => {
  const { members } = await synced(signedIn, watchbill);
  await signedIn.goto(`/access/matrix?org=${ORGANIZATION}`);
  if (project.name === 'phone') {
    await pictures(signedIn, picture, 'matrix');
    const member = members.find(({ role }) => role === 'member');
    await signedIn.getByRole('searchbox', { name: 'Search people' }).fill(member?.username ?? '');
    await signedIn.getByRole('listitem').getByRole('link').first().click();
    await expect(signedIn).toHaveURL(/\/access\/x\//);
    return;
  }
  await expect(signedIn.getByRole('heading', { level: 1 })).toContainText(/reach|follows/);
  const grid = signedIn.getByRole('table').first();
  await expect(grid.getByRole('button', { name: 'Read-only' }).or(grid.getByText('Read & Write')).first()).toBeVisible();
  await grid.locator('[data-row]').filter({ hasText: 'Read & Write' }).first().hover();
  await pictures(signedIn, picture, 'matrix');
  await signedIn.getByRole('button', { name: 'Table view' }).click();
  await expect(signedIn).toHaveURL(/view=table/);
  await pictures(signedIn, picture, 'matrix-table');
  await signedIn.getByRole('button', { name: 'Matrix view' }).click();
  await grid.locator('[data-row]').filter({ hasText: 'Read & Write' }).first().click();
  await expect(signedIn).toHaveURL(/\/access\/why\?/);
});

test('a plan says who would lose what, and its address opens it again without a network', async ({
  signedIn,
  watchbill,
  picture,
}) => {
  const { teams } = await synced(signedIn, watchbill);
  const team = teams.filter(({ name }) => name !== 'owners').sort((a, b) => b.members.length - a.members.length)[0];
  if (!team) throw new Error('The world has no team');
  await signedIn.goto('/what-if');
  await expect(signedIn.getByText('Nothing is changed in Docker Hub.')).toBeVisible();
  await signedIn.getByLabel('What to change').click();
  await signedIn.getByRole('option', { name: 'Delete a team' }).click();
  await signedIn.getByRole('button', { name: 'Which team' }).click();
  await signedIn.getByRole('searchbox', { name: 'Which team' }).fill(team.name);
  await signedIn
    .getByRole('button', { name: new RegExp(`${ORGANIZATION}/${team.name}\\s`) })
    .first()
    .click();
  await signedIn.getByRole('button', { name: 'Add to the plan' }).click();
  await expect(signedIn.getByText(`Team ${ORGANIZATION}/${team.name} is deleted`)).toBeVisible();
  await expect(signedIn).toHaveURL(/do=delete/);
  await pictures(signedIn, picture, 'what-if');

  await signedIn.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await signedIn.reload();
  await expect.poll(() => signedIn.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await signedIn.context().setOffline(true);
  await signedIn.reload();
  await expect(signedIn.getByText(`Team ${ORGANIZATION}/${team.name} is deleted`)).toBeVisible();
  await signedIn.context().setOffline(false);
});

test('a person is compared with their team', async ({ signedIn, watchbill, picture }) => {
  const { members, teams } = await synced(signedIn, watchbill);
  const member = members.find(({ role, teams: own }) => role === 'member' && own.length > 1);
  const team = teams.find(({ name }) => name === member?.teams[0]);
  if (!member || !team) throw new Error('The world has nobody in two teams');
  await signedIn.goto('/access/compare');
  for (const [label, name] of [
    ['First person or team', member.username],
    ['Second person or team', team.name],
  ] as const) {
    await signedIn.getByRole('button', { name: label }).click();
    await signedIn.getByRole('searchbox', { name: label }).fill(name);
    await signedIn.getByRole('dialog').getByRole('listitem').getByRole('button').first().click();
  }
  await expect(signedIn).toHaveURL(/a=account.*b=team|b=team.*a=account/);
  await expect(signedIn.getByText('Both').first()).toBeVisible();
  await pictures(signedIn, picture, 'compare');
});
