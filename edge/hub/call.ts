// A read of Docker Hub as the rest of Watchbill sees it: paced, signed, repeated where repeating helps, and in the end one of a few
// outcomes. The one place that knows what to do about a 401, a 429 and an answer that broke off.
import type { Trouble } from '#domain/protocol/connectors.ts';
import type { Result } from '#domain/result.ts';
import type { Send } from './client.ts';
import type { Clock } from './clock.ts';
import type { HubRequest } from './operations.ts';
import type { RateHeaders } from './rate-headers.ts';
import * as troubles from './troubles.ts';

/** `write`: a change is on its way. `interactive`: somebody is looking. `sync`: nobody is, and it may wait. */
export type Lane = 'write' | 'interactive' | 'sync';

export interface Pace {
  /** Waits for a turn. `later` where that would take long: the caller comes back by an alarm instead of waiting. */
  take(lane: Lane): Promise<'go' | { later: number }>;
  /** Gives the turn back, with what the answer said about the limit. */
  answered(rate: RateHeaders | null, sentAt: number): void;
  /** Nothing goes out before this. */
  pauseUntil(at: number): void;
}

export interface Bearers {
  get(): Promise<Result<string, Trouble>>;
  /** A new one, unless somebody else already got a newer than this. */
  renew(refused: string): Promise<Result<string, Trouble>>;
}

export interface CallPorts {
  send: Send;
  pace: Pace;
  bearers: Bearers;
  clock: Clock;
  /** Asked before each request of the sync or of a change: takes one from what this step may make, or says that none is left. */
  spend: () => boolean;
  /** Gives it back: the request was not made. */
  unspend: () => void;
  onCall: () => void;
  onSlowDown: (until: number) => void;
  signal?: AbortSignal;
}

export type CallResult =
  | { type: 'answered'; status: number; body: unknown }
  /** Not now: the limit, or this step, is used up. */
  | { type: 'later'; at: number }
  /** The route gives no JSON at all; only for operations that may not exist. */
  | { type: 'absent' }
  | { type: 'failed'; trouble: Trouble; isCredential: boolean };

export interface CallOptions {
  lane: Lane;
  /** For routes that nobody has documented: a page or a redirect instead of JSON means that there is none. */
  mayBeAbsent?: boolean;
}

const FAULT_TRIES = 6;
const ABSENT_TRIES = 2;
const SLOW_DOWN_TRIES = 12;
const BACK_OFF_MS = 500;
const BACK_OFF_MS_MAX = 8_000;
/** Somebody who is looking is told rather than kept waiting. */
const INTERACTIVE_WAIT_MS_MAX = 5_000;

/** Reads once, as often as it takes. */
export async function callHub(request: HubRequest, options: CallOptions, ports: CallPorts): Promise<CallResult> {
  const { clock, pace, bearers } = ports;
  let faults = 0;
  let slowDowns = 0;
  let hasRenewed = false;

  for (;;) {
    if (options.lane !== 'interactive' && !ports.spend()) return { type: 'later', at: clock.now() };
    const bearer = await bearers.get();
    if (!bearer.ok) return refused(bearer.error);
    const turn = await pace.take(options.lane);
    if (turn !== 'go') {
      ports.unspend();
      return { type: 'later', at: turn.later };
    }

    ports.onCall();
    const sentAt = clock.now();
    const answer = await ports.send(request, { bearer: bearer.value, ...(ports.signal ? { signal: ports.signal } : {}) });
    pace.answered(answer.rate, sentAt);

    if (answer.type === 'slow_down') {
      // A little later than asked, and not all at once.
      const until = clock.now() + answer.waitMs + Math.ceil(clock.random() * 500);
      pace.pauseUntil(until);
      ports.onSlowDown(until);
      slowDowns += 1;
      // The lane of changes is kept by the clock: what waits there is asked again, in its order.
      if (options.lane === 'write') return { type: 'later', at: until };
      if (slowDowns >= SLOW_DOWN_TRIES) return { type: 'failed', trouble: troubles.slowedDown(), isCredential: false };
      if (options.lane === 'interactive' && answer.waitMs > INTERACTIVE_WAIT_MS_MAX)
        return { type: 'failed', trouble: troubles.slowedDown(), isCredential: false };
      continue;
    }
    if (answer.type === 'answered' && answer.status === 401) {
      if (hasRenewed) return refused(troubles.credentialRefused());
      hasRenewed = true;
      const renewed = await bearers.renew(bearer.value);
      if (!renewed.ok) return refused(renewed.error);
      continue;
    }
    if (answer.type === 'answered' && answer.status < 500)
      return { type: 'answered', status: answer.status, body: answer.body };

    faults += 1;
    const isPage = answer.type === 'fault' && answer.fault === 'not_json';
    const isElsewhere = isPage || (answer.type === 'fault' && answer.fault === 'redirected');
    if (options.mayBeAbsent && isElsewhere && faults >= ABSENT_TRIES) return { type: 'absent' };
    const tries = options.lane === 'sync' ? FAULT_TRIES : FAULT_TRIES / 2;
    if (faults >= tries) {
      const trouble = isPage ? troubles.unexpected('a page instead of data') : troubles.unreachable();
      return { type: 'failed', trouble, isCredential: false };
    }
    const backOff = Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** (faults - 1));
    await clock.sleep(backOff * (0.75 + clock.random() / 2));
  }
}

/** A sign-in that failed says so by its trouble; what Docker Hub's own weakness caused is no fault of the credential. */
function refused(trouble: Trouble): CallResult {
  return { type: 'failed', trouble, isCredential: isCredentialTrouble(trouble) };
}
/** Whether a sign-in failed because of the credential, and not for what Docker Hub, the network or our own caution did. */
export const isCredentialTrouble = (trouble: Trouble): boolean => !NOT_THE_CREDENTIAL.has(trouble.code);
const NOT_THE_CREDENTIAL = new Set([
  'sign_in_paused',
  'throttled_at_sign_in',
  'docker_hub_unreachable',
  'docker_hub_unexpected',
  'internal',
]);
