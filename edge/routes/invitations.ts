// Using a one-time link: an invitation, another device, a reset, a recovery. The code is the only thing that is asked for.
import { Hono } from 'hono';
import { EnrolmentOptions, EnrolmentOptionsRequest, EnrolmentRequest, SetupResult } from '#domain/protocol/people.ts';
import { placeOf } from '../auth/place.ts';
import { hashOf } from '../auth/secret-text.ts';
import { prepareSession } from '../auth/start-session.ts';
import { creationOptions, verifyCreation } from '../auth/webauthn.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { deviceName } from '../http/device-name.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody } from '../http/route.ts';

export const invitations = new Hono<EdgeEnv>()
  .post(
    '/options',
    describe({ summary: 'What a one-time link is for', permission: 'open', returns: EnrolmentOptions }),
    parseBody(EnrolmentOptionsRequest),
    async (c) => {
      const hash = hashOf(c.req.valid('json').code);
      const open = await c.var.ledger.openEnrolment(hash);
      if (!open.ok) return refuse(c, open.error);
      const { purpose, user, passkeys } = open.value;
      const { id: userId, name, email } = user;
      const options = await creationOptions(placeOf(c), `enrolment:${hash}`, { userId, name, email, passkeys });
      return options.ok ? c.json({ purpose, name, email, options: options.value }) : refuse(c, options.error);
    },
  )
  .post(
    '/',
    describe({ summary: 'Use a one-time link', permission: 'open', returns: SetupResult, status: 201 }),
    parseBody(EnrolmentRequest),
    async (c) => {
      const { code, passkey, remember } = c.req.valid('json');
      const hash = hashOf(code);
      const open = await c.var.ledger.openEnrolment(hash);
      if (!open.ok) return refuse(c, open.error);
      const made = await verifyCreation(placeOf(c), `enrolment:${hash}`, passkey, deviceName(c.req.header('user-agent')));
      if (!made.ok) return refuse(c, made.error);

      const { session, begin } = prepareSession(c, 'main', remember);
      const user = await c.var.ledger.enrol({ hash, ...made.value, session });
      if (!user.ok) return refuse(c, user.error);
      begin();
      return c.json({ user: user.value }, 201);
    },
  );
