// Tells the other windows of this app that something happened. A window never hears itself: it speaks and listens through one channel, and
// the browser leaves out the channel that spoke. A second one in the same window would hear the first.

export interface WindowChannel {
  /** Says it to every other window. */
  tell(): void;
  /** Hears it from every other window. Answers how to stop. */
  hear(listener: () => void): () => void;
}

export function windowChannel(name: string): WindowChannel {
  let opened: BroadcastChannel | undefined;
  const listeners = new Set<() => void>();
  const open = (): BroadcastChannel | undefined => {
    if (opened || typeof BroadcastChannel === 'undefined') return opened;
    opened = new BroadcastChannel(name);
    opened.onmessage = () => {
      for (const listener of listeners) listener();
    };
    return opened;
  };
  return {
    tell: () => open()?.postMessage('told'),
    hear(listener) {
      open();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
