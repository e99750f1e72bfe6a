// How far each data set of an organization was read, and why not further, in sentences. Absent data is never "no access": this says
// what is absent.
import { DATA_SETS, NEEDED_DATA_SETS, type Completeness, type CompletenessBySet, type DataSet } from '#domain/catalogue.ts';
import type { CredentialKind, Trouble } from '#domain/protocol/connectors.ts';
import * as troubles from '../hub/troubles.ts';
import type { OrganizationReading } from './organization-reading.ts';
import type { PagedList } from './paged-list.ts';
import type { Decisions, TeamProgress } from './reading-state.ts';

const COMPLETE: Completeness = { state: 'complete', reason: null };
const partial = (reason: string): Completeness => ({ state: 'partial', reason });
const forbidden = (reason: string): Completeness => ({ state: 'forbidden', reason });

/** Nothing was read this time; what is known stays as it was. */
export function unreadCompleteness(reason: string): CompletenessBySet {
  return bySet(() => ({ state: 'unread', reason }));
}

function bySet(of: (set: DataSet) => Completeness): CompletenessBySet {
  return {
    members: of('members'),
    roles: of('roles'),
    invites: of('invites'),
    teams: of('teams'),
    team_members: of('team_members'),
    repositories: of('repositories'),
    permissions: of('permissions'),
    tokens: of('tokens'),
    activity: of('activity'),
  };
}

export interface CompletenessFacts {
  reading: OrganizationReading;
  decisions: Decisions;
  kind: CredentialKind;
  /** The caller's own role in the organization, as Docker Hub spells it, or null. */
  callerRole: string | null;
}

/** Every data set of an organization that was read. */
export function completenessOf(facts: CompletenessFacts): CompletenessBySet {
  const { reading } = facts;
  const members = ofMembers(facts);
  return bySet((set) => {
    switch (set) {
      case 'members':
        return members;
      case 'roles':
        return members.state === 'complete' && reading.rolesUnsaid > 0
          ? partial('Docker Hub does not say the role of every member.')
          : members;
      case 'teams':
        return ofTeams(facts);
      case 'team_members':
        return ofTeamMembers(facts, members);
      case 'repositories':
        return ofRepositories(facts);
      case 'permissions':
        return ofPermissions(facts);
      case 'invites':
      case 'tokens':
      case 'activity':
        return ofList(reading.singles[set], set, facts.kind);
    }
  });
}

function ofList(list: PagedList, set: DataSet, kind: CredentialKind): Completeness {
  switch (list.state) {
    case 'whole':
      return COMPLETE;
    case 'forbidden':
      return forbidden(troubles.forbiddenReason(set, kind));
    case 'missing':
    case 'absent':
      return forbidden(`Docker Hub shows this credential no ${troubles.nounOf(set)}.`);
    case 'partial':
      return partial(`The list of ${troubles.nounOf(set)} did not come out even, however often it was read.`);
    case 'reading':
    case 'unknown_shape':
      return partial(`The list of ${troubles.nounOf(set)} was not read to its end.`);
  }
}

function ofMembers({ reading, kind }: CompletenessFacts): Completeness {
  const read = ofList(reading.members, 'members', kind);
  return read.state === 'complete' && reading.members.seen === 0
    ? partial('Docker Hub named no members, and every organization has an owner.')
    : read;
}

function ofTeams({ reading, kind }: CompletenessFacts): Completeness {
  const read = ofList(reading.teams, 'teams', kind);
  if (read.state !== 'complete') return read;
  if (reading.teams.seen === 0) return partial('Docker Hub named no teams, and every organization has a team of owners.');
  return reading.unknownTeams.length > 0
    ? partial(`Members name teams that the list of teams does not have: ${some(reading.unknownTeams)}.`)
    : read;
}

function ofTeamMembers({ reading, kind }: CompletenessFacts, members: Completeness): Completeness {
  const teams = ofList(reading.teams, 'teams', kind);
  if (teams.state === 'forbidden') return forbidden(troubles.forbiddenReason('team_members', kind));
  const unread = namesOf(reading, (team) => team.membersFrom === 'list' && team.members !== 'whole');
  const listed = [...reading.progressOf.values()].filter((team) => team.membersFrom === 'list').length;
  if (unread.length > 0 && unread.length === listed && members.state === 'forbidden')
    return forbidden(troubles.forbiddenReason('team_members', kind));
  if (unread.length > 0) return partial(`Members could not be read of: ${some(unread)}.`);
  if (reading.unknownTeams.length > 0)
    return partial(`Members name teams that the list of teams does not have: ${some(reading.unknownTeams)}.`);
  if (teams.state !== 'complete') return partial('Not all teams could be read.');
  return members.state === 'partial' && listed < reading.progressOf.size ? partial('Not all members could be read.') : COMPLETE;
}

/** Roles that see every repository of their organization. */
const SEES_ALL = ['owner', 'editor'];

function ofRepositories({ reading, kind, callerRole }: CompletenessFacts): Completeness {
  const read = ofList(reading.repositories, 'repositories', kind);
  if (read.state !== 'complete') return read;
  if (!reading.hasPrivate && kind === 'oat') {
    return partial('No private repository was shown. Without scope-repository-list Docker Hub leaves them out silently.');
  }
  if (!reading.hasPrivate && kind === 'pat') {
    return partial('No private repository was shown. A personal token may be limited to public ones.');
  }
  if (callerRole !== null && !SEES_ALL.includes(callerRole.trim().toLowerCase())) {
    return partial(`This account’s role is ${callerRole}: Docker Hub shows it only the repositories it may pull.`);
  }
  return reading.hiddenRepositories.size > 0
    ? partial(`Teams hold permissions on repositories that the list does not have: ${some([...reading.hiddenRepositories])}.`)
    : read;
}

function ofPermissions({ reading, decisions, kind }: CompletenessFacts): Completeness {
  const teams = ofList(reading.teams, 'teams', kind);
  if (teams.state === 'forbidden') {
    return forbidden(
      kind === 'oat'
        ? `${teams.reason ?? ''} Permissions are read team by team.`
        : troubles.forbiddenReason('permissions', kind),
    );
  }
  if (decisions.strategy === 'none' || decisions.strategy === 'undecided') {
    if (reading.repositories.state !== 'whole') return partial('Not all repositories could be read.');
    return teams;
  }
  if (decisions.strategy === 'teams') {
    const unread = namesOf(reading, (team) => !team.isOwners && team.listing !== 'whole');
    if (unread.length > 0) return partial(`Permissions could not be read of: ${some(unread)}.`);
    if (!decisions.isConfirmed)
      return partial(`The lists could not be checked against repositories. ${troubles.forbiddenReason('permissions', kind)}`);
    return teams.state === 'complete' ? COMPLETE : partial('Not all teams could be read.');
  }
  const { unread } = reading.permissions;
  if (decisions.form === 'none' || (unread.length > 0 && reading.permissions.progress.done === 0)) {
    return forbidden(troubles.forbiddenReason('permissions', kind));
  }
  if (unread.length > 0) return partial(`Permissions could not be read on: ${some(unread)}.`);
  return ofRepositories({ reading, decisions, kind, callerRole: null }).state === 'complete'
    ? COMPLETE
    : partial('Not all repositories could be read.');
}

const namesOf = (reading: OrganizationReading, which: (team: TeamProgress) => boolean): string[] =>
  [...reading.progressOf.values()].filter(which).map(({ name }) => name);

/** The first few names, and how many more. */
function some(names: readonly string[]): string {
  const sorted = [...names].sort();
  const shown = sorted.slice(0, 3).join(', ');
  return sorted.length > 3 ? `${shown} and ${sorted.length - 3} more` : shown;
}

/** Troubles worth telling with a run that ended well otherwise: the first that explains most. */
export function troubleOf(organization: string, sets: CompletenessBySet, kind: CredentialKind): Trouble | null {
  if (kind === 'pat') return troubles.personalToken();
  const isPublicOnly =
    kind === 'oat' &&
    sets.repositories?.state === 'partial' &&
    (sets.repositories.reason ?? '').includes('scope-repository-list');
  if (isPublicOnly) return troubles.publicOnlyToken(organization);
  const refused = (among: readonly DataSet[]) => among.find((set) => sets[set]?.state === 'forbidden');
  const needed = refused(NEEDED_DATA_SETS);
  if (needed) return troubles.missingScope(organization, needed, kind);
  const gap = NEEDED_DATA_SETS.find((set) => sets[set]?.state === 'partial');
  if (gap) return troubles.partlyRead(organization, gap, sets[gap]?.reason ?? '', kind);
  const other = refused(DATA_SETS.filter((set) => set !== 'tokens' && set !== 'roles'));
  return other ? troubles.missingScope(organization, other, kind) : null;
}
