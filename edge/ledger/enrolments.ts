// One-time links by which a person makes a passkey: an invitation, another device of theirs, a reset, a recovery. Only the hash of
// a link's code is kept, and only until it is used or runs out.
import * as z from 'zod';
import { EnrolmentPurpose } from '#domain/protocol/people.ts';
import type { Migration } from './migrations.ts';
import { row, type Store } from './store.ts';

export const ENROLMENT_MIGRATIONS: Migration[] = [
  {
    name: 'enrolments-1',
    sql: `CREATE TABLE enrolments (
        hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, user_id TEXT NOT NULL, expires_at TEXT NOT NULL
      ) WITHOUT ROWID;`,
  },
];

const MINUTE = 60_000;
/** An invitation waits in somebody's mail; a link for one's own phone is used at once. */
const LIFETIME_MS: Record<EnrolmentPurpose, number> = {
  invitation: 7 * 24 * 60 * MINUTE,
  device: 10 * MINUTE,
  reset: 24 * 60 * MINUTE,
  recovery: 60 * MINUTE,
};

export interface Enrolment {
  purpose: EnrolmentPurpose;
  userId: string;
  expiresAt: string;
}

/** Keeps a new link and answers when it runs out. An earlier one of the same purpose stops working. */
export function makeEnrolment(store: Store, hash: string, purpose: EnrolmentPurpose, userId: string, now: string): string {
  const expiresAt = new Date(Date.parse(now) + LIFETIME_MS[purpose]).toISOString();
  store.run('DELETE FROM enrolments WHERE (user_id = ? AND purpose = ?) OR expires_at <= ?', userId, purpose, now);
  store.run(
    'INSERT INTO enrolments (hash, purpose, user_id, expires_at) VALUES (?, ?, ?, ?)',
    hash,
    purpose,
    userId,
    expiresAt,
  );
  return expiresAt;
}

const Found = z.object({ purpose: EnrolmentPurpose, user_id: z.string(), expires_at: z.string() });

/** What this code is for, or null where it was used, has run out or never was. */
export function enrolmentByHash(store: Store, hash: string, now: string): Enrolment | null {
  const found = row(Found, store.all('SELECT purpose, user_id, expires_at FROM enrolments WHERE hash = ?', hash));
  if (!found || found.expires_at <= now) return null;
  return { purpose: found.purpose, userId: found.user_id, expiresAt: found.expires_at };
}

export const deleteEnrolment = (store: Store, hash: string): void => store.run('DELETE FROM enrolments WHERE hash = ?', hash);

export const deleteEnrolmentsOf = (store: Store, userId: string): void =>
  store.run('DELETE FROM enrolments WHERE user_id = ?', userId);
