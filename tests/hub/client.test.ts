import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sender } from '../../edge/hub/client.ts';
import { hubRequest, type HubRequest } from '../../edge/hub/operations.ts';

// Real sockets: what a fetch does with a redirect or half a body is the point.
const seen: { host: string; authorization: string | undefined }[] = [];
let respond: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();
const evil = createServer((request, response) => {
  seen.push({ host: 'evil', authorization: request.headers.authorization });
  response.end('{}');
});
const hub = createServer((request, response) => respond(request, response));
const portOf = (server: typeof hub): number => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};
let request: HubRequest;
const send = sender(fetch, () => Date.parse('2026-11-24T08:00:00Z'));

beforeAll(async () => {
  await Promise.all([evil, hub].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const made = hubRequest(`http://127.0.0.1:${portOf(hub)}`, 'members', { organization: 'acme' });
  if (!made.ok) throw new Error('the address is good');
  request = made.value;
});
afterAll(() => {
  for (const server of [evil, hub]) {
    server.closeAllConnections();
    server.close();
  }
});

const answers = (status: number, headers: Record<string, string>, body: string) => {
  respond = (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
};
const JSON_TYPE = { 'content-type': 'application/json' };

describe('one request', () => {
  test.each([301, 302, 303, 307, 308])('a redirect (%i) is a fault, and nobody else hears of the bearer', async (status) => {
    answers(status, { location: `http://127.0.0.1:${portOf(evil)}/v2/collect` }, '');
    expect(await send(request, { bearer: 'secret' })).toMatchObject({ type: 'fault', fault: 'redirected', status });
    expect(seen).toEqual([]);
  });

  test('a redirect with data in it is no answer', async () => {
    answers(302, { location: '/', ...JSON_TYPE }, '{"count":0,"results":[]}');
    expect(await send(request, {})).toMatchObject({ type: 'fault', fault: 'redirected' });
  });

  test.each([
    ['a page with 200', 200, { 'content-type': 'text/html; charset=utf-8' }, '<!doctype html>'],
    ['data that says it is a page', 200, { 'content-type': 'text/html' }, '{"count":0}'],
    ['nothing at all', 200, JSON_TYPE, ''],
    ['half an answer', 200, JSON_TYPE, '{"count":3,"results":[{"id":"a"'],
    ['a page with 404', 404, { 'content-type': 'text/html' }, '<html></html>'],
  ])('%s is no data, and no empty list', async (_name, status, headers, body) => {
    answers(status, headers, body);
    expect(await send(request, {})).toMatchObject({ type: 'fault', fault: 'not_json', status });
  });

  test('an answer that breaks off is unreachable', async () => {
    respond = (_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      response.write('{"count":3,');
      setTimeout(() => response.destroy(), 10);
    };
    expect(await send(request, {})).toMatchObject({ type: 'fault', fault: 'unreachable' });
  });

  test('an answer without end is dropped', async () => {
    respond = (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(1024 * 1024), () => setImmediate(more));
      };
      more();
    };
    expect(await send(request, {})).toMatchObject({ type: 'fault', fault: 'too_large' });
  });

  test('refusals are answers', async () => {
    answers(403, JSON_TYPE, '{"message":"no","errinfo":null}');
    expect(await send(request, {})).toMatchObject({ type: 'answered', status: 403, body: { message: 'no' } });
  });

  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a moment', { 'retry-after': String(Date.parse('2026-11-24T08:00:09Z') / 1000) }, 9_000],
    ['a moment in the old header', { 'x-retry-after': String(Date.parse('2026-11-24T08:00:11Z') / 1000) }, 11_000],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 08:00:13 GMT' }, 13_000],
    ['the reset of the window', { 'x-ratelimit-reset': String(Date.parse('2026-11-24T08:00:17Z') / 1000) }, 17_000],
    ['nothing', {}, 30_000],
    ['a wait of 55 years', { 'retry-after': '999999999' }, 900_000],
  ])('429 says how long to wait in %s', async (_name, headers, waitMs) => {
    // The server's own clock is left out of it.
    respond = (_request, response) => {
      response.sendDate = false;
      response.writeHead(429, { ...JSON_TYPE, ...headers });
      response.end('{"detail":"Rate limit exceeded","error":false}');
    };
    expect(await send(request, {})).toMatchObject({ type: 'slow_down', waitMs });
  });

  test('a clock that is an hour off changes no wait', async () => {
    respond = (_request, response) => {
      response.sendDate = false;
      const theirs = Date.parse('2026-11-24T09:00:00Z');
      response.writeHead(429, { date: new Date(theirs).toUTCString(), 'retry-after': String(theirs / 1000 + 20) });
      response.end();
    };
    expect(await send(request, {})).toMatchObject({ type: 'slow_down', waitMs: 20_000 });
  });
});
