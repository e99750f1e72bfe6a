// People of this workspace: who they are, which roles they hold, who manages them, which Docker Hub accounts are theirs.
import * as z from 'zod';
import { Role } from '#domain/role.ts';
import type { Reference } from '#domain/protocol/common.ts';
import { PersonState, type User } from '#domain/protocol/people.ts';
import type { Migration } from './migrations.ts';
import { takeRevision } from './revisions.ts';
import { row, rows, type Store } from './store.ts';

export const PEOPLE_MIGRATIONS: Migration[] = [
  {
    name: 'people-1',
    sql: `CREATE TABLE people (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, email_key TEXT NOT NULL, roles TEXT NOT NULL,
        state TEXT NOT NULL, manager_id TEXT, accounts TEXT NOT NULL, created_at TEXT NOT NULL, revision INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE UNIQUE INDEX people_email ON people (email_key);`,
  },
  {
    name: 'people-2',
    // What was said of accounts, and by whom (account-links.ts). Of links that are older nobody is known to have said them: somebody
    // says them again before they count for those who decide.
    sql: `CREATE TABLE account_links (
        account TEXT PRIMARY KEY, standing TEXT NOT NULL, person TEXT, said TEXT NOT NULL, how TEXT NOT NULL, basis TEXT,
        revision INTEGER NOT NULL
      ) WITHOUT ROWID;
      INSERT OR IGNORE INTO account_links (account, standing, person, said, how, basis, revision)
        SELECT linked.value, 'person', people.id, '[]', 'hand', NULL,
          coalesce((SELECT CAST(meta.value AS INTEGER) FROM meta WHERE meta.key = 'revision'), 0)
            + row_number() OVER (ORDER BY people.id, linked.value)
        FROM people, json_each(people.accounts) AS linked;
      UPDATE meta SET value = CAST(CAST(value AS INTEGER) + (SELECT count(*) FROM people, json_each(people.accounts)) AS TEXT)
        WHERE key = 'revision';`,
  },
];

const PersonRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.string(),
  state: PersonState,
  manager_id: z.string().nullable(),
  accounts: z.string(),
  created_at: z.string(),
  revision: z.int(),
});
const Roles = z.array(Role);
const Accounts = z.array(z.string());
const COLUMNS = 'id, name, email, roles, state, manager_id, accounts, created_at, revision';

/** A person as the ledger keeps them: the manager by id. */
export interface Person extends Omit<User, 'manager'> {
  managerId: string | null;
  revision: number;
}

const personOf = (found: z.infer<typeof PersonRow>): Person => ({
  id: found.id,
  name: found.name,
  email: found.email,
  roles: Roles.parse(JSON.parse(found.roles)),
  state: found.state,
  managerId: found.manager_id,
  accounts: Accounts.parse(JSON.parse(found.accounts)),
  createdAt: found.created_at,
  revision: found.revision,
});

const userOf = (store: Store, { managerId, revision: _, ...person }: Person): User => ({
  ...person,
  manager: managerId === null ? null : userReference(store, managerId),
});

/** E-mail addresses are compared without regard to case. */
export const emailKey = (email: string): string => email.trim().toLowerCase();

export function personById(store: Store, id: string): Person | undefined {
  const found = row(PersonRow, store.all(`SELECT ${COLUMNS} FROM people WHERE id = ?`, id));
  return found && personOf(found);
}

export function personByEmail(store: Store, email: string): Person | undefined {
  const found = row(PersonRow, store.all(`SELECT ${COLUMNS} FROM people WHERE email_key = ?`, emailKey(email)));
  return found && personOf(found);
}

/** A person as the wire has them. */
export function userById(store: Store, id: string): User | undefined {
  const person = personById(store, id);
  return person && userOf(store, person);
}

/** Id and name, also of somebody whose row is gone. */
export const userReference = (store: Store, id: string): Reference => ({
  id,
  name:
    row(z.object({ name: z.string() }), store.all('SELECT name FROM people WHERE id = ?', id))?.name ??
    (id === 'system' ? 'Watchbill' : 'Somebody who left'),
});

/** People whose rows changed after this revision, for the devices that copy them. */
export const usersSince = (store: Store, after: number): { id: string; revision: number; row: User }[] =>
  rows(PersonRow, store.all(`SELECT ${COLUMNS} FROM people WHERE revision > ? ORDER BY revision`, after))
    .map(personOf)
    .map((person) => ({ id: person.id, revision: person.revision, row: userOf(store, person) }));

export interface UsersQuery {
  /** The id to go on after. */
  after: string;
  limit: number;
  /** Part of a name or e-mail address. */
  q?: string | undefined;
  role?: Role | undefined;
}

/** A page of people in the order of their ids. */
export function usersPage(store: Store, query: UsersQuery): { items: User[]; next: string | null } {
  const found = rows(
    PersonRow,
    store.all(
      `SELECT ${COLUMNS} FROM people
        WHERE id > ?1
          AND (?2 IS NULL OR instr(lower(name), ?2) > 0 OR instr(email_key, ?2) > 0)
          AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(people.roles) WHERE value = ?3))
        ORDER BY id LIMIT ?4`,
      query.after,
      query.q?.toLowerCase() ?? null,
      query.role ?? null,
      query.limit + 1,
    ),
  ).map(personOf);
  const items = found.slice(0, query.limit).map((person) => userOf(store, person));
  return { items, next: found.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}

/** Whether anybody but this person holds the role and can sign in. */
export const isHeldByAnother = (store: Store, role: Role, id: string): boolean =>
  store.all(
    `SELECT 1 FROM people WHERE id <> ? AND state = 'active' AND EXISTS (SELECT 1 FROM json_each(people.roles) WHERE value = ?) LIMIT 1`,
    id,
    role,
  ).length > 0;

/** Active people who hold the role. */
export const holdersOf = (store: Store, role: Role): Person[] =>
  rows(
    PersonRow,
    store.all(
      `SELECT ${COLUMNS} FROM people WHERE state = 'active' AND EXISTS (SELECT 1 FROM json_each(people.roles) WHERE value = ?) ORDER BY id`,
      role,
    ),
  ).map(personOf);

/** Who holds this Docker Hub account here, if anybody. */
export function personOfAccount(store: Store, accountId: string): Person | undefined {
  const found = row(
    PersonRow,
    store.all(
      `SELECT ${COLUMNS} FROM people WHERE EXISTS (SELECT 1 FROM json_each(people.accounts) WHERE value = ?) LIMIT 1`,
      accountId,
    ),
  );
  return found && personOf(found);
}

/**
 * Writes a person as they are now, under a new revision. Call it in the transaction of the act. `accounts` follows what was said of
 * accounts: only account-links.ts changes it.
 */
export function putPerson(store: Store, person: Omit<Person, 'revision'>): void {
  store.run(
    `INSERT INTO people (id, name, email, email_key, roles, state, manager_id, accounts, created_at, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, email_key = excluded.email_key, roles = excluded.roles,
        state = excluded.state, manager_id = excluded.manager_id, accounts = excluded.accounts, revision = excluded.revision`,
    person.id,
    person.name,
    person.email,
    emailKey(person.email),
    JSON.stringify(person.roles),
    person.state,
    person.managerId,
    JSON.stringify(person.accounts),
    person.createdAt,
    takeRevision(store),
  );
}
