// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, expect, test, vi } from 'vitest';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { Copy } from '#lib/db/copy.ts';
import { DeviceStore } from '#lib/db/device.ts';
import { Past } from '#lib/db/past.ts';
import { wipeDevice } from '#lib/db/wipe.ts';
import { aPage, aPerson, putPerson } from './makers.ts';

let number = 0;
async function aDevice() {
  number += 1;
  const names = [`copy-${number}`, `past-${number}`, `device-${number}`] as const;
  const copy = new Copy(names[0]);
  const stores = [copy, new Past(names[1], copy), new DeviceStore(names[2])] as const;
  await applyChanges(aPage({ changes: [putPerson(aPerson())] }), copy);
  await stores[1].keepDay('2026-11-01', new Map());
  await stores[2].keep('contactAt', 1);
  const rows = async () => {
    let sum = 0;
    for (const store of stores) for (const table of store.tables) sum += await table.count();
    return sum;
  };
  const named = async () =>
    (await indexedDB.databases()).map(({ name }) => name).filter((name) => names.some((ours) => ours === name));
  return { stores, rows, named };
}
const alone = () => Promise.resolve(true);
const notAlone = () => Promise.resolve(false);

afterEach(() => void vi.unstubAllGlobals());

test('nothing is left: no row, and no database where no other page is open', async () => {
  const { stores, rows, named } = await aDevice();
  expect(await rows()).toBeGreaterThan(3);
  expect(await wipeDevice({ stores, isAlone: alone })).toBe(true);
  expect(await named()).toEqual([]);
  expect(await rows()).toBe(0); // opens again by itself, empty
});

test('where another page is open the databases stay, and are empty', async () => {
  const { stores, rows, named } = await aDevice();
  expect(await wipeDevice({ stores, isAlone: notAlone })).toBe(true);
  expect(await named()).toHaveLength(3);
  expect(await rows()).toBe(0);
});

test('two pages that wipe at once both get to the end', async () => {
  const { stores, rows } = await aDevice();
  const both = await Promise.all([wipeDevice({ stores, isAlone: alone }), wipeDevice({ stores, isAlone: alone })]);
  expect(both).toEqual([true, true]);
  expect(await rows()).toBe(0);
});

test('somebody who does not let go of a database holds nobody up, and keeps nothing', async () => {
  const { stores, rows } = await aDevice();
  const other = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(stores[0].name);
    opening.onsuccess = () => resolve(opening.result); // hears `versionchange` and does nothing
    opening.onerror = () => reject(opening.error ?? new Error('not opened'));
  });
  const start = Date.now();
  expect(await wipeDevice({ stores, isAlone: alone })).toBe(true);
  expect(Date.now() - start).toBeLessThan(4_000);
  const left = await new Promise<number>((resolve) => {
    const counting = other.transaction('people').objectStore('people').count();
    counting.onsuccess = () => resolve(counting.result);
  });
  expect(left).toBe(0);
  other.close();
  expect(await rows()).toBe(0);
});

test('a dead handle is opened anew', async () => {
  const { stores, rows } = await aDevice();
  for (const store of stores) store.backendDB().close();
  expect(await wipeDevice({ stores, isAlone: notAlone })).toBe(true);
  expect(await rows()).toBe(0);
});

test('a database that can be neither emptied nor deleted is not called wiped', async () => {
  const { stores } = await aDevice();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.spyOn(stores[1], 'wipe').mockRejectedValue(new Error('no'));
  expect(await wipeDevice({ stores, isAlone: notAlone })).toBe(false);
  expect(await wipeDevice({ stores, isAlone: alone })).toBe(true);
});

test('settings go but for how the app looks; decisions that wait to be sent stay', async () => {
  const kept = new Map([
    ['theme', 'dark'],
    ['single-keys', 'off'],
    ['columns:people', 'a,b'],
  ]);
  vi.stubGlobal(
    'localStorage',
    new Proxy(
      { removeItem: (key: string) => kept.delete(key) },
      { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
    ),
  );
  vi.stubGlobal('sessionStorage', { clear: () => undefined });
  const outbox = new Dexie('watchbill-outbox');
  outbox.version(1).stores({ entries: 'id' });
  await outbox.table('entries').put({ id: 'mine' });
  const { stores } = await aDevice();
  await wipeDevice({ stores, isAlone: alone });
  expect([...kept.keys()]).toEqual(['theme', 'single-keys']);
  expect(await outbox.table('entries').count()).toBe(1);
  outbox.close();
});
