// The documents of one connector, opened for questions: who is in which team, which team holds what.
// Built once from the documents; answers are derived (effective-access.ts), never stored.
import {
  fromSteps,
  LEVELS,
  type AccountRow,
  type CatalogueDocument,
  type Completeness,
  type DataSet,
  type InvitationRow,
  type OrganizationDocument,
  type RepositoryRow,
  type TeamDocument,
  type TokenRow,
} from './catalogue.ts';
import { repositoryId } from './ids.ts';

export interface IndexedTeam {
  document: TeamDocument;
  members: readonly number[];
  /** Repository number → rank of the level the team holds on it (`rankOf`). */
  ranks: ReadonlyMap<number, number>;
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

  readonly #accountById = new Map<string, AccountRow>();
  readonly #repositoryById = new Map<string, RepositoryRow>();
  readonly #teamsOfAccount = new Map<number, IndexedTeam[]>();
  readonly #permissionsOnRepository = new Map<number, Permission[]>();
  readonly #repositoriesOfOrganization = new Map<string, RepositoryRow[]>();
  readonly #accountsOfOrganization = new Map<string, AccountRow[]>();

  constructor(documents: Iterable<CatalogueDocument>) {
    for (const document of documents) this.#add(document);
  }

  #add(document: CatalogueDocument): void {
    switch (document.kind) {
      case 'organization':
        this.organizations.set(document.name, document);
        return;
      case 'accounts':
        for (const row of document.rows) this.#addAccount(row);
        return;
      case 'repositories':
        for (const row of document.rows) this.#addRepository(row);
        return;
      case 'team':
        this.#addTeam(document);
        return;
      case 'invitations':
        for (const row of document.rows) this.invitations.set(row.id, { organization: document.organization, row });
        return;
      case 'tokens':
        for (const row of document.rows) this.tokens.set(row.id, { organization: document.organization, row });
        return;
    }
  }

  #addAccount(row: AccountRow): void {
    this.accounts.set(row.number, row);
    this.#accountById.set(row.id, row);
    for (const organization of Object.keys(row.roles)) append(this.#accountsOfOrganization, organization, row);
  }

  #addRepository(row: RepositoryRow): void {
    this.repositories.set(row.number, row);
    this.#repositoryById.set(repositoryId(row.organization, row.name), row);
    append(this.#repositoriesOfOrganization, row.organization, row);
  }

  #addTeam(document: TeamDocument): void {
    const ranks = new Map<number, number>();
    for (const [index, level] of LEVELS.entries()) {
      for (const number of fromSteps(document[level])) ranks.set(number, index + 1);
    }
    const team: IndexedTeam = { document, members: fromSteps(document.members), ranks };
    this.teams.set(document.id, team);
    for (const member of team.members) append(this.#teamsOfAccount, member, team);
    for (const [repository, rank] of ranks) append(this.#permissionsOnRepository, repository, { team, rank });
  }

  account(id: string): AccountRow | undefined {
    return this.#accountById.get(id);
  }

  repository(id: string): RepositoryRow | undefined {
    return this.#repositoryById.get(id);
  }

  teamsOf(account: number): readonly IndexedTeam[] {
    return this.#teamsOfAccount.get(account) ?? [];
  }

  permissionsOn(repository: number): readonly Permission[] {
    return this.#permissionsOnRepository.get(repository) ?? [];
  }

  repositoriesOf(organization: string): readonly RepositoryRow[] {
    return this.#repositoriesOfOrganization.get(organization) ?? [];
  }

  accountsOf(organization: string): readonly AccountRow[] {
    return this.#accountsOfOrganization.get(organization) ?? [];
  }

  /** How far a data set of an organization was read; a set nobody has read yet is `unread`, never complete. */
  completeness(organization: string, set: DataSet): Completeness {
    return this.organizations.get(organization)?.completeness[set] ?? { state: 'unread', reason: 'Not read yet.' };
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
