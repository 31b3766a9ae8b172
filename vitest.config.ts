import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#platform': fileURLToPath(new URL('./bindings/platform.node.ts', import.meta.url)) } },
  test: { include: ['tests/**/*.test.ts'], testTimeout: 60_000, server: { deps: { external: [/\/dist\//] } }, reporters: ['default', './tests/reporter.ts'] },
});
