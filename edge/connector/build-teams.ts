// Builds the documents of one organization's teams, a few at a time, from what is staged; what could not be read stays as it was known.
import { fromSteps, Level, toSteps, type TeamDocument } from '#domain/catalogue.ts';
import { teamId } from '#domain/ids.ts';
import { isInvitee, type TeamRow } from '../hub/normalise.ts';
import type { BuildContext, BuildOrganization } from './build-documents.ts';
import { documentsOf, permissionsByNumber } from './known-catalogue.ts';
import type { TeamProgress } from './reading-state.ts';

/** Repository numbers by permission, as Docker Hub words it. */
export type Permissions = Map<string, number[]>;

export async function* teamDocuments(context: BuildContext, organization: BuildOrganization): AsyncGenerator<TeamDocument> {
  const { staging } = context;
  const { reading } = organization;
  const memberships = membershipsOf(context, organization);
  const byTeam = reading.permissions.strategy === 'repositories' ? permissionsByTeam(context, organization) : null;
  const known = needsKnown(organization) ? await knownTeams(context, organization.name) : null;

  for (const { read } of staging.pages(organization.name, 'teams')) {
    for (const row of read()) {
      const team = reading.progressOf.get(row.hubId);
      if (!team) continue;
      const before = known?.get(row.hubId);
      known?.delete(row.hubId);
      const members = membersOf(context, organization, row, team, memberships) ?? keptMembers(context, before);
      const permissions = permissionsOf(context, organization, team, byTeam, before);
      yield teamDocument(organization.name, row, members, permissions);
    }
  }
  // A list of teams that is not whole says nothing about those that it lacks.
  if (known && !organization.hasAllTeams) for (const team of known.values()) yield keptTeam(context, team);
}

/** A team that was not read, without what is known to be gone. */
export function keptTeam(context: BuildContext, team: TeamDocument): TeamDocument {
  const permissions: Permissions = new Map();
  for (const [number, label] of permissionsByNumber(team)) if (context.hasRepository(number)) push(permissions, label, number);
  return withPermissions({ ...team, members: toSteps(keptMembers(context, team)) }, permissions);
}

function needsKnown({ reading, decisions, hasAllTeams }: BuildOrganization): boolean {
  if (!hasAllTeams) return true;
  const isUnread = (team: TeamProgress): boolean =>
    (team.membersFrom === 'list' && team.members !== 'whole') ||
    (decisions.strategy === 'teams' && !team.isOwners && team.listing !== 'whole');
  if ([...reading.progressOf.values()].some(isUnread)) return true;
  return decisions.strategy === 'repositories' && (reading.permissions.unread.length > 0 || decisions.form === 'none');
}

async function knownTeams(context: BuildContext, organization: string): Promise<Map<number, TeamDocument>> {
  const found = new Map<number, TeamDocument>();
  for await (const team of documentsOf(context.ledger, context.connectorId, ['team'], organization))
    found.set(team.hubId, team);
  return found;
}

interface Memberships {
  byTeam: Map<string, number[]>;
  owners: number[];
}

function membershipsOf({ staging, numbering }: BuildContext, { name }: BuildOrganization): Memberships {
  const byTeam = new Map<string, number[]>();
  const owners: number[] = [];
  const seen = new Set<number>();
  for (const { read } of staging.pages(name, 'members')) {
    for (const row of read()) {
      const number = isInvitee(row) ? undefined : numbering.account(row.hubId);
      // A row that moved to another page while they were read is there twice.
      if (number === undefined || seen.has(number)) continue;
      seen.add(number);
      for (const team of row.teams) push(byTeam, team, number);
      if (row.role?.trim().toLowerCase() === 'owner') owners.push(number);
    }
  }
  return { byTeam, owners };
}

/** Account numbers, or null where they could not be read. */
function membersOf(
  { staging, numbering }: BuildContext,
  { name: organization }: BuildOrganization,
  row: TeamRow,
  team: TeamProgress,
  { byTeam, owners }: Memberships,
): number[] | null {
  switch (team.membersFrom) {
    case 'members':
      return byTeam.get(row.name) ?? [];
    case 'owners':
      return owners;
    case 'list': {
      if (team.members !== 'whole' && team.members !== 'partial') return byTeam.get(row.name) ?? null;
      const listed = staging.listed(organization, 'team_members', String(row.hubId));
      const numbers = listed.flatMap(({ hubId }) => numbering.account(hubId) ?? []);
      return [...new Set([...numbers, ...(team.members === 'partial' ? (byTeam.get(row.name) ?? []) : [])])];
    }
  }
}

const keptMembers = (context: BuildContext, before: TeamDocument | undefined): number[] =>
  fromSteps(before?.members ?? []).filter((number) => context.hasAccount(number));

function permissionsByTeam({ staging, numbering }: BuildContext, { name }: BuildOrganization): Map<number, Permissions> {
  const byTeam = new Map<number, Permissions>();
  for (const { subject, state, read } of staging.pages(name, 'repository_teams')) {
    const number = numbering.repository(name, subject);
    if (number === undefined || state !== 'read') continue;
    for (const [team, permission] of read()) {
      const permissions = byTeam.get(team) ?? new Map<string, number[]>();
      byTeam.set(team, permissions);
      push(permissions, permission, number);
    }
  }
  return byTeam;
}

function permissionsOf(
  context: BuildContext,
  { name: organization, decisions, reading }: BuildOrganization,
  team: TeamProgress,
  byTeam: Map<number, Permissions> | null,
  before: TeamDocument | undefined,
): Permissions {
  const { staging, numbering } = context;
  if (team.isOwners) return new Map();
  if (decisions.strategy === 'teams' && (team.listing === 'whole' || team.listing === 'partial')) {
    const permissions: Permissions = new Map();
    for (const [repository, permission] of staging.listed(organization, 'team_repositories', String(team.hubId))) {
      const number = numbering.repository(organization, repository);
      if (number !== undefined) push(permissions, permission, number);
    }
    return team.listing === 'whole' ? permissions : withKnown(permissions, before, context.hasRepository);
  }
  if (decisions.strategy === 'repositories') {
    const permissions = byTeam?.get(team.hubId) ?? new Map<string, number[]>();
    if (!before) return permissions;
    const unread = new Set(reading.permissions.unread.map((name) => numbering.repository(organization, name)));
    const isKept = (number: number): boolean =>
      context.hasRepository(number) && (decisions.form === 'none' || unread.has(number));
    return withKnown(permissions, before, isKept);
  }
  return withKnown(new Map(), before, context.hasRepository);
}

function withKnown(
  permissions: Permissions,
  before: TeamDocument | undefined,
  isKept: (number: number) => boolean,
): Permissions {
  if (!before) return permissions;
  const read = new Set([...permissions.values()].flat());
  for (const [number, label] of permissionsByNumber(before))
    if (isKept(number) && !read.has(number)) push(permissions, label, number);
  return permissions;
}

/** A team as the catalogue has it. */
export function teamDocument(organization: string, row: TeamRow, members: number[], permissions: Permissions): TeamDocument {
  const team: TeamDocument = {
    kind: 'team',
    id: teamId(organization, row.name),
    organization,
    name: row.name,
    hubId: row.hubId,
    description: row.description,
    role: row.role,
    members: toSteps(new Set(members)),
    read: [],
    write: [],
    admin: [],
  };
  return withPermissions(team, permissions);
}

/** The same team with other permissions. */
export function withPermissions(team: TeamDocument, permissions: Permissions): TeamDocument {
  const { unrecognised: _before, ...document } = team;
  const unrecognised: Record<string, number[]> = {};
  const seen = new Set<number>();
  const levels: Record<Level, number[]> = { read: [], write: [], admin: [] };
  // Strongest first: a repository that was listed twice while a permission changed counts once.
  for (const label of [...permissions.keys()].sort((a, b) => orderOf(b) - orderOf(a) || (a < b ? -1 : 1))) {
    const numbers = [...new Set(permissions.get(label))].filter((number) => !seen.has(number));
    for (const number of numbers) seen.add(number);
    const level = Level.safeParse(label.toLowerCase());
    if (level.success) levels[level.data].push(...numbers);
    else unrecognised[label] = toSteps(numbers);
  }
  return {
    ...document,
    read: toSteps(levels.read),
    write: toSteps(levels.write),
    admin: toSteps(levels.admin),
    ...(Object.keys(unrecognised).length > 0 ? { unrecognised } : {}),
  };
}

const orderOf = (label: string): number => ['read', 'write', 'admin'].indexOf(label.toLowerCase());

function push<K>(map: Map<K, number[]>, key: K, number: number): void {
  const found = map.get(key);
  if (found) found.push(number);
  else map.set(key, [number]);
}
