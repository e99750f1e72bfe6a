// For whoever has lost every way in: whoever runs the Worker makes a one-time link for them, by `npm run admin -- recover EMAIL`.
import { Hono } from 'hono';
import { EnrolmentLink, RecoveryRequest } from '#domain/protocol/people.ts';
import { ADMIN_SIGNATURE_HEADER, isAdminRequest } from '../auth/admin-signature.ts';
import { enrolmentLink, newCode } from '../auth/enrolment-link.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody } from '../http/route.ts';
import { sendMail } from '../notify/mail.ts';
import { resetNotice } from '../notify/sign-in-messages.ts';

export const recovery = new Hono<EdgeEnv>().post(
  '/',
  describe({
    summary: 'Make a recovery link',
    description: `For the command line of whoever runs the Worker. Signed in the header \`${ADMIN_SIGNATURE_HEADER}\` with a key that only they have; nobody else is answered.`,
    permission: 'open',
    returns: EnrolmentLink,
    status: 201,
  }),
  async (c, next) => {
    const { KEY_ENCRYPTION_KEYS: keyEncryptionKeys, ADMIN_KEY: adminKey } = c.env;
    const request = { method: c.req.method, path: c.req.path, body: await c.req.text() };
    const signature = c.req.header(ADMIN_SIGNATURE_HEADER);
    return (await isAdminRequest({ keyEncryptionKeys, adminKey }, request, signature))
      ? next()
      : refuse(c, { reason: 'forbidden' });
  },
  parseBody(RecoveryRequest),
  async (c) => {
    const code = newCode();
    const made = await c.var.ledger.makeRecoveryLink(code.hash, c.req.valid('json').email);
    if (!made.ok) return refuse(c, made.error);

    const { user, expiresAt } = made.value;
    // Without the link: it goes to whoever asked for it on the command line, and to nobody's mailbox.
    const others = (await c.var.ledger.holdersOf('super')).filter(({ id }) => id !== user.id);
    for (const told of [user, ...others]) {
      await sendMail(c.env, c.var.ledger, resetNotice(told, user.name, 'Whoever runs the server'));
    }
    return c.json(await enrolmentLink(c, code, expiresAt, null), 201);
  },
);
