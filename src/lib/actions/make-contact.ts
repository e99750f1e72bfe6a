import { deviceWatch } from '#lib/state/device-watch.svelte.ts';

/** Tells the server how this device is now. */
export const makeOwnContact = (): Promise<void> => deviceWatch.now(true);
