// Takes the place of the service worker when a bad one is out on devices (docs/runbook.md, "The app is stuck on devices"). It throws
// away the kept copy of the app and then itself; data on the device (IndexedDB) stays. It has no build step, so nothing can be wrong
// with how it was built.
self.addEventListener('install', () => {
  void self.skipWaiting(); // nobody waits for a cure
});

self.addEventListener('activate', (event) => {
  event.waitUntil(cure());
});

async function cure() {
  const kept = await caches.keys();
  await Promise.all(kept.map((name) => caches.delete(name)));
  await self.registration.unregister();
  // Pages that the bad worker served are loaded again; not waited for, because they wait for this to be over. Without anything kept
  // there was none: such a page came from the network, and to load it again would go on for ever, because the app registers whatever
  // is at this address each time it starts.
  if (kept.length === 0) return;
  for (const page of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    page.navigate(page.url).catch(() => undefined);
  }
}
