// The documents of one connector, opened for questions: who is in which team, which team holds what. Answers are derived
// (effective-access.ts), never stored. A changed document is put in its place without building anything else anew; a fork takes
// changes that do not reach the index it came from.
import type {
  AccountRow,
  CatalogueDocument,
  Completeness,
  DataSet,
  InvitationRow,
  OrganizationDocument,
  RepositoryRow,
  TeamDocument,
  TokenRow,
} from './catalogue.ts';
import { fromSteps, LEVELS, roleSlug } from './catalogue-words.ts';
import { teamOwns } from './effective-access.ts';
import { repositoryId } from './ids.ts';
import { IndexChange } from './index-change.ts';
import { numberOf, rankIn, TeamEdges } from './team-edges.ts';

/** A team, with what its document says unpacked when somebody asks. */
export class IndexedTeam {
  readonly document: TeamDocument;
  /** Its number among the teams of its index. */
  readonly slot: number;
  #members: readonly number[] | undefined;
  #ranks: ReadonlyMap<number, number> | undefined;

  constructor(document: TeamDocument, slot: number) {
    this.document = document;
    this.slot = slot;
  }

  get members(): readonly number[] {
    this.#members ??= fromSteps(this.document.members);
    return this.#members;
  }

  /** Repository number → rank of the level the team holds on it (`rankOf`). */
  get ranks(): ReadonlyMap<number, number> {
    if (this.#ranks) return this.#ranks;
    const ranks = new Map<number, number>();
    for (const [index, level] of LEVELS.entries()) {
      for (const number of fromSteps(this.document[level])) ranks.set(number, index + 1);
    }
    this.#ranks = ranks;
    return ranks;
  }
}

export interface Permission {
  team: IndexedTeam;
  rank: number;
}

export interface OfOrganization<T> {
  organization: string;
  row: T;
}

export class AccessIndex {
  readonly organizations = new Map<string, OrganizationDocument>();
  readonly accounts = new Map<number, AccountRow>();
  readonly repositories = new Map<number, RepositoryRow>();
  readonly teams = new Map<string, IndexedTeam>();
  readonly invitations = new Map<string, OfOrganization<InvitationRow>>();
  readonly tokens = new Map<string, OfOrganization<TokenRow>>();

  readonly #documents = new Map<string, CatalogueDocument>();
  #teamsBySlot: (IndexedTeam | undefined)[] = [];
  // Worked out when first asked for: the names are on the screen before anybody asks who holds what.
  #edges: TeamEdges | undefined;
  #owningSlots: Uint8Array | undefined;
  #owningAccounts: Uint8Array | undefined;
  #accountById: Map<string, AccountRow> | undefined;
  #repositoryById: Map<string, RepositoryRow> | undefined;
  #accountsOf: Map<string, AccountRow[]> | undefined;
  #repositoriesOf: Map<string, RepositoryRow[]> | undefined;
  readonly #teamsOfAccount = new Map<number, IndexedTeam[]>();
  readonly #permissionsOn = new Map<number, Permission[]>();

  constructor(documents: Iterable<CatalogueDocument>) {
    const ignored = new IndexChange();
    for (const document of documents) this.#put(document, ignored);
  }

  /** Who is in which team and holds what, packed. */
  get edges(): TeamEdges {
    this.#edges ??= TeamEdges.of(this.#teamsBySlot.map((team) => team?.document));
    return this.#edges;
  }

  /** Puts a document in the place of the one with its id. Answers what that touches. */
  put(document: CatalogueDocument): IndexChange {
    const change = new IndexChange();
    this.#put(document, change);
    return change;
  }

  /** Takes a document out. Answers what that touches. */
  remove(id: string): IndexChange {
    const change = new IndexChange();
    const document = this.#documents.get(id);
    if (!document) return change;
    this.#documents.delete(id);
    switch (document.kind) {
      case 'organization':
        this.organizations.delete(document.name);
        change.organizations.add(document.name);
        break;
      case 'accounts':
        for (const row of document.rows) this.#putAccount(row, undefined, change);
        break;
      case 'repositories':
        for (const row of document.rows) this.#putRepository(row, undefined, change);
        break;
      case 'team':
        this.#putTeam(document.id, undefined, change);
        break;
      case 'invitations':
      case 'tokens':
        this.#removeRows(document, change);
        break;
    }
    return change;
  }

  get isEmpty(): boolean {
    return this.#documents.size === 0;
  }
  document(id: string): CatalogueDocument | undefined {
    return this.#documents.get(id);
  }
  documents(): Iterable<CatalogueDocument> {
    return this.#documents.values();
  }

  /** An index with the same documents, whose changes do not reach this one. What is packed is shared until it changes. */
  fork(): AccessIndex {
    const fork = new AccessIndex([]);
    const copy = <K, V>(from: ReadonlyMap<K, V>, to: Map<K, V>) => {
      for (const [key, value] of from) to.set(key, value);
    };
    copy(this.organizations, fork.organizations);
    copy(this.accounts, fork.accounts);
    copy(this.repositories, fork.repositories);
    copy(this.teams, fork.teams);
    copy(this.invitations, fork.invitations);
    copy(this.tokens, fork.tokens);
    copy(this.#documents, fork.#documents);
    fork.#teamsBySlot = [...this.#teamsBySlot];
    fork.#edges = this.edges.fork();
    return fork;
  }

  account(id: string): AccountRow | undefined {
    this.#accountById ??= new Map(Array.from(this.accounts.values(), (row) => [row.id, row]));
    return this.#accountById.get(id);
  }

  repository(id: string): RepositoryRow | undefined {
    this.#repositoryById ??= new Map(Array.from(this.repositories.values(), (row) => [idOf(row), row]));
    return this.#repositoryById.get(id);
  }

  teamAt(slot: number): IndexedTeam | undefined {
    return this.#teamsBySlot[slot];
  }
  /** The organization of the team in a slot. */
  organizationAt(slot: number): string | undefined {
    return this.#teamsBySlot[slot]?.document.organization;
  }
  /** By slot: 1 where being in the team is owning the organization. */
  get owningSlots(): Uint8Array {
    this.#owningSlots ??= Uint8Array.from(this.#teamsBySlot, (team) => (team && teamOwns(team.document) ? 1 : 0));
    return this.#owningSlots;
  }
  /** By account number: 1 where its role in some organization is owner. */
  get owningAccounts(): Uint8Array {
    if (this.#owningAccounts) return this.#owningAccounts;
    let size = 0;
    for (const number of this.accounts.keys()) size = Math.max(size, number + 1);
    const owning = new Uint8Array(size);
    for (const { number, roles } of this.accounts.values())
      for (const organization in roles) if (roleSlug(roles[organization] ?? '') === 'owner') owning[number] = 1;
    this.#owningAccounts = owning;
    return owning;
  }
  /** One more than the largest slot of a team. */
  get slots(): number {
    return this.#teamsBySlot.length;
  }

  teamsOf(account: number): readonly IndexedTeam[] {
    const kept = this.#teamsOfAccount.get(account);
    if (kept) return kept;
    const teams: IndexedTeam[] = [];
    for (const slot of this.edges.ofAccount.row(account)) {
      const team = this.#teamsBySlot[slot];
      if (team) teams.push(team);
    }
    this.#teamsOfAccount.set(account, teams);
    return teams;
  }

  permissionsOn(repository: number): readonly Permission[] {
    const kept = this.#permissionsOn.get(repository);
    if (kept) return kept;
    const permissions: Permission[] = [];
    for (const value of this.edges.ofRepository.row(repository)) {
      const team = this.#teamsBySlot[numberOf(value)];
      if (team) permissions.push({ team, rank: rankIn(value) });
    }
    this.#permissionsOn.set(repository, permissions);
    return permissions;
  }

  repositoriesOf(organization: string): readonly RepositoryRow[] {
    this.#repositoriesOf ??= grouped(this.repositories.values(), (row) => [row.organization]);
    return this.#repositoriesOf.get(organization) ?? [];
  }

  accountsOf(organization: string): readonly AccountRow[] {
    this.#accountsOf ??= grouped(this.accounts.values(), (row) => Object.keys(row.roles));
    return this.#accountsOf.get(organization) ?? [];
  }

  /** How far a data set of an organization was read; a set nobody has read yet is `unread`, never complete. */
  completeness(organization: string, set: DataSet): Completeness {
    return this.organizations.get(organization)?.completeness[set] ?? { state: 'unread', reason: 'Not read yet.' };
  }

  #put(document: CatalogueDocument, change: IndexChange): void {
    const before = this.#documents.get(document.id);
    this.#documents.set(document.id, document);
    switch (document.kind) {
      case 'organization':
        this.organizations.set(document.name, document);
        change.organizations.add(document.name);
        return;
      case 'accounts':
        eachRow(before?.kind === 'accounts' ? before.rows : [], document.rows, byNumber, (was, is) =>
          this.#putAccount(was, is, change),
        );
        return;
      case 'repositories':
        eachRow(before?.kind === 'repositories' ? before.rows : [], document.rows, byNumber, (was, is) =>
          this.#putRepository(was, is, change),
        );
        return;
      case 'team':
        this.#putTeam(document.id, document, change);
        return;
      case 'invitations':
        if (before) this.#removeRows(before, change);
        for (const row of document.rows) {
          this.invitations.set(row.id, { organization: document.organization, row });
          change.ids.add(row.id);
        }
        return;
      case 'tokens':
        if (before) this.#removeRows(before, change);
        for (const row of document.rows) {
          this.tokens.set(row.id, { organization: document.organization, row });
          change.ids.add(row.id);
        }
        return;
    }
  }

  #removeRows(document: CatalogueDocument, change: IndexChange): void {
    if (document.kind !== 'invitations' && document.kind !== 'tokens') return;
    for (const { id } of document.rows) {
      if (document.kind === 'invitations') this.invitations.delete(id);
      else this.tokens.delete(id);
      change.ids.add(id);
    }
  }

  #putAccount(was: AccountRow | undefined, is: AccountRow | undefined, change: IndexChange): void {
    // The old row stays: whoever compares rows, or keeps an answer about one, need not look again.
    if (was && is && JSON.stringify(was) === JSON.stringify(is)) return;
    if (was) {
      this.accounts.delete(was.number);
      if (this.#accountById?.get(was.id)?.number === was.number) this.#accountById.delete(was.id);
    }
    if (is) {
      this.accounts.set(is.number, is);
      this.#accountById?.set(is.id, is);
    }
    this.#accountsOf = undefined;
    this.#owningAccounts = undefined;
    change.account(was, is);
  }

  #putRepository(was: RepositoryRow | undefined, is: RepositoryRow | undefined, change: IndexChange): void {
    if (was && is && JSON.stringify(was) === JSON.stringify(is)) return;
    if (was) {
      this.repositories.delete(was.number);
      if (this.#repositoryById?.get(idOf(was))?.number === was.number) this.#repositoryById.delete(idOf(was));
    }
    if (is) {
      this.repositories.set(is.number, is);
      this.#repositoryById?.set(idOf(is), is);
    }
    this.#repositoriesOf = undefined;
    change.repository(was, is);
  }

  #putTeam(id: string, document: TeamDocument | undefined, change: IndexChange): void {
    const before = this.teams.get(id);
    const slot = before?.slot ?? this.#teamsBySlot.length;
    const team = document ? new IndexedTeam(document, slot) : undefined;
    this.#teamsBySlot[slot] = team;
    this.#owningSlots = undefined;
    if (team) this.teams.set(id, team);
    else this.teams.delete(id);
    if (!this.#edges) {
      // Nobody has asked who holds what yet, so nobody keeps an answer.
      change.ids.add(id);
      const organization = document?.organization ?? before?.document.organization;
      if (organization !== undefined) change.everythingIn.add(organization);
      return;
    }

    const held = this.#edges.team(slot).holds;
    const members = this.#edges.team(slot).members;
    const differences = this.#edges.put(slot, document);
    // Whoever is or was in it, and whatever it holds or held, keeps lists of the team's former self.
    for (const list of [members, this.#edges.team(slot).members])
      for (const member of list) this.#teamsOfAccount.delete(member);
    for (const list of [held, this.#edges.team(slot).holds])
      for (const value of list) this.#permissionsOn.delete(numberOf(value));
    change.team(before?.document, document, differences, members, held);
  }
}

const idOf = ({ organization, name }: RepositoryRow): string => repositoryId(organization, name);
const byNumber = ({ number }: { number: number }): number => number;

function eachRow<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (row: T) => number,
  tell: (was: T | undefined, is: T | undefined) => void,
): void {
  if (before.length === 0) {
    for (const row of after) tell(undefined, row);
    return;
  }
  const rows = new Map(before.map((row) => [keyOf(row), row]));
  const kept: [T, T][] = [];
  const added: T[] = [];
  for (const row of after) {
    const was = rows.get(keyOf(row));
    if (was === undefined) added.push(row);
    else kept.push([was, row]);
    rows.delete(keyOf(row));
  }
  // Rows that went come first: a new row may carry the name of one that is gone.
  for (const row of rows.values()) tell(row, undefined);
  for (const [was, is] of kept) tell(was, is);
  for (const row of added) tell(undefined, row);
}

function grouped<T>(rows: Iterable<T>, keysOf: (row: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    for (const key of keysOf(row)) {
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    }
  }
  return groups;
}
