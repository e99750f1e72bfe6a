import { Hono } from 'hono';
import { z } from 'zod';
import { refuse, refuseFields, refuseRate, refuseWithDetail, UNAUTHORIZED } from '../answers.ts';
import { type HubContext, type HubEnv, jsonBody } from '../hub-env.ts';
import { retryAfterHeaders } from '../rate-limit.ts';
import { type Caller, findOrganizationToken, findPersonalToken } from '../sessions.ts';
import type { Account } from '../worlds/world.ts';

const TokenRequest = z.object({ identifier: z.string(), secret: z.string() });
const LoginRequest = z.object({ username: z.string(), password: z.string() });
const SecondFactor = z.object({ login_2fa_token: z.string(), code: z.string() });

const BAD_CREDENTIALS = 'Incorrect authentication credentials';

type LoginVerdict =
  | { reason: 'accepted'; caller: Exclude<Caller, { kind: 'anonymous' }> }
  | { reason: 'second_factor'; account: Account }
  | { reason: 'sso' }
  | { reason: 'wrong' }
  | { reason: 'organization' };

/** Token exchange and the legacy login, with the answers of README 1.1. */
export const authentication = new Hono<HubEnv>()
  .post('/v2/auth/token', async (c) => {
    const body = TokenRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ identifier: ['This field is required.'], secret: ['This field is required.'] });
    const { identifier, secret } = body.data;
    const locked = refuseLocked(c, identifier);
    if (locked) return locked;

    const verdict = judge(c, identifier, secret);
    const { settings, sessions } = c.env.state;
    if (verdict.reason === 'second_factor' && settings.twoFactorAtToken === 'accept') {
      return accept(c, identifier, { kind: 'password', account: verdict.account }, 'access_token');
    }
    if (verdict.reason === 'accepted') return accept(c, identifier, verdict.caller, 'access_token');
    sessions.recordFailure(identifier, c.env.now);
    if (verdict.reason === 'sso' && settings.ssoRefusal === 'named') {
      return refuse(401, 'Single sign-on is enforced for this account; use a personal access token.');
    }
    return refuse(401, UNAUTHORIZED);
  })
  .post('/v2/users/login', async (c) => {
    const body = LoginRequest.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ username: ['This field is required.'], password: ['This field is required.'] });
    const { username, password } = body.data;
    const locked = refuseLocked(c, username);
    if (locked) return locked;

    const { world, sessions } = c.env.state;
    if (world.organizations.has(username)) {
      sessions.recordFailure(username, c.env.now);
      return refuseWithDetail(401, 'Cannot log into an organization account');
    }
    const verdict = judge(c, username, password);
    if (verdict.reason === 'second_factor') {
      const token = sessions.startSecondFactor(verdict.account);
      const challenge = { detail: 'Require secondary authentication on MFA enabled account', login_2fa_token: token };
      return c.json(challenge, 401);
    }
    if (verdict.reason === 'accepted') return accept(c, username, verdict.caller, 'token');
    sessions.recordFailure(username, c.env.now);
    return refuseWithDetail(401, BAD_CREDENTIALS);
  })
  .post('/v2/users/2fa-login', async (c) => {
    const body = SecondFactor.safeParse(await jsonBody(c));
    if (!body.success) return refuseFields({ login_2fa_token: ['This field is required.'], code: ['This field is required.'] });
    const account = c.env.state.sessions.secondFactorOf(body.data.login_2fa_token);
    if (!account || account.twoFactorCode !== body.data.code) {
      if (account) c.env.state.sessions.recordFailure(account.username, c.env.now);
      return refuseWithDetail(401, BAD_CREDENTIALS);
    }
    return accept(c, account.username, { kind: 'password', account }, 'token');
  });

function judge(c: HubContext, identifier: string, secret: string): LoginVerdict {
  const { world } = c.env.state;
  const { now } = c.env;
  if (world.organizations.has(identifier)) {
    const caller = findOrganizationToken(world, identifier, secret, now);
    return caller && caller.kind !== 'anonymous' ? { reason: 'accepted', caller } : { reason: 'wrong' };
  }
  const account = world.accounts.get(identifier.toLowerCase());
  if (!account) return { reason: 'wrong' };
  if (secret.startsWith('dckr_pat_')) {
    const token = findPersonalToken(account, secret, now);
    return token ? { reason: 'accepted', caller: { kind: 'pat', account, token } } : { reason: 'wrong' };
  }
  if (account.password === null || account.password !== secret) return { reason: 'wrong' };
  if (account.signIn === 'sso') return { reason: 'sso' };
  if (account.signIn === 'two_factor') return { reason: 'second_factor', account };
  return { reason: 'accepted', caller: { kind: 'password', account } };
}

/** A locked username gets 429 whatever is sent with it, and from wherever. */
function refuseLocked(c: HubContext, identifier: string): Response | null {
  const { world, sessions, settings } = c.env.state;
  const isLocked = world.accounts.get(identifier)?.signIn === 'locked' || sessions.isLocked(identifier, settings, c.env.now);
  if (!isLocked) return null;
  return refuseRate(retryAfterHeaders(settings.retryAfter, sessions.lockedUntil(identifier, c.env.now), c.env.now));
}

function accept(
  c: HubContext,
  identifier: string,
  caller: Exclude<Caller, { kind: 'anonymous' }>,
  field: 'access_token' | 'token',
): Response {
  const { sessions, settings } = c.env.state;
  sessions.recordSuccess(identifier);
  const at = new Date(c.env.now).toISOString();
  if (caller.kind === 'password') caller.account.lastLoggedInAt = at;
  else caller.token.lastUsedAt = at;
  const lifetime = field === 'access_token' ? settings.bearerLifetimeSeconds : settings.legacyBearerLifetimeSeconds;
  const bearer = sessions.mint(caller, lifetime, c.env.now);
  const refresh = field === 'token' && c.req.query('refresh_token') === 'true' ? { refresh_token: crypto.randomUUID() } : {};
  return c.json({ [field]: bearer, ...refresh });
}
