// Passkeys: public keys by which people sign in. A signature counter is kept as a signal only: many authenticators always say 0.
import * as z from 'zod';
import type { PasskeyRow } from '#domain/protocol/people.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const PASSKEY_MIGRATIONS: Migration[] = [
  {
    name: 'passkeys-1',
    sql: `CREATE TABLE passkeys (
        id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, public_key TEXT NOT NULL, counter INTEGER NOT NULL,
        transports TEXT NOT NULL, backed_up INTEGER NOT NULL, created_at TEXT NOT NULL, last_used_at TEXT
      ) WITHOUT ROWID;
      CREATE INDEX passkeys_of ON passkeys (user_id);
      CREATE TABLE used_challenges (id TEXT PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID;`,
  },
];

/** A passkey as verified when it was made. `id` and `publicKey` (COSE) are base64url. */
export interface NewPasskey {
  id: string;
  publicKey: string;
  counter: number;
  transports: string[];
  backedUp: boolean;
  name: string;
}

export interface Passkey extends NewPasskey {
  userId: string;
}

const Found = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  public_key: z.string(),
  counter: z.int(),
  transports: z.string(),
  backed_up: z.int(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
});
const Transports = z.array(z.string());
const COLUMNS = 'id, user_id, name, public_key, counter, transports, backed_up, created_at, last_used_at';

const passkeyOf = (found: z.infer<typeof Found>): Passkey => ({
  id: found.id,
  userId: found.user_id,
  name: found.name,
  publicKey: found.public_key,
  counter: found.counter,
  transports: Transports.parse(JSON.parse(found.transports)),
  backedUp: found.backed_up === 1,
});

export function passkeyById(store: Store, id: string): Passkey | undefined {
  const found = row(Found, store.all(`SELECT ${COLUMNS} FROM passkeys WHERE id = ?`, id));
  return found && passkeyOf(found);
}

const foundOf = (store: Store, userId: string) =>
  rows(Found, store.all(`SELECT ${COLUMNS} FROM passkeys WHERE user_id = ? ORDER BY created_at`, userId));

export const passkeysOf = (store: Store, userId: string): Passkey[] => foundOf(store, userId).map(passkeyOf);

/** A person's passkeys as they are listed. */
export const passkeyRows = (store: Store, userId: string): PasskeyRow[] =>
  foundOf(store, userId).map((found) => ({
    id: found.id,
    name: found.name,
    backedUp: found.backed_up === 1,
    createdAt: found.created_at,
    lastUsedAt: found.last_used_at,
  }));

/** Adds a passkey whose id is not taken yet. */
export function insertPasskey(store: Store, userId: string, passkey: NewPasskey, now: string): void {
  store.run(
    `INSERT INTO passkeys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    passkey.id,
    userId,
    passkey.name,
    passkey.publicKey,
    passkey.counter,
    JSON.stringify(passkey.transports),
    Number(passkey.backedUp),
    now,
    now,
  );
}

/** What an authenticator said of itself when it was used. */
export interface PasskeyUse {
  id: string;
  counter: number;
  backedUp: boolean;
}

export const notePasskeyUse = (store: Store, use: PasskeyUse, now: string): void =>
  store.run(
    'UPDATE passkeys SET counter = ?, backed_up = ?, last_used_at = ? WHERE id = ?',
    use.counter,
    Number(use.backedUp),
    now,
    use.id,
  );

export const deletePasskey = (store: Store, id: string): void => store.run('DELETE FROM passkeys WHERE id = ?', id);

export const deletePasskeysOf = (store: Store, userId: string): void =>
  store.run('DELETE FROM passkeys WHERE user_id = ?', userId);

/** A sealed challenge (edge/auth/challenge.ts) that came back signed. */
export interface SpentChallenge {
  id: string;
  expiresAt: string;
}

/** Takes a challenge once. False the second time; old ones are forgotten, since their seal has run out as well. */
export function spendChallenge(store: Store, { id, expiresAt }: SpentChallenge, now: string): boolean {
  if (expiresAt <= now) return false;
  if (store.all('SELECT 1 FROM used_challenges WHERE id = ?', id).length > 0) return false;
  store.run('DELETE FROM used_challenges WHERE expires_at <= ?', now);
  store.run('INSERT INTO used_challenges (id, expires_at) VALUES (?, ?)', id, expiresAt);
  return true;
}
