// A lock that is put on or taken off holds in every window: the others begin again.
import { windowChannel } from '#lib/db/window-channel.ts';

const channel = windowChannel('watchbill-lock');

export const tellLockChanged = (): void => channel.tell();

/** Hears that the lock of this device was changed in another window. Answers how to stop. */
export const onLockChanged = (listener: () => void): (() => void) => channel.hear(listener);
