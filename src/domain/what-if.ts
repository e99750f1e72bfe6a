// Who would lose or get what if changes were made that nobody has made yet: the catalogue of now beside the one with them.
import type { AccessCatalogue } from './access-catalogue.ts';
import type { AccountRow, RepositoryRow } from './catalogue.ts';
import { withEdits, type CatalogueEdit } from './catalogue-edit.ts';
import { ranksOfAccount, type Rank, type Ranks } from './matrix-ranks.ts';

export interface RepositoryEffect {
  repository: RepositoryRow;
  before: Rank;
  after: Rank;
}
export interface AccountEffect {
  account: AccountRow;
  connectorId: string;
  /** Losses first, then by name. */
  repositories: RepositoryEffect[];
  /** Nothing at all would be left in the connector's organizations. */
  losesAll: boolean;
}
export interface WhatIf {
  accounts: AccountEffect[];
  lost: number;
  lowered: number;
  gained: number;
  /** Repositories to which nobody but owners could push any more. */
  onlyOwnersPush: RepositoryRow[];
}

/** What a set of changes would do to everybody's access. */
export function whatIf(now: AccessCatalogue, edits: readonly CatalogueEdit[]): WhatIf {
  const then = withEdits(now, edits);
  const effect: WhatIf = { accounts: [], lost: 0, lowered: 0, gained: 0, onlyOwnersPush: [] };
  for (const place of now.places) {
    const after = then.place(place.connectorId);
    const losers = new Set<number>();
    for (const number of touchedAccounts(place.index, edits)) {
      const account = place.index.accounts.get(number);
      if (!account) continue;
      const changed = after?.index.accounts.get(number);
      const held = ranksOfAccount(place.index, account);
      const would: Ranks = after && changed ? ranksOfAccount(after.index, changed) : new Map();
      const repositories = differences(place.index.repositories, held, would);
      if (repositories.length === 0) continue;
      effect.accounts.push({ account, connectorId: place.connectorId, repositories, losesAll: would.size === 0 });
      for (const { repository, before, after: left } of repositories) {
        if (left > before) effect.gained += 1;
        else if (left === 0) effect.lost += 1;
        else effect.lowered += 1;
        if (before > left) losers.add(repository.number);
      }
    }
    for (const number of losers) {
      const repository = place.index.repositories.get(number);
      if (!repository) continue;
      const before = place.exposure.ofRepository(repository);
      const left = after?.exposure.ofRepository(repository);
      if (before.admin + before.write > 0 && (left ? left.admin + left.write : 0) === 0) effect.onlyOwnersPush.push(repository);
    }
  }
  effect.accounts.sort((a, b) => b.repositories.length - a.repositories.length || compareText(a.account, b.account));
  effect.onlyOwnersPush.sort(byName);
  return effect;
}

/** Numbers of the accounts whose access a change can reach: it reaches nobody else. */
function touchedAccounts(index: AccessCatalogue['places'][number]['index'], edits: readonly CatalogueEdit[]): Set<number> {
  const numbers = new Set<number>();
  for (const edit of edits) {
    if ('account' in edit) {
      const account = index.account(edit.account);
      if (account) numbers.add(account.number);
    }
    if (edit.type === 'set_level' || edit.type === 'delete_team')
      for (const number of index.teams.get(edit.team)?.members ?? []) numbers.add(number);
  }
  return numbers;
}

function differences(rows: ReadonlyMap<number, RepositoryRow>, before: Ranks, after: Ranks): RepositoryEffect[] {
  const found: RepositoryEffect[] = [];
  for (const number of new Set([...before.keys(), ...after.keys()])) {
    const repository = rows.get(number);
    const [was, is] = [before.get(number) ?? 0, after.get(number) ?? 0];
    if (repository && was !== is) found.push({ repository, before: was, after: is });
  }
  return found.sort((a, b) => a.after - b.after || b.before - a.before || byName(a.repository, b.repository));
}

const byName = (a: RepositoryRow, b: RepositoryRow): number =>
  order(`${a.organization}/${a.name}`, `${b.organization}/${b.name}`);
const compareText = (a: AccountRow, b: AccountRow): number => order(a.username.toLowerCase(), b.username.toLowerCase());
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
