import { clock } from '#lib/state/clock.svelte.ts';

/** Whether a time is over. */
export const isPast = (at: string): boolean => Date.parse(at) <= clock.now;
