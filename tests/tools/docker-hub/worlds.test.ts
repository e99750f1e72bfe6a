import { describe, expect, test } from 'vitest';
import { createDockerHub } from '../../../tools/docker-hub/docker-hub.ts';
import { companyWorld } from '../../../tools/docker-hub/worlds/company.ts';
import { leastCalls } from '../../../tools/docker-hub/worlds/least-calls.ts';
import { mutate, revoke } from '../../../tools/docker-hub/worlds/mutate.ts';
import type { MutationInput } from '../../../tools/docker-hub/worlds/mutation.ts';
import { Random } from '../../../tools/docker-hub/worlds/random.ts';
import { seededWorld } from '../../../tools/docker-hub/worlds/seeded.ts';
import { smallWorld } from '../../../tools/docker-hub/worlds/small.ts';
import { trueEffectiveAccess, trueManagers } from '../../../tools/docker-hub/worlds/true-access.ts';
import { truthOf } from '../../../tools/docker-hub/worlds/truth.ts';
import { organizationNamed, OWNERS, type World } from '../../../tools/docker-hub/worlds/world.ts';
import { type Session, signIn } from './signed-in.ts';

describe('the reference organizations', () => {
  test.for([
    [0.1, 'org-0-1', 1_000],
    [1, 'org-1', 10_000],
  ] as const)('ORG-%d is %s, with exactly the numbers it is named for', { timeout: 60_000 }, ([size, name, accounts]) => {
    const { members, teams, repositories } = organizationNamed(seededWorld({ size }), name);
    const all = [...teams.values()];
    expect(members.size).toBe(accounts);
    expect(teams.size).toBe(accounts / 10);
    expect(repositories.size).toBe(accounts * 2);
    expect(all.reduce((sum, team) => sum + team.permissions.size, 0)).toBe(accounts * 10);
    expect(all.reduce((sum, team) => sum + team.members.size, 0)).toBe(accounts * 4);
  });

  test('a few teams are huge, most are small, some are empty', () => {
    const { teams } = organizationNamed(seededWorld({ size: 1 }), 'org-1');
    const sizes = [...teams.values()].map((team) => team.permissions.size).sort((a, b) => b - a);
    const top = sizes.slice(0, 10).reduce((sum, size) => sum + size, 0);
    expect(top).toBeGreaterThan(25_000);
    expect(sizes[500]).toBeLessThan(60);
    expect(sizes.at(-1)).toBe(0);
  });

  test('the same seed is the same organization, another is another', () => {
    const truth = (seed: number): string =>
      JSON.stringify(truthOf(organizationNamed(seededWorld({ size: 0.1, seed }), 'org-0-1')));
    expect(truth(7)).toBe(truth(7));
    expect(truth(7)).not.toBe(truth(8));
  });

  test.for([true, false])('C* with per-team listing %s is what a careful reader needs, no call less', async (perTeam) => {
    const world = seededWorld({ size: 0.1 });
    const hub = createDockerHub({ world, rateLimit: null });
    const session = await signIn(hub, 'oat-read');
    await readAll(session, '/v2/orgs/org-0-1/members', 'page=');
    const teams = await readAll(session, '/v2/orgs/org-0-1/groups', 'page=');
    const repositories = await readAll(session, '/v2/namespaces/org-0-1/repositories', 'ordering=name&page=');
    let permissions = 0;
    if (perTeam) {
      for (const team of teams)
        if (team.name !== OWNERS)
          permissions += await readArray(session, `/v2/orgs/org-0-1/groups/${String(team.name)}/repositories`, world);
    } else {
      for (const repository of repositories) {
        permissions += (
          await readAll(session, `/v2/namespaces/org-0-1/repositories/${String(repository.name)}/groups`, 'page=')
        ).length;
      }
    }
    expect(permissions).toBe(10_000);
    expect(hub.control.calls().total).toBe(leastCalls(world, 'org-0-1', { perTeam }));
  });

  test('C* counts the login once, or not at all', () => {
    const world = companyWorld();
    // 1 login, 1 page each of members, teams and repositories, and one call for each team but owners.
    expect(leastCalls(world, 'harborline', { perTeam: true })).toBe(1 + 3 + 12);
    expect(leastCalls(world, 'harborline-labs', { perTeam: false, login: false })).toBe(3 + 12);
  });
});

describe('the company', () => {
  const world = companyWorld();
  const main = organizationNamed(world, 'harborline');

  test('has two organizations, some 45 people, 12 teams and 60 repositories', () => {
    const labs = organizationNamed(world, 'harborline-labs');
    expect(main.members.size).toBe(45);
    expect(main.teams.size).toBe(13);
    expect(main.repositories.size + labs.repositories.size).toBe(59);
  });

  test.for([
    [
      'an owner in no team but owners',
      () => [...main.members.values()].some(({ role, teams }) => role === 'owner' && teams.length === 1),
    ],
    ['an editor', () => [...main.members.values()].some(({ role }) => role === 'editor')],
    ['a custom role', () => [...main.members.values()].some(({ role }) => role === 'security-auditor')],
    ['a guest', () => [...main.members.values()].some(({ account }) => !account.email.endsWith('@harborline.example'))],
    [
      'invitees with and without an account',
      () =>
        [true, false].every((isEmail) => [...main.invites.values()].some(({ invitee }) => invitee.includes('@') === isEmail)),
    ],
    ['a role on a team', () => [...main.teams.values()].some(({ role }) => role !== null)],
    ['an empty team', () => [...main.teams.values()].some(({ members, permissions }) => members.size + permissions.size === 0)],
    ['somebody in no team', () => [...main.members.values()].some(({ teams }) => teams.length === 0)],
    [
      'a repository name in two organizations',
      () => [...main.repositories.keys()].some((name) => world.organizations.get('harborline-labs')?.repositories.has(name)),
    ],
    ['a public repository', () => [...main.repositories.values()].some(({ isPrivate }) => !isPrivate)],
    ['an archived repository', () => [...main.repositories.values()].some(({ isArchived }) => isArchived)],
    ['a repository in nobody’s hands', () => [...main.repositories.values()].some(({ teams }) => teams.length === 0)],
    [
      'a dormant token',
      () => [...main.accessTokens.values()].some(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt < '2025-11-01'),
    ],
    ['a token that was never used', () => [...main.accessTokens.values()].some(({ lastUsedAt }) => lastUsedAt === null)],
  ] as [string, () => boolean][])('has %s', ([, holds]) => {
    expect(holds()).toBe(true);
  });

  test('owners are exactly the team owners, in every organization', () => {
    for (const { members, teams } of world.organizations.values()) {
      const owners = [...members.values()].filter(({ role }) => role === 'owner').map(({ account }) => account.username);
      expect([...(teams.get(OWNERS)?.members.keys() ?? [])].sort()).toEqual(owners.sort());
    }
  });
});

describe('true access', () => {
  const rows = trueEffectiveAccess(companyWorld(), 'harborline');
  const levelOf = (username: string, repository: string): string | undefined =>
    rows.find((row) => row.username === username && row.repository === repository)?.level;

  test('an owner has admin everywhere, without a row anywhere', () => {
    expect(rows.filter(({ username, level }) => username === 'tobiaslind' && level === 'admin')).toHaveLength(47);
  });

  test('several ways make the strongest one, and all are told', () => {
    const row = rows.find(({ username, repository }) => username === 'emilyzhao' && repository === 'api-gateway');
    expect(row?.ways).toEqual([
      { via: 'team', team: 'backend', level: 'write' },
      { via: 'team', team: 'oncall', level: 'write' },
    ]);
  });

  test('public repositories are read by everybody in the organization, private ones are not', () => {
    expect(levelOf('annikaberg', 'harborline-cli')).toBe('read');
    expect(levelOf('annikaberg', 'api-gateway')).toBe(undefined);
  });

  test('an editor manages, which is no level', () => {
    expect(levelOf('oskarnyberg', 'sandbox')).toBe(undefined);
    expect(trueManagers(companyWorld(), 'harborline').sort()).toEqual([
      'davidmoss',
      'lucasferreira',
      'oskarnyberg',
      'rosamendez',
    ]);
  });

  test('a team with the role owner gives admin everywhere', () => {
    const world = companyWorld();
    mutate(world, { type: 'update_team', organization: 'harborline', team: 'support', role: 'owner' }, author);
    const row = trueEffectiveAccess(world, 'harborline').find(
      ({ username, repository }) => username === 'chiaraconti' && repository === 'sandbox',
    );
    expect(row).toMatchObject({ level: 'admin', ways: [{ via: 'team_role', team: 'support', role: 'owner' }] });
  });
});

describe('small worlds', () => {
  test('differ from seed to seed and are each consistent', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 100; seed += 1) {
      const world = smallWorld({ seed });
      expectConsistent(world);
      seen.add(snapshot(world));
    }
    expect(seen.size).toBe(100);
    expect(snapshot(smallWorld({ seed: 5 }))).toBe(snapshot(smallWorld({ seed: 5 })));
  });
});

describe('changes', () => {
  test('a thousand random ones keep both sides of every relation in step, and can all be taken back', () => {
    const world = companyWorld();
    const before = snapshot(world);
    const random = new Random(4);
    for (let index = 0; index < 1_000; index += 1) {
      mutate(world, randomMutation(world, random, index), author);
      if (index % 100 === 0) expectConsistent(world);
    }
    expectConsistent(world);
    expect(world.journals.length).toBeGreaterThan(300);
    expect(snapshot(world)).not.toBe(before);
    while (world.journals.length > 0) {
      const last = world.journals.at(-1);
      if (last) revoke(world, last);
    }
    expect(snapshot(world)).toBe(before);
  });

  test('a refused change leaves nothing behind', () => {
    const world = companyWorld();
    const before = snapshot(world);
    const refused = mutate(
      world,
      { type: 'add_member', organization: 'harborline', username: 'newcomer', teams: ['no-such-team'] },
      author,
    );
    expect(refused).toEqual({ ok: false, reason: 'no_such_team' });
    expect(snapshot(world)).toBe(before);
    expect(world.accounts.has('newcomer')).toBe(false);
  });
});

const author = { source: 'control', actor: 'test', at: Date.parse('2026-11-03T10:00:00Z') } as const;

function snapshot(world: World): string {
  return JSON.stringify(
    [...world.organizations.values()].map((organization) => [truthOf(organization), organization.auditLog]),
  );
}

function expectConsistent(world: World): void {
  for (const { members, teams, repositories } of world.organizations.values()) {
    for (const [name, team] of teams) {
      expect(team.name).toBe(name);
      for (const [username, membership] of team.members) {
        expect(members.get(username)).toBe(membership);
        expect(membership.teams).toContain(team);
      }
      for (const repository of team.permissions.keys()) expect(repositories.get(repository)?.teams).toContain(team);
    }
    for (const { teams: joined, account } of members.values())
      for (const team of joined) expect(team.members.has(account.username)).toBe(true);
    for (const { teams: holders, name } of repositories.values())
      for (const team of holders) expect(team.permissions.has(name)).toBe(true);
  }
}

function randomMutation(world: World, random: Random, index: number): MutationInput {
  const organization = random.pick(['harborline', 'harborline-labs']);
  const { members, teams, repositories } = organizationNamed(world, organization);
  const [username, team, repository] = [
    random.pick([...members.keys()]),
    random.pick([...teams.keys()]),
    random.pick([...repositories.keys()]),
  ];
  const make = random.pick<() => MutationInput>([
    () => ({ type: 'add_member', organization, username: `person${index}`, role: random.pick(['owner', 'member']), teams: [] }),
    () => ({ type: 'remove_member', organization, username }),
    () => ({ type: 'set_role', organization, username, role: random.pick(['owner', 'editor', 'member', 'Wizard']) }),
    () => ({ type: 'add_team_member', organization, team, username }),
    () => ({ type: 'remove_team_member', organization, team, username }),
    () => ({ type: 'create_team', organization, name: `team-${index}` }),
    () => ({ type: 'update_team', organization, team, name: `renamed-${index}` }),
    () => ({ type: 'delete_team', organization, team }),
    () => ({ type: 'create_repository', organization, name: `repository-${index}` }),
    () => ({ type: 'update_repository', organization, repository, isPrivate: random.chance(0.5) }),
    () => ({ type: 'delete_repository', organization, repository }),
    () => ({ type: 'set_permission', organization, repository, team, permission: random.pick(['read', 'write', 'admin']) }),
    () => ({ type: 'remove_permission', organization, repository, team }),
  ]);
  return make();
}

async function readAll(session: Session, path: string, query: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let page = 1; ; page += 1) {
    const { results = [], next } = await session.json(`${path}?page_size=100&${query}${page}`);
    rows.push(...results);
    if (!next) return rows;
  }
}

/** A bare array has no end mark; the reader of C* knows how many there are. */
async function readArray(session: Session, path: string, world: World): Promise<number> {
  const team = path.split('/').at(-2) ?? '';
  const size = organizationNamed(world, 'org-0-1').teams.get(team)?.permissions.size ?? 0;
  let rows = 0;
  for (let page = 1; page === 1 || rows < size; page += 1) {
    const listed: unknown = await (await session.get(`${path}/?page_size=100&page=${page}`)).json();
    rows += Array.isArray(listed) ? listed.length : Number.NaN;
  }
  return rows;
}
