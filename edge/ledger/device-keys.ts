// Keys of devices that sign decisions, and the nonces handed out to them: each is good for one submission of that device.
import * as z from 'zod';
import type { Acting } from '../http/actor.ts';
import { appendAudit } from './audit.ts';
import type { Migration } from './migrations.ts';
import { row, rows, type Store } from './store.ts';

export const DEVICE_KEY_MIGRATIONS: Migration[] = [
  {
    name: 'device-keys-1',
    sql: `CREATE TABLE device_keys (
        id TEXT PRIMARY KEY, user_id TEXT NOT NULL, public_key TEXT NOT NULL, created_at TEXT NOT NULL, revoked_at TEXT
      ) WITHOUT ROWID;
      CREATE TABLE nonces (
        nonce TEXT PRIMARY KEY, device TEXT NOT NULL, issued_at TEXT NOT NULL, submission TEXT
      ) WITHOUT ROWID;`,
  },
];

const DeviceKeyRow = z.object({
  id: z.string(),
  userId: z.string(),
  publicKey: z.string(),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
});
export type DeviceKey = z.infer<typeof DeviceKeyRow>;
const COLUMNS = 'id, user_id AS userId, public_key AS publicKey, created_at AS createdAt, revoked_at AS revokedAt';

export const deviceKey = (store: Store, id: string): DeviceKey | undefined =>
  row(DeviceKeyRow, store.all(`SELECT ${COLUMNS} FROM device_keys WHERE id = ?`, id));

export const deviceKeysOf = (store: Store, userId: string): DeviceKey[] =>
  rows(DeviceKeyRow, store.all(`SELECT ${COLUMNS} FROM device_keys WHERE user_id = ? ORDER BY created_at, id`, userId));

/** Takes a device's key on. A key that is here stays as it is: nobody replaces another's. */
export function addDeviceKey(store: Store, key: { id: string; publicKey: string }, by: Acting, now: string): boolean {
  return store.transaction(() => {
    if (deviceKey(store, key.id)) return false;
    store.run(
      'INSERT INTO device_keys (id, user_id, public_key, created_at) VALUES (?, ?, ?, ?)',
      key.id,
      by.userId,
      key.publicKey,
      now,
    );
    appendAudit(store, { action: 'device.add', actor: by, object: { type: 'device', id: key.id } }, now);
    return true;
  });
}

/** What this device signs does not count any more from now on, also what it has signed and not sent. */
export function revokeDeviceKey(store: Store, id: string, by: Acting, now: string): void {
  store.transaction(() => {
    const key = deviceKey(store, id);
    if (!key || key.revokedAt !== null) return;
    store.run('UPDATE device_keys SET revoked_at = ? WHERE id = ?', now, id);
    appendAudit(store, { action: 'device.revoke', actor: by, object: { type: 'device', id } }, now);
  });
}

/** How many a device may hold unused. */
export const NONCES_MAX = 200;
/** Signed over a nonce older than this on arrival, a decision waits to be signed again. */
export const NONCE_LIFE_MS = 14 * 24 * 3_600_000;

const Count = z.object({ n: z.int() });

/** Hands nonces out to a device, as many as it may hold. Answers those that were kept. */
export function issueNonces(store: Store, deviceId: string, wanted: readonly string[], now: string): string[] {
  return store.transaction(() => {
    const key = deviceKey(store, deviceId);
    if (!key || key.revokedAt !== null) return [];
    const held = row(Count, store.all('SELECT count(*) AS n FROM nonces WHERE device = ? AND submission IS NULL', deviceId));
    const issued = wanted.slice(0, Math.max(0, NONCES_MAX - (held?.n ?? 0)));
    for (const nonce of issued) {
      store.run('INSERT INTO nonces (nonce, device, issued_at) VALUES (?, ?, ?)', nonce, deviceId, now);
    }
    return issued;
  });
}

const NonceRow = z.object({ device: z.string(), issued_at: z.string(), submission: z.string().nullable() });

export type NonceUse = 'fresh' | 'again' | 'expired' | 'used' | 'unknown';

/** Uses a nonce for one submission, for ever. The same submission may come again. */
export function useNonce(store: Store, nonce: string, deviceId: string, submission: string, now: string): NonceUse {
  const found = row(NonceRow, store.all('SELECT device, issued_at, submission FROM nonces WHERE nonce = ?', nonce));
  if (!found || found.device !== deviceId) return 'unknown';
  if (found.submission !== null) return found.submission === submission ? 'again' : 'used';
  store.run('UPDATE nonces SET submission = ? WHERE nonce = ?', submission, nonce);
  return Date.parse(now) - Date.parse(found.issued_at) > NONCE_LIFE_MS ? 'expired' : 'fresh';
}
