// API tokens: a program acts as the person who made it, with some of their roles, until a date. Only hashes are kept.
import * as z from 'zod';
import { Role } from '#domain/role.ts';
import type { TokenInfo } from '#domain/protocol/people.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { personById, userReference } from './people.ts';
import { row, rows, type Store } from './store.ts';

export const TOKEN_MIGRATIONS: Migration[] = [
  {
    name: 'api-tokens-1',
    sql: `CREATE TABLE api_tokens (
        hash TEXT PRIMARY KEY, id TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL,
        created_at TEXT NOT NULL, expires_at TEXT NOT NULL, last_used_at TEXT
      ) WITHOUT ROWID;`,
  },
  // The token that this one was made with.
  { name: 'api-tokens-2', sql: 'ALTER TABLE api_tokens ADD COLUMN parent_id TEXT;' },
];

/** The last use is written down at most this often: each time writes a row. */
const USED_EVERY_MS = 3_600_000;

const Found = z.object({
  hash: z.string(),
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  roles: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  last_used_at: z.string().nullable(),
});
type Found = z.infer<typeof Found>;
const Roles = z.array(Role);
const COLUMNS = 'hash, id, user_id, name, roles, created_at, expires_at, last_used_at';

const infoOf = (store: Store, found: Found): TokenInfo => ({
  id: found.id,
  name: found.name,
  roles: Roles.parse(JSON.parse(found.roles)),
  owner: userReference(store, found.user_id),
  createdAt: found.created_at,
  expiresAt: found.expires_at,
  lastUsedAt: found.last_used_at,
});

/** A token about to be handed out; the hash is that of its text. */
export interface NewApiToken {
  id: string;
  hash: string;
  name: string;
  /** Roles of its owner that it may use; all of them where there are none. */
  roles?: Role[] | undefined;
  expiresInDays: number;
}

/** A token that makes another: it cannot hand on more than it has, and takes the other along when it is revoked. */
export interface TokenBounds {
  credentialId: string;
  roles: Role[];
  expiresAt: string;
}

/** Makes a token for its owner. It holds no role that its owner, or the token it is made with (`within`), does not hold. */
export function createToken(
  store: Store,
  token: NewApiToken,
  by: Acting,
  within: TokenBounds | null,
  now = new Date().toISOString(),
): Result<TokenInfo, Refusal> {
  return store.transaction(() => {
    const owner = personById(store, by.userId);
    if (!owner) return err({ reason: 'not_found' });
    const held = within?.roles ?? owner.roles;
    const roles = [...new Set(token.roles ?? held)];
    const foreign = roles.find((role) => role !== 'basic' && !held.includes(role));
    if (foreign) return err({ reason: 'forbidden', detail: 'A token holds no role that its maker does not hold.' });

    const wanted = new Date(Date.parse(now) + token.expiresInDays * 86_400_000).toISOString();
    const expiresAt = within && within.expiresAt < wanted ? within.expiresAt : wanted;
    store.run('DELETE FROM api_tokens WHERE expires_at <= ?', now);
    store.run(
      `INSERT INTO api_tokens (${COLUMNS}, parent_id) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)`,
      token.hash,
      token.id,
      owner.id,
      token.name,
      JSON.stringify(roles),
      now,
      expiresAt,
      within?.credentialId ?? null,
    );
    appendAudit(
      store,
      {
        action: 'token.create',
        actor: by,
        object: { type: 'token', id: token.id, name: token.name },
        detail: { roles, expiresAt },
      },
      now,
    );
    const owned = { id: owner.id, name: owner.name };
    return ok({ id: token.id, name: token.name, roles, owner: owned, createdAt: now, expiresAt, lastUsedAt: null });
  });
}

export interface TokenActor {
  userId: string;
  name: string;
  email: string;
  roles: Role[];
  tokenId: string;
  expiresAt: string;
}

/** Who acts with this token: its owner, with those of the token's roles that the owner still holds. Null where it ended. */
export function tokenActor(store: Store, hash: string, now = new Date().toISOString()): TokenActor | null {
  const found = row(Found, store.all(`SELECT ${COLUMNS} FROM api_tokens WHERE hash = ?`, hash));
  if (!found || found.expires_at <= now) return null;
  const owner = personById(store, found.user_id);
  if (!owner || owner.state !== 'active') return null;

  if (found.last_used_at === null || Date.parse(now) - Date.parse(found.last_used_at) >= USED_EVERY_MS) {
    store.run('UPDATE api_tokens SET last_used_at = ? WHERE hash = ?', now, hash);
  }
  const given = Roles.parse(JSON.parse(found.roles));
  const roles = given.filter((role) => role === 'basic' || owner.roles.includes(role));
  return { userId: owner.id, name: owner.name, email: owner.email, roles, tokenId: found.id, expiresAt: found.expires_at };
}

/** Tokens of one person, or of everybody. */
export function tokenInfos(store: Store, userId: string | null, now = new Date().toISOString()): TokenInfo[] {
  const found = store.all(
    `SELECT ${COLUMNS} FROM api_tokens WHERE (?1 IS NULL OR user_id = ?1) AND expires_at > ?2 ORDER BY created_at DESC, id`,
    userId,
    now,
  );
  return rows(Found, found).map((token) => infoOf(store, token));
}

/** Ends a token, of anybody where `userId` is null, and those that were made with it. */
export function revokeToken(store: Store, id: string, userId: string | null, by: Acting): Result<null, Refusal> {
  return store.transaction(() => {
    const found = row(
      Found,
      store.all(`SELECT ${COLUMNS} FROM api_tokens WHERE id = ?1 AND (?2 IS NULL OR user_id = ?2)`, id, userId),
    );
    if (!found) return err({ reason: 'not_found' });
    endToken(store, found, by, null);
    return ok(null);
  });
}

function endToken(store: Store, token: Found, by: Acting, parent: string | null): void {
  store.run('DELETE FROM api_tokens WHERE hash = ?', token.hash);
  appendAudit(store, {
    action: 'token.revoke',
    actor: by,
    object: { type: 'token', id: token.id, name: token.name },
    ...(parent === null ? {} : { detail: { madeWith: parent } }),
  });
  const children = rows(Found, store.all(`SELECT ${COLUMNS} FROM api_tokens WHERE parent_id = ?`, token.id));
  for (const child of children) endToken(store, child, by, token.id);
}

export const deleteTokensOf = (store: Store, userId: string): void =>
  store.run('DELETE FROM api_tokens WHERE user_id = ?', userId);
