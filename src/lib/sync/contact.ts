// How a device shows the server that it is there, and hears what it has to do. Also without a session: it has a secret of its own.
import { CONTACT_PATH } from '#domain/own-request.ts';
import type { DeviceLock, DeviceProof } from '#domain/protocol/devices.ts';
import { device as deviceStore, type DeviceStore } from '#lib/db/device.ts';
import { callApi } from './api.ts';

const schemas = () => import('#domain/protocol/devices.ts');

export type Contact = 'fine' | 'wipe' | 'not_reached';

const newIdentity = (): DeviceProof => ({
  id: crypto.randomUUID(),
  secret: [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
});

/** Who this device is to the server; made here, once for each time somebody signs in. */
async function identityOf(store: DeviceStore): Promise<DeviceProof> {
  return store.transaction('rw', store.rows, async () => {
    const known = await store.read('identity');
    if (known) return known;
    const made = newIdentity();
    await store.keep('identity', made);
    return made;
  });
}

/** Makes contact in the name of whoever is signed in, and keeps what was answered. */
export async function makeContact(version: string, store: DeviceStore = deviceStore): Promise<Contact> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const identity = await identityOf(store);
    const lock: DeviceLock = (await store.read('lock'))?.mode ?? 'none';
    const usage = (await navigator.storage?.estimate?.().catch(() => undefined))?.usage;
    const answer = await callApi('PUT', CONTACT_PATH, {
      body: { ...identity, bytes: usage === undefined ? null : Math.round(usage), version, lock },
      returns: async () => (await schemas()).DeviceOrders,
      isOwn: true,
    });
    if (answer.ok && answer.value.value) {
      const { wipe, settings } = answer.value.value;
      await store.transaction('rw', store.rows, async () => {
        await store.keep('contactAt', Date.now());
        await store.keep('settings', settings);
      });
      return wipe ? 'wipe' : 'fine';
    }
    if (answer.ok || answer.error.code !== 'conflict') return 'not_reached';
    // Known to the server as somebody else's, or as wiped: this is another life of the same browser.
    await store.drop('identity');
  }
  return 'not_reached';
}

/** Asks without a session whether this device has to wipe itself. */
export async function hasToWipe(store: DeviceStore = deviceStore): Promise<boolean> {
  const identity = await store.read('identity');
  if (!identity) return false;
  const answer = await callApi('POST', '/api/devices/orders', {
    body: identity,
    returns: async () => (await schemas()).DeviceOrders.pick({ wipe: true }),
    isOwn: true,
  });
  return answer.ok && answer.value.value?.wipe === true;
}

/** Says that this device has wiped itself, once more where that was not heard before. */
export async function confirmWiped(store: DeviceStore = deviceStore): Promise<void> {
  const identity = await store.read('unconfirmed');
  if (!identity) return;
  const answer = await callApi('POST', '/api/devices/wiped', { body: identity, isOwn: true });
  if (answer.ok) await store.drop('unconfirmed');
}
