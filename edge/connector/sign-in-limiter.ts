// At most two refused sign-ins in ten minutes for an account, whoever waits and whatever they try: Docker Hub locks an account that
// fails more often. Kept in rows, so that a new life of the object counts on.
import * as z from 'zod';
import { Trouble } from '#domain/protocol/connectors.ts';
import type { SignInLimiter, SignInWay } from '../hub/sign-in.ts';
import type { ConnectorStore } from './connector-store.ts';

const REFUSALS_MAX = 2;
const WINDOW_MS = 10 * 60_000;
const TRIES_KEY = 'failed_sign_ins';
const TAKEN_KEY = 'taken_sign_in';

/** Who tries: the account, and a keyed digest of what is tried. Never the secret. */
export interface Attempt {
  account: string;
  digest: string;
}

const Try = z.object({
  at: z.number(),
  account: z.string(),
  digest: z.string(),
  /** It went out and nothing is known yet: after a stop nothing ever will be. */
  isOpen: z.boolean().default(false),
  /** What the refusals of this credential come down to, once that is known. */
  said: Trouble.nullable().default(null),
});
type Try = z.infer<typeof Try>;
/** The last credential that Docker Hub took, and by which way. */
const Taken = z.object({ account: z.string(), digest: z.string(), way: z.enum(['signIn', 'signInOldWay']) });

/** How an account is written here: Docker Hub’s names know no case. */
export const accountOf = (identifier: string): string => identifier.trim().toLowerCase();

const triesOf = (store: ConnectorStore, now: number): Try[] =>
  (store.get(TRIES_KEY, z.array(Try)) ?? []).filter(({ at }) => at > now - WINDOW_MS);

/** Until when nobody signs in as this account, or null. */
export function signInsPausedUntil(store: ConnectorStore, account: string, now: number): number | null {
  const taken = store.get(TAKEN_KEY, Taken);
  // A try that a stop cut off counts as refused, unless it was made with what Docker Hub is known to take.
  const counted = triesOf(store, now).filter(
    (tried) => tried.account === account && !(tried.isOpen && taken?.account === account && taken.digest === tried.digest),
  );
  const earliest = counted.at(-REFUSALS_MAX);
  return counted.length < REFUSALS_MAX || !earliest ? null : earliest.at + WINDOW_MS;
}

/** The limiter for one credential. Tries are counted for the account, what was said is kept for the credential. */
export function signInLimiter(store: ConnectorStore, attempt: Attempt, now: () => number): SignInLimiter {
  const isOwn = ({ account, digest }: Attempt): boolean => account === attempt.account && digest === attempt.digest;
  const keep = (tries: Try[]): void => {
    if (tries.length > 0) store.set(TRIES_KEY, tries);
    else store.drop(TRIES_KEY);
  };
  /** The tries that count, with the last of this credential replaced, or left out. */
  const withLast = (change: (last: Try) => Try[]): Try[] => {
    const tries = triesOf(store, now());
    const index = tries.findLastIndex(isOwn);
    const last = tries[index];
    return last ? [...tries.slice(0, index), ...change(last), ...tries.slice(index + 1)] : tries;
  };
  const taken = (): z.infer<typeof Taken> | null => {
    const kept = store.get(TAKEN_KEY, Taken);
    return kept && isOwn(kept) ? kept : null;
  };
  return {
    pausedUntil: () => signInsPausedUntil(store, attempt.account, now()),
    said: () => triesOf(store, now()).findLast((tried) => isOwn(tried) && tried.said !== null)?.said ?? null,
    knownWay: () => taken()?.way ?? null,
    begin: () => keep([...triesOf(store, now()), { at: now(), ...attempt, isOpen: true, said: null }]),
    unanswered: () => keep(withLast(() => [])),
    refused() {
      keep(withLast((last) => [{ ...last, isOpen: false }]));
      if (taken()) store.drop(TAKEN_KEY);
    },
    taken(way: SignInWay) {
      keep(withLast(() => []));
      if (taken()?.way !== way) store.set(TAKEN_KEY, { ...attempt, way } satisfies z.infer<typeof Taken>);
    },
    conclude: (said) => keep(withLast((last) => [{ ...last, said }])),
    locked(said) {
      const full = Array.from({ length: REFUSALS_MAX }, () => ({ at: now(), ...attempt, isOpen: false, said }));
      keep([...triesOf(store, now()).filter(({ account }) => account !== attempt.account), ...full]);
    },
  };
}
