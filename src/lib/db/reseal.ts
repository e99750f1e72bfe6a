// Writes the whole copy again, under another cipher or under none: when a lock is put on or taken off.
import { copy as deviceCopy, type Copy } from './copy.ts';
import { past as devicePast, type Past } from './past.ts';
import { useCipher, type RowCipher } from './seal.ts';
import { isOnlyPage } from './wipe.ts';

/**
 * Reads everything, then writes it under the cipher. Where no other page is open the database is deleted in between, so that the browser
 * throws away what was readable; if that is cut short, the copy is fetched again. Past days are not worth it and go.
 */
export async function resealCopy(
  cipher: RowCipher | null,
  {
    copy = deviceCopy,
    past = devicePast,
    isAlone = isOnlyPage,
  }: { copy?: Copy; past?: Past; isAlone?: () => Promise<boolean> } = {},
): Promise<void> {
  const rows = await copy.transaction('r', copy.tables, () => Promise.all(copy.tables.map((table) => table.toArray())));
  await past.wipe();
  if (await isAlone()) {
    await past.delete({ disableAutoOpen: false });
    await copy.delete({ disableAutoOpen: false });
  }
  useCipher(cipher);
  await copy.transaction('rw', copy.tables, async () => {
    for (const [at, table] of copy.tables.entries()) {
      await table.clear();
      await table.bulkPut(rows[at] ?? []);
    }
  });
}
