import { defineConfig } from '@playwright/test';
import { findChromium } from './tools/test/chromium.ts';

const executablePath = findChromium();

// Every test runs on a phone and on a desk; `*.phone.spec.ts` and `*.desk.spec.ts` on one alone. Each worker has a Watchbill of its
// own (tests/e2e/fixtures.ts), started by `npm start`'s own tool over the simulated Docker Hub.
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/browser',
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', { outputFile: 'test-results/browser.json' }]],
  use: {
    browserName: 'chromium',
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
      ],
    },
  },
  projects: [
    {
      name: 'phone',
      testMatch: /(?<!\.desk)\.spec\.ts$/,
      use: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    },
    { name: 'desk', testMatch: /(?<!\.phone)\.spec\.ts$/, use: { viewport: { width: 1440, height: 900 } } },
  ],
});
