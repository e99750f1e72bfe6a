// Many people at once, from a list. Shown first, done second; both by the same rules. Whoever is new is invited, or only known here;
// whoever is here already gets the manager and the accounts that the list names.
import type * as z from 'zod';
import type { Role } from '#domain/permissions.ts';
import type { ImportedRow } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import type { Acting } from '../http/actor.ts';
import { type Saying, sayOfAccount, standingOf, whyNotSaid } from './account-links.ts';
import { KnownAccounts } from './known-accounts.ts';
import { addPerson, changePerson, invitePerson } from './people-changes.ts';
import { emailKey, type Person, personByEmail, personById } from './people.ts';
import type { Store } from './store.ts';

/** A line of the list, read. The new person's id and the hash of their invitation's code are made beforehand. */
export interface ListedPerson {
  line: number;
  name: string;
  email: string;
  roles: Role[];
  /** The manager's e-mail address, or null. */
  manager: string | null;
  /** Docker IDs. */
  accounts: string[];
  /** Why the line cannot be taken as it stands, or null. */
  fault: string | null;
  id: string;
  codeHash: string;
}

export interface ImportWish {
  /** Do it, instead of saying what would be done. */
  commit: boolean;
  /** Invite those who are new; else they are known here without a sign-in. */
  invite: boolean;
}

export type ImportedPerson = Omit<z.infer<typeof ImportedRow>, 'invitation'> & { invitationExpiresAt: string | null };

/** Says what would become of each line; with `commit` also does it. A line that is refused holds up no other. */
export function importPeople(store: Store, list: readonly ListedPerson[], wish: ImportWish, by: Acting): ImportedPerson[] {
  return store.transaction(() => {
    const listed = new Map(list.filter(({ fault }) => fault === null).map((person) => [emailKey(person.email), person]));
    const context: Context = { store, listed, wish, by, known: new KnownAccounts(store), spoken: new Set() };
    const outcomes = new Map<ListedPerson, ImportedPerson>();
    const open = new Set<ListedPerson>();

    // A manager of the same list comes first, wherever their line stands.
    const settle = (person: ListedPerson): void => {
      if (outcomes.has(person) || open.has(person)) return;
      open.add(person);
      const manager = person.manager === null ? undefined : listed.get(emailKey(person.manager));
      if (manager) settle(manager);
      outcomes.set(person, outcomeOf(context, person));
      open.delete(person);
    };
    for (const person of list) settle(person);
    return list.flatMap((person) => outcomes.get(person) ?? []);
  });
}

interface Context {
  store: Store;
  listed: ReadonlyMap<string, ListedPerson>;
  wish: ImportWish;
  by: Acting;
  known: KnownAccounts;
  /** Accounts that an earlier line has taken. */
  spoken: Set<string>;
}

const saidOf = ({ detail, reason }: Refusal): string => detail ?? reason;

function outcomeOf(context: Context, person: ListedPerson): ImportedPerson {
  const { store, listed, wish } = context;
  const { line, name, email, roles, manager, accounts } = person;
  const shown = { line, name, email, roles, manager, accounts, invitationExpiresAt: null };
  const refused = (reason: string): ImportedPerson => ({ ...shown, outcome: 'refused', reason });

  if (person.fault !== null) return refused(person.fault);
  if (listed.get(emailKey(email)) !== person) return refused('Another line has the same e-mail address.');
  const managerHere = manager === null ? undefined : personByEmail(store, manager);
  if (manager !== null && !managerHere && (wish.commit || !listed.has(emailKey(manager)))) {
    return refused(`No one here or in this list has the manager's address ${manager}.`);
  }

  const here = personByEmail(store, email);
  const wanted = sayingsFor(context, here?.id ?? person.id, accounts, here === undefined);
  if (!wanted.ok) return refused(wanted.reason);
  if (here) return changed(context, shown, here, managerHere, wanted.sayings);
  if (!wish.commit) return { ...shown, outcome: 'new', reason: wish.invite ? null : 'Without a sign-in.' };

  const fields = { name, email, roles, managerId: managerHere?.id ?? null };
  let expiresAt: string | null = null;
  if (wish.invite) {
    const invited = invitePerson(store, person.id, fields, person.codeHash, context.by);
    if (!invited.ok) return refused(saidOf(invited.error));
    ({ expiresAt } = invited.value);
  } else {
    const added = addPerson(store, person.id, fields, context.by, 'listed');
    if (!added.ok) return refused(saidOf(added.error));
  }
  for (const saying of wanted.sayings) sayOfAccount(store, saying, context.by, context.known);
  return { ...shown, outcome: wish.invite ? 'invited' : 'listed', reason: null, invitationExpiresAt: expiresAt };
}

/** Somebody who is here already: manager and accounts follow the list, everything else stays. */
function changed(
  { store, wish, by, known }: Context,
  shown: Omit<ImportedPerson, 'outcome' | 'reason'>,
  here: Person,
  manager: Person | undefined,
  sayings: readonly Saying[],
): ImportedPerson {
  // A manager of the same list who is not here yet is one to move to: before it is done, that is all there is to say.
  const isMoved = shown.manager !== null && manager?.id !== here.managerId;
  const row: typeof shown = { ...shown, name: here.name, roles: here.roles };
  if (!isMoved && sayings.length === 0) return { ...row, outcome: 'exists', reason: 'Already here; nothing is changed.' };

  const whatChanges = [
    ...(isMoved
      ? [`manager${here.managerId === null ? '' : `, so far ${personById(store, here.managerId)?.name ?? 'somebody'}`}`]
      : []),
    ...(sayings.length > 0 ? ['accounts'] : []),
  ].join(' and ');
  const reason = `Already here. Changes: ${whatChanges}.`;
  if (!wish.commit) return { ...row, outcome: 'change', reason };
  if (isMoved && manager) {
    const moved = changePerson(store, here.id, { managerId: manager.id }, by);
    if (!moved.ok) return { ...row, outcome: 'refused', reason: saidOf(moved.error) };
  }
  for (const saying of sayings) sayOfAccount(store, saying, by, known);
  return { ...row, outcome: 'changed', reason };
}

/** What a line says of accounts and was not said before, or why it cannot be said. */
function sayingsFor(
  { store, known, by, spoken }: Context,
  personId: string,
  accounts: readonly string[],
  isNew: boolean,
): { ok: true; sayings: Saying[] } | { ok: false; reason: string } {
  const sayings: Saying[] = [];
  for (const username of accounts) {
    const account = known.byUsername(username);
    if (!account) return { ok: false, reason: `No connector has read an account ${username}.` };
    if (spoken.has(account.id)) return { ok: false, reason: `Another line speaks of the account ${username}.` };
    spoken.add(account.id);
    const now = standingOf(store, account.id);
    if (now?.is === 'person' && now.personId === personId) continue;
    const standing = { is: 'person', personId } as const;
    const refusal = whyNotSaid(store, known, { account: account.id, standing, how: 'list' }, by, { isNew });
    if (refusal) return { ok: false, reason: saidOf(refusal) };
    sayings.push({ account: account.id, standing, how: 'list' });
  }
  return { ok: true, sayings };
}
