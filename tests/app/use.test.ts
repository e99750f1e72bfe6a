import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callApi } from '#lib/sync/api.ts';
import { use, Use } from '#lib/sync/use.ts';

const HEADER = 'x-watchbill-background';

/** What each request says of itself. */
function requests(answer: () => Response | Promise<Response> = () => new Response(null, { status: 204 })): (string | null)[] {
  const seen: (string | null)[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_input, init) => {
    seen.push(new Headers(init?.headers).get(HEADER));
    return answer();
  });
  return seen;
}
/** Somebody does something. */
function act(sign: string): void {
  const page = new EventTarget();
  const stop = use.watch(page);
  page.dispatchEvent(new Event(sign));
  stop();
}

beforeEach(() => void use.take());
afterEach(() => vi.restoreAllMocks());

test('opening the app is use, and what it then asks by itself is none', () => {
  const opened = new Use();
  expect([opened.take(), opened.take()]).toEqual([true, false]);
});

test('of the reads after a tap the first says that somebody is there, the others that nobody asked for them', async () => {
  const seen = requests();
  await callApi('GET', '/api/changes');
  act('pointerdown');
  await callApi('GET', '/api/changes');
  await callApi('GET', '/api/changes');
  expect(seen).toEqual(['1', null, '1']);
});

test.for(['pointerdown', 'keydown', 'wheel', 'touchmove'])('%s is use', async (sign) => {
  const seen = requests();
  act(sign);
  await callApi('GET', '/api/changes');
  expect(seen).toEqual([null]);
});

test('a pointer that only moves is nobody', async () => {
  const seen = requests();
  act('pointermove');
  await callApi('GET', '/api/changes');
  expect(seen).toEqual(['1']);
});

test('what changes something is never in the background', async () => {
  const seen = requests();
  await callApi('POST', '/api/x');
  expect(seen).toEqual([null]);
});

test('use that a failing network kept from the server is said with the next request', async () => {
  act('keydown');
  const lost = requests(() => Promise.reject(new TypeError('Failed to fetch')));
  await callApi('GET', '/api/changes');
  vi.restoreAllMocks();
  const seen = requests();
  await callApi('GET', '/api/changes');
  expect([lost, seen]).toEqual([[null], [null]]);
});
