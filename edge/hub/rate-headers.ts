// What Docker Hub's headers say about how much more may be asked, and when.

/** Longest wait that a header may impose; more than this is taken for a misreading. */
export const WAIT_MS_MAX = 15 * 60_000;
const WAIT_MS_UNSAID = 30_000;

export interface RateHeaders {
  limit: number;
  remaining: number;
  /** In our own time. */
  resetAtMs: number;
}

const numberIn = (headers: Headers, name: string): number | null => {
  const text = headers.get(name);
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
};

/** A number above this is a moment, not a number of seconds. */
const MOMENT_FROM = 1e9;
/** Clocks less far apart than this are taken for one: the Date header has whole seconds. */
const SKEW_MS_MIN = 5_000;

/** How far Docker Hub's clock is ahead of ours. */
function skewMs(headers: Headers, now: number): number {
  const date = Date.parse(headers.get('date') ?? '');
  const skew = Number.isNaN(date) ? 0 : date - now;
  return Math.abs(skew) < SKEW_MS_MIN ? 0 : skew;
}

const momentMs = (value: number, headers: Headers, now: number): number =>
  value > MOMENT_FROM ? value * 1000 - skewMs(headers, now) : now + value * 1000;

/** The rate limit as an answer tells it, or null where it tells none. */
export function rateHeaders(headers: Headers, now: number): RateHeaders | null {
  const limit = numberIn(headers, 'x-ratelimit-limit');
  const remaining = numberIn(headers, 'x-ratelimit-remaining');
  const reset = numberIn(headers, 'x-ratelimit-reset');
  if (limit === null || limit <= 0 || remaining === null || reset === null) return null;
  return { limit, remaining: Math.max(0, remaining), resetAtMs: momentMs(reset, headers, now) };
}

/**
 * How long a 429 wants us to wait. `Retry-After` and `X-Retry-After` have both carried seconds and moments; read as seconds, a moment
 * is a sleep of 55 years. Without either the reset of the window counts, and without that half a minute.
 */
export function retryWaitMs(headers: Headers, now: number): number {
  const said = numberIn(headers, 'retry-after') ?? numberIn(headers, 'x-retry-after') ?? httpDate(headers, now);
  const reset = numberIn(headers, 'x-ratelimit-reset');
  const wait =
    said !== null
      ? momentMs(said, headers, now) - now
      : reset !== null
        ? Math.max(1_000, momentMs(reset, headers, now) - now)
        : WAIT_MS_UNSAID;
  return Math.min(Math.max(0, wait), WAIT_MS_MAX);
}

/** The third form that HTTP allows, as a number of seconds from now. */
function httpDate(headers: Headers, now: number): number | null {
  const at = Date.parse(headers.get('retry-after') ?? '');
  return Number.isNaN(at) ? null : Math.max(0, (at - skewMs(headers, now) - now) / 1000);
}
