// Signing in and out, and confirming with the passkey what asks for it.
import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod';
import { OWN_REQUEST_HEADER } from '#domain/own-request.ts';
import { Session, SetupResult, SignInRequest, WebAuthnJson } from '#domain/protocol/people.ts';
import { placeOf } from '../auth/place.ts';
import { hashOf, newSecret } from '../auth/secret-text.ts';
import { prepareSession } from '../auth/start-session.ts';
import { readAssertion, requestOptions, verifyUse } from '../auth/webauthn.ts';
import { actingOf, type EdgeEnv } from '../http/actor.ts';
import { refuse } from '../http/refuse.ts';
import { describe, parseBody, permit, requirePerson } from '../http/route.ts';
import { forgetSessionCookie, readSessionCookie, writeSessionCookie } from '../http/session-cookie.ts';
import { mailSetup } from '../notify/mail.ts';
import { VERSION } from '../version.ts';

/**
 * The app asks at every start whom it is for. That nobody is signed in is an answer to that, not a refusal that browsers print in red:
 * 204. A program without a session gets its 401.
 */
const answerNobody = createMiddleware<EdgeEnv>(async (c, next) => {
  await next();
  if (c.req.method === 'GET' && c.res.status === 401 && c.req.header(OWN_REQUEST_HEADER) === '1') {
    await c.res.body?.cancel();
    c.res = new Response(null, { status: 204 });
  }
});

/** Nobody is signed in yet. */
export const signIn = new Hono<EdgeEnv>()
  .use('/', answerNobody)
  .post(
    '/options',
    describe({ summary: 'Options for signing in with a passkey', permission: 'open', returns: WebAuthnJson }),
    async (c) => {
      const options = await requestOptions(placeOf(c), 'sign_in');
      return options.ok ? c.json(options.value) : refuse(c, options.error);
    },
  )
  .post(
    '/',
    describe({
      summary: 'Sign in with a passkey',
      permission: 'open',
      returns: SetupResult.pick({ user: true }),
    }),
    parseBody(SignInRequest),
    async (c) => {
      const { passkey: sent, remember } = c.req.valid('json');
      const assertion = readAssertion(sent);
      const passkey = assertion && (await c.var.ledger.passkey(assertion.id));
      // One answer for an unknown passkey and a wrong signature.
      if (!assertion || !passkey) return refuse(c, { reason: 'passkey_refused' });
      const used = await verifyUse(placeOf(c), 'sign_in', assertion, passkey);
      if (!used.ok) return refuse(c, used.error);

      const { session, begin } = prepareSession(c, 'main', remember);
      const user = await c.var.ledger.signIn({ ...used.value, session });
      if (!user.ok) return refuse(c, user.error);
      begin();
      return c.json({ user: user.value });
    },
  );

export const session = new Hono<EdgeEnv>()
  .get('/', describe({ summary: 'Who am I', permission: 'own', returns: Session }), permit('own'), async (c) => {
    const { userId: id, name, email, roles, via, expiresAt, elevatedUntil } = c.var.actor;
    const { workspace } = c.var;
    const { mode } = mailSetup(c.env, workspace, await c.var.ledger.keptMailSettings());
    const mail = mode === 'off' || mode === 'local' ? mode : 'on';
    return c.json({
      user: { id, name, email, roles },
      workspace,
      via,
      expiresAt,
      elevatedUntil,
      mail,
      version: VERSION,
    } satisfies Session);
  })
  .delete(
    '/',
    describe({ summary: 'Sign out', permission: 'own', needs: 'person' }),
    permit('own'),
    requirePerson,
    async (c) => {
      const ended = await c.var.ledger.endSession(c.var.actor.credentialId, actingOf(c.var.actor));
      if (!ended.ok) return refuse(c, ended.error);
      forgetSessionCookie(c);
      return c.body(null, 204);
    },
  )
  .post(
    '/elevation/options',
    describe({ summary: 'Options for confirming with a passkey', permission: 'own', needs: 'person', returns: WebAuthnJson }),
    permit('own'),
    requirePerson,
    async (c) => {
      const passkeys = await c.var.ledger.passkeysOf(c.var.actor.userId);
      const options = await requestOptions(placeOf(c), elevationOf(c), passkeys);
      return options.ok ? c.json(options.value) : refuse(c, options.error);
    },
  )
  .post(
    '/elevation',
    describe({
      summary: 'Confirm with a passkey',
      description: 'For five minutes, acts that ask for the passkey go through. The session goes on under a new cookie.',
      permission: 'own',
      needs: 'person',
    }),
    permit('own'),
    requirePerson,
    parseBody(z.strictObject({ passkey: WebAuthnJson })),
    async (c) => {
      const { actor, ledger } = c.var;
      const cookie = readSessionCookie(c);
      const assertion = readAssertion(c.req.valid('json').passkey);
      const passkey = assertion && (await ledger.passkey(assertion.id));
      if (!cookie || !assertion || passkey?.userId !== actor.userId) return refuse(c, { reason: 'passkey_refused' });
      const used = await verifyUse(placeOf(c), elevationOf(c), assertion, passkey);
      if (!used.ok) return refuse(c, used.error);

      const token = newSecret();
      const hashes = { sessionHash: hashOf(cookie.token), newHash: hashOf(token) };
      const elevated = await ledger.elevate({ ...used.value, ...hashes }, actingOf(actor));
      if (!elevated.ok) return refuse(c, elevated.error);
      writeSessionCookie(c, { workspace: cookie.workspace, token }, elevated.value.remembered);
      return c.body(null, 204);
    },
  );

const elevationOf = (c: Context<EdgeEnv>) => `elevation:${c.var.actor.credentialId}` as const;
