// First of all: Dexie looks for IndexedDB when it is loaded.
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { CatalogueDocument } from '#domain/catalogue.ts';
import { Past } from '#lib/db/past.ts';
import { aCopy } from './makers.ts';

const documents: CatalogueDocument[] = [{ kind: 'accounts', id: 'accounts:0', rows: [] }];
const aDay = new Map([['c1', documents]]);
let stores = 0;

async function aPast(cursor = 'epoch.view.7') {
  const copy = aCopy();
  await copy.setMeta('cursor', cursor);
  return { copy, past: new Past(`past-${(stores += 1)}`, copy) };
}

test('a day that was kept opens again, also after the copy has moved on', async () => {
  const { copy, past } = await aPast();
  await past.keepDay('2026-11-01', aDay);
  await copy.setMeta('cursor', 'epoch.view.99');
  expect(await past.day('2026-11-01')).toEqual(aDay);
  expect(await past.day('2026-11-02')).toBeNull();
  expect(await past.daysHere()).toEqual(['2026-11-01']);
});

test.each(['epoch.other.7', 'restored.view.7'])(
  'what was kept under another view is not shown, and goes (%s)',
  async (cursor) => {
    const { copy, past } = await aPast();
    await past.keepDay('2026-11-01', aDay);
    await past.keepLatest({ records: [], readings: [], whole: true });
    await copy.setMeta('cursor', cursor);
    expect(await past.day('2026-11-01')).toBeNull();
    expect(await past.daysHere()).toEqual([]);
    expect(await past.latest()).toBeUndefined();
    await past.keepDay('2026-11-02', aDay);
    expect(await past.days.count()).toBe(1);
  },
);

test('seven days are kept, and the one that was opened longest ago goes first', async () => {
  const { past } = await aPast();
  for (let day = 1; day <= 7; day += 1) await past.keepDay(`2026-11-0${day}`, aDay);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await past.day('2026-11-01');
  await new Promise((resolve) => setTimeout(resolve, 5));
  await past.keepDay('2026-11-08', aDay);
  const here = await past.daysHere();
  expect(here).toHaveLength(7);
  expect(here).toContain('2026-11-01');
  expect(here).toContain('2026-11-08');
});

test('nothing is kept for nobody, and a wipe leaves nothing', async () => {
  const past = new Past(`past-${(stores += 1)}`, aCopy());
  await past.keepDay('2026-11-01', aDay);
  expect(await past.days.count()).toBe(0);

  const { past: other } = await aPast();
  await other.keepDay('2026-11-01', aDay);
  await other.keepLatest({ records: [], readings: [], whole: true });
  await other.wipe();
  expect([await other.days.count(), await other.changes.count()]).toEqual([0, 0]);
});
