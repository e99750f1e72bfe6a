// What the page found, in a sentence.
import type { ChangeRecord } from '#domain/change-record.ts';
import { counted, count } from '#lib/components/numbers.ts';

/** Records that tell of a change somebody made. */
export const realChanges = (records: readonly ChangeRecord[]): ChangeRecord[] =>
  records.filter(({ origin, kind }) => origin === 'outside' && kind !== 'completeness');

/** `14 changes since Nov 10, all made outside Watchbill`. `more`: there are others that were not fetched. */
export function findingOf(records: readonly ChangeRecord[], period: string, more: boolean): string {
  const all = records.filter(({ origin, kind }) => origin !== 'first_read' && kind !== 'completeness');
  const outside = realChanges(records).length;
  if (all.length === 0) return more ? `No change found yet ${period}` : `Nothing changed ${period}`;
  if (more) return `More than ${counted(all.length, 'change')} ${period}`;
  if (outside === all.length) {
    return all.length === 1
      ? `1 change ${period}, made outside Watchbill`
      : `${count(all.length)} changes ${period}, all made outside Watchbill`;
  }
  if (outside === 0) return `${counted(all.length, 'change')} ${period}`;
  return `${count(outside)} of ${counted(all.length, 'change')} ${period} were made outside Watchbill`;
}

/** Who made them is known for how many. */
export function knownOf(records: readonly ChangeRecord[]): string {
  const changes = realChanges(records);
  const known = changes.filter(({ by }) => by !== null).length;
  if (changes.length === 0) return 'Found by comparing what each sync read with what was there before.';
  const all = changes.length === 1 ? 'it' : `all ${count(changes.length)}`;
  if (known === changes.length)
    return `Found by syncing; who made ${changes.length === 1 ? 'it' : 'them'} is known for ${all}.`;
  if (known === 0) return `Found by syncing; who made ${changes.length === 1 ? 'it' : 'them'} is not known.`;
  return `Found by syncing; who made them is known for ${count(known)} of the ${count(changes.length)}.`;
}
