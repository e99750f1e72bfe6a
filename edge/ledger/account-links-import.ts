// What a list says of accounts. Shown first, done second; both by the same rules, and no line holds up another.
import { isSameStanding, type Mark, type Standing } from '#domain/account-links.ts';
import type { AccountRow } from '#domain/catalogue.ts';
import type { ImportedLink } from '#domain/protocol/account-links.ts';
import type { Acting } from '../http/actor.ts';
import { type Saying, sayOfAccount, standingInWords, standingOf, whyNotSaid } from './account-links.ts';
import { KnownAccounts } from './known-accounts.ts';
import { type Person, personByEmail } from './people.ts';
import type { Store } from './store.ts';

/** A line of the list, read. */
export interface ListedLink {
  line: number;
  /** A Docker ID, or an account id. */
  account: string;
  /** Whose it is, by e-mail address; or what else; or why the line cannot be taken as it stands. */
  says: { is: 'person'; email: string } | { is: Mark } | { is: 'fault'; fault: string };
}

/** Says what would become of each line; with `commit` also does it. */
export function importLinks(store: Store, list: readonly ListedLink[], commit: boolean, by: Acting): ImportedLink[] {
  return store.transaction(() => {
    const known = new KnownAccounts(store);
    const seen = new Set<string>();
    return list.map((listed) => {
      const account = listed.account.startsWith('account:') ? known.byId(listed.account) : known.byUsername(listed.account);
      const outcome =
        account && seen.has(account.id)
          ? { ...shownOf(store, listed, account, undefined), ...refused('Another line speaks of the same account.') }
          : outcomeOf(store, known, listed, account, commit, by);
      if (account) seen.add(account.id);
      return outcome;
    });
  });
}

const refused = (reason: string): Pick<ImportedLink, 'outcome' | 'reason'> => ({ outcome: 'refused', reason });

const shownOf = (
  store: Store,
  { line, account: given, says }: ListedLink,
  account: AccountRow | undefined,
  person: Person | undefined,
): Omit<ImportedLink, 'outcome' | 'reason'> => ({
  line,
  given,
  account: account ? { id: account.id, username: account.username } : null,
  person: person ? { id: person.id, name: person.name } : null,
  mark: says.is === 'person' || says.is === 'fault' ? null : says.is,
  before: account ? standingInWords(store, account.id) : null,
});

function outcomeOf(
  store: Store,
  known: KnownAccounts,
  listed: ListedLink,
  account: AccountRow | undefined,
  commit: boolean,
  by: Acting,
): ImportedLink {
  const { says } = listed;
  const person = says.is === 'person' ? personByEmail(store, says.email) : undefined;
  const shown = shownOf(store, listed, account, person);
  if (says.is === 'fault') return { ...shown, ...refused(says.fault) };
  if (!account) return { ...shown, ...refused('No connector has read an account of this Docker ID.') };

  let standing: Standing;
  if (says.is !== 'person') standing = { is: says.is };
  else if (person) standing = { is: 'person', personId: person.id };
  else return { ...shown, ...refused(`Nobody here has the address ${says.email}.`) };

  const saying: Saying = { account: account.id, standing, how: 'list' };
  const refusal = whyNotSaid(store, known, saying, by);
  if (refusal) return { ...shown, ...refused(refusal.detail ?? refusal.reason) };

  const note = person?.state === 'left' ? `${person.name} has left.` : null;
  const now = standingOf(store, account.id);
  if (now && isSameStanding(now, standing)) return { ...shown, outcome: 'unchanged', reason: note };
  if (commit) sayOfAccount(store, saying, by, known);
  return { ...shown, outcome: standing.is === 'person' ? 'linked' : 'marked', reason: note };
}
