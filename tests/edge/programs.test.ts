// What a program meets that talks to the API on its own: bodies that cannot be read, cursors, tokens made with tokens.
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Problem } from '#domain/protocol/common.ts';
import { CreatedToken } from '#domain/protocol/people.ts';
import { api, claimWorkspace, codeOf, read, send, tokenOf } from '../support/edge.ts';

const Paths = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ requestBody: z.unknown().optional() }))),
});

let program: { authorization: string };
beforeAll(async () => {
  program = await tokenOf(await claimWorkspace());
});

test('the document knows no refusal but problems', async () => {
  const text = await (await api('/api/openapi.json')).text();
  expect(text).toContain('"204":{"description":"Nothing is new."}');
  const { paths } = z
    .looseObject({
      paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) }))),
    })
    .parse(JSON.parse(text));
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      expect(Object.keys(responses), `${method} ${path}`).not.toContain('400');
      expect(JSON.stringify(responses.default), `${method} ${path}`).toContain('application/problem+json');
    }
  }
});

describe('a body that cannot be read', () => {
  test('is a mistake of whoever sent it, on every route that takes one, and says so', async () => {
    const { paths } = await read(Paths, await api('/api/openapi.json'));
    const taking = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => requestBody !== undefined)
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{[^}]+\}/g, 'nobody') })),
    );
    expect(taking.length).toBeGreaterThan(20);

    const wrong: string[] = [];
    for (const { method, path } of taking) {
      for (const [type, body, least] of [
        ['application/json', '{bad', 400],
        ['application/json', '', 400],
        ['text/plain', '{}', 415],
      ] as const) {
        const answer = await send(path, { method, headers: { ...program, 'content-type': type }, body });
        const problem = Problem.parse(await answer.json());
        const refusedBefore = ['not_for_tokens', 'already_claimed', 'not_found', 'forbidden', 'sample_not_offered'];
        if (answer.status !== least && !refusedBefore.includes(problem.code)) {
          wrong.push(`${method} ${path} ${type} ${JSON.stringify(body)}: ${answer.status} ${problem.code}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('without a session it names the way to sign in', async () => {
    const answer = await api('/api/resources');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });
});

test.for(['resources', 'entitlements', 'grants', 'users', 'connectors', 'applications', 'tasks'])(
  '%s: a cursor that was not handed out is refused, never an empty list',
  async (list) => {
    for (const cursor of ['garbage', btoa('no line break'), '%%%', '']) {
      const answer = await api(`/api/${list}?cursor=${encodeURIComponent(cursor)}`, { headers: program });
      expect(await codeOf(answer), cursor).toBe('invalid');
    }
  },
);

describe('a token that makes a token', () => {
  const make = (headers: { authorization: string }, body: Record<string, unknown>) =>
    api('/api/tokens', { method: 'POST', headers, body: { name: 'Narrower', ...body } });

  test('hands on some of its roles, for no longer than it lives itself', async () => {
    const { browser } = await claimWorkspace();
    await browser.elevate();
    const body = { name: 'Short', roles: ['super'], expiresInDays: 2 };
    const short = await browser.call(CreatedToken, '/api/tokens', { method: 'POST', body });
    const made = await read(
      CreatedToken,
      await make({ authorization: `Bearer ${short.token}` }, { roles: ['basic'], expiresInDays: 300 }),
    );
    expect(made.info.roles).toEqual(['basic']);
    expect(made.info.expiresAt).toBe(short.info.expiresAt);
  });

  test('never hands on a role that it does not hold, though its maker does', async () => {
    const basic = await tokenOf(await claimWorkspace(), ['basic']);
    expect(await codeOf(await make(basic, { roles: ['super'] }))).toBe('forbidden');
    const made = await read(CreatedToken, await make(basic, {}));
    expect(made.info.roles).toEqual(['basic']);
  });
});
