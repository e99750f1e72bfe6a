import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LIVE_CLOSE, LIVE_PING, LIVE_PONG, liveMessage } from '#domain/live-line.ts';
import { backOffMs, HIDDEN_FOR_MS, LiveLine } from '#lib/sync/live.ts';

/** The other end is the test. */
class FakeSocket extends EventTarget {
  readonly url: string;
  sent: string[] = [];
  isClosed = false;
  constructor(url: string) {
    super();
    this.url = url;
  }
  send(message: string): void {
    this.sent.push(message);
  }
  close(): void {
    this.isClosed = true;
  }
  opens(): void {
    this.dispatchEvent(new Event('open'));
  }
  says(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  ends(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

let sockets: FakeSocket[];
let page: EventTarget & { visibilityState: string };
let browser: { onLine: boolean };
let line: LiveLine;
let more: number;

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('nobody called');
  return socket;
};
const look = (visibilityState: 'visible' | 'hidden') => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};
const network = (onLine: boolean) => {
  browser.onLine = onLine;
  window.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
};

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  more = 0;
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  browser = { onLine: true };
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('navigator', browser);
  vi.stubGlobal('location', new URL('https://watchbill.test/access/people'));
  line = new LiveLine({
    onMore: () => (more += 1),
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    random: () => 1,
  });
});
afterEach(() => {
  line.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('the app listens at its own address, and asks once when it begins to', () => {
  line.start();
  expect(last().url).toBe('wss://watchbill.test/api/live');
  expect(line.isOpen).toBe(false);
  last().opens();
  expect(line.isOpen).toBe(true);
  expect(more).toBe(1);
});

test('each word that there is more makes it ask at once; anything else does not', () => {
  line.start();
  last().opens();
  last().says(liveMessage(7));
  last().says(LIVE_PONG);
  last().says('{"what":1}');
  last().says('<html>');
  expect(more).toBe(2);
});

test('a line that breaks is tried again, each time later, and at most a minute later', () => {
  line.start();
  const waits: number[] = [];
  for (let failure = 0; failure < 9; failure += 1) {
    last().ends();
    expect(line.isOpen).toBe(false);
    const before = sockets.length;
    let waited = 0;
    while (sockets.length === before) {
      vi.advanceTimersByTime(500);
      waited += 500;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('apps that lose their line at the same moment do not all come back at the same moment', () => {
  expect(backOffMs(3, 0)).toBe(4_000);
  expect(backOffMs(3, 1)).toBe(8_000);
});

test('a line on which nothing is heard any more is given up and made anew', () => {
  line.start();
  last().opens();
  vi.advanceTimersByTime(30_000);
  expect(last().sent).toEqual([LIVE_PING]);
  last().says(LIVE_PONG);
  vi.advanceTimersByTime(30_000);
  expect(last().sent).toEqual([LIVE_PING, LIVE_PING]);
  vi.advanceTimersByTime(10_000);
  expect(line.isOpen).toBe(false);
  expect(sockets[0]?.isClosed).toBe(true);
  vi.advanceTimersByTime(1_000);
  expect(sockets).toHaveLength(2);
});

test('a page that nobody looks at hangs up after a while, and listens again when somebody does', () => {
  line.start();
  last().opens();
  look('hidden');
  last().says(liveMessage(8));
  expect(more).toBe(1);
  vi.advanceTimersByTime(HIDDEN_FOR_MS);
  expect(last().isClosed).toBe(true);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  look('visible');
  expect(sockets).toHaveLength(2);
});

test('a glance away costs no line', () => {
  line.start();
  last().opens();
  look('hidden');
  vi.advanceTimersByTime(HIDDEN_FOR_MS - 1);
  look('visible');
  last().says(LIVE_PONG);
  vi.advanceTimersByTime(HIDDEN_FOR_MS);
  expect(last().isClosed).toBe(false);
  expect(sockets).toHaveLength(1);
});

test('without a network nothing is tried, and with it at once', () => {
  line.start();
  last().opens();
  network(false);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  network(true);
  expect(sockets).toHaveLength(2);
});

test('an ended session is found out by asking, not by calling again', () => {
  line.start();
  last().opens();
  last().ends(LIVE_CLOSE.sessionEnded);
  expect(more).toBe(2);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
});

test('a line that made room for a newer window stays away until somebody looks', () => {
  line.start();
  last().opens();
  last().ends(LIVE_CLOSE.replaced);
  vi.advanceTimersByTime(600_000);
  expect(sockets).toHaveLength(1);
  look('hidden');
  look('visible');
  expect(sockets).toHaveLength(2);
});

test('a stopped line stays silent', () => {
  line.start();
  last().opens();
  line.stop();
  expect(last().isClosed).toBe(true);
  last().says(liveMessage(9));
  last().ends();
  vi.advanceTimersByTime(600_000);
  expect(more).toBe(1);
  expect(sockets).toHaveLength(1);
});
