// The own view of the catalogue: a person's linked accounts with their teams and repositories, and what the person owns with
// everybody who has it. What is not in it is absent on the wire, too.
import { AccessIndex } from './access-index.ts';
import { toSteps, fromSteps, type AccountRow, type CatalogueDocument, type TeamDocument } from './catalogue.ts';
import { accessOfAccount, accessToRepository } from './effective-access.ts';

/** What somebody may see of one connector without seeing the whole catalogue. */
export interface Mine {
  /** Ids of their linked accounts. */
  accounts: readonly string[];
  /** They own the connector or its application: all of it is theirs to see. */
  ownsAll: boolean;
  /** Ids of teams and repositories that they own: with everybody who has access there. */
  owned: readonly string[];
}

export const mineByAccounts = (accounts: readonly string[]): Mine => ({ accounts, ownsAll: false, owned: [] });

/** The documents of one connector, cut down to what is somebody's own. */
export function ownDocuments(
  documents: readonly CatalogueDocument[],
  mine: Mine,
  index = new AccessIndex(documents),
): CatalogueDocument[] {
  if (mine.ownsAll) return [...documents];
  const seen = new Seen(index, mine);
  return documents.flatMap((document): CatalogueDocument[] => {
    switch (document.kind) {
      case 'organization':
        return seen.organizations.has(document.name) ? [document] : [];
      case 'accounts': {
        const rows = document.rows.filter(({ number }) => seen.accounts.has(number));
        return rows.length > 0 ? [{ ...document, rows }] : [];
      }
      case 'repositories': {
        const rows = document.rows.filter(({ number }) => seen.repositories.has(number));
        return rows.length > 0 ? [{ ...document, rows }] : [];
      }
      case 'team':
        return seen.teams.has(document.id) ? [seen.team(document)] : [];
      case 'invitations':
      case 'tokens':
        return [];
    }
  });
}

/** What of an index is somebody's own: linked accounts first, then what they own. */
class Seen {
  readonly accounts = new Set<number>();
  readonly repositories = new Set<number>();
  readonly teams = new Set<string>();
  readonly organizations = new Set<string>();
  /** Teams whose members are all to be seen: one that is owned, or through which an owned repository is held. */
  readonly #open = new Set<string>();

  constructor(index: AccessIndex, { accounts, owned }: Mine) {
    for (const account of accounts.flatMap((id) => index.account(id) ?? [])) this.#addOwn(index, account);
    for (const id of owned) this.#addOwned(index, id);
  }

  #addOwn(index: AccessIndex, account: AccountRow): void {
    this.accounts.add(account.number);
    for (const organization of Object.keys(account.roles)) this.organizations.add(organization);
    for (const { document } of index.teamsOf(account.number)) this.teams.add(document.id);
    for (const { repository } of accessOfAccount(index, account)) this.repositories.add(repository.number);
  }

  #addOwned(index: AccessIndex, id: string): void {
    const team = index.teams.get(id);
    if (team) {
      this.organizations.add(team.document.organization);
      this.#addTeam(id, team.members);
      for (const number of team.ranks.keys()) this.repositories.add(number);
    }
    const repository = index.repository(id);
    if (repository) {
      this.organizations.add(repository.organization);
      this.repositories.add(repository.number);
      for (const permission of index.permissionsOn(repository.number)) {
        this.#addTeam(permission.team.document.id, permission.team.members);
      }
      for (const { account } of accessToRepository(index, repository)) this.accounts.add(account.number);
    }
  }

  #addTeam(id: string, members: readonly number[]): void {
    this.teams.add(id);
    this.#open.add(id);
    for (const number of members) this.accounts.add(number);
  }

  /** A team with the members and repositories that may be seen. */
  team(document: TeamDocument): TeamDocument {
    const isOpen = this.#open.has(document.id);
    const members = fromSteps(document.members).filter((number) => isOpen || this.accounts.has(number));
    const held = (steps: readonly number[]) => toSteps(fromSteps(steps).filter((number) => this.repositories.has(number)));
    return {
      ...document,
      members: toSteps(members),
      read: held(document.read),
      write: held(document.write),
      admin: held(document.admin),
    };
  }
}
