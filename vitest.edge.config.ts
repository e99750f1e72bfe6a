import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

// In workerd, with a real simulated Docker Hub on loopback (tests/support/edge-setup.ts). Few, larger files: each one loads the Worker anew.
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          DOCKER_HUB_URL: 'http://127.0.0.1:8799',
          PUBLIC_ORIGIN: 'https://watchbill.test',
          KEY_ENCRYPTION_KEYS: 'm1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
          SETUP_CODE_HASH: '87cbebfeebc05f7c54ac9336c4b4bbec831227a641951a4bde7edd56020f8590', // SETUP_CODE of tests/support/edge.ts
        },
      },
    }),
  ],
  test: {
    include: ['tests/edge/**/*.test.ts'],
    globalSetup: ['tests/support/edge-setup.ts'],
    // All files share the one simulated Docker Hub, and put other worlds into it.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
