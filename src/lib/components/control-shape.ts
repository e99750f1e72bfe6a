/** How every text-like control looks: 36 px with a mouse, 44 px and 16 px text under a finger (or iOS zooms in). */
export const CONTROL =
  'w-full rounded-6 border border-border-strong bg-surface px-3 h-9 text-14 touch:h-11 touch:text-16 placeholder:text-faint disabled:opacity-60 aria-invalid:border-danger';
