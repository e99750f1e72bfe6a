import {
  addAccount,
  addInvite,
  addMembership,
  addOrganization,
  addRepository,
  addTeam,
  addToTeam,
  daysBefore,
  emptyWorld,
  permit,
} from './build.ts';
import { addOrganizationTokens } from './credentials.ts';
import { FAMILY_NAMES, GIVEN_NAMES, SERVICE_KINDS, TEAM_AREAS } from './names.ts';
import type { Random } from './random.ts';
import { type Account, type Organization, OWNERS, type World } from './world.ts';

const ROLES = ['member', 'member', 'member', 'member', 'editor', 'owner', 'auditor', 'Wizard'] as const;
const TEAM_ROLES = [null, null, null, null, null, 'member', 'editor', 'owner', 'auditor'] as const;
const LEVELS = ['read', 'write', 'admin'] as const;

/**
 * A small world in which everything that decides about access is rolled anew for each seed: roles, roles of teams, empty teams,
 * public and archived repositories, unknown roles, people in both of two organizations. For tests over hundreds of worlds.
 */
export function smallWorld({ seed }: { seed: number }): World {
  const world = emptyWorld('small', seed);
  const { random } = world;
  const accounts = Array.from({ length: 3 + random.below(20) }, (_, index) => {
    const [given, family] = [random.pick(GIVEN_NAMES), random.pick(FAMILY_NAMES)];
    const username = `${given}${family}${index}`.toLowerCase();
    const email = `${username}@${random.chance(0.1) ? 'elsewhere' : 'small'}.example`;
    return addAccount(world, { username, fullName: `${given} ${family}`, email, joinedAt: daysBefore(random.below(900)) });
  });
  addSmallOrganization(world, 'small-one', accounts);
  if (random.chance(0.4)) {
    addSmallOrganization(
      world,
      'small-two',
      accounts.filter((_, index) => index === 0 || random.chance(0.4)),
    );
  }
  return world;
}

function addSmallOrganization(world: World, name: string, accounts: Account[]): void {
  const { random } = world;
  const organization = addOrganization(world, {
    name,
    fullName: name,
    insights: random.chance(0.5),
    verifiedDomains: random.chance(0.7) ? ['small.example'] : [],
    customRoles: [{ name: 'auditor', label: 'Auditor' }],
  });
  const owners = addTeam(world, organization, OWNERS);
  const teams = Array.from({ length: random.below(9) }, (_, index) =>
    addTeam(world, organization, `${random.pick(TEAM_AREAS)}-${index}`, { role: random.pick(TEAM_ROLES) }),
  );
  const repositories = addSmallRepositories(random, organization);
  for (const [index, account] of accounts.entries()) {
    const membership = addMembership(organization, account, index === 0 ? 'owner' : random.pick(ROLES));
    if (membership.role === 'owner') addToTeam(membership, owners);
    for (const team of teams) if (random.chance(0.25)) addToTeam(membership, team);
  }
  for (const team of teams) {
    const density = random.pick([0, 0.1, 0.4, 0.9]);
    for (const repository of repositories) if (random.chance(density)) permit(team, repository, random.pick(LEVELS));
  }
  const inviter = accounts[0]?.username ?? '';
  if (random.chance(0.5)) {
    addInvite(world, organization, {
      inviter,
      invitee: 'new@small.example',
      team: '',
      role: 'member',
      createdAt: daysBefore(3),
    });
  }
  addOrganizationTokens(world, organization, inviter, name === 'small-one' ? '' : '@two');
}

function addSmallRepositories(random: Random, organization: Organization): ReturnType<typeof addRepository>[] {
  return Array.from({ length: random.below(25) }, (_, index) =>
    addRepository(organization, {
      name: `${random.pick(TEAM_AREAS)}-${random.pick(SERVICE_KINDS)}-${index}`,
      isPrivate: random.chance(0.8),
      isArchived: random.chance(0.1),
      registeredAt: daysBefore(400 + random.below(100)),
      updatedAt: random.chance(0.9) ? daysBefore(random.below(400)) : null,
    }),
  );
}
