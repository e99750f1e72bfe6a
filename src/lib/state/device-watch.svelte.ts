// Keeps contact while the app is open: shows the server that this device is there, hears what it has to do, and does it. Loaded after the
// first paint.
import { lockNow } from '#lib/actions/lock-now.ts';
import { device } from '#lib/db/device.ts';
import { confirmWiped, hasToWipe, makeContact } from '#lib/sync/contact.ts';
import { onLockChanged } from './lock-tabs.ts';
import { session } from './session.svelte.ts';

const CONTACT_EVERY_MS = 10 * 60_000;
/** The page may come and go: it need not say so each time. */
const CONTACT_GAP_MS = 60_000;
/** What holds until this device was told something else: the setting's default. */
const LOCK_AFTER_MINUTES = 5;

class DeviceWatch {
  #contactAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isAskedAgain = false;

  /** Begins to watch. Answers how to stop. */
  start(): () => void {
    const wake = () => {
      if (document.visibilityState === 'visible') void this.now();
    };
    const stopLocking = this.#lockInBackground();
    const timer = setInterval(wake, CONTACT_GAP_MS);
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    const stop = $effect.root(() => {
      $effect(() => {
        // Another state, another question: who just signed in shows themselves, whose session just ended asks why.
        if (session.state !== 'opening') void this.now(true);
      });
    });
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      stop();
      stopLocking();
    };
  }

  /** Locks the app that was looked away from for long enough: at once where the browser lets timers run, else before it is seen again. */
  #lockInBackground(): () => void {
    let hiddenAt: number | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const afterMs = () => (session.asked?.lockAfterMinutes ?? LOCK_AFTER_MINUTES) * 60_000;
    const seen = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') {
        hiddenAt = Date.now();
        timer = setTimeout(() => void lockNow(), afterMs());
      } else if (hiddenAt !== null) {
        if (Date.now() - hiddenAt >= afterMs()) void lockNow();
        hiddenAt = null;
      }
    };
    document.addEventListener('visibilitychange', seen);
    const stopHearing = onLockChanged(() => {
      if (session.state === 'signed_in' || session.state === 'ended') window.location.reload();
    });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
      stopHearing();
    };
  }

  /** Makes contact; where it just did, only if `again`. */
  now(again = false): Promise<void> {
    if (this.#running) {
      this.#isAskedAgain ||= again;
      return this.#running;
    }
    this.#running = this.#contact(again).finally(() => {
      this.#running = undefined;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      void this.now(true);
    });
    return this.#running;
  }

  async #contact(again: boolean): Promise<void> {
    await confirmWiped();
    const since = Date.now() - this.#contactAt;
    if (session.state === 'signed_in') {
      if (!again && since < CONTACT_EVERY_MS) return;
      const contact = await makeContact(session.current?.version ?? '');
      if (contact === 'not_reached') return;
      this.#contactAt = Date.now();
      if (contact === 'wipe') await this.#wipe();
      else session.asked = (await device.read('settings')) ?? null;
      return;
    }
    if (session.state === 'ended' || session.state === 'locked') {
      if (!again && since < CONTACT_GAP_MS) return;
      this.#contactAt = Date.now();
      if (await hasToWipe()) await this.#wipe();
    }
  }

  async #wipe(): Promise<void> {
    await session.obeyWipe();
    await confirmWiped();
  }
}

export const deviceWatch = new DeviceWatch();
