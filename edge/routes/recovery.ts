// For whoever runs the Worker, from the command line: a one-time link for somebody who has lost every way in, and where the keys are.
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { KeyHolders } from '#domain/protocol/connectors.ts';
import { EnrolmentLink, RecoveryRequest } from '#domain/protocol/people.ts';
import { ADMIN_SIGNATURE_HEADER, isAdminRequest } from '../auth/admin-signature.ts';
import { enrolmentLink, newCode } from '../auth/enrolment-link.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody } from '../http/route.ts';
import { sendMail } from '../notify/mail.ts';
import { resetNotice } from '../notify/sign-in-messages.ts';
import { keyHolders } from '../vault/key-holders.ts';
import { keyEncryptionKeysOf } from '../vault/key-secrets.ts';

const SIGNED = `Signed in the header \`${ADMIN_SIGNATURE_HEADER}\` with a key that only they have; nobody else is answered.`;

const requireSignature = createMiddleware<EdgeEnv>(async (c, next) => {
  const keys = { keyEncryptionKeys: keyEncryptionKeysOf(c.env), adminKey: c.env.ADMIN_KEY };
  const request = { method: c.req.method, path: c.req.path, body: await c.req.text() };
  const signature = c.req.header(ADMIN_SIGNATURE_HEADER);
  return (await isAdminRequest(keys, request, signature)) ? next() : refuse(c, { reason: 'forbidden' });
});

export const recovery = new Hono<EdgeEnv>()
  .post(
    '/',
    describe({
      summary: 'Make a recovery link',
      description: `For the command line of whoever runs the Worker. ${SIGNED}`,
      permission: 'open',
      returns: EnrolmentLink,
      status: 201,
    }),
    requireSignature,
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
  )
  .post(
    '/keys',
    describe({
      summary: 'Which secrets hold which keys',
      description: `For the command line of whoever runs the Worker: says names and ids, and what may be removed. ${SIGNED}`,
      permission: 'open',
      returns: KeyHolders,
    }),
    requireSignature,
    async (c) => {
      const found = await keyHolders(c.env);
      return found.ok ? c.json(found.value) : refuse(c, found.error);
    },
  );
