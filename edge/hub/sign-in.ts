// Signing in: a credential becomes a bearer of ten minutes, or a sentence. Never more than two refused tries in ten minutes: the
// limiter is asked before each, and told how each ended.
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';
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

/** Docker Hub's two sign-ins. Some passwords are taken only by the old one, and only it says that a second factor is needed. */
export type SignInWay = 'signIn' | 'signInOldWay';

/** Counts refused sign-ins of an account. One that is asked of two callers at once must serve them one after another. */
export interface SignInLimiter {
  /** Null while one more try may be refused, else until when none is made. */
  pausedUntil(): number | null;
  /** What this very credential was told of late, where that was made out. */
  said(): Trouble | null;
  /** The way by which this very credential was taken before. */
  knownWay(): SignInWay | null;
  /** A try goes out. It counts until it turns out not to have been refused. */
  begin(): void;
  refused(): void;
  taken(way: SignInWay): void;
  /** No answer, or one that says nothing of the credential. */
  unanswered(): void;
  /** The refusals come down to this. */
  conclude(said: Trouble): void;
  /** Docker Hub has locked the account: nothing is tried for as long as that lasts. */
  locked(said: Trouble): void;
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

type Tried =
  | { type: 'taken'; body: unknown }
  | { type: 'refused'; body: unknown }
  /** There is no such way any more. */
  | { type: 'absent' }
  | { type: 'trouble'; trouble: Trouble };
const ABSENT = [404, 405, 410];

/** Signs in with whatever the credential is. */
export async function signIn(credential: HubCredential, ports: SignInPorts): Promise<Result<Bearer, Trouble>> {
  const { limiter } = ports;
  const kind = kindOf(credential);
  for (const way of waysFor(kind, limiter)) {
    const tried = await trySignIn(way, credential, ports);
    if (tried.type === 'trouble') {
      if (tried.trouble.code === 'account_locked') limiter.locked(tried.trouble);
      return err(tried.trouble);
    }
    if (tried.type === 'taken') {
      const token = tokenIn(way, tried.body);
      return token === null ? err(troubles.unexpected('sign-in')) : ok(bearerOf(token, ports.now()));
    }
    if (tried.type === 'absent') continue;
    const told = toldBy(tried.body);
    if (told?.code === 'account_locked') limiter.locked(told);
    else if (told) limiter.conclude(told);
    if (told) return err(told);
    if (way === 'signInOldWay') break; // it takes every password that is right
  }
  const wrong = troubles.wrongCredential(kind);
  limiter.conclude(wrong);
  return err(wrong);
}

/**
 * A password nobody has tried yet goes the old way first: that one takes every right password and says of any other what is wrong,
 * so that a mistyped one costs one refusal and may be corrected at once. The new way refuses some right ones, and says of none
 * that a second factor is missing. The new one has its turn where the old one is gone, where it took this very password before, and
 * where the old one called it wrong of late: it may name single sign-on.
 */
function waysFor(kind: CredentialKind, limiter: SignInLimiter): SignInWay[] {
  if (kind !== 'password' || limiter.said()?.code === 'wrong_password') return ['signIn'];
  return limiter.knownWay() === 'signIn' ? ['signIn', 'signInOldWay'] : ['signInOldWay', 'signIn'];
}

const bodyFor = (way: SignInWay, { identifier, secret }: HubCredential): Record<string, string> =>
  way === 'signIn' ? { identifier, secret } : { username: identifier, password: secret };

function tokenIn(way: SignInWay, body: unknown): string | null {
  if (way === 'signIn') return HubSignIn.safeParse(body).data?.access_token ?? null;
  return HubSignInOldWay.safeParse(body).data?.token ?? null;
}

async function trySignIn(way: SignInWay, credential: HubCredential, ports: SignInPorts): Promise<Tried> {
  const { limiter } = ports;
  const request = hubRequest(ports.baseUrl, way, {});
  if (!request.ok) return { type: 'trouble', trouble: troubles.unexpected('address') };

  let last: Answer | null = null;
  for (let tries = 0; tries < FAULT_TRIES; tries += 1) {
    const until = limiter.pausedUntil();
    if (until !== null) return { type: 'trouble', trouble: pausedTrouble(limiter.said(), until) };
    if (tries > 0) await ports.sleep(500 * 2 ** tries);

    limiter.begin();
    ports.onCall();
    last = await ports.send(request.value, { json: bodyFor(way, credential) });
    if (last.type === 'answered' && (last.status === 200 || last.status === 201)) {
      limiter.taken(way);
      return { type: 'taken', body: last.body };
    }
    if ((last.type === 'answered' || last.type === 'fault') && way === 'signInOldWay' && ABSENT.includes(last.status ?? 0)) {
      limiter.unanswered();
      return { type: 'absent' };
    }
    if (last.type === 'answered' && last.status < 500) {
      limiter.refused();
      return { type: 'refused', body: last.body };
    }
    // Broken off, and still a refusal: it counts at Docker Hub, whatever became of its text.
    if (last.type === 'fault' && last.status === 401) {
      limiter.refused();
      return { type: 'refused', body: null };
    }
    limiter.unanswered();
    if (last.type === 'slow_down') return { type: 'trouble', trouble: lockedOrThrottled(last) };
  }
  const wasPage = last?.type === 'fault' && last.fault === 'not_json';
  return { type: 'trouble', trouble: wasPage ? troubles.throttledAtSignIn() : troubles.unreachable() };
}

/** What is known of this very credential is said again, with the time; of any other nothing is known yet. */
const pausedTrouble = (said: Trouble | null, until: number): Trouble =>
  said ? troubles.notTriedBefore(said, until) : troubles.signInPaused(until);

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

/** As long as a bearer is kept at most: those of the old sign-in live for a day, and what opens Docker Hub is not kept that long. */
const LIFETIME_MS_MAX = 10 * 60_000;
const EARLY_MS_MAX = 60_000;
const EARLY_SHARE = 0.2;

/** A bearer's end is in it; nothing else of it is read, let alone believed. It is renewed about a minute early. */
function bearerOf(token: string, now: number): Bearer {
  const expiresAt = Math.min(expiryOf(token) ?? Infinity, now + LIFETIME_MS_MAX);
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
