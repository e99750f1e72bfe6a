// Turns what differs between two readings into change records: with names as they were, without the mass of a first reading.
import type {
  AccountRow,
  Completeness,
  CompletenessBySet,
  DataSet,
  InvitationRow,
  OrganizationDocument,
  RepositoryRow,
  TeamDocument,
  TokenRow,
} from './catalogue.ts';
import type { DifferenceVisitor } from './catalogue-differences.ts';
import type { ChangedThing, ChangeDetail, ChangeKind, ChangeOrigin, FieldChange } from './change-record.ts';
import { organizationId, repositoryId } from './ids.ts';

/** What a recorder must know beside the documents that differ. */
export interface RecorderContext {
  /** Null where nobody remembers the number. */
  account: (number: number) => AccountRow | null;
  repository: (number: number) => RepositoryRow | null;
  /** How far a data set of an organization was read before this reading; `first` where the organization was not known at all. */
  before: (organization: string) => CompletenessBySet | 'first';
  /** Nothing at all had been read before. */
  isFirst: boolean;
}

export interface RecordedChange {
  organization: string | null;
  kind: ChangeKind;
  detail: ChangeDetail;
}

/** An addition is news only where its data set had been read before; that it can be read now is a record of its own. */
type Sight = 'known' | 'newly_visible' | 'unseen';

export class ChangeRecorder implements DifferenceVisitor {
  readonly changes: RecordedChange[] = [];
  readonly #context: RecorderContext;
  constructor(context: RecorderContext) {
    this.#context = context;
  }

  organization(was: OrganizationDocument | null, is: OrganizationDocument | null): void {
    const organization = is ?? was;
    if (!organization || !was) return; // a new organization gets one summary, once it is read whole
    this.#add(organization.name, 'organization', {
      verb: 'removed',
      subject: null,
      object: organizationThing(organization.name),
      before: null,
      after: null,
    });
  }

  completeness(
    { name }: OrganizationDocument,
    set: DataSet,
    was: Completeness | undefined,
    is: Completeness | undefined,
  ): void {
    this.#add(name, 'completeness', {
      verb: 'changed',
      subject: null,
      object: organizationThing(name),
      before: was?.state ?? null,
      after: is?.state ?? null,
      fields: [
        { field: set, before: was?.state ?? null, after: is?.state ?? null },
        ...(is?.reason ? [{ field: 'reason', before: was?.reason ?? null, after: is.reason }] : []),
      ],
    });
  }

  account(was: AccountRow | null, is: AccountRow | null): void {
    const account = is ?? was;
    if (!account) return;
    const organizations = Object.keys({ ...was?.roles, ...is?.roles });
    // Who joins or leaves an organization is told by the role; an account that has none has only itself to tell of.
    if ((!was || !is) && (organizations.length > 0 || this.#context.isFirst)) return;
    const organization = organizations[0] ?? null;
    const fields =
      was && is
        ? fieldChanges([
            ['username', was.username, is.username],
            ['full name', was.fullName, is.fullName],
            ['e-mail', was.email, is.email],
          ])
        : [];
    // An e-mail address that could not be seen before is no change of it.
    const seen = was?.email === null ? fields.filter(({ field }) => field !== 'e-mail') : fields;
    if (was && is && seen.length === 0) return;
    this.#add(organization, 'account', {
      ...verbAndValues(was, is, was?.username !== is?.username),
      subject: null,
      object: accountThing(account),
      fields: seen,
    });
  }

  role(organization: string, account: AccountRow, was: string | null, is: string | null): void {
    const sight = this.#sightOf(organization, 'members', was === null);
    if (sight === 'unseen') return;
    this.#add(organization, 'role', {
      verb: was === null ? 'added' : is === null ? 'removed' : 'changed',
      subject: accountThing(account),
      object: organizationThing(organization),
      before: was,
      after: is,
      origin: originOf(sight),
    });
  }

  repository(was: RepositoryRow | null, is: RepositoryRow | null): void {
    const repository = is ?? was;
    if (!repository) return;
    const sight = this.#sightOf(repository.organization, 'repositories', !was);
    if (sight === 'unseen') return;
    const isRenamed = was !== null && is !== null && was.name !== is.name;
    const fields =
      was && is
        ? fieldChanges([
            ...(isRenamed ? ([['id', thingOf(was).id, thingOf(is).id]] as const) : []),
            ['name', was.name, is.name],
            ['visibility', visibility(was), visibility(is)],
            ['status', was.status ?? 'active', is.status ?? 'active'],
          ])
        : [{ field: 'visibility', before: was ? visibility(was) : null, after: is ? visibility(is) : null }];
    this.#add(repository.organization, 'repository', {
      ...verbAndValues(was, is, isRenamed),
      subject: null,
      object: thingOf(repository),
      fields,
      origin: originOf(sight),
    });
  }

  team(was: TeamDocument | null, is: TeamDocument | null): void {
    const team = is ?? was;
    if (!team) return;
    const sight = this.#sightOf(team.organization, 'teams', !was);
    if (sight === 'unseen') return;
    const isRenamed = was !== null && is !== null && was.name !== is.name;
    const fields = fieldChanges([
      ...(isRenamed ? ([['id', was.id, is.id]] as const) : []),
      ...(was && is
        ? ([
            ['name', was.name, is.name],
            ['description', was.description, is.description],
          ] as const)
        : []),
      ['role', was?.role ?? null, is?.role ?? null],
    ]);
    this.#add(team.organization, 'team', {
      ...verbAndValues(was, is, isRenamed),
      subject: null,
      object: teamThing(team),
      fields,
      origin: originOf(sight),
    });
  }

  membership(team: TeamDocument, number: number, isMember: boolean): void {
    const sight = this.#sightOf(team.organization, 'team_members', isMember);
    if (sight === 'unseen') return;
    this.#add(team.organization, 'membership', {
      verb: isMember ? 'added' : 'removed',
      subject: this.#accountOf(number),
      object: teamThing(team),
      before: isMember ? null : 'member',
      after: isMember ? 'member' : null,
      origin: originOf(sight),
    });
  }

  permission(team: TeamDocument, number: number, was: string | null, is: string | null): void {
    const sight = this.#sightOf(team.organization, 'permissions', was === null);
    if (sight === 'unseen') return;
    const repository = this.#context.repository(number);
    this.#add(team.organization, 'permission', {
      verb: was === null ? 'added' : is === null ? 'removed' : 'changed',
      subject: teamThing(team),
      object: repository
        ? thingOf(repository)
        : { id: `repository:${team.organization}/#${number}`, type: 'repository', name: `a repository no longer known` },
      before: was,
      after: is,
      origin: originOf(sight),
    });
  }

  invitation(organization: string, was: InvitationRow | null, is: InvitationRow | null): void {
    const invitation = is ?? was;
    if (!invitation) return;
    const sight = this.#sightOf(organization, 'invites', !was);
    if (sight === 'unseen') return;
    const fields = fieldChanges([
      ['role', was?.role ?? null, is?.role ?? null],
      ['team', was?.team ?? null, is?.team ?? null],
    ]);
    if (was && is && fields.length === 0) return;
    this.#add(organization, 'invitation', {
      ...verbAndValues(was, is, false),
      subject: null,
      object: { id: invitation.id, type: 'invitation', name: invitation.invitee },
      fields,
      origin: originOf(sight),
    });
  }

  token(organization: string, was: TokenRow | null, is: TokenRow | null): void {
    const token = is ?? was;
    if (!token) return;
    const sight = this.#sightOf(organization, 'tokens', !was);
    if (sight === 'unseen') return;
    const state = (row: TokenRow | null) => (row === null ? null : row.active ? 'active' : 'switched off');
    const fields = fieldChanges([
      ['label', was?.label ?? null, is?.label ?? null],
      ...(was && is ? ([['description', was.description, is.description]] as const) : []),
      ['state', state(was), state(is)],
      ['expires', was?.expiresAt ?? null, is?.expiresAt ?? null],
    ]);
    if (was && is && fields.length === 0) return;
    this.#add(organization, 'token', {
      ...verbAndValues(was, is, false),
      subject: null,
      object: { id: token.id, type: 'token', name: token.label },
      fields,
      origin: originOf(sight),
    });
  }

  #add(
    organization: string | null,
    kind: ChangeKind,
    detail: Omit<ChangeDetail, 'by' | 'origin' | 'fields'> & { origin?: ChangeOrigin; fields?: FieldChange[] },
  ): void {
    const { fields, origin = 'outside', ...rest } = detail;
    this.changes.push({
      organization,
      kind,
      detail: { ...rest, ...(fields && fields.length > 0 ? { fields } : {}), by: null, origin },
    });
  }

  #sightOf(organization: string, set: DataSet, isAddition: boolean): Sight {
    const before = this.#context.before(organization);
    if (before === 'first') return 'unseen';
    const state = before[set]?.state ?? 'unread';
    if (!isAddition || state === 'complete') return 'known';
    if (state === 'partial') return 'newly_visible';
    return 'unseen';
  }

  #accountOf(number: number): ChangedThing {
    const account = this.#context.account(number);
    return account ? accountThing(account) : { id: `account:#${number}`, type: 'account', name: 'an account no longer known' };
  }
}

const originOf = (sight: Sight): ChangeOrigin => (sight === 'newly_visible' ? 'newly_visible' : 'outside');
const organizationThing = (name: string): ChangedThing => ({ id: organizationId(name), type: 'organization', name });
const accountThing = ({ id, username }: AccountRow): ChangedThing => ({ id, type: 'account', name: username });
const teamThing = ({ id, name }: TeamDocument): ChangedThing => ({ id, type: 'team', name });
const thingOf = ({ organization, name }: RepositoryRow): ChangedThing => ({
  id: repositoryId(organization, name),
  type: 'repository',
  name,
});
const visibility = (repository: RepositoryRow): string => (repository.private ? 'private' : 'public');

function verbAndValues(
  was: object | null,
  is: object | null,
  isRenamed: boolean,
): Pick<ChangeDetail, 'verb' | 'before' | 'after'> {
  const verb = !was ? 'added' : !is ? 'removed' : isRenamed ? 'renamed' : 'changed';
  return { verb, before: null, after: null };
}

const fieldChanges = (fields: readonly (readonly [string, string | null, string | null])[]): FieldChange[] =>
  fields.filter(([, before, after]) => before !== after).map(([field, before, after]) => ({ field, before, after }));
