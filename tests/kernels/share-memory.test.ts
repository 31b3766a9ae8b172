import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../bindings/kernels/load.js';
import { withSharedMemory } from '../../bindings/kernels/share-memory.js';

const wasmFile = new URL('../../bindings/kernels/straggler.wasm', import.meta.url);
const build = new Uint8Array(readFileSync(wasmFile));
const sharedMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });

describe('a kernel build for shared memory', () => {
  test('differs from the plain one in one bit, and takes a shared memory', async () => {
    const before = build.slice();
    const shared = withSharedMemory(build);
    expect(build).toEqual(before);
    const different = [...shared.keys()].filter((at) => shared[at] !== build[at]);
    expect(different.map((at) => shared[at]! ^ build[at]!)).toEqual([2]);
    await expect(WebAssembly.instantiate(build, { env: { memory: sharedMemory() } })).rejects.toThrow(WebAssembly.LinkError);
    const { instance } = await WebAssembly.instantiate(shared, { env: { memory: sharedMemory() } });
    expect((instance.exports as unknown as { exp(x: number): number }).exp(1)).toBe(Math.E);
  });

  test('is left as it is', () => {
    const shared = withSharedMemory(build);
    expect(withSharedMemory(shared)).toEqual(shared);
  });

  test.each([
    ['nothing', []],
    ['no module', [1, 2, 3]],
    ['a module without imports', [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0]],
    ['an import that is cut off', [0, 97, 115, 109, 1, 0, 0, 0, 2, 255]],
    ['a module that imports a function', [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 101, 1, 102, 0, 0]],
  ])('%s is not changed', (_, bytes) => {
    expect(withSharedMemory(Uint8Array.from(bytes))).toEqual(Uint8Array.from(bytes));
  });

  test('is made of bytes in whatever form they come', async () => {
    const within = new Uint8Array(build.length + 8);
    within.set(build, 8);
    for (const source of [build, build.slice().buffer, within.subarray(8), new Response(build.slice()), wasmFile]) {
      const { shared, exports } = await loadKernels({ source, shared: true });
      expect([shared, exports.exp(1)]).toEqual([true, Math.E]);
    }
  });
});
