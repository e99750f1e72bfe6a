// The brake on removals: many at once are a mistake until a person says otherwise. Expiries are promised and go on.
export const REMOVALS_MAX = 10;
export const OWNER_CHANGES_MAX = 5;
export const BRAKE_WINDOW_MS = 10 * 60_000;

export interface BrakedWrite {
  isRemoval: boolean;
  isOwnerChange: boolean;
}

/** What pulls the brake if this is done as well, or null: `past` is what was done in the last ten minutes, expiries left out. */
export function brakeCause(past: readonly BrakedWrite[], next: BrakedWrite): 'many_removals' | 'many_owner_changes' | null {
  if (next.isRemoval && past.filter((write) => write.isRemoval).length + 1 > REMOVALS_MAX) return 'many_removals';
  const owners = past.filter((write) => write.isOwnerChange).length;
  return next.isOwnerChange && owners + 1 > OWNER_CHANGES_MAX ? 'many_owner_changes' : null;
}
