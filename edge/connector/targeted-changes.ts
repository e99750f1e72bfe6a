// Follows one hint: reads what it names, and puts what was read into the catalogue as it is known. A refusal or a list that does not come
// out even changes nothing; "not found" is believed only of what the activity log said was removed.
import { fromSteps, type TeamDocument } from '#domain/catalogue.ts';
import { isInvitee, type MemberRow, type TeamMemberRow, type TeamRow } from '../hub/normalise.ts';
import type { Target } from './activity-targets.ts';
import { invitationsDocument, tokensDocument } from './build-documents.ts';
import { OWNERS_TEAM } from './organization-reading.ts';
import type { TargetedCatalogue } from './targeted-catalogue.ts';
import type { ReadOrganization, TargetedReading, Unread } from './targeted-reading.ts';

/** `more`: what turned out to be worth a look besides. */
export type Followed = { type: 'done'; more: Target[] } | Unread;

/** Of so many new people or repositories each is asked for alone; of more, their list is read. */
const SINGLY_MAX = 5;

const done = (...more: Target[]): Followed => ({ type: 'done', more });
const isUnread = (read: { type: string }): read is Unread => read.type === 'later' || read.type === 'failed';

export class TargetedChanges {
  readonly #catalogue: TargetedCatalogue;
  readonly #reading: TargetedReading;

  constructor(catalogue: TargetedCatalogue, reading: TargetedReading) {
    this.#catalogue = catalogue;
    this.#reading = reading;
  }

  /** May be called again for the same target after `later`: what was read by then is not read again. */
  async follow(organization: ReadOrganization, target: Target): Promise<Followed> {
    const followed = await this.#follow(organization, target);
    if (followed.type !== 'later') this.#reading.forget();
    return followed;
  }

  #follow(organization: ReadOrganization, target: Target): Promise<Followed> {
    switch (target.kind) {
      case 'team':
        return this.#team(organization, target.name, target.isGone);
      case 'teams':
        return this.#teams(organization, target.missing);
      case 'team_members':
        return this.#teamMembers(organization, target.name);
      case 'team_permissions':
        return this.#teamPermissions(organization, target.name);
      case 'member':
        return this.#member(organization, target.name, target.isGone);
      case 'repository':
        return this.#repository(organization, target.name, target.isGone);
      case 'invites':
        return this.#invites(organization);
      case 'tokens':
        return this.#tokens(organization);
      case 'everything':
        return Promise.resolve(done(target));
    }
  }

  async #team(organization: ReadOrganization, name: string, isGone: boolean): Promise<Followed> {
    const read = await this.#reading.team(organization.name, name);
    if (isUnread(read)) return read;
    const known = this.#catalogue.team(organization.name, name);
    if (read.type === 'found') return this.#putTeam(organization.name, read.thing);
    if (read.type === 'missing' && known && isGone) this.#catalogue.removeTeam(known);
    // It may have another name by now: then its list says which.
    else if (read.type === 'missing' && known) return done({ kind: 'teams', missing: name });
    return done();
  }

  /** Puts in what a team says of itself; its lists are read where it is new or does not add up. */
  #putTeam(organization: string, row: TeamRow): Followed {
    const isNew = this.#catalogue.teamOfNumber(organization, row.hubId) === undefined;
    const team = this.#catalogue.putTeam(organization, row);
    const { name } = team;
    const isEven = row.memberCount === null || row.memberCount === team.members.length;
    return done(
      ...(isNew || !isEven ? [{ kind: 'team_members', name } as const] : []),
      ...(isNew && name !== OWNERS_TEAM ? [{ kind: 'team_permissions', name } as const] : []),
    );
  }

  async #teams(organization: ReadOrganization, missing: string | null): Promise<Followed> {
    if (missing !== null && !this.#catalogue.team(organization.name, missing)) return done();
    const read = await this.#reading.list(organization, 'teams');
    if (isUnread(read)) return read;
    if (read.state !== 'whole' || read.rows.length === 0) return done();

    const listed = new Set(read.rows.map(({ hubId }) => hubId));
    for (const team of this.#catalogue.teams(organization.name)) if (!listed.has(team.hubId)) this.#catalogue.removeTeam(team);
    const more = read.rows.flatMap((row) => {
      const put = this.#putTeam(organization.name, row);
      return put.type === 'done' ? put.more : [];
    });
    return done(...more);
  }

  async #teamMembers(organization: ReadOrganization, name: string): Promise<Followed> {
    const team = this.#catalogue.team(organization.name, name);
    if (!team) return done({ kind: 'team', name, isGone: false });
    const read = await this.#reading.list(organization, 'team_members', name);
    if (isUnread(read)) return read;
    if (read.state === 'missing') return done({ kind: 'team', name, isGone: false });
    if (read.state !== 'whole') return done();

    const fresh = read.rows.filter(({ hubId }) => !this.#catalogue.isKnownAccount(hubId));
    const introduced = await this.#introduce(organization, fresh);
    if (introduced) return introduced;
    const numbers = read.rows.map((row) => this.#catalogue.putMember(organization.name, row).number);
    // Introducing somebody may have put them into the team already.
    const now = this.#catalogue.team(organization.name, name) ?? team;
    this.#catalogue.putTeamMembers(now, numbers);
    return done();
  }

  /** Reads who these are that nobody knows yet: their role is said in the list of members alone. */
  async #introduce(organization: ReadOrganization, fresh: readonly TeamMemberRow[]): Promise<Unread | null> {
    if (fresh.length > SINGLY_MAX) {
      const read = await this.#reading.list(organization, 'members');
      if (isUnread(read)) return read;
      const wanted = new Set(fresh.map(({ hubId }) => hubId));
      if (read.state === 'whole')
        for (const row of read.rows) if (wanted.has(row.hubId) && !isInvitee(row)) this.#putMember(organization.name, row);
      return null;
    }
    for (const { username, hubId } of fresh) {
      const read = await this.#reading.membersFound(organization, username);
      if (isUnread(read)) return read;
      const row = read.rows.find((found) => found.hubId === hubId && !isInvitee(found));
      if (row) this.#putMember(organization.name, row);
    }
    return null;
  }

  async #member(organization: ReadOrganization, name: string, isGone: boolean): Promise<Followed> {
    const read = await this.#reading.membersFound(organization, name);
    if (isUnread(read)) return read;
    const wanted = name.toLowerCase();
    const row = read.rows.find((found) => !isInvitee(found) && found.username.toLowerCase() === wanted);
    if (row) return done(...this.#putMember(organization.name, row));
    if (read.state !== 'whole') return done();

    const known = this.#catalogue.member(organization.name, name);
    if (known && isGone) this.#catalogue.removeMember(organization.name, known);
    if (!isGone)
      return done({ kind: 'everything', why: `${name} is in the activity log of ${organization.name}, not among its members` });
    return done();
  }

  /** Puts in what somebody says of themselves. Of their teams only what nobody else says better: all where they are new, else the owners. */
  #putMember(organization: string, row: MemberRow): Target[] {
    const isNew = this.#catalogue.member(organization, row.username) === undefined;
    const { number } = this.#catalogue.putMember(organization, row);
    const isOwner = row.role?.trim().toLowerCase() === 'owner';
    for (const team of this.#catalogue.teams(organization)) {
      const isOwners = team.name === OWNERS_TEAM;
      if (!isNew && !isOwners) continue;
      const belongs = row.teams.includes(team.name) || (isOwners && isOwner);
      const members = fromSteps(team.members);
      if (belongs === members.includes(number)) continue;
      this.#catalogue.putTeamMembers(team, belongs ? [...members, number] : members.filter((member) => member !== number));
    }
    return row.teams
      .filter((team) => !this.#catalogue.team(organization, team))
      .map((team) => ({ kind: 'team', name: team, isGone: false }));
  }

  async #repository(organization: ReadOrganization, name: string, isGone: boolean): Promise<Followed> {
    const read = await this.#reading.repository(organization.name, name);
    if (isUnread(read)) return read;
    const known = this.#catalogue.repository(organization.name, name);
    if (read.type === 'found') this.#catalogue.putRepository(organization.name, read.thing);
    else if (read.type === 'missing' && known && isGone) this.#catalogue.removeRepository(known);
    return done();
  }

  async #teamPermissions(organization: ReadOrganization, name: string): Promise<Followed> {
    const team = this.#catalogue.team(organization.name, name);
    if (!team || name === OWNERS_TEAM || organization.decisions.strategy !== 'teams') return done();
    const read = await this.#reading.list(organization, 'team_repositories', name);
    if (isUnread(read)) return read;
    if (read.state === 'missing') return done({ kind: 'team', name, isGone: false });
    if (read.state !== 'whole') return done();

    const listed = new Map(read.rows);
    const lost = [...this.#catalogue.permissionsOf(team).keys()].find((repository) => !listed.has(repository));
    if (lost !== undefined) {
      const doubted = await this.#doubt(organization, team, lost);
      if (doubted) return doubted;
    }
    const unknown = [...listed.keys()].filter((repository) => !this.#catalogue.repository(organization.name, repository));
    if (unknown.length > SINGLY_MAX)
      return done({
        kind: 'everything',
        why: `${name} of ${organization.name} holds permissions on ${unknown.length} new repositories`,
      });
    for (const repository of unknown) {
      const found = await this.#reading.repository(organization.name, repository);
      if (isUnread(found)) return found;
      // Named by a team and not shown to us: it is private, as a sync would say.
      const item = found.type === 'found' ? found.thing : { name: repository, private: true, registeredAt: null };
      this.#catalogue.putRepository(organization.name, item);
    }
    this.#catalogue.putPermissions(this.#catalogue.team(organization.name, name) ?? team, listed);
    return done();
  }

  /** The lists of teams are documented nowhere: before a loss is believed, the repository itself is asked. */
  async #doubt(organization: ReadOrganization, team: TeamDocument, repository: string): Promise<Followed | null> {
    if (organization.decisions.form === 'none') return null;
    const read = await this.#reading.list(organization, 'repository_teams', repository);
    if (isUnread(read)) return read;
    if (read.state !== 'whole' || !read.rows.some(([number]) => number === team.hubId)) return null;
    return done({
      kind: 'everything',
      why: `${team.organization}/${repository} says another thing about ${team.name} than the list of the team`,
    });
  }

  /** Where permissions are read repository by repository: what each team holds on one. */
  async repositoryTeams(organization: ReadOrganization, repository: string): Promise<Followed> {
    const read = await this.#reading.list(organization, 'repository_teams', repository);
    if (isUnread(read)) return read;
    this.#reading.forget();
    if (read.state !== 'whole') return done();
    const held = new Map(read.rows);
    for (const team of this.#catalogue.teams(organization.name)) {
      const permissions = this.#catalogue.permissionsOf(team);
      const label = held.get(team.hubId);
      if (permissions.get(repository)?.toLowerCase() === label?.toLowerCase()) continue;
      if (label === undefined) permissions.delete(repository);
      else permissions.set(repository, label);
      this.#catalogue.putPermissions(team, permissions);
    }
    return done();
  }

  async #invites(organization: ReadOrganization): Promise<Followed> {
    const read = await this.#reading.list(organization, 'invites');
    if (isUnread(read)) return read;
    if (read.state === 'whole') this.#catalogue.putDocument(invitationsDocument(organization.name, read.rows));
    return done();
  }

  async #tokens(organization: ReadOrganization): Promise<Followed> {
    const read = await this.#reading.list(organization, 'tokens');
    if (isUnread(read)) return read;
    if (read.state === 'whole') this.#catalogue.putDocument(tokensDocument(organization.name, read.rows).document);
    return done();
  }
}
