import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './tests/browser/chromium.js';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const node: TestProjectInlineConfiguration = {
  resolve: { alias: { '#platform': path('./bindings/platform.node.ts') } },
  test: {
    name: 'node',
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/package/**'],
    testTimeout: 60_000,
    // Threads start from the build, so that tests of them import it; Node loads it as it is.
    server: { deps: { external: [/\/dist\//] } },
  },
};

/** What users get: the packed package in projects of theirs. */
const inApplications: TestProjectInlineConfiguration = {
  test: {
    name: 'package',
    include: ['tests/package/*.test.ts'],
    globalSetup: ['tests/package/setup.ts'], // packs the build and installs it, once
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

/** Suites that also run in a page: the kernels, and what must give the same bits everywhere. */
const inPage = (executablePath: string): TestProjectInlineConfiguration => ({
  resolve: { alias: { '#platform': path('./bindings/platform.ts') } },
  // Without these, a page has no memory that threads can share.
  server: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
  test: {
    name: 'browser',
    include: ['tests/kernels/*.test.ts', 'tests/golden/*.test.ts', 'tests/conformance/methods.test.ts'],
    exclude: ['tests/kernels/{build-size,load,share-memory}.test.ts'], // these read files
    testTimeout: 120_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath, args: [...CHROMIUM_ARGS] } }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

const chromium = findChromium();
if (chromium === undefined) console.warn('There is no Chromium here: tests that need a browser are left out.');

export default defineConfig({
  test: {
    reporters: ['default', './tests/reporter.ts'],
    projects: [node, inApplications, ...(chromium === undefined ? [] : [inPage(chromium)])],
  },
});
