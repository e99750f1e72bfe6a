import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

// Pure code, the app's database and the tools, in Node. What needs workerd is in vitest.edge.config.ts, what needs a browser in tests/e2e.
export default defineConfig({
  plugins: [sveltekit()],
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/edge/**', 'tests/e2e/**', 'tests/webkit/**'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
