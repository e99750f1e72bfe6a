// A lock that is put on or taken off holds in every window: the others begin again.
const CHANNEL = 'watchbill-lock';

export function tellLockChanged(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}

/** Hears that the lock of this device was changed in another window. Answers how to stop. */
export function onLockChanged(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}
