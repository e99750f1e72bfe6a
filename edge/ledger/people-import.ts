// Many people at once, from a list. Shown first, done second; both by the same rules.
import type * as z from 'zod';
import type { Role } from '#domain/permissions.ts';
import type { ImportedRow } from '#domain/protocol/people.ts';
import type { Acting } from '../http/actor.ts';
import { invitePerson } from './people-changes.ts';
import { emailKey, personByEmail } from './people.ts';
import type { Store } from './store.ts';

/** A line of the list, read. The new person's id and the hash of their invitation's code are made beforehand. */
export interface ListedPerson {
  line: number;
  name: string;
  email: string;
  roles: Role[];
  /** The manager's e-mail address, or null. */
  manager: string | null;
  /** Why the line cannot be taken as it stands, or null. */
  fault: string | null;
  id: string;
  codeHash: string;
}

export type ImportedPerson = Omit<z.infer<typeof ImportedRow>, 'invitation'> & { invitationExpiresAt: string | null };

/** Says what would become of each line; with `commit` also does it. A line that is refused holds up no other. */
export function importPeople(store: Store, list: readonly ListedPerson[], commit: boolean, by: Acting): ImportedPerson[] {
  return store.transaction(() => {
    const listed = new Map(list.filter(({ fault }) => fault === null).map((person) => [emailKey(person.email), person]));
    const outcomes = new Map<ListedPerson, ImportedPerson>();
    const open = new Set<ListedPerson>();

    // A manager of the same list comes first, wherever their line stands.
    const settle = (person: ListedPerson): void => {
      if (outcomes.has(person) || open.has(person)) return;
      open.add(person);
      const manager = person.manager === null ? undefined : listed.get(emailKey(person.manager));
      if (manager) settle(manager);
      outcomes.set(person, outcomeOf(store, person, listed, commit, by));
      open.delete(person);
    };
    for (const person of list) settle(person);
    return list.flatMap((person) => outcomes.get(person) ?? []);
  });
}

function outcomeOf(
  store: Store,
  person: ListedPerson,
  listed: ReadonlyMap<string, ListedPerson>,
  commit: boolean,
  by: Acting,
): ImportedPerson {
  const { line, name, email, roles, manager } = person;
  const shown = { line, name, email, roles, manager, invitationExpiresAt: null };
  const refused = (reason: string): ImportedPerson => ({ ...shown, outcome: 'refused', reason });

  if (person.fault !== null) return refused(person.fault);
  if (listed.get(emailKey(email)) !== person) return refused('Another line has the same e-mail address.');
  if (personByEmail(store, email)) return { ...shown, outcome: 'exists', reason: 'Already here; nothing is changed.' };

  const here = manager === null ? undefined : personByEmail(store, manager);
  if (manager !== null && !here && (commit || !listed.has(emailKey(manager)))) {
    return refused(`No one here or in this list has the manager's address ${manager}.`);
  }
  if (!commit) return { ...shown, outcome: 'new', reason: null };

  const invited = invitePerson(store, person.id, { name, email, roles, managerId: here?.id ?? null }, person.codeHash, by);
  if (!invited.ok) return refused(invited.error.detail ?? invited.error.reason);
  return { ...shown, outcome: 'invited', reason: null, invitationExpiresAt: invited.value.expiresAt };
}
