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
import {
  LABS_REPOSITORIES,
  LABS_TEAMS,
  PEOPLE,
  type Person,
  REPOSITORIES,
  type RepositoryPlan,
  type TeamPlan,
  TEAMS,
} from './company-data.ts';
import { addOrganizationTokens, addPersonalCredentials } from './credentials.ts';
import { type Account, type Membership, type Organization, OWNERS, type World } from './world.ts';

const DOMAIN = 'harborline.example';

/**
 * A small believable company with two organizations, `harborline` and `harborline-labs`, and with every special case in it: an
 * owner without teams, editors, invitees with and without an account, guests, a custom role, a role on a team, an empty team, a
 * repository name in both organizations, public and archived repositories, a dormant token, people nobody has seen for long.
 */
export function companyWorld(): World {
  const world = emptyWorld('company', 20_261_102);
  const main = addOrganization(world, {
    name: 'harborline',
    fullName: 'Harborline',
    company: 'Harborline BV',
    verifiedDomains: [DOMAIN],
    customRoles: [{ name: 'security-auditor', label: 'Security Auditor' }],
  });
  const labs = addOrganization(world, {
    name: 'harborline-labs',
    fullName: 'Harborline Labs',
    company: 'Harborline BV',
    insights: false,
  });
  addTeamsAndRepositories(world, main, TEAMS, REPOSITORIES);
  addTeamsAndRepositories(world, labs, LABS_TEAMS, LABS_REPOSITORIES);
  for (const person of PEOPLE) addPerson(world, main, labs, person);
  addInvites(world, main);
  addCredentials(world, main, labs);
  addHistory(world, main);
  return world;
}

function addTeamsAndRepositories(
  world: World,
  organization: Organization,
  teams: readonly TeamPlan[],
  repositories: readonly RepositoryPlan[],
): void {
  const { random } = world;
  for (const { name, description, isPublic = false, isArchived = false } of repositories) {
    const age = 60 + random.below(1_800);
    addRepository(organization, {
      name,
      description,
      isPrivate: !isPublic,
      isArchived,
      registeredAt: daysBefore(age),
      updatedAt: name === 'sandbox' ? null : daysBefore(isArchived ? 500 + random.below(200) : random.below(Math.min(age, 90))),
      pullCount: random.below(isPublic ? 900_000 : 40_000),
      starCount: isPublic ? random.below(80) : 0,
      storageSize: name === 'sandbox' ? null : random.below(2 ** 31),
      categories: isPublic ? [{ name: 'Developer tools', slug: 'developer-tools' }] : [],
      tags: name === 'sandbox' ? [] : ['latest', 'main', `v1.${random.below(40)}.0`, `v1.${40 + random.below(9)}.2`],
    });
  }
  for (const plan of teams) {
    const team = addTeam(world, organization, plan.name, { description: plan.description, role: plan.role ?? null });
    for (const permission of ['read', 'write', 'admin'] as const) {
      for (const repository of organization.repositories.values()) {
        if (plan[permission]?.some((pattern) => matches(pattern, repository.name))) permit(team, repository, permission);
      }
    }
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function addPerson(world: World, main: Organization, labs: Organization, person: Person): void {
  const seen = person.seenDaysAgo === null ? null : daysBefore(person.seenDaysAgo);
  const account = addAccount(world, {
    username: person.username,
    fullName: person.fullName,
    email: person.email.includes('@') ? person.email : `${person.email}@${DOMAIN}`,
    company: person.email.includes('@') ? '' : 'Harborline BV',
    joinedAt: daysBefore(200 + world.random.below(1_800)),
    lastLoggedInAt: seen,
    lastSeenAt: seen,
    desktopVersion: seen === null ? null : `4.${56 + world.random.below(6)}.0`,
  });
  enter(main, account, person.role ?? 'member', person.teams);
  if (person.labs) enter(labs, account, person.labs.role ?? 'member', person.labs.teams);
}

function enter(organization: Organization, account: Account, role: string, teams: string[]): void {
  const membership: Membership = addMembership(organization, account, role);
  for (const name of role === 'owner' ? [OWNERS, ...teams] : teams) {
    const team = organization.teams.get(name);
    if (!team) throw new Error(`${organization.name} has no team "${name}"`);
    addToTeam(membership, team);
  }
}

function addInvites(world: World, organization: Organization): void {
  // Somebody with an account, who would be shown under it.
  addAccount(world, {
    username: 'noahfischer',
    fullName: 'Noah Fischer',
    email: 'noah@fischer.example',
    joinedAt: daysBefore(700),
  });
  const invite = { inviter: 'marenholt', role: 'member' };
  addInvite(world, organization, { ...invite, invitee: 'noahfischer', team: 'frontend', createdAt: daysBefore(2) });
  addInvite(world, organization, { ...invite, invitee: `sofie.dahl@${DOMAIN}`, team: 'backend', createdAt: daysBefore(5) });
  addInvite(world, organization, {
    ...invite,
    invitee: 'partner@dockside.example',
    team: '',
    role: 'editor',
    createdAt: daysBefore(95),
  });
}

function addCredentials(world: World, main: Organization, labs: Organization): void {
  const account = (username: string): Account => {
    const found = world.accounts.get(username);
    if (!found) throw new Error(`There is no account "${username}"`);
    return found;
  };
  addPersonalCredentials(world, {
    owner: account('marenholt'),
    ownerWithTwoFactor: account('priyaraman'),
    ownerUnderSso: account('tobiaslind'),
    editor: account('lucasferreira'),
    member: account('emilyzhao'),
    locked: account('silviarusso'),
  });
  addOrganizationTokens(world, main, 'marenholt');
  addOrganizationTokens(world, labs, 'marenholt', '@labs');
}

function addHistory(world: World, organization: Organization): void {
  const events: [
    daysAgo: number,
    action: string,
    name: string,
    actor: string,
    data: Record<string, string>,
    description: string,
  ][] = [
    [88, 'org.team.create', 'release-managers', 'marenholt', { team: 'release-managers' }, 'created team release-managers'],
    [
      87,
      'org.team.member.add',
      'davidmoss',
      'marenholt',
      { team: 'release-managers', member: 'davidmoss' },
      'added davidmoss to team release-managers',
    ],
    [
      60,
      'repo.create',
      'harborline/infra-backup',
      'oskarnyberg',
      { repository: 'infra-backup' },
      'created harborline/infra-backup',
    ],
    [
      41,
      'org.member.role.change',
      'lucasferreira',
      'priyaraman',
      { member: 'lucasferreira', old_role: 'member', new_role: 'editor' },
      'changed the role of lucasferreira to editor',
    ],
    [
      33,
      'repo.change_privacy',
      'harborline/docs-site',
      'marenholt',
      { repository: 'docs-site', is_private: 'false' },
      'made harborline/docs-site public',
    ],
    [12, 'org.member.add', 'yaelbenami', 'marenholt', { member: 'yaelbenami' }, 'added yaelbenami'],
    [
      5,
      'org.member.invite.send',
      `sofie.dahl@${DOMAIN}`,
      'marenholt',
      { invitee: `sofie.dahl@${DOMAIN}`, role: 'member', team: 'backend' },
      `invited sofie.dahl@${DOMAIN}`,
    ],
    [
      1,
      'repo.tag.push',
      'harborline/api-gateway',
      'harborlineci',
      { tag: 'main' },
      'pushed the tag main to harborline/api-gateway',
    ],
  ];
  for (const [daysAgo, action, name, actor, data, description] of events) {
    addEvent(organization, { action, name, actor, data, timestamp: daysBefore(daysAgo), description });
  }
  // A running service pushes all the time; what matters is in between.
  const names = [...organization.repositories.keys()];
  for (let hour = 0; hour < 120; hour += 1) {
    const name = `${organization.name}/${world.random.pick(names)}`;
    const timestamp = new Date(Date.parse(daysBefore(0)) - hour * 3_600_000).toISOString();
    addEvent(organization, {
      action: 'repo.tag.push',
      name,
      actor: 'harborlineci',
      data: { tag: 'main' },
      timestamp,
      description: `pushed the tag main to ${name}`,
    });
  }
  organization.auditLog.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}
