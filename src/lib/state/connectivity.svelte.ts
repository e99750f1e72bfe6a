// Online is what a call found out, not what the browser believes: a laptop behind a captive portal is "online" too.
import { onOutcome } from '#lib/sync/api.ts';

class Connectivity {
  /** The last call did not reach the server, or the browser knows that there is no network. */
  offline = $state(typeof navigator !== 'undefined' && !navigator.onLine);
  /** Since when, for people. */
  offlineSince = $state<string | null>(null);

  watch(): () => void {
    const stopListening = onOutcome((outcome) => this.#set(outcome === 'unreachable'));
    const gone = () => this.#set(true);
    window.addEventListener('offline', gone);
    return () => {
      stopListening();
      window.removeEventListener('offline', gone);
    };
  }

  #set(offline: boolean): void {
    if (offline && !this.offline) this.offlineSince = new Date().toISOString();
    if (!offline) this.offlineSince = null;
    this.offline = offline;
  }
}

export const connectivity = new Connectivity();
