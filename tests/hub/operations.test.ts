import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sender } from '../../edge/hub/client.ts';
import { readLive } from '../../edge/hub/live-reads.ts';
import { hubRequest, isIdentifier } from '../../edge/hub/operations.ts';

const BASE = 'https://hub.docker.com';

/** Everything that has ever confused a URL parser, and whatever else. */
const nastyPart = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '...',
    '%2e',
    '%2e%2e',
    '%2E%2e',
    '%2f',
    '%2F',
    '%5c',
    '\\',
    '/',
    '//',
    '///',
    '?',
    '#',
    '@',
    ':',
    ';',
    '&',
    '=',
    '%',
    '%00',
    '%0d%0a',
    '%09',
    '\0',
    '\t',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\u200b',
    '\u202e',
    '\ufeff',
    '．',
    '／',
    '＼',
    '。',
    '｡',
    '\ud800',
    'xn--',
    'evil.example',
    '//evil.example',
    'user:pass@evil.example',
    '[::1]',
    '127.0.0.1',
    'http://evil.example',
    'javascript:',
    'acme',
    'Acme_Labs',
    'team-1',
    'a.b',
    'members',
    'groups',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const nasty = fc.array(nastyPart, { minLength: 0, maxLength: 5 }).map((parts) => parts.join(''));

const PATHS = [
  /^\/v2\/orgs\/[\w.-]+\/members$/,
  /^\/v2\/orgs\/[\w.-]+\/invites$/,
  /^\/v2\/orgs\/[\w.-]+\/groups$/,
  /^\/v2\/orgs\/[\w.-]+\/groups\/[\w.-]+\/(members|repositories\/)$/,
  /^\/v2\/namespaces\/[\w.-]+\/repositories(\/[\w.-]+(\/groups)?)?$/,
  /^\/v2\/repositories\/[\w.-]+\/[\w.-]+\/groups\/$/,
];
const OPERATIONS = [
  'members',
  'member',
  'invites',
  'teams',
  'team-members',
  'team-repositories',
  'repositories',
  'repository',
  'repository-teams',
];

describe('the read-only proxy reaches named operations only', () => {
  test('whatever 100,000 names are made of, nothing but the catalogue’s own addresses is ever asked for', async () => {
    const asked: string[] = [];
    const send = sender(
      async (input, init) => {
        const request = new Request(input instanceof Request ? input : String(input), init);
        asked.push(request.url);
        return Response.json({ count: 0, results: [], data: [] });
      },
      () => 0,
    );
    const ports = {
      baseUrl: BASE,
      now: () => 0,
      call: async (request: Parameters<typeof send>[0]) => {
        const answer = await send(request, { bearer: 'bearer' });
        return answer.type === 'answered' ? answer : ({ type: 'absent' } as const);
      },
    };
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...OPERATIONS), nasty),
        nasty,
        nasty,
        nasty,
        nasty,
        async (operation, organization, team, repository, username) => {
          asked.length = 0;
          await readLive(operation, { organization, team, repository, username }, ports);
          for (const address of asked) {
            const url = new URL(address);
            expect(url.origin).toBe(BASE);
            expect(
              PATHS.some((path) => path.test(url.pathname)),
              address,
            ).toBe(true);
            expect(url.pathname.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false);
            expect([...url.searchParams.keys()].every((key) => ['page', 'page_size', 'ordering', 'search'].includes(key))).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 100_000 },
    );
  }, 120_000);

  test('an operation that is not in the catalogue is not there, whatever objects have by nature', async () => {
    const call = () => Promise.reject(new Error('nothing may be asked'));
    for (const name of ['constructor', '__proto__', 'toString', 'delete', 'signIn', '']) {
      expect(await readLive(name, {}, { baseUrl: BASE, call, now: () => 0 })).toMatchObject({
        ok: false,
        error: { reason: 'not_found' },
      });
    }
  });

  test('names that Docker Hub gives are names', () => {
    for (const name of ['acme', 'acme-labs', 'a_b', 'Acme2', '0x', 'a.b-c_d']) {
      for (const kind of ['organization', 'team', 'repository'] as const) expect(isIdentifier(kind, name), name).toBe(true);
    }
    for (const name of ['', '.', '..', '.hidden', 'a/b', 'a b', 'ä', 'a%2fb', `a${'b'.repeat(300)}`]) {
      for (const kind of ['organization', 'team', 'repository'] as const) expect(isIdentifier(kind, name), name).toBe(false);
    }
  });

  test('an address below a base path stays below it', () => {
    const request = hubRequest('http://127.0.0.1:8799/hub/', 'members', { organization: 'acme' }, { page: 2, page_size: 100 });
    expect(request).toMatchObject({
      ok: true,
      value: { url: 'http://127.0.0.1:8799/hub/v2/orgs/acme/members?page=2&page_size=100' },
    });
  });
});
