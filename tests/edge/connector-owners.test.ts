// A connector of somebody else: who is told, how, and what if no mail goes out.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { pageOf, Problem } from '#domain/protocol/common.ts';
import { EligibleOwner, MailSettings, Task } from '#domain/protocol/connectors.ts';
import { InvitedUser } from '#domain/protocol/people.ts';
import { asRole, claimWorkspace, codeOf, invite, ORIGIN, enrol, type Person } from '../support/edge.ts';
import {
  aConnector,
  aCredential,
  addConnector,
  mailProvider,
  PROVIDER_KEY,
  useNoMail,
  useProvider,
} from '../support/edge-connectors.ts';

let ada: Person;
let dana: Person;

beforeAll(async () => {
  ada = await claimWorkspace();
  dana = await invite(['connector'], 'Dana Cole');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await useNoMail(ada);
});

describe('a connector of somebody else', () => {
  test('gives them a task and a mail with Set up connector, and says that it was sent', async () => {
    await useProvider(ada);
    const { mails, keys } = mailProvider();
    const created = await addConnector(ada, { owners: [dana.user.id] });
    const link = `${ORIGIN}/connectors/${created.id}/settings`;
    expect(created.notified).toEqual([{ user: { id: dana.user.id, name: 'Dana Cole' }, emailed: true, reason: null, link }]);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({ to: dana.user.email, from: 'Watchbill <watchbill@acme.example>' });
    expect(mails[0]?.text).toContain(`Set up connector: ${link}`);
    expect(mails[0]?.html).toContain(`<a href="${link}">Set up connector</a>`);
    expect(keys).toEqual([`Bearer ${PROVIDER_KEY}`]);

    const tasks = await dana.browser.call(pageOf(Task), '/api/tasks?state=open');
    expect(tasks.items).toMatchObject([
      { type: 'connector_setup', connector: { id: created.id }, createdBy: { name: 'Ada Park' } },
    ]);
    expect((await ada.browser.call(pageOf(Task), '/api/tasks')).items).toEqual([]);
  });

  test('says so where mail is not set up, with the link to hand on', async () => {
    const created = await addConnector(ada, { owners: [ada.user.id, dana.user.id] });
    expect(created.notified).toMatchObject([{ user: { id: dana.user.id }, emailed: false, reason: 'E-mail is not set up.' }]);
    expect(created.notified[0]?.link).toBe(`${ORIGIN}/connectors/${created.id}/settings`);
  });

  test('shows what the provider said where it refused, and never the key', async () => {
    await useProvider(ada);
    mailProvider(403, `{"message":"${PROVIDER_KEY} may not send from acme.example"}`);
    const created = await addConnector(ada, { owners: [dana.user.id] });
    expect(created.notified[0]).toMatchObject({
      emailed: false,
      reason: 'The mail provider answered 403: {"message":"… may not send from acme.example"}',
    });

    const settings = await ada.browser.fetch('/api/settings/mail');
    const text = await settings.text();
    expect(text).not.toContain(PROVIDER_KEY);
    expect(MailSettings.parse(JSON.parse(text))).toMatchObject({
      mode: 'http',
      hasKey: true,
    });
    expect(MailSettings.parse(JSON.parse(text)).failures[0]).toMatchObject({
      to: dana.user.email,
      error: expect.stringContaining('403'),
    });
    const tried = await ada.browser.fetch('/api/settings/mail/test', { method: 'POST' });
    expect(tried.status).toBe(502);
    expect(Problem.parse(await tried.json())).toMatchObject({ code: 'mail_failed', detail: expect.stringContaining('403') });
  });

  test('says so where the provider cannot be reached', async () => {
    await useProvider(ada);
    const created = await addConnector(ada, { owners: [dana.user.id] });
    expect(created.notified[0]).toMatchObject({ emailed: false, reason: 'The mail provider could not be reached.' });
  });

  test('the provider’s key does not follow the address to another origin', async () => {
    await useProvider(ada);
    const patch = (body: unknown) => ada.browser.fetch('/api/settings/mail', { method: 'PATCH', body });
    expect((await patch({ endpoint: 'https://elsewhere.example/send' })).status).toBe(400);
    expect((await patch({ endpoint: 'http://elsewhere.example/send', key: 'x' })).status).toBe(400);
    expect((await patch({ endpoint: 'https://elsewhere.example/send', key: 'another' })).status).toBe(200);
  });

  test('may be set up by them, and not by somebody without the role', async () => {
    const created = await addConnector(ada, { owners: [dana.user.id] });
    const put = (by: Person) =>
      by.browser.fetch(`/api/connectors/${created.id}/credential`, { method: 'PUT', body: aCredential() });
    expect((await put(await asRole('campaign'))).status).toBe(403);
    expect((await put(await asRole('basic'))).status).toBe(403);
    expect((await put(dana)).status).toBe(200);
  });

  test('cannot be given to somebody without the role, who is listed with the reason', async () => {
    const basic = await asRole('basic');
    const refused = await ada.browser.fetch('/api/connectors', {
      method: 'POST',
      body: aConnector(ada, { owners: [basic.user.id] }),
    });
    expect(refused.status).toBe(422);
    expect(await codeOf(refused)).toBe('owner_not_eligible');
    const { items } = await ada.browser.call(z.object({ items: z.array(EligibleOwner) }), '/api/connectors/eligible-owners');
    expect(items.find(({ user }) => user.id === dana.user.id)).toMatchObject({ eligible: true, reason: null });
    expect(items.find(({ user }) => user.id === basic.user.id)).toMatchObject({
      eligible: false,
      reason: 'Needs the Connector or Super Administrator role',
    });
  });
});

describe('somebody who was invited for it', () => {
  const inviteFor = (mail: boolean, by = ada) =>
    by.browser.call(InvitedUser, '/api/users', {
      method: 'POST',
      body: {
        name: 'Kim Ito',
        email: `${crypto.randomUUID()}@watchbill.test`,
        roles: ['basic', 'connector'],
        ...(mail ? {} : { mail: false }),
      },
    });

  test('gets one mail: its link makes the passkey, and the task that waits leads on to the connector', async () => {
    await useProvider(ada);
    const { mails } = mailProvider();
    const { user, invitation } = await inviteFor(false);
    expect([invitation.emailed, mails]).toEqual([false, []]);

    const created = await addConnector(ada, { owners: [user.id] });
    expect(mails).toMatchObject([{ to: user.email, subject: 'Your help is needed to set up Docker Hub' }]);
    const [told] = created.notified;
    expect(told).toMatchObject({ emailed: true, link: expect.stringContaining(`${ORIGIN}/invitation/`) });
    expect(mails[0]?.text).toContain(`Set up connector: ${told?.link}`);

    const kim = await enrol(told?.link ?? '');
    expect(kim.user.id).toBe(user.id);
    const tasks = await kim.browser.call(pageOf(Task), '/api/tasks?state=open&limit=1');
    expect(tasks.items).toMatchObject([{ type: 'connector_setup', connector: { id: created.id } }]);
    // The link that was made with the invitation, and shown to nobody, is no second way in.
    await expect(enrol(invitation.url)).rejects.toThrow('code_used_or_expired');
    await expect(enrol(told?.link ?? '')).rejects.toThrow('code_used_or_expired');
  });

  test('gets the link by hand where mail is not set up', async () => {
    const { user } = await inviteFor(false);
    const created = await addConnector(ada, { owners: [user.id] });
    expect(created.notified).toMatchObject([
      { emailed: false, reason: 'E-mail is not set up.', link: expect.stringContaining('/invitation/') },
    ]);
    expect((await enrol(created.notified[0]?.link ?? '')).user.id).toBe(user.id);
  });

  test('keeps the invitation that was mailed before, and is asked to sign in', async () => {
    await useProvider(ada);
    const { mails } = mailProvider();
    const { user, invitation } = await inviteFor(true);
    const created = await addConnector(ada, { owners: [user.id] });
    expect(created.notified[0]?.link).toBe(`${ORIGIN}/connectors/${created.id}/settings`);
    expect(mails).toHaveLength(2);
    expect((await enrol(invitation.url)).user.id).toBe(user.id);
  });

  test('is not handed to an administrator who may not invite: the link would be a way in as somebody else', async () => {
    const { user } = await inviteFor(false);
    const created = await addConnector(dana, { owners: [user.id] });
    expect(created.notified[0]?.link).toBe(`${ORIGIN}/connectors/${created.id}/settings`);
  });
});
