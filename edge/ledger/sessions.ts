// Sessions of people. A session is known by the hash of its token; the token itself is only in the person's cookie.
import * as z from 'zod';
import type { Role } from '#domain/permissions.ts';
import type { SessionRow } from '#domain/protocol/people.ts';
import type { Migration } from './migrations.ts';
import { tellNews } from './news.ts';
import { personById } from './people.ts';
import { row, rows, type Store } from './store.ts';

export const SESSION_MIGRATIONS: Migration[] = [
  {
    name: 'sessions-1',
    // `superseded`: the token was exchanged for a new one of the same session, and is let through for a few seconds more.
    sql: `CREATE TABLE sessions (
        hash TEXT PRIMARY KEY, id TEXT NOT NULL, user_id TEXT NOT NULL, passkey_id TEXT, device TEXT NOT NULL,
        remembered INTEGER NOT NULL, created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, ends_at TEXT, elevated_until TEXT,
        superseded INTEGER NOT NULL
      ) WITHOUT ROWID;`,
  },
];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a session lives: from sign-in, without use, and how exactly its last use is written down (each writes a row). */
const LIMITS = {
  ordinary: { absoluteMs: 12 * HOUR, idleMs: 30 * MINUTE, seenEveryMs: MINUTE },
  remembered: { absoluteMs: null, idleMs: 14 * DAY, seenEveryMs: HOUR },
} as const;
export const ELEVATION_MS = 5 * MINUTE;
/** Answers may get lost and requests overlap: for so long the token that was exchanged still counts, without its elevation. */
const SUPERSEDED_MS = 30_000;

const limitsOf = (remembered: boolean) => LIMITS[remembered ? 'remembered' : 'ordinary'];
const isoPlus = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString();

const Found = z.object({
  hash: z.string(),
  id: z.string(),
  user_id: z.string(),
  passkey_id: z.string().nullable(),
  device: z.string(),
  remembered: z.int().transform(Boolean),
  created_at: z.string(),
  last_seen_at: z.string(),
  ends_at: z.string().nullable(),
  elevated_until: z.string().nullable(),
  superseded: z.int().transform(Boolean),
});
type Found = z.infer<typeof Found>;
const COLUMNS =
  'hash, id, user_id, passkey_id, device, remembered, created_at, last_seen_at, ends_at, elevated_until, superseded';

/** A session about to begin. The hash is that of its token. */
export interface NewSession {
  id: string;
  hash: string;
  device: string;
  remember: boolean;
}

/** When the session ends if it is not used any more. */
function endOf({ last_seen_at, remembered, ends_at }: Found): string {
  const idleEnd = isoPlus(last_seen_at, limitsOf(remembered).idleMs);
  return ends_at !== null && ends_at < idleEnd ? ends_at : idleEnd;
}

/** Begins a session whose owner has just shown their passkey; forgets those that have run out. */
export function startSession(store: Store, session: NewSession, userId: string, passkeyId: string | null, now: string): void {
  for (const old of rows(Found, store.all(`SELECT ${COLUMNS} FROM sessions`))) {
    if (endOf(old) <= now) store.run('DELETE FROM sessions WHERE hash = ?', old.hash);
  }
  const { absoluteMs } = limitsOf(session.remember);
  insert(store, {
    hash: session.hash,
    id: session.id,
    user_id: userId,
    passkey_id: passkeyId,
    device: session.device,
    remembered: session.remember,
    created_at: now,
    last_seen_at: now,
    ends_at: absoluteMs === null ? null : isoPlus(now, absoluteMs),
    elevated_until: passkeyId === null ? null : isoPlus(now, ELEVATION_MS),
    superseded: false,
  });
}

function insert(store: Store, session: Found): void {
  store.run(
    `INSERT INTO sessions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    session.hash,
    session.id,
    session.user_id,
    session.passkey_id,
    session.device,
    Number(session.remembered),
    session.created_at,
    session.last_seen_at,
    session.ends_at,
    session.elevated_until,
    Number(session.superseded),
  );
}

export interface SessionActor {
  userId: string;
  name: string;
  email: string;
  roles: Role[];
  sessionId: string;
  expiresAt: string;
  elevatedUntil: string | null;
}

/** Whose session this is, with the roles they hold now; null where it has ended or never was. Notes the use, where it is one. */
export function sessionActor(
  store: Store,
  hash: string,
  { isUse, now = new Date().toISOString() }: { isUse: boolean; now?: string },
): SessionActor | null {
  const session = sessionByHash(store, hash);
  if (!session || endOf(session) <= now) return null;
  const person = personById(store, session.user_id);
  if (!person || person.state !== 'active') return null;

  const unnoted = Date.parse(now) - Date.parse(session.last_seen_at);
  if (isUse && unnoted >= limitsOf(session.remembered).seenEveryMs && !session.superseded) {
    store.run('UPDATE sessions SET last_seen_at = ? WHERE hash = ?', now, hash);
    session.last_seen_at = now;
  }
  const { name, email, roles } = person;
  const elevatedUntil = session.elevated_until !== null && session.elevated_until > now ? session.elevated_until : null;
  return { userId: person.id, name, email, roles, sessionId: session.id, expiresAt: endOf(session), elevatedUntil };
}

const sessionByHash = (store: Store, hash: string): Found | undefined =>
  row(Found, store.all(`SELECT ${COLUMNS} FROM sessions WHERE hash = ?`, hash));

/** Exchanges the token of a session for a new one that is elevated for some minutes. Null where the session is gone. */
export function exchangeElevated(
  store: Store,
  hash: string,
  newHash: string,
  passkeyId: string,
  now: string,
): { remembered: boolean } | null {
  const session = sessionByHash(store, hash);
  if (!session || session.superseded || endOf(session) <= now) return null;

  store.run(
    'UPDATE sessions SET superseded = 1, elevated_until = NULL, ends_at = ? WHERE hash = ?',
    isoPlus(now, SUPERSEDED_MS),
    hash,
  );
  const elevated_until = isoPlus(now, ELEVATION_MS);
  insert(store, { ...session, hash: newHash, passkey_id: passkeyId, last_seen_at: now, elevated_until });
  return { remembered: session.remembered };
}

/** The running sessions of a person, newest use first. */
export const sessionsOf = (store: Store, userId: string, currentId: string, now = new Date().toISOString()): SessionRow[] =>
  rows(
    Found,
    store.all(`SELECT ${COLUMNS} FROM sessions WHERE user_id = ? AND superseded = 0 ORDER BY last_seen_at DESC`, userId),
  )
    .filter((session) => endOf(session) > now)
    .map((session) => ({
      id: session.id,
      device: session.device,
      current: session.id === currentId,
      remembered: session.remembered,
      createdAt: session.created_at,
      lastSeenAt: session.last_seen_at,
      expiresAt: endOf(session),
    }));

/** Ends one session of this person. False where it is not theirs or not there. */
export function deleteSession(store: Store, userId: string, id: string): boolean {
  const there = store.all('SELECT 1 FROM sessions WHERE id = ? AND user_id = ? LIMIT 1', id, userId).length > 0;
  store.run('DELETE FROM sessions WHERE id = ? AND user_id = ?', id, userId);
  tellNews(store, 'sessions');
  return there;
}

export function deleteSessionsOf(store: Store, userId: string): void {
  store.run('DELETE FROM sessions WHERE user_id = ?', userId);
  tellNews(store, 'sessions');
}

/** Ends what was begun with a passkey that is no longer trusted, but for the session that says so. */
export function deleteSessionsOfPasskey(store: Store, passkeyId: string, exceptId: string): void {
  store.run('DELETE FROM sessions WHERE passkey_id = ? AND id <> ?', passkeyId, exceptId);
  tellNews(store, 'sessions');
}

/** Ids of the sessions that count at this moment. */
export const runningSessions = (store: Store, now: string): Set<string> =>
  new Set(
    rows(Found, store.all(`SELECT ${COLUMNS} FROM sessions`))
      .filter((session) => endOf(session) > now)
      .map(({ id }) => id),
  );
