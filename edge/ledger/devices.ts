// Devices that hold a copy: when they were last heard of, and which are to wipe what they hold. A device is known by an id and a secret
// of its own, so that it is told to wipe also when its session has ended.
import * as z from 'zod';
import { DeviceLock, type DeviceContact, type DeviceOrders, type DeviceRow } from '#domain/protocol/devices.ts';
import type { Refusal } from '#domain/refusal.ts';
import { err, ok, type Result } from '#domain/result.ts';
import type { Acting } from '../http/actor.ts';
import { appendAudit, SYSTEM } from './audit.ts';
import { deviceSettings } from './device-settings.ts';
import type { Migration } from './migrations.ts';
import { userReference } from './people.ts';
import { deleteSession, runningSessions } from './sessions.ts';
import { row, rows, type Store } from './store.ts';

export const DEVICE_MIGRATIONS: Migration[] = [
  {
    name: 'devices-1',
    sql: `CREATE TABLE devices (
        id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, user_id TEXT NOT NULL, session_id TEXT NOT NULL, name TEXT NOT NULL,
        first_on TEXT NOT NULL, last_at TEXT NOT NULL, bytes INTEGER, version TEXT NOT NULL, lock TEXT NOT NULL,
        wipe_asked_at TEXT, wipe_asked_by TEXT, wiped_at TEXT
      ) WITHOUT ROWID;`,
  },
];

/** How exactly the latest contact is written down: each time costs a row. */
const NOTED_EVERY_MS = 10 * 60_000;
/** Of one person; whoever has more loses sight of the one that was heard of longest ago. */
const DEVICES_MAX = 50;
const WIPED_SHOWN_MS = 30 * 86_400_000;

const Found = z.object({
  id: z.string(),
  secret_hash: z.string(),
  user_id: z.string(),
  session_id: z.string(),
  name: z.string(),
  first_on: z.string(),
  last_at: z.string(),
  bytes: z.int().nullable(),
  version: z.string(),
  lock: DeviceLock,
  wipe_asked_at: z.string().nullable(),
  wipe_asked_by: z.string().nullable(),
  wiped_at: z.string().nullable(),
});
type Found = z.infer<typeof Found>;
const COLUMNS =
  'id, secret_hash, user_id, session_id, name, first_on, last_at, bytes, version, lock, wipe_asked_at, wipe_asked_by, wiped_at';

const deviceById = (store: Store, id: string): Found | undefined =>
  row(Found, store.all(`SELECT ${COLUMNS} FROM devices WHERE id = ?`, id));
const mustWipe = (device: Found): boolean => device.wipe_asked_at !== null && device.wiped_at === null;
const toTheMinute = (iso: string): string => `${iso.slice(0, 16)}:00.000Z`;

/** A contact as it reaches the ledger: never the secret itself. */
export type HeardContact = Omit<DeviceContact, 'secret'> & {
  secretHash: string;
  /** Counts the first time only: from then on it is its owner's to change. */
  name: string;
};
/** What a device shows of itself, by hash. */
export interface ShownProof {
  id: string;
  secretHash: string;
}

/** Notes that a device was here, and answers what it has to do. Most contacts write nothing. */
export function noteContact(
  store: Store,
  contact: HeardContact,
  by: Acting,
  now = new Date().toISOString(),
): Result<DeviceOrders, Refusal> {
  return store.transaction(() => {
    const known = deviceById(store, contact.id);
    const settings = deviceSettings(store);
    if (!known) {
      addDevice(store, contact, by, now);
      return ok({ wipe: false, settings });
    }
    // Somebody else's, or one that was wiped and came back under its old name: it has to begin anew.
    if (known.user_id !== by.userId || known.secret_hash !== contact.secretHash || known.wiped_at !== null)
      return err({ reason: 'conflict', detail: 'This device has to make itself known anew.' });
    if (mustWipe(known)) return ok({ wipe: true, settings });

    const session = by.credentialId ?? '';
    const isOther = known.session_id !== session || known.version !== contact.version || known.lock !== contact.lock;
    if (isOther || Date.parse(now) - Date.parse(known.last_at) >= NOTED_EVERY_MS) {
      store.run(
        'UPDATE devices SET session_id = ?, last_at = ?, bytes = ?, version = ?, lock = ? WHERE id = ?',
        session,
        toTheMinute(now),
        contact.bytes,
        contact.version,
        contact.lock,
        contact.id,
      );
    }
    return ok({ wipe: false, settings });
  });
}

function addDevice(store: Store, { id, secretHash, name, bytes, version, lock }: HeardContact, by: Acting, now: string): void {
  const wipedBefore = new Date(Date.parse(now) - WIPED_SHOWN_MS).toISOString();
  store.run('DELETE FROM devices WHERE user_id = ? AND wiped_at < ?', by.userId, wipedBefore);
  const theirs = devicesOf(store, by.userId).filter((device) => !mustWipe(device));
  for (const { id: oldest } of theirs.slice(DEVICES_MAX - 1)) store.run('DELETE FROM devices WHERE id = ?', oldest);
  store.run(
    `INSERT INTO devices (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)`,
    id,
    secretHash,
    by.userId,
    by.credentialId ?? '',
    name,
    now.slice(0, 10),
    toTheMinute(now),
    bytes,
    version,
    lock,
  );
  appendAudit(store, { action: 'device.first_contact', actor: by, object: { type: 'device', id, name } }, now);
}

/** Latest contact first. */
const devicesOf = (store: Store, userId: string): Found[] =>
  rows(Found, store.all(`SELECT ${COLUMNS} FROM devices WHERE user_id = ? ORDER BY last_at DESC, id`, userId));

/** Devices of one person, or of everybody; the latest contact first. */
export function deviceRows(
  store: Store,
  userId: string | null,
  currentSession: string,
  now = new Date().toISOString(),
): DeviceRow[] {
  const running = runningSessions(store, now);
  const found =
    userId === null
      ? rows(Found, store.all(`SELECT ${COLUMNS} FROM devices ORDER BY last_at DESC, id`))
      : devicesOf(store, userId);
  return found.map((device) => ({
    id: device.id,
    person: userReference(store, device.user_id),
    name: device.name,
    current: device.session_id === currentSession,
    firstContactOn: device.first_on,
    lastContactAt: device.last_at,
    bytes: device.bytes,
    version: device.version,
    lock: device.lock,
    signedIn: running.has(device.session_id),
    state: device.wiped_at !== null ? 'wiped' : mustWipe(device) ? 'to_wipe' : 'in_use',
    wipeAskedAt: device.wipe_asked_at,
    wipeAskedBy: device.wipe_asked_by === null ? null : userReference(store, device.wipe_asked_by),
    wipedAt: device.wiped_at,
  }));
}

/** Gives one of the caller's devices another name. */
export function renameDevice(store: Store, id: string, name: string, by: Acting): Result<null, Refusal> {
  return store.transaction(() => {
    const device = deviceById(store, id);
    if (device?.user_id !== by.userId) return err({ reason: 'not_found' });
    if (device.name === name) return ok(null);
    store.run('UPDATE devices SET name = ? WHERE id = ?', name, id);
    appendAudit(store, { action: 'device.rename', actor: by, object: { type: 'device', id, name } });
    return ok(null);
  });
}

/** Whose device this is, for those who may know. */
export const deviceOwner = (store: Store, id: string): string | null => deviceById(store, id)?.user_id ?? null;

/** Ends a device's session at once, and has its copy wiped at the next contact. Asked again, nothing more happens. */
export function askWipe(store: Store, id: string, by: Acting, now = new Date().toISOString()): Result<null, Refusal> {
  return store.transaction(() => {
    const device = deviceById(store, id);
    if (!device) return err({ reason: 'not_found' });
    if (device.wipe_asked_at !== null) return ok(null);
    orderWipe(store, device, by.userId, now);
    deleteSession(store, device.user_id, device.session_id);
    appendAudit(
      store,
      {
        action: 'device.wipe',
        actor: by,
        object: { type: 'device', id, name: device.name },
        detail: { person: device.user_id },
      },
      now,
    );
    return ok(null);
  });
}

const orderWipe = (store: Store, { id }: Found, byId: string, now: string): void =>
  store.run('UPDATE devices SET wipe_asked_at = ?, wipe_asked_by = ? WHERE id = ?', now, byId, id);

/** Has every device of somebody wiped whose ways to sign in all end. Call it in the transaction of that act, which is in the log. */
export function askWipeOfAll(store: Store, userId: string, now = new Date().toISOString()): void {
  for (const device of devicesOf(store, userId))
    if (device.wipe_asked_at === null) orderWipe(store, device, SYSTEM.userId, now);
}

/** Whether the device that shows this is to wipe itself. Reads only: nobody is signed in. */
export function hasToWipe(store: Store, { id, secretHash }: ShownProof): boolean {
  const device = deviceById(store, id);
  return device !== undefined && device.secret_hash === secretHash && mustWipe(device);
}

/** A device says that it has wiped itself. Only one that was asked to is believed, once: a stranger writes nothing. */
export function noteWiped(store: Store, proof: ShownProof, now = new Date().toISOString()): void {
  store.transaction(() => {
    const device = deviceById(store, proof.id);
    if (!device || !hasToWipe(store, proof)) return;
    store.run('UPDATE devices SET wiped_at = ? WHERE id = ?', toTheMinute(now), proof.id);
    deleteSession(store, device.user_id, device.session_id);
    appendAudit(
      store,
      {
        action: 'device.wiped',
        actor: SYSTEM,
        object: { type: 'device', id: device.id, name: device.name },
        detail: { person: device.user_id },
      },
      now,
    );
  });
}

/** The device of a session that its owner ends there holds nothing any more. Call it in the transaction of that act. */
export const forgetDeviceOfSession = (store: Store, sessionId: string): void =>
  store.run('DELETE FROM devices WHERE session_id = ?', sessionId);
