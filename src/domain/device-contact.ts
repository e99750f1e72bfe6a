// Whether a device has gone so long without contact that what it holds has to go.
const DAY_MS = 86_400_000;

/** What holds until a device was told something else: the setting's default. */
export const WIPE_AFTER_DAYS = 14;

/**
 * Whether the copy has to be wiped, by the device's own clock. A clock that stands more than a day before the last contact was moved, and
 * says nothing any more.
 */
export function isUnused(contactAt: number | undefined, now: number, afterDays: number = WIPE_AFTER_DAYS): boolean {
  if (contactAt === undefined) return false;
  return now - contactAt >= afterDays * DAY_MS || contactAt - now > DAY_MS;
}
