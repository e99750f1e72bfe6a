// The claim of a new workspace: locked until somebody brings the one-time code, closed for ever afterwards.
import { Hono } from 'hono';
import { SetupOptionsRequest, SetupRequest, SetupResult, WebAuthnJson } from '#domain/protocol/people.ts';
import { newApiToken } from '../auth/api-token.ts';
import { placeOf } from '../auth/place.ts';
import { refuseSetup } from '../auth/setup-code.ts';
import { prepareSession } from '../auth/start-session.ts';
import { creationOptions, verifyCreation } from '../auth/webauthn.ts';
import type { EdgeEnv } from '../http/actor.ts';
import { deviceName } from '../http/device-name.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody } from '../http/route.ts';

export const setup = new Hono<EdgeEnv>()
  .post(
    '/options',
    describe({ summary: 'Options for the first passkey', permission: 'open', returns: WebAuthnJson }),
    parseBody(SetupOptionsRequest),
    async (c) => {
      const { code, name, email } = c.req.valid('json');
      const refusal = await refuseSetup(c, code);
      if (refusal) return refuse(c, refusal);
      const options = await creationOptions(placeOf(c), 'setup', { userId: null, name, email, passkeys: [] });
      return options.ok ? c.json(options.value) : refuse(c, options.error);
    },
  )
  .post(
    '/',
    describe({
      summary: 'Claim this workspace',
      description:
        'Makes the first Super Administrator, with a passkey, or with `"credential":"token"` with an API token, which is answered once. Afterwards: 410.',
      permission: 'open',
      returns: SetupResult,
      status: 201,
    }),
    parseBody(SetupRequest),
    async (c) => {
      const request = c.req.valid('json');
      const { code, name, email } = request;
      const refusal = await refuseSetup(c, code);
      if (refusal) return refuse(c, refusal);

      if ('credential' in request) {
        const { token, kept } = newApiToken('main', { name: 'Setup', expiresInDays: 90 });
        const user = await c.var.ledger.claimWorkspace({
          userId: crypto.randomUUID(),
          name,
          email,
          by: { type: 'token', token: kept },
        });
        return user.ok ? c.json({ user: user.value, token }, 201) : refuse(c, user.error);
      }

      const made = await verifyCreation(placeOf(c), 'setup', request.passkey, deviceName(c.req.header('user-agent')));
      if (!made.ok) return refuse(c, made.error);
      const { session, begin } = prepareSession(c, 'main', request.remember);
      const { userId } = made.value.challenge;
      const user = await c.var.ledger.claimWorkspace({ userId, name, email, by: { type: 'passkey', ...made.value, session } });
      if (!user.ok) return refuse(c, user.error);
      begin();
      return c.json({ user: user.value }, 201);
    },
  );
