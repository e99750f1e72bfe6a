// At most two failed sign-ins in ten minutes, however many are waiting: Docker Hub locks an account that fails more often.
import * as z from 'zod';
import type { SignInLimiter } from '../hub/sign-in.ts';
import type { ConnectorStore } from './connector-store.ts';

const FAILURES_MAX = 2;
const WINDOW_MS = 10 * 60_000;
const KEY = 'failed_sign_ins';

/** Who failed: the account, and a keyed digest of what was tried. Never the secret. */
export interface Attempt {
  account: string;
  digest: string;
}

const Failures = z.array(z.object({ at: z.number(), account: z.string(), digest: z.string() }));

/**
 * The limiter for one credential. Failures are counted for each account. Where two tries of one wrong secret used it up (a password
 * is tried both ways), another secret is let through once: whoever mistyped need not wait to correct it.
 */
export function signInLimiter(store: ConnectorStore, attempt: Attempt, now: () => number): SignInLimiter {
  const recent = () => (store.get(KEY, Failures) ?? []).filter(({ at }) => at > now() - WINDOW_MS);
  return {
    blockedUntil() {
      const failures = recent().filter(({ account }) => account === attempt.account);
      if (failures.length < FAILURES_MAX) return null;
      const isFirstOfAnother =
        new Set(failures.map(({ digest }) => digest)).size === 1 && failures[0]?.digest !== attempt.digest;
      if (isFirstOfAnother) return null;
      const counted = failures.slice(-FAILURES_MAX);
      return (counted[0]?.at ?? now()) + WINDOW_MS;
    },
    failed() {
      store.set(KEY, [...recent(), { at: now(), ...attempt }]);
    },
  };
}
