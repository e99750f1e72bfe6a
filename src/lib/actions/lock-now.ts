import { tick } from 'svelte';
import { useCipher } from '#lib/db/seal.ts';
import { session } from '#lib/state/session.svelte.ts';

/**
 * Locks the app that is open. The screen goes first; then the page begins anew, so that nothing of what was read stays in memory. Without
 * a network and without a kept app that would end at the browser's own page: there the screen alone has to do.
 */
export async function lockNow(): Promise<void> {
  if (!session.lock || session.state === 'locked') return;
  session.hide();
  await tick();
  useCipher(null);
  if (navigator.onLine || navigator.serviceWorker?.controller) window.location.reload();
}
