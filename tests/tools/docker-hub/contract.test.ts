import { describe, expect, test } from 'vitest';
import { KNOWN_OPERATIONS, type KnownOperation } from '../../../tools/docker-hub/operations.ts';
import { PER_TEAM_LISTINGS } from '../../../tools/docker-hub/settings.ts';
import type { SimulatedDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import { Contract } from './contract.ts';
import { aHub, objectOf, send, signIn } from './signed-in.ts';

const contract = new Contract('tests/fixtures/docker-hub-openapi.yaml');

/** Operations that the README has and openapi.yaml has not, or has under another path: judged as their twin, or not by it. */
const TWINS: Record<string, string | null> = {
  namespaceListRepositoryGroups: 'listRepositoryGroups',
  namespaceCreateRepositoryGroup: 'CreateRepositoryGroup',
  namespaceGetRepositoryGroup: 'getRepositoryGroup',
  namespaceUpdateRepositoryGroup: 'updateRepositoryGroup',
  namespaceDeleteRepositoryGroup: 'deleteRepositoryGroup',
  listOwnedNamespaces: null,
};

/** Answers whose status openapi.yaml leaves out although the README, or plain sense, has them. Anything else undescribed fails. */
const UNDESCRIBED = new Set([
  'createOrgGroup 404', // an organization that is none
  'AuthCreateAccessToken 400', // a body that is none
  'PostUsersLogin 400',
  'PostUsers2FALogin 400',
  'listAccessTokens 403', // README 1.3: a personal token may not manage personal tokens
  'createAccessToken 403',
  'getAccessToken 403',
  'updateAccessToken 403',
  'updateAccessToken 404',
  'deleteAccessToken 403',
  'ListRepositoryTags 401',
  'CheckRepositoryTags 401',
  'GetRepositoryTag 401',
  'CheckRepositoryTag 401',
  'legacyListRepositories 401',
  'legacyListRepositories 403', // README 1.3: never with an organization token
  'legacyListRepositories 400',
  'legacyGetRepository 401',
  'legacyCreateRepository 404',
  'getOrg 401',
  'replaceOrgGroup 400',
  'updateOrgGroup 400',
  'addGroupMember 400',
  'updateRepositoryGroup 400',
  'bulkCreateInvites 404',
  'putOrgSettings 400',
  'putRegistryAccess 400',
]);

/** Logins need a right secret, see below; organizations have no collaborators. */
const NEVER_OK_HERE = new Set(['AuthCreateAccessToken', 'PostUsersLogin', 'PostUsers2FALogin', 'listCollaborators']);

/** Ways to fill the names of a path: what exists, what does not. */
const NAMES: Record<string, string[]> = {
  org_name: ['harborline', 'nobody-here'],
  namespace: ['harborline', 'harborline-labs', 'nobody-here'],
  account: ['harborline', 'nobody-here'],
  group_name: ['backend', 'no-such-team'],
  username: ['marenholt', 'emilyzhao', 'nobody99'],
  repository: ['api-gateway', 'status-page', 'no-such-repository'],
  tag: ['latest', 'no-such-tag'],
  uuid: ['00000000-0000-4000-a000-000000000000'],
  access_token_id: ['00000000-0000-4000-a000-000000000000'],
  id: ['00000000-0000-4000-a000-000000000000'],
};

const RESOURCES = [{ type: 'TYPE_REPO', path: 'harborline/*', scopes: ['scope-repository-read'] }];

/** Bodies for each writing operation: good, then wrong. */
const BODIES: Record<string, unknown[]> = {
  AuthCreateAccessToken: [{ identifier: 'marenholt', secret: 'wrong' }, {}],
  PostUsersLogin: [{ username: 'harborline', password: 'wrong' }, { username: 'marenholt', password: 'wrong' }, {}],
  PostUsers2FALogin: [{ login_2fa_token: 'none', code: '000000' }, {}],
  createAccessToken: [{ token_label: 'new', scopes: ['repo:read'] }, { token_label: '' }],
  updateAccessToken: [{ is_active: false }, { token_label: 7 }],
  createOrgAccessToken: [{ label: 'new', resources: RESOURCES, expires_at: '2027-12-31T23:59:59Z' }, { resources: [] }],
  updateOrgAccessToken: [{ label: 'renamed', is_active: true }],
  putOrgSettings: [{ restricted_images: { enabled: true, allow_official_images: true, allow_verified_publishers: false } }, {}],
  putRegistryAccess: [{ enabled: true, standard_registries: [{ id: 'DockerHub', allowed: true }], custom_registries: [] }, {}],
  CreateRepository: [
    { name: 'brand-new', namespace: 'harborline' },
    { name: 'X', namespace: 'harborline' },
  ],
  legacyCreateRepository: [{ name: 'brand-new-too', namespace: 'harborline' }, { name: 'x1', namespace: 'nobody-here' }, {}],
  UpdateRepository: [{ description: 'Changed' }, { description: 7 }],
  legacyUpdateRepository: [
    { description: 'Changed', immutable_tags: true, immutable_tags_rules: 'v.*,x.*' },
    { description: 7 },
  ],
  UpdateRepositoryImmutableTags: [{ immutable_tags: true, immutable_tags_rules: ['v.*'] }, {}],
  VerifyRepositoryImmutableTags: [{ regex: 'v.*' }, { regex: 'a,b' }, { regex: '(' }],
  setRepositoryPrivacy: [{ is_private: true }, {}],
  CreateRepositoryGroup: [
    { group_id: 'TEAM', permission: 'write' },
    { group_name: 'backend', permission: 'write' },
    { group_id: 1, permission: 'read' },
  ],
  updateRepositoryGroup: [{ permission: 'admin' }, { permission: 'Admin' }],
  updateOrgMember: [{ role: 'editor' }, { role: 'security-auditor' }, { role: 'Editor' }],
  bulkCreateInvites: [
    { org: 'harborline', team: 'backend', role: 'member', invitees: ['new@example.com', 'emilyzhao', 'not an address'] },
    { org: 'harborline', invitees: ['other@example.com'], dry_run: true },
    { org: 'harborline' },
    { org: 'nobody-here', invitees: [] },
  ],
  createOrgGroup: [{ name: 'new-team', description: 'New' }, { name: 'no spaces please' }, { name: 'backend' }],
  replaceOrgGroup: [{ name: 'backend', description: 'Same name' }, {}],
  updateOrgGroup: [{ description: 'Changed', role: 'editor' }, { role: 'Wizard' }],
  addGroupMember: [{ member: 'gracekimani' }, {}, { member: 'nobody99' }],
};

const QUERIES: Record<string, string[]> = {
  listOrgMembers: [
    '',
    '?page_size=3&page=2&invites=true',
    '?type=invitee',
    '?search=zhao',
    '?role=owner',
    '?role=Owner',
    '?page=0',
    '?page=99',
  ],
  listOrgGroups: ['', '?username=emilyzhao', '?search=end', '?page_size=2&page=2'],
  listNamespaceRepositories: [
    '',
    '?ordering=name&page_size=5&page=2',
    '?ordering=stars',
    '?page=99',
    '?name=api',
    '?page_size=101',
  ],
  legacyListRepositories: ['', '?ordering=name', '?ordering=nonsense'],
  AuditLogs_ListAuditLogs: [
    '',
    '?page_size=3&page=2',
    '?action=org.team.create',
    '?from=2026-10-01T00:00:00Z&to=2026-10-30T00:00:00Z',
    '?from=yesterday',
  ],
  listOrgAccessTokens: ['', '?page_size=2&page=3'],
  listGroupRepositories: ['', '?page=2&page_size=2'],
};

const CREDENTIALS = [
  'owner',
  'editor',
  'member',
  'pat',
  'pat-public',
  'oat-read',
  'oat-write',
  'oat-public-only',
  'oat-nothing',
  'no-organization',
];

describe('every answer is one that openapi.yaml describes', () => {
  const exceptionsMet = new Set<string>();

  test.for(KNOWN_OPERATIONS)('$method $template', { timeout: 60_000 }, async (known) => {
    const wrong = new Set<string>();
    let successes = 0;
    for (const caller of [...CREDENTIALS, null, 'a dead bearer']) {
      // A fresh world for each caller: what one writes, another must not trip over.
      const hub = aHub();
      const bearer = caller === null ? undefined : caller === 'a dead bearer' ? 'dead' : (await signIn(hub, caller)).bearer;
      for (const path of pathsOf(hub, known)) {
        for (const body of bodiesOf(hub, known.operation)) {
          const response = await send(hub, known.method, path, { bearer, body });
          if (response.ok) successes += 1;
          if (UNDESCRIBED.has(`${known.operation} ${response.status}`))
            exceptionsMet.add(`${known.operation} ${response.status}`);
          const why = await objection(known.operation, response);
          if (why) wrong.add(`${caller} gets ${response.status}: ${why}`);
        }
      }
    }
    expect([...wrong]).toEqual([]);
    // Judged on refusals alone, an operation would pass without working.
    if (!NEVER_OK_HERE.has(known.operation)) expect(successes).toBeGreaterThan(0);
  });

  test('no exception is kept that no answer needs', () => {
    expect([...UNDESCRIBED].filter((exception) => !exceptionsMet.has(exception))).toEqual([]);
  });

  test.for(PER_TEAM_LISTINGS.filter((listing) => !['wrapped', 'missing'].includes(listing)))(
    'per-team listing as %s',
    async (listing) => {
      const hub = aHub();
      hub.control.set({ perTeamListing: listing });
      const session = await signIn(hub, 'oat-read');
      for (const query of ['', '?page_size=2', '?page=2&page_size=2']) {
        expect(
          await objection(
            'listGroupRepositories',
            await session.get(`/v2/orgs/harborline/groups/backend/repositories/${query}`),
          ),
        ).toBe(null);
      }
    },
  );

  test.for(['null', 'absent'] as const)('`next` on the last page is %s', async (lastNext) => {
    const hub = aHub();
    hub.control.set({ lastNext });
    const session = await signIn(hub, 'oat-read');
    for (const path of ['/v2/orgs/harborline/groups', '/v2/namespaces/harborline/repositories?page_size=100']) {
      const operation = path.includes('groups') ? 'listOrgGroups' : 'listNamespaceRepositories';
      expect(await objection(operation, await session.get(path))).toBe(null);
    }
  });

  test('a 429 of every reading', async () => {
    for (const retryAfter of ['seconds', 'timestamp', 'x_timestamp', 'none'] as const) {
      const hub = aHub({ rateLimit: 1 });
      hub.control.set({ retryAfter });
      await send(hub, 'GET', '/v2/orgs/harborline');
      const response = await send(hub, 'GET', '/v2/orgs/harborline');
      expect(response.status).toBe(429);
      expect(await objection('getOrg', response)).toBe(null);
    }
  });

  test('successful logins, every kind', async () => {
    const hub = aHub();
    for (const key of ['owner', 'pat', 'oat-read']) {
      const { identifier, secret } = credentialOf(hub, key);
      expect(
        await objection('AuthCreateAccessToken', await send(hub, 'POST', '/v2/auth/token', { body: { identifier, secret } })),
      ).toBe(null);
    }
    const { identifier, secret } = credentialOf(hub, 'owner-2fa');
    const challenge = await send(hub, 'POST', '/v2/users/login', { body: { username: identifier, password: secret } });
    expect(await objection('PostUsersLogin', challenge.clone())).toBe(null);
    const body = { login_2fa_token: (await objectOf(challenge)).login_2fa_token, code: '123456' };
    const secondStep = await send(hub, 'POST', '/v2/users/2fa-login', { body });
    expect(secondStep.status).toBe(200);
    expect(await objection('PostUsers2FALogin', secondStep)).toBe(null);
    const owner = credentialOf(hub, 'owner');
    const legacy = { body: { username: owner.identifier, password: owner.secret } };
    const signedIn = await send(hub, 'POST', '/v2/users/login?refresh_token=true', legacy);
    expect(signedIn.status).toBe(200);
    expect(await objection('PostUsersLogin', signedIn)).toBe(null);
  });
});

describe('the server knows what openapi.yaml knows', () => {
  const known = new Set<string>(KNOWN_OPERATIONS.map(({ operation }) => operation));

  test('every operation but those of SCIM', () => {
    const missing = contract.operations.filter(({ operationId, tags }) => !known.has(operationId) && !tags.includes('scim'));
    expect(missing).toEqual([]);
  });

  test('under the same method and path', () => {
    const shape = (path: string): string => path.replaceAll(/\{[^}]+\}/g, '{}');
    for (const { operation, method, template } of KNOWN_OPERATIONS) {
      if (operation in TWINS) continue;
      const described = contract.operations.find(({ operationId }) => operationId === operation);
      expect(`${method} ${shape(template)}`).toBe(`${described?.method} ${shape(described?.path ?? '')}`);
    }
  });
});

test('the judge finds a wrong type, a field too many, a missing body and a status nobody described', () => {
  const team = { id: 1, name: 'backend', member_count: 2, role: null };
  const judge = (status: number, body: unknown): string =>
    contract.judge('getOrgGroup', {
      status,
      contentType: 'application/json',
      body: body === null ? null : JSON.stringify(body),
    }).reason;
  expect(judge(200, team)).toBe('as_described');
  expect(judge(200, { ...team, id: 'one' })).toBe('wrong');
  expect(judge(200, { ...team, slug: 'backend' })).toBe('wrong');
  expect(judge(200, null)).toBe('wrong');
  expect(judge(418, team)).toBe('status_not_described');
});

async function objection(operation: string, response: Response): Promise<string | null> {
  const twin = operation in TWINS ? TWINS[operation] : operation;
  if (!twin) return null;
  const text = await response.text();
  const contentType = response.headers.get('Content-Type');
  const verdict = contract.judge(twin, { status: response.status, contentType, body: text === '' ? null : text });
  switch (verdict.reason) {
    case 'as_described':
      return null;
    case 'status_not_described':
      return UNDESCRIBED.has(`${twin} ${response.status}`)
        ? null
        : `status ${response.status} is not described: ${text.slice(0, 200)}`;
    case 'wrong':
      return verdict.why;
  }
}

function pathsOf(hub: SimulatedDockerHub, { template, operation }: KnownOperation): string[] {
  const names = [...template.matchAll(/\{([a-z0-9_]+)\}/g)].map((match) => match[1] ?? '');
  const paths = names.reduce(
    (partial, name) =>
      partial.flatMap((path) => valuesOf(hub, name, operation).map((value) => path.replace(`{${name}}`, value))),
    [template],
  );
  const withQueries = paths.flatMap((path) => (QUERIES[operation] ?? ['']).map((query) => `${path}${query}`));
  return withQueries.flatMap((path) => [path.replace(/(\?|$)/, '/$1'), path]);
}

function valuesOf(hub: SimulatedDockerHub, name: string, operation: string): string[] {
  const organization = hub.world.organizations.get('harborline');
  const missing = NAMES[name] ?? [];
  if (name === 'group_id') return [String(organization?.teams.get('backend')?.id), '1'];
  if (name === 'access_token_id') return [...(organization?.accessTokens.keys() ?? [])].slice(-1).concat(missing);
  if (name === 'uuid')
    return (hub.world.accounts.get('marenholt')?.personalTokens ?? []).map((token) => token.id).concat(missing);
  if (name === 'id') return [...(organization?.invites.keys() ?? [])].concat(missing);
  if (name === 'username' && operation === 'listUserOrgs') return ['marenholt', 'nobody99'];
  return missing;
}

function bodiesOf(hub: SimulatedDockerHub, operation: string): unknown[] {
  const bodies = BODIES[TWINS[operation] ?? operation] ?? [undefined];
  const team = hub.world.organizations.get('harborline')?.teams.get('support')?.id;
  return bodies.map((body) => (body === undefined ? body : JSON.parse(JSON.stringify(body).replace('"TEAM"', String(team)))));
}

/** By key. */
function credentialOf(hub: SimulatedDockerHub, key: string): { identifier: string; secret: string } {
  const found = hub.world.credentials.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`No credential "${key}"`);
  return found;
}
