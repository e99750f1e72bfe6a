// How much may be asked of Docker Hub, and when: one budget for each connector, fed by the headers of every answer. The sync is paced
// evenly over the window and leaves a twentieth of it; whoever is looking goes first and may use that, too.
import type { Lane, Pace } from '../hub/call.ts';
import type { Clock } from '../hub/clock.ts';
import type { RateHeaders } from '../hub/rate-headers.ts';

/** What the sync leaves of each window. */
const RESERVE_SHARE = 0.05;
const WINDOW_MS_DEFAULT = 60_000;
const WINDOW_MS_MIN = 1_000;
const WINDOW_MS_MAX = 600_000;
/** A wait longer than this is slept by an alarm, not in the object. */
const PATIENCE_MS = 3_000;
/** Two moments of a window's end less far apart than this are the same end. */
const SAME_END_MS = 500;

interface Window {
  limit: number;
  remaining: number;
  endsAt: number;
  /** Assumed, because the one before ended; the next answer says how it is. */
  isAssumed: boolean;
  startedAt: number;
}

export class Budget implements Pace {
  readonly #clock: Clock;
  #window: Window | null = null;
  #windowMs = WINDOW_MS_DEFAULT;
  #lastEnd: number | null = null;
  #inFlight = 0;
  #lastTurnAt = 0;
  #pausedUntil = 0;
  #interactive = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Until when nothing may go out, or null. */
  get pausedUntil(): number | null {
    return this.#pausedUntil > this.#clock.now() ? this.#pausedUntil : null;
  }

  /** Calls a minute that the limit allows the sync, or null where there is none. */
  get callsPerMinute(): number | null {
    return this.#window ? (this.#window.limit * (1 - RESERVE_SHARE) * 60_000) / this.#windowMs : null;
  }

  async take(lane: Lane): Promise<'go' | { later: number }> {
    if (lane !== 'sync') return this.#takeAtOnce();
    // One after another: each turn is measured from the one before.
    const turn = this.#queue.then(() => this.#takeInTurn());
    this.#queue = turn;
    return turn;
  }

  /** Holds the sync back while somebody asks something else of Docker Hub. */
  async whileInteractive<T>(work: () => Promise<T>): Promise<T> {
    this.#interactive += 1;
    try {
      return await work();
    } finally {
      this.#interactive -= 1;
    }
  }

  answered(rate: RateHeaders | null, sentAt: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    if (rate) this.#learn(rate, sentAt);
  }

  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
  }

  async #takeInTurn(): Promise<'go' | { later: number }> {
    for (;;) {
      const now = this.#clock.now();
      const at = this.#interactive > 0 ? now + 20 : Math.max(this.#pausedUntil, this.#nextTurnAt(now));
      if (at <= now) return this.#go(now);
      if (at - now > PATIENCE_MS) return { later: at };
      await this.#clock.sleep(at - now);
    }
  }

  async #takeAtOnce(): Promise<'go' | { later: number }> {
    for (;;) {
      const now = this.#clock.now();
      const window = this.#roll(now);
      const at = Math.max(this.#pausedUntil, window && window.remaining <= 0 ? window.endsAt : 0);
      if (at <= now) return this.#go(now);
      if (at - now > PATIENCE_MS) return { later: at };
      await this.#clock.sleep(at - now);
    }
  }

  #go(now: number): 'go' {
    this.#inFlight += 1;
    this.#lastTurnAt = now;
    if (this.#window) this.#window.remaining -= 1;
    return 'go';
  }

  /** What is left, but for the reserve, is spread over what is left of the window. */
  #nextTurnAt(now: number): number {
    const window = this.#roll(now);
    if (!window) return now;
    const usable = window.remaining - Math.ceil(window.limit * RESERVE_SHARE);
    if (usable <= 0) return window.endsAt;
    const everyMs = (window.endsAt - now) / usable;
    return Math.max(this.#lastTurnAt, window.startedAt) + everyMs;
  }

  /** The window now: where the last one ended, a full one is assumed until an answer says otherwise. */
  #roll(now: number): Window | null {
    const window = this.#window;
    if (!window || now < window.endsAt) return window;
    const missed = Math.floor((now - window.endsAt) / this.#windowMs);
    const startedAt = window.endsAt + missed * this.#windowMs;
    this.#window = {
      limit: window.limit,
      remaining: window.limit - this.#inFlight,
      endsAt: startedAt + this.#windowMs,
      isAssumed: true,
      startedAt,
    };
    return this.#window;
  }

  #learn({ limit, remaining, resetAtMs }: RateHeaders, sentAt: number): void {
    const now = this.#clock.now();
    const endsAt = Math.min(resetAtMs, now + WINDOW_MS_MAX);
    const window = this.#window;
    // Those still under way may or may not be counted in `remaining`; taken as not counted, the limit is never overrun.
    const left = remaining - this.#inFlight;

    if (!window) {
      this.#window = { limit, remaining: left, endsAt, isAssumed: false, startedAt: now };
      this.#lastEnd = endsAt;
      return;
    }
    const isSame = Math.abs(endsAt - window.endsAt) < SAME_END_MS;
    if (isSame) {
      window.remaining = limit === window.limit ? Math.min(window.remaining, left) : left;
      window.limit = limit;
      window.isAssumed = false;
      return;
    }
    if (endsAt > window.endsAt || (window.isAssumed && endsAt > now)) {
      if (this.#lastEnd !== null && endsAt > this.#lastEnd) this.#learnLength(endsAt - this.#lastEnd);
      this.#window = { limit, remaining: left, endsAt, isAssumed: false, startedAt: Math.min(window.startedAt, now) };
      this.#lastEnd = endsAt;
      return;
    }
    // Docker Hub is still in the window that we took to be over: wait a little, and look again.
    if (window.isAssumed && sentAt >= window.startedAt) {
      this.#window = { limit, remaining: left, endsAt: now + WINDOW_MS_MIN, isAssumed: false, startedAt: now };
    }
  }

  #learnLength(ms: number): void {
    if (ms >= WINDOW_MS_MIN && ms <= WINDOW_MS_DEFAULT) this.#windowMs = ms;
  }
}
