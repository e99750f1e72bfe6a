// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { applyChanges } from '#lib/db/apply-changes.ts';
import { Copy } from '#lib/db/copy.ts';
import { Past } from '#lib/db/past.ts';
import { resealCopy } from '#lib/db/reseal.ts';
import { rowCipher } from '#lib/db/row-cipher.ts';
import { useCipher } from '#lib/db/seal.ts';
import { aPage, aPerson, putPerson } from './makers.ts';

const KEY = new Uint8Array(32).fill(7);
const CANARY = 'Canary Person';
let number = 0;
const aFilledCopy = async () => {
  const copy = new Copy(`sealed-${(number += 1)}`);
  await applyChanges(aPage({ changes: [putPerson(aPerson({ name: CANARY })), putPerson(aPerson({ id: 'eli' }))] }), copy);
  return copy;
};

/** What lies in the database, as anybody finds it who does not go through the app. */
async function rawText(name: string): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('not opened'));
  });
  const texts: string[] = [];
  for (const table of database.objectStoreNames) {
    const rows = await new Promise<unknown[]>((resolve) => {
      const reading = database.transaction(table).objectStore(table).getAll();
      reading.onsuccess = () => resolve(reading.result);
    });
    for (const row of rows) {
      texts.push(JSON.stringify(row));
      for (const value of Object.values(Object(row)))
        if (value instanceof Uint8Array) texts.push(new TextDecoder().decode(value));
    }
  }
  database.close();
  return texts.join('\n');
}

afterEach(() => useCipher(null));

test('under a cipher nothing of what a row says is in the database, and everything is read as ever', async () => {
  useCipher(rowCipher(KEY));
  const copy = await aFilledCopy();
  expect(await rawText(copy.name)).not.toContain(CANARY);
  expect(await rawText(copy.name)).toContain('dana'); // what it is found by
  expect((await copy.people.get('dana'))?.name).toBe(CANARY);
  expect((await copy.people.bulkGet(['dana', 'nobody'])).map((row) => row?.name)).toEqual([CANARY, undefined]);
  expect((await copy.people.toArray()).map(({ id }) => id)).toEqual(['dana', 'eli']);
  const seen: string[] = [];
  await copy.people.each(({ name }) => seen.push(name));
  expect(seen).toEqual([CANARY, 'Dana']);
  expect(await copy.people.filter(({ name }) => name === CANARY).count()).toBe(1);
  await copy.people.update('dana', { email: 'new@acme.example' });
  expect(await copy.people.get('dana')).toMatchObject({ name: CANARY, email: 'new@acme.example' });
  expect(await copy.getMeta('cursor')).toBe('cursor-1');
  expect(await rawText(copy.name)).not.toContain('new@acme.example');
});

test('without the key, under another, or in another row’s place, nothing opens', async () => {
  useCipher(rowCipher(KEY));
  const copy = await aFilledCopy();
  useCipher(null);
  await expect(copy.people.get('dana')).rejects.toMatchObject({ name: 'SealedError' });
  useCipher(rowCipher(new Uint8Array(32).fill(8)));
  await expect(copy.people.toArray()).rejects.toThrow();
  useCipher(null);
  const raw: unknown = await new Promise((resolve) => {
    const reading = copy.backendDB().transaction('people').objectStore('people').get('dana');
    reading.onsuccess = () => resolve(reading.result);
  });
  await new Promise<void>((resolve) => {
    const transaction = copy.backendDB().transaction('people', 'readwrite');
    transaction.objectStore('people').put({ ...Object(raw), id: 'eli' });
    transaction.oncomplete = () => resolve();
  });
  useCipher(rowCipher(KEY));
  expect((await copy.people.get('dana'))?.name).toBe(CANARY);
  await expect(copy.people.get('eli')).rejects.toThrow();
});

test.for([true, false])(
  'a lock that is put on seals what was there, and taken off opens it again (alone: %s)',
  async (alone) => {
    const copy = await aFilledCopy();
    const past = new Past(`sealed-past-${number}`, copy);
    await past.keepDay('2026-11-01', new Map());
    const isAlone = () => Promise.resolve(alone);
    expect(await rawText(copy.name)).toContain(CANARY);

    await resealCopy(rowCipher(KEY), { copy, past, isAlone });
    expect(await rawText(copy.name)).not.toContain(CANARY);
    expect((await copy.people.get('dana'))?.name).toBe(CANARY);
    expect(await past.days.count()).toBe(0);

    await resealCopy(null, { copy, past, isAlone });
    expect(await rawText(copy.name)).toContain(CANARY);
    expect(await copy.getMeta('cursor')).toBe('cursor-1');
  },
);
