import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { callApi, fetchApi, onOutcome } from '#lib/sync/api.ts';

const answers = (make: () => Promise<Response> | Response) =>
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => make());
const problem = (status: number, body: Record<string, unknown>) => () => Response.json(body, { status });
const returns = async () => z.object({ n: z.int() });

/** What the app heard while the work went on. */
async function heardDuring(work: () => Promise<unknown>): Promise<string[]> {
  const heard: string[] = [];
  const stop = onOutcome((outcome) => heard.push(outcome));
  await work();
  stop();
  return heard;
}

afterEach(() => vi.restoreAllMocks());

test('an answer is parsed by its schema', async () => {
  answers(() => Response.json({ n: 3, more: 'than asked for' }));
  expect(await fetchApi('GET', '/api/x', { returns })).toEqual({ ok: true, value: { n: 3 } });
});

test('an answer of another shape is a value, not an exception', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  answers(() => Response.json({ n: 'three' }));
  expect(await fetchApi('GET', '/api/x', { returns })).toMatchObject({ ok: false, error: { code: 'unexpected_answer' } });
});

test('204 is an answer without a value', async () => {
  answers(() => new Response(null, { status: 204 }));
  expect(await callApi('GET', '/api/x', { returns })).toEqual({ ok: true, value: { status: 204, value: undefined } });
});

test('a refusal carries the server’s code, its sentence and its fields', async () => {
  const fields = [{ path: 'email', message: 'Not an e-mail address' }];
  answers(
    problem(400, { type: 'urn:x', title: 'The request does not fit', status: 400, code: 'invalid', fields, errorId: 'e1' }),
  );
  expect(await callApi('POST', '/api/x', { body: {} })).toEqual({
    ok: false,
    error: { code: 'invalid', message: 'The request does not fit.', fields, errorId: 'e1' },
  });
});

test('a network that fails is "unreachable", and the app hears it', async () => {
  answers(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await heardDuring(() => callApi('GET', '/api/x'))).toEqual(['unreachable']);
});

test('401 ends the session and is never taken for offline', async () => {
  answers(problem(401, { title: 'Your session ended', code: 'session_ended' }));
  expect(await heardDuring(() => callApi('GET', '/api/x'))).toEqual(['session_ended']);
});

test('the redirect of a sign-in proxy ends the session and is never taken for offline', async () => {
  answers(() => {
    const redirect = new Response(null, { status: 200 });
    Object.defineProperty(redirect, 'type', { value: 'opaqueredirect' });
    return redirect;
  });
  let answer: unknown;
  expect(await heardDuring(async () => (answer = await callApi('GET', '/api/x')))).toEqual(['session_ended']);
  expect(answer).toMatchObject({ ok: false, error: { code: 'session_ended' } });
});

test('a refused passkey does not end anybody’s session', async () => {
  answers(problem(403, { title: 'The passkey could not be verified', code: 'passkey_refused' }));
  expect(await heardDuring(() => callApi('POST', '/api/session', { body: {} }))).toEqual(['reached']);
});

test('a server that breaks is neither offline nor the end of the session', async () => {
  answers(() => new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } }));
  let answer: unknown;
  expect(await heardDuring(async () => (answer = await callApi('GET', '/api/x')))).toEqual(['reached']);
  expect(answer).toMatchObject({ ok: false, error: { code: 'server_error' } });
});

test.for(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s says that it is our own, with or without a body', async (method) => {
  const sent = answers(() => new Response(null, { status: 204 }));
  await callApi(method, '/api/x');
  const init = sent.mock.calls[0]?.[1];
  expect(new Headers(init?.headers).get('x-watchbill')).toBe('1');
  expect(new Headers(init?.headers).get('content-type')).toBe('application/json');
  expect(init?.redirect).toBe('manual');
});
