// The catalogue as it is known, opened to be changed in a few places: what was read again is put in, and what differs comes out as
// documents, byte for byte as a whole sync would have built them.
import {
  accountsPageId,
  fromSteps,
  PAGE_ROWS,
  repositoriesPageId,
  toSteps,
  type AccountRow,
  type CatalogueDocument,
  type RepositoryRow,
  type TeamDocument,
} from '#domain/catalogue.ts';
import { accountId, teamId } from '#domain/ids.ts';
import type { MemberRow, RepositoryItem, TeamMemberRow, TeamRow } from '../hub/normalise.ts';
import { ROLE_UNSAID } from './build-pages.ts';
import { teamDocument, withPermissions, type Permissions } from './build-teams.ts';
import { documentsOf, permissionsByNumber, repositoryKey, teamKey, type CatalogueLedger } from './known-catalogue.ts';
import type { FirstFree } from './numbering.ts';

const KINDS = ['organization', 'accounts', 'repositories', 'team', 'invitations', 'tokens'] as const;

export interface CatalogueChanges {
  documents: CatalogueDocument[];
  removedIds: string[];
  /** Ids that went because their document has another name now. */
  replacedIds: string[];
  /** New id → old id. */
  renamed: Record<string, string>;
}

export class TargetedCatalogue {
  readonly #documents = new Map<string, CatalogueDocument>();
  /** What was there before each change; null where there was nothing. */
  readonly #before = new Map<string, CatalogueDocument | null>();
  readonly #renamed = new Map<string, string>();
  readonly #accounts = new Map<string, AccountRow>();
  readonly #repositories = new Map<string, RepositoryRow>();
  readonly #teams = new Map<string, TeamDocument>();
  readonly nextFree: FirstFree;

  private constructor(nextFree: FirstFree) {
    this.nextFree = { ...nextFree };
  }

  /** Opens what the ledger has. `nextFree`: numbers never used so far, as the last sync left them. */
  static async open(ledger: CatalogueLedger, connectorId: string, nextFree: FirstFree): Promise<TargetedCatalogue> {
    const catalogue = new TargetedCatalogue(nextFree);
    for await (const document of documentsOf(ledger, connectorId, KINDS)) {
      catalogue.#documents.set(document.id, document);
      catalogue.#note(document);
    }
    return catalogue;
  }

  #note(document: CatalogueDocument): void {
    if (document.kind === 'team') this.#teams.set(teamKey(document.organization, document.hubId), document);
    if (document.kind === 'accounts') {
      for (const row of document.rows) {
        this.#accounts.set(row.hubId, row);
        this.nextFree.account = Math.max(this.nextFree.account, row.number + 1);
      }
    }
    if (document.kind === 'repositories') {
      for (const row of document.rows) {
        this.#repositories.set(repositoryKey(row.organization, row.name), row);
        this.nextFree.repository = Math.max(this.nextFree.repository, row.number + 1);
      }
    }
  }

  // What is known

  team(organization: string, name: string): TeamDocument | undefined {
    const found = this.#documents.get(teamId(organization, name));
    return found?.kind === 'team' ? found : undefined;
  }
  teamOfNumber(organization: string, hubId: number): TeamDocument | undefined {
    return this.#teams.get(teamKey(organization, hubId));
  }
  teams(organization: string): TeamDocument[] {
    return [...this.#teams.values()].filter((team) => team.organization === organization);
  }
  isKnownAccount(hubId: string): boolean {
    return this.#accounts.has(hubId);
  }
  member(organization: string, username: string): AccountRow | undefined {
    const wanted = username.toLowerCase();
    for (const row of this.#accounts.values())
      if (row.username.toLowerCase() === wanted && row.roles[organization] !== undefined) return row;
    return undefined;
  }
  repository(organization: string, name: string): RepositoryRow | undefined {
    return this.#repositories.get(repositoryKey(organization, name));
  }
  repositories(organization: string): RepositoryRow[] {
    return [...this.#repositories.values()].filter((row) => row.organization === organization);
  }
  /** Repositories a team holds something on, by name, with what. */
  permissionsOf(team: TeamDocument): Map<string, string> {
    const nameOf = new Map(this.repositories(team.organization).map(({ number, name }) => [number, name]));
    return new Map(
      [...permissionsByNumber(team)].flatMap(([number, label]) => {
        const name = nameOf.get(number);
        return name === undefined ? [] : [[name, label] as const];
      }),
    );
  }

  // What was read

  putMember(organization: string, found: MemberRow | TeamMemberRow): AccountRow {
    const known = this.#accounts.get(found.hubId);
    const number = known?.number ?? this.nextFree.account;
    if (!known) this.nextFree.account += 1;
    const roles = { ...known?.roles };
    if ('role' in found) roles[organization] = found.role ?? ROLE_UNSAID;
    const others = (known?.guestOf ?? []).filter((name) => name !== organization);
    const isGuest = 'guest' in found ? found.guest : !('role' in found) && known?.guestOf?.includes(organization);
    const guestOf = isGuest ? [...others, organization].sort() : others;
    const row: AccountRow = {
      number,
      id: accountId(found.hubId),
      hubId: found.hubId,
      username: found.username,
      fullName: found.fullName,
      email: found.email ?? known?.email ?? null,
      roles: Object.fromEntries(Object.entries(roles).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...(guestOf.length > 0 ? { guestOf } : {}),
    };
    this.#putAccount(row);
    return row;
  }

  /** Somebody is no member any more, and in none of the organization's teams. */
  removeMember(organization: string, account: AccountRow): void {
    for (const team of this.teams(organization)) {
      const members = fromSteps(team.members);
      if (members.includes(account.number))
        this.putDocument({ ...team, members: toSteps(members.filter((number) => number !== account.number)) });
    }
    const { guestOf: _guestOf, ...row } = account;
    const guestOf = (account.guestOf ?? []).filter((name) => name !== organization);
    const roles = Object.fromEntries(Object.entries(account.roles).filter(([name]) => name !== organization));
    const isElsewhere = [...this.#teams.values()].some(({ members }) => fromSteps(members).includes(account.number));
    if (Object.keys(roles).length > 0 || isElsewhere)
      this.#putAccount({ ...row, roles, ...(guestOf.length > 0 ? { guestOf } : {}) });
    else this.#removeAccount(account);
  }

  putTeam(organization: string, row: TeamRow): TeamDocument {
    const known = this.teamOfNumber(organization, row.hubId);
    const members = fromSteps(known?.members ?? []);
    const team = teamDocument(organization, row, members, known ? permissionsByLabel(known) : new Map());
    const inTheWay = this.team(organization, row.name);
    if (inTheWay && inTheWay.hubId !== row.hubId) this.removeTeam(inTheWay);
    if (known && known.id !== team.id) {
      this.#remember(known.id);
      this.#documents.delete(known.id);
      // A team renamed twice was known under its first name.
      this.#renamed.set(team.id, this.#renamed.get(known.id) ?? known.id);
      this.#renamed.delete(known.id);
    }
    this.putDocument(team);
    return team;
  }

  removeTeam(team: TeamDocument): void {
    this.#remember(team.id);
    this.#documents.delete(team.id);
    this.#teams.delete(teamKey(team.organization, team.hubId));
  }

  putTeamMembers(team: TeamDocument, numbers: Iterable<number>): void {
    this.putDocument({ ...team, members: toSteps(new Set(numbers)) });
  }

  /** What a team holds, by repository name; repositories that nobody knows are left out. */
  putPermissions(team: TeamDocument, held: Iterable<readonly [repository: string, permission: string]>): void {
    const permissions: Permissions = new Map();
    for (const [name, label] of held) {
      const number = this.repository(team.organization, name)?.number;
      if (number !== undefined) permissions.set(label, [...(permissions.get(label) ?? []), number]);
    }
    this.putDocument(withPermissions(team, permissions));
  }

  putRepository(organization: string, item: RepositoryItem): RepositoryRow {
    const known = this.repository(organization, item.name);
    const isSame =
      known && (known.registeredAt === null || item.registeredAt === null || known.registeredAt === item.registeredAt);
    // One name and two dates of creation are two repositories: what was held on the old one went with it.
    if (known && !isSame) this.removeRepository(known);
    const number = isSame ? known.number : this.nextFree.repository;
    if (!isSame) this.nextFree.repository += 1;
    const row: RepositoryRow = {
      number,
      organization,
      name: item.name,
      private: item.private,
      registeredAt: item.registeredAt,
    };
    if (item.status) row.status = item.status;
    this.#repositories.set(repositoryKey(organization, item.name), row);
    const page = Math.floor(number / PAGE_ROWS);
    const rows = this.#repositoryRows(page).filter((other) => other.number !== number);
    this.putDocument({ kind: 'repositories', id: repositoriesPageId(page), rows: [...rows, row].sort(byNumber) });
    return row;
  }

  /** A repository is gone, and what teams held on it. */
  removeRepository(row: RepositoryRow): void {
    for (const team of this.teams(row.organization)) {
      const held = permissionsByNumber(team);
      if (!held.delete(row.number)) continue;
      const permissions: Permissions = new Map();
      for (const [number, label] of held) permissions.set(label, [...(permissions.get(label) ?? []), number]);
      this.putDocument(withPermissions(team, permissions));
    }
    this.#repositories.delete(repositoryKey(row.organization, row.name));
    const page = Math.floor(row.number / PAGE_ROWS);
    const rows = this.#repositoryRows(page).filter((other) => other.number !== row.number);
    if (rows.length > 0) this.putDocument({ kind: 'repositories', id: repositoriesPageId(page), rows });
    else this.#removeDocument(repositoriesPageId(page));
  }

  /** Puts a document in the place of the one of its id. The same once more is no change. */
  putDocument(document: CatalogueDocument): void {
    const known = this.#documents.get(document.id);
    if (known && JSON.stringify(known) === JSON.stringify(document)) return;
    this.#remember(document.id);
    this.#documents.set(document.id, document);
    if (document.kind === 'team') this.#teams.set(teamKey(document.organization, document.hubId), document);
  }

  /** What differs from what the ledger has. Accounts and repositories come before the teams that name them. */
  changes(): CatalogueChanges {
    const documents: CatalogueDocument[] = [];
    const gone: string[] = [];
    for (const [id, before] of this.#before) {
      const now = this.#documents.get(id);
      if (!now && before) gone.push(id);
      if (now && JSON.stringify(now) !== JSON.stringify(before)) documents.push(now);
    }
    const renamed = Object.fromEntries([...this.#renamed].filter(([id]) => this.#documents.has(id)));
    const replaced = new Set(Object.values(renamed));
    return {
      documents: documents.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)),
      removedIds: gone.filter((id) => !replaced.has(id)),
      replacedIds: gone.filter((id) => replaced.has(id)),
      renamed,
    };
  }

  /** The changes are in the ledger. */
  applied(): void {
    this.#before.clear();
    this.#renamed.clear();
  }

  #putAccount(row: AccountRow): void {
    this.#accounts.set(row.hubId, row);
    const page = Math.floor(row.number / PAGE_ROWS);
    const rows = this.#accountRows(page).filter(({ number }) => number !== row.number);
    this.putDocument({ kind: 'accounts', id: accountsPageId(page), rows: [...rows, row].sort(byNumber) });
  }

  #removeAccount(row: AccountRow): void {
    this.#accounts.delete(row.hubId);
    const page = Math.floor(row.number / PAGE_ROWS);
    const rows = this.#accountRows(page).filter(({ number }) => number !== row.number);
    if (rows.length > 0) this.putDocument({ kind: 'accounts', id: accountsPageId(page), rows });
    else this.#removeDocument(accountsPageId(page));
  }

  #accountRows(page: number): AccountRow[] {
    const document = this.#documents.get(accountsPageId(page));
    return document?.kind === 'accounts' ? document.rows : [];
  }
  #repositoryRows(page: number): RepositoryRow[] {
    const document = this.#documents.get(repositoriesPageId(page));
    return document?.kind === 'repositories' ? document.rows : [];
  }

  #removeDocument(id: string): void {
    this.#remember(id);
    this.#documents.delete(id);
  }

  #remember(id: string): void {
    if (!this.#before.has(id)) this.#before.set(id, this.#documents.get(id) ?? null);
  }
}

const byNumber = (a: { number: number }, b: { number: number }): number => a.number - b.number;

function permissionsByLabel(team: TeamDocument): Permissions {
  const permissions: Permissions = new Map();
  for (const [number, label] of permissionsByNumber(team)) permissions.set(label, [...(permissions.get(label) ?? []), number]);
  return permissions;
}
