// Settings: how mail goes out, for how long history is kept, what is asked of devices, and the keys that credentials are sealed under.
import { Hono, type Context } from 'hono';
import * as z from 'zod';
import { KeyState, MailSettings, MailSettingsPatch } from '#domain/protocol/connectors.ts';
import { DeviceSettings, DeviceSettingsPatch } from '#domain/protocol/devices.ts';
import { HistorySettings, HistorySettingsPatch } from '#domain/protocol/history.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, permit } from '../http/route.ts';
import { mailSetup, sendMail } from '../notify/mail.ts';
import { testMail } from '../notify/messages.ts';
import { rotateKeys } from '../vault/rotation.ts';
import { sealSecret, vaultOf } from '../vault/vault.ts';

/** Credentials re-sealed by one request; the minute clock goes on with the rest. */
const STEPS_PER_REQUEST = 5;

export const settings = new Hono<EdgeEnv>()
  .get(
    '/mail',
    describe({ summary: 'How mail goes out', permission: 'settings_see', returns: MailSettings }),
    permit('settings_see'),
    async (c) => c.json(await mailSettings(c)),
  )
  .patch(
    '/mail',
    describe({
      summary: 'Change how mail goes out',
      description:
        'An HTTP provider gets `POST <endpoint>` with `authorization: Bearer <key>` and the JSON `{"from","to","subject","text","html"}`; ' +
        'any 2xx means taken. The key is sealed like a credential and never shown.',
      permission: 'settings_manage',
      returns: MailSettings,
    }),
    permit('settings_manage'),
    parseBody(MailSettingsPatch),
    async (c) => {
      const { key, ...patch } = c.req.valid('json');
      const acting = actingOf(c.var.actor);
      const before = await c.var.ledger.keptMailSettings();
      if (patch.mode === 'local' && !c.env.LOCAL_MAIL_URL) {
        return refuse(c, { reason: 'invalid', detail: 'Local mail is not offered here.' });
      }
      if (patch.mode === 'binding' && !c.env.MAIL) {
        return refuse(c, { reason: 'invalid', detail: 'This Worker has no mail binding.' });
      }
      // Otherwise whoever may change the address could have the key sent to themselves.
      const moves = patch.endpoint !== undefined && originOf(patch.endpoint) !== originOf(before.endpoint);
      if (moves && before.hasKey && key === undefined) {
        return refuse(c, { reason: 'invalid', detail: 'Enter the key again: the provider’s address is another one.' });
      }
      if (key === '') await c.var.ledger.dropCredential('mail', 'mail', acting);
      else if (key !== undefined) {
        const vault = vaultOf(c.env, c.var.workspace);
        if (!vault.ok) return refuse(c, vault.error);
        const place = { subject: 'mail', purpose: 'mail', kind: 'provider_key', identifier: 'mail' } as const;
        const sealed = await sealSecret(vault.value, { ...place, secret: key, expiresAt: null, replaces: 'any' }, acting);
        if (!sealed.ok) return refuse(c, sealed.error);
      }
      if (Object.keys(patch).length > 0) await c.var.ledger.changeMailSettings(patch, acting);
      return c.json(await mailSettings(c));
    },
  )
  .post(
    '/mail/test',
    describe({
      summary: 'Send a test e-mail to yourself',
      description: 'Refused with the provider’s reason where it does not go out.',
      permission: 'settings_manage',
      returns: z.object({ to: z.string() }),
    }),
    permit('settings_manage'),
    async (c) => {
      const { email, name } = c.var.actor;
      const outcome = await sendMail(c.env, c.var.ledger, { to: email, ...testMail(name, ownOrigin(c)) });
      return outcome.sent ? c.json({ to: email }) : refuse(c, { reason: 'mail_failed', detail: outcome.reason ?? 'Not sent.' });
    },
  )
  .get(
    '/history',
    describe({ summary: 'For how long history is kept', permission: 'settings_see', returns: HistorySettings }),
    permit('settings_see'),
    async (c) => c.json(await c.var.ledger.historySettings()),
  )
  .patch(
    '/history',
    describe({
      summary: 'Change for how long history is kept',
      description:
        'Less takes effect over the next hours: the clock forgets a few rows a minute. What is forgotten does not come back.',
      permission: 'settings_manage',
      returns: HistorySettings,
    }),
    permit('settings_manage'),
    parseBody(HistorySettingsPatch),
    async (c) => {
      const patch = c.req.valid('json');
      const { everyRevisionDays, dailyDays } = { ...(await c.var.ledger.historySettings()), ...patch };
      if (everyRevisionDays > dailyDays) {
        return refuse(c, { reason: 'invalid', detail: 'One revision a day must be kept at least as long as every revision.' });
      }
      return c.json(await c.var.ledger.changeHistorySettings(patch, actingOf(c.var.actor)));
    },
  )
  .get(
    '/devices',
    describe({ summary: 'What is asked of devices', permission: 'settings_see', returns: DeviceSettings }),
    permit('settings_see'),
    async (c) => c.json(await c.var.ledger.deviceSettings()),
  )
  .patch(
    '/devices',
    describe({
      summary: 'Change what is asked of devices',
      description: 'Each device hears of it at its next contact.',
      permission: 'settings_manage',
      returns: DeviceSettings,
    }),
    permit('settings_manage'),
    parseBody(DeviceSettingsPatch),
    async (c) => c.json(await c.var.ledger.changeDeviceSettings(c.req.valid('json'), actingOf(c.var.actor))),
  )
  .get(
    '/keys',
    describe({ summary: 'Which keys credentials are sealed under', permission: 'settings_see', returns: KeyState }),
    permit('settings_see'),
    async (c) => {
      const vault = vaultOf(c.env, c.var.workspace);
      return vault.ok ? c.json(await c.var.ledger.keyState(vault.value.ring.newest)) : refuse(c, vault.error);
    },
  )
  .post(
    '/keys/rotate',
    describe({
      summary: 'Seal every credential under the newest key',
      description:
        'Begins, or goes on; the minute clock does the rest. Older keys are retired when nothing is left under them.',
      permission: 'settings_manage',
      returns: KeyState,
      status: 202,
    }),
    permit('settings_manage'),
    async (c) => {
      const vault = vaultOf(c.env, c.var.workspace);
      if (!vault.ok) return refuse(c, vault.error);
      await rotateKeys(vault.value, actingOf(c.var.actor), STEPS_PER_REQUEST, true);
      return c.json(await c.var.ledger.keyState(vault.value.ring.newest), 202);
    },
  );

const originOf = (url: string | null): string | null => (url === null ? null : new URL(url).origin);

async function mailSettings(c: Context<EdgeEnv>): Promise<MailSettings> {
  const { workspace, hasKey, failures, ...kept } = await c.var.ledger.keptMailSettings();
  return { ...mailSetup(c.env, workspace, kept), hasKey, failures };
}
