// How much differs between the catalogue as it was and as it is read now: counted for people, and what was lost, by name, so that a
// large drop can be held.
import type {
  AccountRow,
  DataSet,
  InvitationRow,
  OrganizationDocument,
  RepositoryRow,
  TeamDocument,
  TokenRow,
} from './catalogue.ts';
import { visitDifferences, type DifferenceVisitor, type DocumentPair } from './catalogue-differences.ts';
import type { Counted, RunChanges } from './protocol/connectors.ts';

export interface Loss {
  organization: string;
  dataSet: DataSet;
  /** What is no longer there, by a name people know. */
  lost: string[];
}

export interface CatalogueDiff {
  changes: RunChanges;
  losses: Loss[];
}

/** Compares pairs of one document before and after; null where it was not there, or is not any more. */
export function diffCatalogue(pairs: Iterable<DocumentPair>): CatalogueDiff {
  const tally = new Tally();
  visitDifferences(pairs, tally);
  return tally.diff;
}

/** Adds up what several batches of one run changed. */
export function addChanges(sum: RunChanges, more: RunChanges): RunChanges {
  const total: RunChanges = structuredClone(sum);
  for (const [noun, counted] of Object.entries(more)) {
    const into = (total[noun] ??= { added: 0, removed: 0, changed: 0 });
    into.added += counted.added;
    into.removed += counted.removed;
    into.changed += counted.changed;
  }
  return total;
}

const verbOf = (was: unknown, is: unknown): keyof Counted => (was === null ? 'added' : is === null ? 'removed' : 'changed');

class Tally implements DifferenceVisitor {
  readonly #changes: Record<string, Counted> = {};
  readonly #lost = new Map<string, Loss>();

  get diff(): CatalogueDiff {
    return { changes: this.#changes, losses: [...this.#lost.values()] };
  }

  organization(was: OrganizationDocument | null, is: OrganizationDocument | null): void {
    this.#count('organizations', verbOf(was, is));
  }
  account(was: AccountRow | null, is: AccountRow | null): void {
    this.#count('accounts', verbOf(was, is));
  }
  role(organization: string, account: AccountRow, was: string | null, is: string | null): void {
    this.#count('roles', verbOf(was, is));
    if (is === null) this.#lose(organization, 'members', account.username);
  }
  repository(was: RepositoryRow | null, is: RepositoryRow | null): void {
    this.#count('repositories', verbOf(was, is));
    if (was && !is) this.#lose(was.organization, 'repositories', `${was.organization}/${was.name}`);
  }
  team(was: TeamDocument | null, is: TeamDocument | null): void {
    this.#count('teams', verbOf(was, is));
    if (was && !is) this.#lose(was.organization, 'teams', was.name);
  }
  membership(team: TeamDocument, _account: number, isMember: boolean): void {
    this.#count('members', isMember ? 'added' : 'removed');
    if (!isMember) this.#lose(team.organization, 'team_members', `a member of ${team.name}`);
  }
  permission(team: TeamDocument, _repository: number, was: string | null, is: string | null): void {
    this.#count('permissions', verbOf(was, is));
    if (is === null) this.#lose(team.organization, 'permissions', `${was ?? ''} of ${team.name}`);
  }
  invitation(organization: string, was: InvitationRow | null, is: InvitationRow | null): void {
    this.#count('invitations', verbOf(was, is));
    if (was && !is) this.#lose(organization, 'invites', was.invitee);
  }
  token(organization: string, was: TokenRow | null, is: TokenRow | null): void {
    this.#count('tokens', verbOf(was, is));
    if (was && !is) this.#lose(organization, 'tokens', was.label);
  }

  #count(noun: string, what: keyof Counted): void {
    const counted = (this.#changes[noun] ??= { added: 0, removed: 0, changed: 0 });
    counted[what] += 1;
  }

  #lose(organization: string, dataSet: DataSet, name: string): void {
    const key = `${organization}/${dataSet}`;
    const loss = this.#lost.get(key) ?? { organization, dataSet, lost: [] };
    loss.lost.push(name);
    this.#lost.set(key, loss);
  }
}
