// The line on which the server says that there is more. It only saves waiting: whoever has none, because a proxy does not let it through
// or the network comes and goes, asks at the timed pace as ever. What it finds out says nothing about being online; calls do that.
import { LIVE_CLOSE, LIVE_PATH, LIVE_PING, LIVE_PONG, revisionOf } from '#domain/live-line.ts';

const SECOND_MS = 1_000;
const PING_EVERY_MS = 30 * SECOND_MS;
const PONG_WITHIN_MS = 10 * SECOND_MS;
/** A page that is looked away from for less than this keeps its line. */
export const HIDDEN_FOR_MS = 30 * SECOND_MS;
const BACK_OFF_MS_FIRST = SECOND_MS;
const BACK_OFF_MS_MAX = 60 * SECOND_MS;
/** A line that held so long was a good one: the next failure begins with a short wait again. */
const GOOD_AFTER_MS = 20 * SECOND_MS;

/** How long to wait before the next try: longer each time, and never all apps at once. `random`: 0 to 1. */
export const backOffMs = (failures: number, random: number): number =>
  Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS_FIRST * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);

/** As much of a WebSocket as a line uses. */
type Socket = Pick<WebSocket, 'send' | 'close' | 'addEventListener'>;

interface LiveLineOptions {
  /** There is more, or there may be: ask. */
  onMore: () => void;
  open?: (url: string) => Socket;
  random?: () => number;
}

export class LiveLine {
  readonly #onMore: () => void;
  readonly #open: (url: string) => Socket;
  readonly #random: () => number;
  #socket: Socket | null = null;
  #isOpen = false;
  #isStarted = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setTimeout> | undefined;
  #good: ReturnType<typeof setTimeout> | undefined;

  constructor({ onMore, open = (url) => new WebSocket(url), random = Math.random }: LiveLineOptions) {
    this.#onMore = onMore;
    this.#open = open;
    this.#random = random;
  }

  /** Whether the server can say that there is more: then there is little need to ask. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#failures = 0;
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('online', this.#back);
    window.addEventListener('offline', this.#gone);
    this.#connect();
  }

  stop(): void {
    this.#isStarted = false;
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('online', this.#back);
    window.removeEventListener('offline', this.#gone);
    this.#hangUp();
  }

  readonly #seen = () => {
    clearTimeout(this.#hiding);
    if (document.visibilityState === 'visible') this.#back();
    else this.#hiding = setTimeout(() => this.#hangUp(), HIDDEN_FOR_MS);
  };
  readonly #back = () => {
    if (this.#socket) return;
    this.#failures = 0;
    this.#connect();
  };
  readonly #gone = () => this.#hangUp();

  #connect(): void {
    clearTimeout(this.#retry);
    if (!this.#isStarted || this.#socket || document.visibilityState !== 'visible' || !navigator.onLine) return;
    let socket: Socket;
    try {
      socket = this.#open(new URL(LIVE_PATH, location.href.replace(/^http/, 'ws')).href);
    } catch {
      this.#later();
      return;
    }
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.#isOpen = true;
      this.#good = setTimeout(() => (this.#failures = 0), GOOD_AFTER_MS);
      this.#pingLater(socket);
      // What happened while nobody listened.
      this.#onMore();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (this.#socket !== socket) return;
      this.#pingLater(socket);
      if (data !== LIVE_PONG && revisionOf(data) !== null && document.visibilityState === 'visible') this.#onMore();
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#socket !== socket) return;
      this.#forget();
      if (code === LIVE_CLOSE.sessionEnded)
        this.#onMore(); // the answer to that says so, and to whom
      else if (code !== LIVE_CLOSE.replaced) this.#later();
    });
  }

  /** A line that nothing was heard on for a while is asked whether it is still there, and given up where it does not say. */
  #pingLater(socket: Socket): void {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => {
      socket.send(LIVE_PING);
      this.#ping = setTimeout(() => {
        this.#forget();
        socket.close();
        this.#later();
      }, PONG_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  #later(): void {
    clearTimeout(this.#retry);
    if (!this.#isStarted) return;
    this.#retry = setTimeout(() => this.#connect(), backOffMs(this.#failures, this.#random()));
    this.#failures += 1;
  }

  #hangUp(): void {
    const socket = this.#socket;
    clearTimeout(this.#retry);
    clearTimeout(this.#hiding);
    this.#forget();
    socket?.close();
  }

  #forget(): void {
    clearTimeout(this.#ping);
    clearTimeout(this.#good);
    this.#socket = null;
    this.#isOpen = false;
  }
}
