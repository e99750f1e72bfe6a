import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

// `npm run screenshots`: the same machinery as the browser tests, another file.
export default defineConfig(config, {
  workers: 1,
  reporter: 'list',
  projects: (config.projects ?? []).map((project) => ({ ...project, testMatch: 'pictures.ts' })),
});
