// Puts a lock on the app on this device, takes it off, opens it. Where the passkey makes a secret (WebAuthn PRF) the copy is encrypted under
// a key that only this secret opens; where it makes none, the lock is a door and the copy behind it as readable as before.
import { err, ok, type Result } from '#domain/result.ts';
import { device, type DeviceLockRecord } from '#lib/db/device.ts';
import { resealCopy } from '#lib/db/reseal.ts';
import { KEY_BYTES, rowCipher } from '#lib/db/row-cipher.ts';
import { useCipher } from '#lib/db/seal.ts';
import { accessIndex } from '#lib/index/client.svelte.ts';
import { tellLockChanged } from '#lib/state/lock-tabs.ts';
import { session } from '#lib/state/session.svelte.ts';
import type { Failure } from '#lib/sync/api.ts';
import { askPasskey } from './ask-passkey.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const OTHER_PASSKEY: Failure = {
  code: 'other_passkey',
  message: 'That passkey does not open this lock. Use the one it was locked with, or sign out and begin anew.',
};
const NOT_LOCKED: Failure = {
  code: 'not_locked',
  message: 'The copy on this device could not be encrypted. It is as it was before. Free some space and try again.',
};

/** The key that wraps the copy's key. */
async function wrappingKey(secret: Bytes, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('watchbill copy v1');
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return crypto.subtle.deriveKey(algorithm, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function wrapKey(key: Bytes, secret: Bytes, salt: Bytes): Promise<NonNullable<DeviceLockRecord['wrappedKey']>> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await wrappingKey(secret, salt), key);
  return { iv, bytes: new Uint8Array(wrapped) };
}

async function unwrapKey({ salt, wrappedKey }: DeviceLockRecord, secret: Bytes): Promise<Bytes | null> {
  if (!wrappedKey) return null;
  try {
    const { iv, bytes } = wrappedKey;
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await wrappingKey(secret, salt), bytes));
  } catch {
    return null; // another secret than the one it was wrapped under
  }
}

/** Locks the app here with a passkey of this person. */
export async function lockApp(): Promise<Result<DeviceLockRecord['mode'], Failure>> {
  const person = session.user?.name ?? '';
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const shown = await askPasskey(salt);
  if (!shown.ok) return shown;
  const { id, secret } = shown.value;
  if (secret === null) {
    await setLock({ mode: 'gate', credentialId: id, salt, person });
    return ok('gate');
  }
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const lock = { mode: 'sealed', credentialId: id, salt, person, wrappedKey: await wrapKey(key, secret, salt) } as const;
  // Kept before anything is sealed: what is sealed can be read with it alone. It says that it is sealed when it is.
  await device.keep('lock', { ...lock, isSealed: false });
  try {
    await sealCopy(lock, key);
  } catch (cause) {
    console.error('The copy could not be sealed', cause);
    useCipher(null);
    accessIndex.unlock(null);
    await setLock(null);
    return err(NOT_LOCKED);
  }
  return ok('sealed');
}

/** Seals what is here, and only then says so. */
async function sealCopy(lock: DeviceLockRecord, key: Bytes): Promise<void> {
  accessIndex.stop();
  await resealCopy(rowCipher(key));
  accessIndex.unlock(key);
  await setLock({ ...lock, isSealed: true });
}

/** Takes the lock off; the passkey that opens it is asked for. */
export async function removeLock(): Promise<Result<null, Failure>> {
  const { lock } = session;
  if (!lock) return ok(null);
  const opened = await openLock(lock);
  if (!opened.ok) return opened;
  if (lock.mode === 'sealed') {
    await device.keep('lock', { ...lock, isSealed: false }); // cut short, it is sealed again at the next unlocking
    accessIndex.stop();
    await resealCopy(null);
    accessIndex.unlock(null);
  }
  await setLock(null);
  return ok(null);
}

/** Opens the app that was locked. */
export async function unlockApp(): Promise<Result<null, Failure>> {
  const { lock } = session;
  if (!lock) return ok(null);
  const opened = await openLock(lock);
  if (!opened.ok) return opened;
  if (opened.value) {
    useCipher(rowCipher(opened.value));
    accessIndex.unlock(opened.value);
    if (lock.isSealed !== true) await sealCopy(lock, opened.value);
  }
  await session.openCopy();
  return ok(null);
}

/** Asks for the passkey of a lock. Answers the copy's key, or null where the lock is only a door. */
async function openLock(lock: DeviceLockRecord): Promise<Result<Bytes | null, Failure>> {
  const shown = await askPasskey(lock.salt, lock.credentialId);
  if (!shown.ok) return shown;
  if (!sameBytes(shown.value.id, lock.credentialId)) return err(OTHER_PASSKEY);
  if (lock.mode === 'gate') return ok(null);
  const key = shown.value.secret && (await unwrapKey(lock, shown.value.secret));
  return key ? ok(key) : err(OTHER_PASSKEY);
}

async function setLock(lock: DeviceLockRecord | null): Promise<void> {
  if (lock) await device.keep('lock', lock);
  else await device.drop('lock');
  session.lock = lock;
  tellLockChanged();
}

const sameBytes = (one: Bytes, other: Bytes): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
