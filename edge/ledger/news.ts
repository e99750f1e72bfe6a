// Tells the object around a store that something happened which open apps may have to know of. Told inside transactions, too, so
// whoever listens looks afterwards what is true.
import type { Store } from './store.ts';

/** `revision`: there is more to pull. `sessions`: some may have ended. */
export type News = 'revision' | 'sessions';

const listeners = new WeakMap<Store, (news: News) => void>();

export const hearNews = (store: Store, listener: (news: News) => void): void => void listeners.set(store, listener);
export const tellNews = (store: Store, news: News): void => listeners.get(store)?.(news);
