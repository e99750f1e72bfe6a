import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    adapter: adapter({ fallback: 'index.html' }),
    // Registered by src/lib/state/app-update.svelte.ts, so that a new version waits until somebody says so.
    serviceWorker: { register: false },
    csp: { mode: 'hash', directives: { 'script-src': ['self'] } },
    version: { name: process.env.APP_VERSION ?? 'dev', pollInterval: 0 },
  },
};
