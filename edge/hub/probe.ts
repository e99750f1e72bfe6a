// What a credential can and cannot read, without saving it: a handful of reads for each organization, and a sentence for everything
// that is missing.
import { DATA_SETS, type Completeness, type CompletenessBySet, type DataSet } from '#domain/catalogue.ts';
import type { CredentialKind, ProbeResult, Trouble } from '#domain/protocol/connectors.ts';
import type { CallOptions, CallResult } from './call.ts';
import { kindOf, type HubCredential } from './credential.ts';
import * as normalise from './normalise.ts';
import { hubRequest, type HubRequest, type OperationName, type ParametersOf, type QueryFor } from './operations.ts';
import * as troubles from './troubles.ts';

export interface ProbePorts {
  baseUrl: string;
  call: (request: HubRequest, options: CallOptions) => Promise<CallResult>;
  /** Which of these organizations another connector has. */
  taken: (names: string[]) => Promise<{ name: string; connectorName: string }[]>;
}

/** Organizations looked at: more would only repeat what the first ones say. */
const ORGANIZATIONS_MAX = 5;

/** Ends the probe early, with what there is to say. */
class Stop {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    this.trouble = trouble;
  }
}

/** `missing`: Docker Hub knows nothing of the kind, or does not show it. */
type Read = { type: 'read'; body: unknown } | { type: 'refused' } | { type: 'missing' } | Stop;

/** Looks. `refused`: the sign-in already failed, and why. */
export async function probe(
  credential: HubCredential,
  refused: Trouble | null,
  ports: ProbePorts,
): Promise<Omit<ProbeResult, 'calls'>> {
  const kind = kindOf(credential);
  if (refused) return { ok: false, signedInAs: null, organizations: [], troubles: [refused] };

  const seen = await organizationsOf(credential, kind, ports);
  const result: Omit<ProbeResult, 'calls'> = { ok: false, signedInAs: credential.identifier, organizations: [], troubles: [] };
  if (seen instanceof Stop) return { ...result, troubles: [seen.trouble] };
  if (kind === 'pat') result.troubles.push(troubles.personalToken());
  if (seen.length === 0)
    return { ...result, troubles: [...result.troubles, troubles.noOrganization(kind, credential.identifier)] };

  for (const row of seen.slice(0, ORGANIZATIONS_MAX)) {
    const sets = await probeOrganization(row, kind, ports);
    if (sets instanceof Stop) return { ...result, troubles: [...result.troubles, sets.trouble] };
    result.organizations.push({ name: row.name, dataSets: sets });
    result.troubles.push(...troublesIn(row.name, sets, kind));
  }
  const taken = await ports.taken(result.organizations.map(({ name }) => name));
  result.troubles.push(...taken.map(({ name, connectorName }) => troubles.organizationTaken(name, connectorName)));
  result.ok = result.troubles.every(({ code }) => !STOPS_A_SYNC.has(code)) && result.organizations.length > taken.length;
  return result;
}

/** With one of these no sync is worth starting; with any other it reads what it can. */
const STOPS_A_SYNC = new Set(['personal_token', 'no_organization']);

async function read<N extends OperationName>(
  ports: ProbePorts,
  operation: N,
  parameters: ParametersOf<N>,
  query: QueryFor<N> = {},
): Promise<Read> {
  const request = hubRequest(ports.baseUrl, operation, parameters, query);
  if (!request.ok) return { type: 'refused' };
  const result = await ports.call(request.value, { lane: 'interactive', mayBeAbsent: true });
  switch (result.type) {
    case 'answered':
      if (result.status === 200) return { type: 'read', body: result.body };
      if (result.status === 404) return { type: 'missing' };
      return result.status < 500 ? { type: 'refused' } : new Stop(troubles.unreachable());
    case 'absent':
      return { type: 'refused' };
    case 'later':
      return new Stop(troubles.slowedDown());
    case 'failed':
      return new Stop(result.trouble);
  }
}

async function organizationsOf(
  credential: HubCredential,
  kind: CredentialKind,
  ports: ProbePorts,
): Promise<normalise.OrganizationRow[] | Stop> {
  if (kind === 'oat') {
    const named = { name: credential.identifier, hubId: null, fullName: null, plan: null, callerRole: null };
    const profile = await read(ports, 'organization', { organization: credential.identifier });
    if (profile instanceof Stop) return profile;
    const parsed = profile.type === 'read' ? normalise.organizationProfile(profile.body) : null;
    return [parsed?.ok ? parsed.value : named];
  }
  const list = await read(ports, 'organizationsOfCaller', {}, { page: 1, page_size: 100 });
  if (list instanceof Stop) return list;
  if (list.type !== 'read') return new Stop(troubles.credentialRefused());
  const parsed = normalise.organizationsPage(list.body);
  return parsed.ok ? parsed.value.rows : new Stop(troubles.unexpected(parsed.error.where));
}

const COMPLETE: Completeness = { state: 'complete', reason: null };

async function probeOrganization(
  { name, callerRole }: normalise.OrganizationRow,
  kind: CredentialKind,
  ports: ProbePorts,
): Promise<CompletenessBySet | Stop> {
  const organization = name;
  const of = (set: DataSet, found: Read): Completeness =>
    found instanceof Stop || found.type !== 'read'
      ? { state: 'forbidden', reason: troubles.forbiddenReason(set, kind) }
      : COMPLETE;
  const one = { page: 1, page_size: 1 };

  const members = await read(ports, 'members', { organization }, one);
  if (members instanceof Stop) return members;
  const teams = await read(ports, 'teams', { organization }, { page: 1, page_size: 100 });
  if (teams instanceof Stop) return teams;
  const repositories = await read(ports, 'repositories', { organization }, { page: 1, page_size: 100, ordering: 'name' });
  if (repositories instanceof Stop) return repositories;
  // A token sees its own organization, whatever it may read there: where there is nothing at all, there is no such organization.
  const isUnknown = [members, teams, repositories].every(({ type }) => type === 'missing');
  if (isUnknown && kind === 'oat') return new Stop(troubles.noOrganization(kind, name));
  const invites = await read(ports, 'invites', { organization });
  if (invites instanceof Stop) return invites;
  const activity = await read(ports, 'activity', { organization }, one);
  if (activity instanceof Stop) return activity;
  const tokens: Read = kind === 'password' ? await read(ports, 'tokens', { organization }, one) : { type: 'refused' };
  if (tokens instanceof Stop) return tokens;

  const team = teams.type === 'read' ? firstTeam(teams.body) : null;
  const teamMembers: Read = team === null ? teams : await read(ports, 'teamMembers', { organization, team }, one);
  if (teamMembers instanceof Stop) return teamMembers;
  const listed = repositories.type === 'read' ? normalise.repositoriesPage(repositories.body) : null;
  const permissions = await probePermissions(
    organization,
    team,
    listed?.ok ? (listed.value.rows[0]?.name ?? null) : null,
    ports,
  );
  if (permissions instanceof Stop) return permissions;

  const shown = of('repositories', repositories);
  const partial = listed?.ok ? hiddenReason(listed.value, kind, callerRole) : null;
  return {
    members: of('members', members),
    roles: of('roles', members),
    invites: of('invites', invites),
    teams: of('teams', teams),
    team_members: of('team_members', teamMembers),
    repositories: shown.state === 'complete' && partial !== null ? { state: 'partial', reason: partial } : shown,
    permissions: permissionsCompleteness(permissions, teams, kind),
    tokens: of('tokens', tokens),
    activity: of('activity', activity),
  };
}

const OWNERS = 'owners';
function firstTeam(body: unknown): string | null {
  const page = normalise.teamsPage(body);
  if (!page.ok) return null;
  return (page.value.rows.find(({ name }) => name !== OWNERS) ?? page.value.rows[0])?.name ?? null;
}

interface PermissionRoutes {
  byTeam: boolean;
  byRepository: boolean;
}

async function probePermissions(
  organization: string,
  team: string | null,
  repository: string | null,
  ports: ProbePorts,
): Promise<PermissionRoutes | Stop> {
  const byTeam: Read =
    team === null
      ? { type: 'refused' }
      : await read(ports, 'teamRepositories', { organization, team }, { page: 1, page_size: 1 });
  if (byTeam instanceof Stop) return byTeam;
  if (repository === null) return { byTeam: byTeam.type === 'read', byRepository: byTeam.type === 'read' };

  let byRepository = await read(ports, 'repositoryTeams', { organization, repository }, { page: 1, page_size: 1 });
  if (byRepository instanceof Stop) return byRepository;
  if (byRepository.type !== 'read')
    byRepository = await read(ports, 'repositoryTeamsOldWay', { organization, repository }, { page: 1, page_size: 1 });
  if (byRepository instanceof Stop) return byRepository;
  return { byTeam: byTeam.type === 'read', byRepository: byRepository.type === 'read' };
}

function permissionsCompleteness({ byTeam, byRepository }: PermissionRoutes, teams: Read, kind: CredentialKind): Completeness {
  const reason = troubles.forbiddenReason('permissions', kind);
  if (teams instanceof Stop || teams.type !== 'read') return { state: 'forbidden', reason };
  if (byRepository) return COMPLETE;
  return byTeam
    ? { state: 'partial', reason: `The lists could not be checked against repositories. ${reason}` }
    : { state: 'forbidden', reason };
}

/** Roles that see every repository of their organization. */
const SEES_ALL = ['owner', 'editor'];

/** Why there may be repositories that are not shown, as far as the first page of them tells. */
function hiddenReason(
  { rows }: normalise.Listed<normalise.RepositoryItem>,
  kind: CredentialKind,
  callerRole: string | null,
): string | null {
  if (kind !== 'password' && !rows.some((row) => row.private)) {
    return kind === 'oat'
      ? 'No private repository was shown. Without scope-repository-list Docker Hub leaves them out silently.'
      : 'No private repository was shown. A personal token may be limited to public ones.';
  }
  return callerRole !== null && !SEES_ALL.includes(callerRole.trim().toLowerCase())
    ? `This account’s role is ${callerRole}: Docker Hub shows it only the repositories it may pull.`
    : null;
}

function troublesIn(organization: string, sets: CompletenessBySet, kind: CredentialKind): Trouble[] {
  if (kind === 'pat') return [];
  const found: Trouble[] = [];
  for (const set of DATA_SETS) {
    if (set === 'roles' || set === 'team_members' || set === 'tokens') continue;
    const { state, reason } = sets[set] ?? COMPLETE;
    if (state === 'forbidden') found.push(troubles.missingScope(organization, set, kind));
    else if (state === 'partial') found.push(troubles.partlyRead(organization, set, reason ?? '', kind));
  }
  return found;
}
