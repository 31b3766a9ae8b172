import { readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What a page loads before it computes anything, in bytes. */
const BUDGET = 60_000;
const folder = new URL('../../bindings/kernels/', import.meta.url);
const builds = readdirSync(folder).filter((name) => name.endsWith('.wasm'));

test('there are kernel builds', () => {
  expect(builds).toContain('straggler.wasm');
  expect(builds).toContain('straggler-fma.wasm');
});

test.each(builds)('%s is at most 60,000 bytes', (name) => {
  expect(statSync(new URL(name, folder)).size).toBeLessThanOrEqual(BUDGET);
});
