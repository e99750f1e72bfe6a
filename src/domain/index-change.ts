// What a changed document touches: whose lists, counts and words have to be looked at again. Rather too much than too little.
import type { AccountRow, RepositoryRow, TeamDocument } from './catalogue.ts';
import { teamOwns } from './effective-access.ts';
import { repositoryId } from './ids.ts';
import { numberOf, type TeamChange } from './team-edges.ts';

const givesOwner = (team: TeamDocument | undefined): boolean => team !== undefined && teamOwns(team);

export class IndexChange {
  /** Ids of what is shown: accounts, repositories, teams, invitations, tokens. */
  readonly ids = new Set<string>();
  /** Numbers of accounts whose counts may differ. */
  readonly accounts = new Set<number>();
  /** Numbers of repositories whose counts may differ. */
  readonly repositories = new Set<number>();
  /** Organizations whose own document differs: what is known of them, and so what may be claimed of everything in them. */
  readonly organizations = new Set<string>();
  /** Organizations in which all counts may differ: another owner, another member, a repository more. */
  readonly everythingIn = new Set<string>();

  get isEmpty(): boolean {
    return this.ids.size + this.accounts.size + this.repositories.size + this.organizations.size + this.everythingIn.size === 0;
  }

  account(was: AccountRow | undefined, is: AccountRow | undefined): void {
    for (const row of [was, is]) if (row) this.ids.add(row.id);
    const number = is?.number ?? was?.number;
    if (number === undefined) return;
    this.accounts.add(number);
    const same = was && is && JSON.stringify([was.roles, was.guestOf]) === JSON.stringify([is.roles, is.guestOf]);
    if (same) return;
    for (const row of [was, is]) for (const organization of Object.keys(row?.roles ?? {})) this.everythingIn.add(organization);
  }

  repository(was: RepositoryRow | undefined, is: RepositoryRow | undefined): void {
    for (const row of [was, is]) {
      if (!row) continue;
      this.ids.add(repositoryId(row.organization, row.name));
      this.repositories.add(row.number);
      if (!was || !is || was.private !== is.private || was.organization !== is.organization)
        this.everythingIn.add(row.organization);
    }
  }

  team(
    was: TeamDocument | undefined,
    is: TeamDocument | undefined,
    { joined, left, permissions }: TeamChange,
    membersBefore: Uint32Array,
    heldBefore: Uint32Array,
  ): void {
    for (const document of [was, is]) {
      if (!document) continue;
      this.ids.add(document.id);
      if ((givesOwner(was) || givesOwner(is)) && (joined.length > 0 || left.length > 0 || givesOwner(was) !== givesOwner(is)))
        this.everythingIn.add(document.organization);
    }
    for (const number of [...joined, ...left]) this.accounts.add(number);
    for (const number of permissions) this.repositories.add(number);
    // Another permission reaches whoever is in it, another member whatever it holds.
    if (permissions.length > 0) for (const number of membersBefore) this.accounts.add(number);
    if (joined.length > 0 || left.length > 0) for (const value of heldBefore) this.repositories.add(numberOf(value));
  }
}
