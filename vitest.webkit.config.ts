import { defineConfig } from 'vitest/config';

// In WebKitGTK, the one WebKit that runs on Linux, over `npm start`'s own tool. Not part of `npm test`: it needs Debian's packages.
export default defineConfig({
  test: { include: ['tests/webkit/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 240_000, fileParallelism: false },
});
