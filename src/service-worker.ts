/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
// The app's shell and every chunk of it, kept so that each route opens without a network. Never the API: data lives in IndexedDB.
import { build, files, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

const NOT_KEPT = /\/(_headers|robots\.txt)$|\/screenshots\//;

precacheAndRoute([
  ...build.map((url) => ({ url, revision: null })), // their names hold a hash of what is in them
  ...files.filter((url) => !NOT_KEPT.test(url)).map((url) => ({ url, revision: version })),
  // The app's own, so that a page that misses something asks this app what to do (app-update.svelte.ts) and does not reload for ever.
  { url: '/_app/version.json', revision: version },
  { url: '/', revision: version }, // the shell of every route; it is written after the build and is in no list
]);
cleanupOutdatedCaches();

// `/cdn-cgi/` is where Cloudflare Access signs people in: it must never be answered from here.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/'), { denylist: [/^\/api\//, /^\/cdn-cgi\//, /^\/_app\//] }));

self.addEventListener('message', (event) => {
  // A new version waits until somebody said so (app-update.svelte.ts).
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting();
});
