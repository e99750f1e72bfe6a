// Small random organizations, with their documents as the sync would build them and the truth worked out the slow way.
import {
  LEVELS,
  toSteps,
  type AccountRow,
  type CatalogueDocument,
  type Level,
  type RepositoryRow,
  type TeamDocument,
} from '../../src/domain/catalogue.ts';
import { accountId, organizationId, repositoryId, teamId } from '../../src/domain/ids.ts';

/** mulberry32: the same numbers for the same seed, everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Facts {
  accounts: { id: string; roles: Record<string, string> }[];
  teams: {
    id: string;
    organization: string;
    name: string;
    role: string | null;
    members: string[];
    permissions: Record<string, Level>;
  }[];
  repositories: { id: string; organization: string; private: boolean }[];
}

export interface RandomWorld {
  facts: Facts;
  documents: CatalogueDocument[];
}

const ORGANIZATIONS = ['acme', 'acme-labs'];
const ROLES = ['Owner', 'Editor', 'Member', 'Member', 'Member', 'Security auditor'];
const TEAM_ROLES = [null, null, null, null, 'owner', 'editor', 'Reader'];

export function randomWorld(seed: number): RandomWorld {
  const random = seededRandom(seed);
  const chance = (p: number) => random() < p;
  const upTo = (n: number) => Math.floor(random() * (n + 1));
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const some = <T>(from: readonly T[], p: number) => from.filter(() => chance(p));

  const accounts: AccountRow[] = Array.from({ length: 1 + upTo(9) }, (_, number) => {
    const roles = Object.fromEntries(some(ORGANIZATIONS, 0.7).map((organization) => [organization, pick(ROLES)]));
    return {
      number,
      id: accountId(`a${number}`),
      hubId: `a${number}`,
      username: `user-${number}`,
      fullName: '',
      email: null,
      roles,
    };
  });
  const repositories: RepositoryRow[] = Array.from({ length: upTo(12) }, (_, number) => ({
    number,
    organization: pick(ORGANIZATIONS),
    name: `repo-${number % 7}-${number}`,
    private: chance(0.7),
    registeredAt: null,
  }));
  const teams: TeamDocument[] = ORGANIZATIONS.flatMap((organization) =>
    Array.from({ length: upTo(5) }, (_, index) => {
      const name = index === 0 ? 'owners' : `team-${index}`;
      const members = accounts.filter(({ roles }) =>
        name === 'owners' ? roles[organization] === 'Owner' : roles[organization] !== undefined && chance(0.5),
      );
      const held = new Map<Level, number[]>(LEVELS.map((level) => [level, []]));
      for (const repository of repositories) {
        if (repository.organization === organization && name !== 'owners' && chance(0.4))
          held.get(pick(LEVELS))?.push(repository.number);
      }
      return {
        kind: 'team',
        id: teamId(organization, name),
        organization,
        name,
        hubId: index,
        description: '',
        role: name === 'owners' ? null : pick(TEAM_ROLES),
        members: toSteps(members.map(({ number }) => number)),
        read: toSteps(held.get('read') ?? []),
        write: toSteps(held.get('write') ?? []),
        admin: toSteps(held.get('admin') ?? []),
      } satisfies TeamDocument;
    }),
  );

  const idOf = (number: number) => {
    const repository = repositories[number];
    return repository ? repositoryId(repository.organization, repository.name) : '';
  };
  return {
    documents: [
      ...ORGANIZATIONS.map((name) => ({
        kind: 'organization' as const,
        id: organizationId(name),
        name,
        hubId: null,
        fullName: null,
        plan: null,
        completeness: {},
      })),
      { kind: 'accounts', id: 'accounts:0', rows: accounts },
      { kind: 'repositories', id: 'repositories:0', rows: repositories },
      ...teams,
    ],
    facts: {
      accounts: accounts.map(({ id, roles }) => ({ id, roles })),
      repositories: repositories.map((repository) => ({
        id: idOf(repository.number),
        organization: repository.organization,
        private: repository.private,
      })),
      teams: teams.map((team) => ({
        id: team.id,
        organization: team.organization,
        name: team.name,
        role: team.role,
        members: undone(team.members).map((number) => accounts[number]?.id ?? ''),
        permissions: Object.fromEntries(LEVELS.flatMap((level) => undone(team[level]).map((number) => [idOf(number), level]))),
      })),
    },
  };
}

/** What documents say, as plain facts: written apart from the code under test. */
export function factsOf(documents: Iterable<CatalogueDocument>): Facts {
  const all = [...documents];
  const accounts = all.flatMap((document) => (document.kind === 'accounts' ? document.rows : []));
  const repositories = all.flatMap((document) => (document.kind === 'repositories' ? document.rows : []));
  const accountById = new Map(accounts.map(({ number, id }) => [number, id]));
  const repositoryByNumber = new Map(repositories.map((row) => [row.number, repositoryId(row.organization, row.name)]));
  return {
    accounts: accounts.map(({ id, roles }) => ({ id, roles })),
    repositories: repositories.map((row) => ({
      id: repositoryId(row.organization, row.name),
      organization: row.organization,
      private: row.private,
    })),
    teams: all.flatMap((document) =>
      document.kind !== 'team'
        ? []
        : [
            {
              id: document.id,
              organization: document.organization,
              name: document.name,
              role: document.role,
              members: undone(document.members).flatMap((number) => accountById.get(number) ?? []),
              permissions: Object.fromEntries(
                LEVELS.flatMap((level) =>
                  undone(document[level]).flatMap((number) => {
                    const id = repositoryByNumber.get(number);
                    return id === undefined ? [] : [[id, level] as const];
                  }),
                ),
              ),
            },
          ],
    ),
  };
}

/** Steps back to numbers, written apart from the code under test. */
function undone(steps: number[]): number[] {
  const numbers: number[] = [];
  for (const step of steps) numbers.push((numbers.at(-1) ?? 0) + step);
  return numbers;
}

/** `account id repository id` → level, by trying everything. */
export function bruteForceAccess({ accounts, teams, repositories }: Facts): Map<string, Level> {
  const strongest = new Map<string, Level>();
  for (const account of accounts) {
    for (const repository of repositories) {
      const found: Level[] = [];
      const role = account.roles[repository.organization];
      if (role?.toLowerCase() === 'owner') found.push('admin');
      if (role !== undefined && !repository.private) found.push('read');
      for (const team of teams) {
        if (team.organization !== repository.organization || !team.members.includes(account.id)) continue;
        const level = team.permissions[repository.id];
        if (level) found.push(level);
        if (team.role?.toLowerCase() === 'owner' || team.name === 'owners') found.push('admin');
      }
      const best = (['admin', 'write', 'read'] as const).find((level) => found.includes(level));
      if (best) strongest.set(`${account.id} ${repository.id}`, best);
    }
  }
  return strongest;
}
