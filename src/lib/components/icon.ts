import type { LucideIcon } from '@lucide/svelte';

/** An icon of Lucide, imported by itself: `@lucide/svelte/icons/inbox`. */
export type IconComponent = LucideIcon;
