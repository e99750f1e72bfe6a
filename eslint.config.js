import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const pureDomain = {
  patterns: [
    {
      regex: '^(?!(\\./|\\.\\./|#domain/|zod$|@noble/hashes/|canonicalize$))',
      message: 'src/domain is pure: it imports zod, canonical JSON, a synchronous SHA-256 and itself, nothing that does I/O.',
    },
  ],
};
const noEdge = {
  group: ['**/edge/**', '#edge/*', 'cloudflare:*'],
  message: 'The app never imports the edge: they meet in #domain and on the wire.',
};
const noStorageOrNetwork = {
  group: ['#lib/db/*', '#lib/sync/*', 'dexie'],
  message: 'Pages and components ask #lib/queries and #lib/actions, never the database or the network.',
};

export default ts.config(
  {
    ignores: ['build/', '.svelte-kit/', '.wrangler/', 'edge/worker-configuration.d.ts', 'test-results/', 'playwright-report/'],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'svelte/no-at-html-tags': 'error' },
  },
  { files: ['src/domain/**'], rules: { 'no-restricted-imports': ['error', pureDomain] } },
  { files: ['src/lib/**', 'src/service-worker.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [noEdge] }] } },
  {
    files: ['src/routes/**', 'src/lib/components/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [noEdge, noStorageOrNetwork] }] },
  },
  {
    files: ['edge/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['#lib/*', '**/src/lib/**', '**/src/routes/**'], message: 'From src the edge takes only #domain.' },
          ],
        },
      ],
    },
  },
);
