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
        },
      },
    }),
  ],
  test: {
    include: ['tests/edge/**/*.test.ts'],
    globalSetup: ['tests/support/edge-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
