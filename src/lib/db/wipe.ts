// Forgets everything this person could see on this device. Emptying comes first: it needs nobody else to let go. The databases are then
// deleted, too, where no other page of ours has them open; where one has, what stays is empty.
import type { Dexie } from 'dexie';
import { copy } from './copy.ts';
import { device } from './device.ts';
import { past } from './past.ts';
import { useCipher } from './seal.ts';
import { isDeadHandle } from './store-trouble.ts';
import { windowChannel } from './window-channel.ts';

/** Decisions that are not sent yet: no wipe touches them. */
const OUTBOX = 'watchbill-outbox';
/** How the app looks is nobody's secret, and whoever needs it larger or calmer needs it on the sign-in screen, too. */
const KEPT_SETTINGS = new Set(['theme', 'motion', 'single-keys', 'sidebar']);
/** A browser that does not get round to deleting must not hold up whoever signs out. */
const DELETE_WITHIN_MS = 2_000;
const PAGE_LOCK = 'watchbill-page';
const otherWindows = windowChannel('watchbill-wiped');

interface Wipeable extends Dexie {
  wipe(): Promise<void>;
}
interface WipeOptions {
  stores?: readonly Wipeable[];
  /** Whether no other page of this app is open. */
  isAlone?: () => Promise<boolean>;
}

/** Wipes this device. Answers whether nothing is left; false where the browser would neither empty nor delete a database. */
export async function wipeDevice({ stores = [copy, past, device], isAlone = isOnlyPage }: WipeOptions = {}): Promise<boolean> {
  const workspace = await copy.getMeta('workspace').catch(() => undefined);
  const emptied = await Promise.all(stores.map(emptyStore));
  const deleted = await isAlone().then(async (alone) =>
    alone ? Promise.all(stores.map(deleteStore)) : stores.map(() => false),
  );
  useCipher(null); // the lock went with the rest
  forgetSettings();
  await forgetCaches();
  // What the workspace itself is stays, so that the sign-in screen opens offline.
  if (workspace && stores.includes(copy)) await copy.setMeta('workspace', workspace).catch(() => undefined);
  otherWindows.tell();
  return stores.every((_, at) => emptied[at] || deleted[at]);
}

/** Once more where the handle had died: Dexie opens another with the next use. */
async function emptyStore(store: Wipeable): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await store.wipe();
      return true;
    } catch (cause) {
      if (!isDeadHandle(cause)) console.error(`${store.name} could not be emptied`, cause);
      store.close({ disableAutoOpen: false });
    }
  }
  return false;
}

async function deleteStore(store: Wipeable): Promise<boolean> {
  if (store.name === OUTBOX) return false;
  const deletion = store.delete({ disableAutoOpen: false }).then(
    () => true,
    (cause: unknown) => {
      console.error(`${store.name} could not be deleted`, cause);
      return false;
    },
  );
  return Promise.race([deletion, new Promise<false>((resolve) => setTimeout(() => resolve(false), DELETE_WITHIN_MS))]);
}

function forgetSettings(): void {
  try {
    for (const key of Object.keys(localStorage)) if (!KEPT_SETTINGS.has(key)) localStorage.removeItem(key);
    sessionStorage.clear();
  } catch {
    // Storage is forbidden: then nothing is in it.
  }
}

/** Caches that are not the app itself. */
async function forgetCaches(): Promise<void> {
  if (typeof caches === 'undefined') return;
  for (const name of await caches.keys().catch(() => [])) if (!name.includes('precache')) await caches.delete(name);
}

/** Shown to other pages for as long as this one is open. */
export function showPage(): void {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return;
  void navigator.locks.request(PAGE_LOCK, { mode: 'shared' }, () => new Promise<never>(() => {})).catch(() => undefined);
}

/** Whether no other page of this app is open; false where it cannot be known. */
export async function isOnlyPage(): Promise<boolean> {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return false;
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name === PAGE_LOCK).length <= 1;
}

/** Hears when another page has wiped this device. Answers how to stop. */
export const onWiped = (listener: () => void): (() => void) => otherWindows.hear(listener);
