// A new version waits until somebody says so: nothing is ever reloaded over what a person is doing.
import { serviceWorkerUrl } from './trusted-types.ts';

class AppUpdate {
  /** A newer version is ready and waits for a reload. */
  ready = $state(false);
  #activate: (() => void) | undefined;

  /** Registers the service worker, where the browser has such a thing and this is a built app. */
  async register(): Promise<void> {
    if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
    const { Workbox } = await import('workbox-window');
    const workbox = new Workbox(serviceWorkerUrl());
    let reloading = false;
    workbox.addEventListener('waiting', () => {
      this.ready = true;
      this.#activate = () => {
        workbox.addEventListener('controlling', () => {
          if (reloading) return;
          reloading = true;
          window.location.reload();
        });
        workbox.messageSkipWaiting();
      };
    });
    try {
      await workbox.register();
    } catch (cause) {
      // Private windows and some policies forbid it. The app works without, only not offline.
      console.warn('The service worker could not be registered', cause);
    }
  }

  /** Starts the waiting version. */
  reload(): void {
    if (this.#activate) this.#activate();
    else window.location.reload();
  }
}

export const appUpdate = new AppUpdate();
