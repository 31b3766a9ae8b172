import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#platform': fileURLToPath(new URL('./bindings/platform.node.ts', import.meta.url)) } },
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    reporters: ['default', './tests/reporter.ts'],
    // Threads start from the build, so that tests of them import it; Node loads it as it is.
    server: { deps: { external: [/\/dist\//] } },
  },
});
