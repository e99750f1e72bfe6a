// A new version waits until somebody says so, and never starts over what a person has not saved. Whatever a server has come to hold
// meanwhile, an open app finds its way to the version that fits it.
import { version } from '$app/environment';
import type { Workbox } from 'workbox-window';
import { onOutcome } from '#lib/sync/api.ts';
import { answerTabs, unsavedElsewhere } from './tabs.ts';
import { serviceWorkerUrl } from './trusted-types.ts';
import { unsaved } from './unsaved.svelte.ts';

/** Between looks for a new version while the app stays open. */
const LOOK_EVERY_MS = 60 * 60_000;
/** So long a new version may take to come down before a reload is tried without it. */
const INSTALLS_WITHIN_MS = 20_000;
/** So long a new version may take to start before the page reloads all the same. */
const STARTS_WITHIN_MS = 5_000;
/** A second reload for the same reason within this time would be a loop. */
const RECOVERED_MS = 60_000;
const RECOVERED_KEY = 'recovered-at';

class AppUpdate {
  /** A newer version is ready and waits for a reload. */
  ready = $state(false);
  /** The server speaks another version of the protocol than this app: which of the two is behind. */
  behind = $state<'app' | 'server' | null>(null);
  /** Somebody wants to reload, and this is unsaved. Null while nobody is asked. */
  held = $state.raw<readonly string[] | null>(null);
  /** Part of the app could not be loaded: `offline` ends with the network, `broken` by a reload. */
  missing = $state<'offline' | 'broken' | null>(null);

  #workbox: Workbox | undefined;
  #isReloading = false;
  #hasStarted = false;

  /** Registers the service worker, where the browser has such a thing and this is a built app. */
  async register(): Promise<void> {
    if (import.meta.env.DEV) return;
    answerTabs(() => unsaved.now());
    unsaved.watch();
    onOutcome((outcome) => {
      if (outcome === 'reached') this.behind = null;
      if (outcome !== 'unreachable' && this.missing === 'offline') this.missing = null;
      if (outcome === 'server_older') this.behind = 'server';
      if (outcome === 'app_older') {
        if (this.behind !== 'app') void this.#look();
        this.behind = 'app';
        this.ready = true;
      }
    });
    // Chunks that are gone: the server has another version, or what was kept here was thrown away.
    window.addEventListener('vite:preloadError', () => void this.recover());

    if (!('serviceWorker' in navigator)) return;
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox(serviceWorkerUrl());
    this.#workbox = workbox;
    workbox.addEventListener('waiting', () => {
      this.ready = true;
    });
    const wasControlled = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // Another tab started the new version. It asked us first: what is unsaved here was let go, or is newer than the question.
      if (!wasControlled) return;
      if (this.#isReloading || unsaved.now().length === 0) this.#startAnew();
      else this.ready = true;
    });
    try {
      await workbox.register();
    } catch (cause) {
      // Private windows and some policies forbid it; a broken server may answer something else at its address. The app goes on with
      // what it has.
      console.warn('The service worker could not be registered', cause);
      return;
    }
    setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** Starts the new version, unless something is unsaved in this tab or another: then `held` says what, and somebody decides. */
  async reload(): Promise<void> {
    const what = [...unsaved.now(), ...(await unsavedElsewhere())];
    if (what.length > 0) this.held = what;
    else await this.reloadAnyway();
  }

  /** Starts the new version over whatever is unsaved. */
  async reloadAnyway(): Promise<void> {
    this.held = null;
    this.#isReloading = true;
    await this.#installed();
    const waiting = (await this.#registration())?.waiting;
    if (waiting) {
      // A page that was there before the first worker has none that could change under it: so its own word counts, too.
      waiting.addEventListener('statechange', () => {
        if (waiting.state === 'activated') this.#startAnew();
      });
      this.#workbox?.messageSkipWaiting();
      // While the worker of before still has work under way the browser holds the new one back; a page that leaves lets it go.
      setTimeout(() => this.#startAnew(), STARTS_WITHIN_MS);
      return;
    }
    // The server is ahead, and no worker brought its version: what is kept here would only start this one again.
    if (this.behind === 'app' || this.missing === 'broken') await this.#forgetKept();
    this.#startAnew();
  }

  #startAnew(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    window.location.reload();
  }

  /** Part of the app could not be loaded. Finds out why, and helps itself where nobody loses anything by it. */
  async recover(): Promise<void> {
    const served = await servedVersion();
    if (served === null) {
      this.missing = 'offline';
      return;
    }
    this.missing = 'broken';
    await this.#look();
    await this.#installed();
    this.ready = true;
    if (unsaved.now().length > 0 || hasJustRecovered()) return;
    markRecovered();
    await this.reload();
  }

  async #registration(): Promise<ServiceWorkerRegistration | undefined> {
    return 'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration() : undefined;
  }

  /** Asks the server for a newer worker. */
  async #look(): Promise<void> {
    try {
      await (await this.#registration())?.update();
    } catch {
      // No network, or something that is no worker at its address: the one that runs goes on.
    }
  }

  /** Waits for a worker that is coming down, if one is. */
  async #installed(): Promise<void> {
    const installing = (await this.#registration())?.installing;
    if (!installing) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, INSTALLS_WITHIN_MS);
      installing.addEventListener('statechange', () => {
        if (installing.state !== 'installing') resolve();
      });
    });
  }

  /** Throws away the kept copy of the app, never of the data: the next load comes from the server. */
  async #forgetKept(): Promise<void> {
    const registration = await this.#registration();
    await registration?.unregister();
    for (const key of await caches.keys()) await caches.delete(key);
  }
}

/** Which version the server hands out, past every cache; null where it cannot be reached. */
async function servedVersion(): Promise<string | null> {
  try {
    const response = await fetch('/_app/version.json?fresh', {
      cache: 'no-store',
      redirect: 'manual',
      headers: { accept: 'application/json' },
    });
    if (!response.ok) return null;
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'string'
      ? body.version
      : version;
  } catch {
    return null;
  }
}

function hasJustRecovered(): boolean {
  try {
    return Date.now() - Number(sessionStorage.getItem(RECOVERED_KEY)) < RECOVERED_MS;
  } catch {
    return true; // it could not be remembered, so it could go round and round
  }
}

function markRecovered(): void {
  try {
    sessionStorage.setItem(RECOVERED_KEY, String(Date.now()));
  } catch {
    // See `hasJustRecovered`.
  }
}

export const appUpdate = new AppUpdate();
