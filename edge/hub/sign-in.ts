// Signing in: a credential becomes a bearer of ten minutes, or a sentence. Never more than two failed tries in ten minutes: the
// limiter is asked before each.
import type { Trouble } from '#domain/protocol/connectors.ts';
import { ok, err, type Result } from '#domain/result.ts';
import type { Answer, Send } from './client.ts';
import { kindOf, type HubCredential } from './credential.ts';
import { hubRequest } from './operations.ts';
import { errorText, HubSecondFactor, HubSignIn, HubSignInOldWay } from './schemas.ts';
import * as troubles from './troubles.ts';

export interface Bearer {
  token: string;
  /** After this it is not used any more: some time before Docker Hub forgets it. */
  goodUntilMs: number;
}

/** Counts failed sign-ins. One that is asked of two callers at once must serve them one after another. */
export interface SignInLimiter {
  /** Null when one more try is allowed, else until when none is. */
  blockedUntil(): number | null;
  failed(): void;
}

export interface SignInPorts {
  send: Send;
  baseUrl: string;
  limiter: SignInLimiter;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Called for each request that goes out. */
  onCall: () => void;
}

const FAULT_TRIES = 3;

type Tried = { type: 'accepted'; body: unknown } | { type: 'refused'; body: unknown } | { type: 'trouble'; trouble: Trouble };

/** Signs in with whatever the credential is. */
export async function signIn(credential: HubCredential, ports: SignInPorts): Promise<Result<Bearer, Trouble>> {
  const kind = kindOf(credential);
  const { identifier, secret } = credential;
  const exchanged = await trySignIn('signIn', { identifier, secret }, ports);
  if (exchanged.type === 'trouble') return err(exchanged.trouble);
  if (exchanged.type === 'accepted') {
    const parsed = HubSignIn.safeParse(exchanged.body);
    return parsed.success ? ok(bearerOf(parsed.data.access_token, ports.now())) : err(troubles.unexpected('sign-in'));
  }
  const told = toldBy(exchanged.body);
  if (told) return err(told);
  if (kind !== 'password') return err(troubles.wrongCredential(kind));

  // Some passwords are taken only by the old sign-in, and only it says that a second factor is needed.
  const old = await trySignIn('signInOldWay', { username: identifier, password: secret }, ports);
  if (old.type === 'trouble') return err(old.trouble.code === 'sign_in_paused' ? troubles.wrongCredential(kind) : old.trouble);
  if (old.type === 'refused') return err(toldBy(old.body) ?? troubles.wrongCredential(kind));
  const parsed = HubSignInOldWay.safeParse(old.body);
  return parsed.success ? ok(bearerOf(parsed.data.token, ports.now())) : err(troubles.unexpected('sign-in'));
}

async function trySignIn(
  operation: 'signIn' | 'signInOldWay',
  json: Record<string, string>,
  ports: SignInPorts,
): Promise<Tried> {
  const request = hubRequest(ports.baseUrl, operation, {});
  if (!request.ok) return { type: 'trouble', trouble: troubles.unexpected('address') };

  let last: Answer | null = null;
  for (let tries = 0; tries < FAULT_TRIES; tries += 1) {
    const blockedUntil = ports.limiter.blockedUntil();
    if (blockedUntil !== null) return { type: 'trouble', trouble: troubles.signInPaused(blockedUntil) };
    if (tries > 0) await ports.sleep(500 * 2 ** tries);

    ports.onCall();
    last = await ports.send(request.value, { json });
    if (last.type === 'slow_down') return { type: 'trouble', trouble: lockedOrThrottled(last) };
    if (last.type === 'fault' || last.status >= 500) continue;
    if (last.status === 200 || last.status === 201) return { type: 'accepted', body: last.body };

    // The right password of an account with a second factor is no failed sign-in: nothing locks because of it.
    if (!HubSecondFactor.safeParse(last.body).success) ports.limiter.failed();
    return { type: 'refused', body: last.body };
  }
  const wasPage = last?.type === 'fault' && last.fault === 'not_json';
  return { type: 'trouble', trouble: wasPage ? troubles.throttledAtSignIn() : troubles.unreachable() };
}

/** What a refusal says beyond refusing. Texts differ between services and years, so they are read loosely. */
function toldBy(body: unknown): Trouble | null {
  if (HubSecondFactor.safeParse(body).success) return troubles.secondFactor();
  const text = errorText(body);
  if (/\bsso\b|single sign-on|identity provider/i.test(text)) return troubles.ssoEnforced();
  if (/secondary authentication|second factor|two-factor|\bmfa\b|\b2fa\b/i.test(text)) return troubles.secondFactor();
  if (/locked|login attempts/i.test(text)) return troubles.accountLocked();
  return null;
}

const LOCK_MS_FROM = 120_000;

/**
 * 429 at sign-in is either: the account is locked, or the address is throttled. The text may say. Otherwise a window that is used up
 * means the address, a wait longer than any window the account, and so does a refusal without a wait while the window has room.
 */
function lockedOrThrottled({ body, rate, waitMs, isWaitSaid }: Extract<Answer, { type: 'slow_down' }>): Trouble {
  if (/locked|login attempts/i.test(errorText(body))) return troubles.accountLocked();
  if (rate?.remaining === 0) return troubles.throttledAtSignIn();
  const isLocked = isWaitSaid ? waitMs >= LOCK_MS_FROM : rate !== null;
  return isLocked ? troubles.accountLocked() : troubles.throttledAtSignIn();
}

const LIFETIME_MS_UNSAID = 10 * 60_000;
const EARLY_MS_MAX = 60_000;
const EARLY_SHARE = 0.2;

/** A bearer's end is in it; nothing else of it is read, let alone believed. It is renewed about a minute early. */
function bearerOf(token: string, now: number): Bearer {
  const expiresAt = expiryOf(token) ?? now + LIFETIME_MS_UNSAID;
  const early = Math.min(EARLY_MS_MAX, Math.max(0, expiresAt - now) * EARLY_SHARE);
  return { token, goodUntilMs: expiresAt - early };
}

function expiryOf(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number'
      ? claims.exp * 1000
      : null;
  } catch {
    return null;
  }
}
