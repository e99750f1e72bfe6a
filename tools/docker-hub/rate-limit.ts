import type { Settings } from './settings.ts';

export interface RateWindow {
  credential: string;
  /** Real time at which the window began and ends, in milliseconds. */
  startedAt: number;
  endsAt: number;
  limit: number;
  used: number;
  refused: number;
}

export interface RateVerdict {
  isAllowed: boolean;
  headers: Record<string, string>;
}

/**
 * A fixed window per minute and credential. With `clockSpeed` k a minute takes 60/k real seconds; `X-RateLimit-Reset` and
 * `Retry-After` stay in real time, so that a client that waits for them waits the right time without knowing of the speed.
 * Windows begin on whole multiples of their length, so that a reset falls on a whole second when 60/k is whole.
 */
export class RateLimiter {
  readonly windows: RateWindow[] = [];
  readonly #open = new Map<string, RateWindow>();
  #planned = new Map<string, number>();

  /** Counts one request, or refuses it. Refused requests use nothing up. */
  take(credential: string, settings: Settings, now: number): RateVerdict {
    const window = this.#windowAt(credential, settings, now);
    const limit = window.limit;
    if (settings.rateLimit === null) {
      window.used += 1;
      return { isAllowed: true, headers: {} };
    }
    const isAllowed = window.used < limit;
    if (isAllowed) window.used += 1;
    else window.refused += 1;
    return {
      isAllowed,
      headers: {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - window.used)),
        'X-RateLimit-Reset': String(Math.ceil(window.endsAt / 1000)),
      },
    };
  }

  forget(): void {
    this.windows.length = 0;
    this.#open.clear();
    this.#planned = new Map();
  }

  #windowAt(credential: string, settings: Settings, now: number): RateWindow {
    const windowMs = 60_000 / settings.clockSpeed;
    const startedAt = Math.floor(now / windowMs) * windowMs;
    const open = this.#open.get(credential);
    if (open && open.startedAt === startedAt) {
      // A limit that changes holds at once, in the window that is open.
      if (settings.rateLimitPlan.length === 0 && settings.rateLimit !== null) open.limit = settings.rateLimit;
      return open;
    }
    const window = {
      credential,
      startedAt,
      endsAt: startedAt + windowMs,
      limit: this.#limitOf(credential, settings),
      used: 0,
      refused: 0,
    };
    this.#open.set(credential, window);
    this.windows.push(window);
    return window;
  }

  #limitOf(credential: string, settings: Settings): number {
    const plan = settings.rateLimitPlan;
    if (plan.length === 0) return settings.rateLimit ?? Number.MAX_SAFE_INTEGER;
    const index = this.#planned.get(credential) ?? 0;
    this.#planned.set(credential, index + 1);
    return plan[Math.min(index, plan.length - 1)] ?? Number.MAX_SAFE_INTEGER;
  }
}

/** Where and how a 429 says when to come back: each reading that has been seen. */
export function retryAfterHeaders(mode: Settings['retryAfter'], resetAt: number, now: number): Record<string, string> {
  switch (mode) {
    case 'seconds':
      return { 'Retry-After': String(Math.max(1, Math.ceil((resetAt - now) / 1000))) };
    case 'timestamp':
      return { 'Retry-After': String(Math.ceil(resetAt / 1000)) };
    case 'x_timestamp':
      return { 'X-Retry-After': String(Math.ceil(resetAt / 1000)) };
    case 'none':
      return {};
  }
}
