import {
  addAccount,
  addEvent,
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
import { addOrganizationTokens, addPersonalCredentials } from './credentials.ts';
import { FAMILY_NAMES, GIVEN_NAMES, SERVICE_KINDS, TEAM_AREAS, TEAM_KINDS } from './names.ts';
import type { Random } from './random.ts';
import { type Membership, type Organization, OWNERS, type Repository, type Team, type World } from './world.ts';

export type WorldSize = 0.1 | 1 | 10;

const OWNER_COUNT = 5;
const PERMISSION_EXPONENT = 0.9;
const MEMBERSHIP_EXPONENT = 0.85;

/**
 * ORG-0.1, ORG-1 or ORG-10: 10,000 accounts, 1,000 teams, 20,000 repositories, 100,000 permissions and 40,000 memberships, times the
 * size, each exactly. A few teams are huge and most are small. The same seed gives the same organization everywhere.
 */
export function seededWorld({ size, seed = 1 }: { size: WorldSize; seed?: number }): World {
  const world = emptyWorld(`org-${size}`, seed);
  const organization = addOrganization(world, {
    name: `org-${String(size).replace('.', '-')}`,
    fullName: `Reference organization ${size}`,
    company: 'Reference',
    verifiedDomains: ['reference.example'],
  });
  const members = addMembers(world, organization, Math.round(10_000 * size));
  const teams = addTeams(world, organization, Math.round(1_000 * size));
  const repositories = addRepositories(world, organization, Math.round(20_000 * size));
  fillOwners(members, teams);
  fillTeams(world.random, members, teams, Math.round(40_000 * size) - OWNER_COUNT);
  fillPermissions(world.random, repositories, teams, Math.round(100_000 * size));
  addCredentials(world, organization, members);
  addLooseEnds(world, organization, members);
  return world;
}

function addMembers(world: World, organization: Organization, count: number): Membership[] {
  const { random } = world;
  return Array.from({ length: count }, (_, index) => {
    const [given, family] = [random.pick(GIVEN_NAMES), random.pick(FAMILY_NAMES)];
    const username = `${given}${family}${index}`.toLowerCase();
    // One in fifty comes from elsewhere: a guest.
    const domain = index % 50 === 49 ? 'contractor.example' : 'reference.example';
    const account = addAccount(world, {
      username,
      fullName: `${given} ${family}`,
      email: `${given}.${family}.${index}@${domain}`.toLowerCase(),
      joinedAt: daysBefore(random.below(2_500)),
      lastLoggedInAt: daysBefore(random.below(200)),
      lastSeenAt: daysBefore(random.below(200)),
    });
    const role = index < OWNER_COUNT ? 'owner' : random.chance(0.02) ? 'editor' : 'member';
    return addMembership(organization, account, role);
  });
}

function addTeams(world: World, organization: Organization, count: number): Team[] {
  const owners = addTeam(world, organization, OWNERS, { description: 'Owners' });
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const name = `${world.random.pick(TEAM_AREAS)}-${world.random.pick(TEAM_KINDS)}-${index}`;
    return addTeam(world, organization, name, { description: `Team ${index}` });
  });
  return [owners, ...others];
}

function addRepositories(world: World, organization: Organization, count: number): Repository[] {
  const { random } = world;
  return Array.from({ length: count }, (_, index) => {
    const registered = random.below(2_400);
    return addRepository(organization, {
      name: `${random.pick(TEAM_AREAS)}-${random.pick(SERVICE_KINDS)}-${index}`,
      isPrivate: !random.chance(0.03),
      isArchived: random.chance(0.01),
      registeredAt: daysBefore(registered + 1),
      updatedAt: daysBefore(random.below(registered + 1)),
      pullCount: random.below(100_000),
      storageSize: random.below(2 ** 31),
    });
  });
}

function fillOwners(members: Membership[], teams: Team[]): void {
  const owners = teams[0];
  if (!owners) return;
  for (const membership of members.slice(0, OWNER_COUNT)) addToTeam(membership, owners);
}

function fillTeams(random: Random, members: Membership[], teams: Team[], total: number): void {
  const others = teams.slice(1);
  const sizes = skewedCounts(others.length, total, members.length, MEMBERSHIP_EXPONENT);
  for (const [index, team] of others.entries()) {
    for (const membership of distinctPicks(random, members, sizes[index] ?? 0)) addToTeam(membership, team);
  }
}

function fillPermissions(random: Random, repositories: Repository[], teams: Team[], total: number): void {
  const others = teams.slice(1);
  const sizes = skewedCounts(others.length, total, repositories.length, PERMISSION_EXPONENT);
  // Another order than that of the members: the team with most people is not the one with most repositories.
  const order = distinctPicks(random, others, others.length);
  for (const [index, team] of order.entries()) {
    for (const repository of distinctPicks(random, repositories, sizes[index] ?? 0)) {
      const roll = random.next();
      permit(team, repository, roll < 0.6 ? 'read' : roll < 0.92 ? 'write' : 'admin');
    }
  }
}

/** So many whole numbers with this sum, falling as a power of their rank, none above `limit`; the last few are zero. */
function skewedCounts(length: number, total: number, limit: number, exponent: number): number[] {
  const filled = Math.max(1, Math.floor(length * 0.98));
  const weights = Array.from({ length: filled }, (_, index) => (index + 1) ** -exponent);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const counts = weights.map((weight) => Math.min(limit, Math.max(1, Math.floor((total * weight) / sum))));
  let missing = total - counts.reduce((all, count) => all + count, 0);
  for (let index = 0; missing !== 0; index = (index + 1) % filled) {
    const count = counts[index] ?? 0;
    const step = missing > 0 ? (count < limit ? 1 : 0) : count > 1 ? -1 : 0;
    counts[index] = count + step;
    missing -= step;
  }
  return [...counts, ...Array.from({ length: length - filled }, () => 0)];
}

/** Distinct items. Few of many are drawn with a bias to the first, so that items have skewed degrees, too. */
function distinctPicks<T>(random: Random, items: readonly T[], count: number): T[] {
  if (count > items.length / 3) {
    const shuffled = [...items];
    for (let index = 0; index < count; index += 1) {
      const other = index + random.below(shuffled.length - index);
      const [first, second] = [shuffled[index], shuffled[other]];
      if (first !== undefined && second !== undefined) [shuffled[index], shuffled[other]] = [second, first];
    }
    return shuffled.slice(0, count);
  }
  const picked = new Set<number>();
  while (picked.size < count) picked.add(Math.floor(items.length * random.next() ** 1.7));
  return [...picked].flatMap((index) => items[index] ?? []);
}

function addCredentials(world: World, organization: Organization, members: Membership[]): void {
  const account = (index: number): Membership['account'] => {
    const membership = members[index];
    if (!membership) throw new Error('Too few members for the credentials');
    return membership.account;
  };
  const editor = members.findIndex(({ role }) => role === 'editor');
  addPersonalCredentials(world, {
    owner: account(0),
    ownerWithTwoFactor: account(1),
    ownerUnderSso: account(2),
    editor: account(editor),
    member: account(members.findLastIndex(({ role }) => role === 'member')),
    locked: account(3),
  });
  addOrganizationTokens(world, organization, account(0).username);
}

function addLooseEnds(world: World, organization: Organization, members: Membership[]): void {
  const inviter = members[0]?.account.username ?? '';
  for (const name of ['ines.moreau', 'kofi.mensah', 'yara.costa']) {
    const invitee = `${name}@reference.example`;
    addInvite(world, organization, { inviter, invitee, team: '', role: 'member', createdAt: daysBefore(4) });
  }
  for (const [index, membership] of members.slice(10, 60).entries()) {
    const { username } = membership.account;
    addEvent(organization, {
      action: 'org.member.add',
      name: username,
      actor: inviter,
      data: { member: username },
      timestamp: daysBefore(90 - index),
      description: `added ${username}`,
    });
  }
}
