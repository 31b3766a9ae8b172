import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type KernelSource, loadKernels } from '../../bindings/kernels/load.js';
import { wasmFile } from './workbench.js';

const bytes = readFileSync(wasmFile);

test('the build imports its memory and nothing else', async () => {
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes));
  expect(imports).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
});

test('the build exports what the ABI names, and nothing else but its memory', async () => {
  const source = readFileSync(new URL('../../bindings/kernels/abi.ts', import.meta.url), 'utf8');
  const named = [...source.matchAll(/^ {2}(\w+)\(/gm)].map((match) => match[1]!);
  const exported = WebAssembly.Module.exports(await WebAssembly.compile(bytes)).map(({ name }) => name);
  expect(named.length).toBeGreaterThan(35);
  expect(exported.sort()).toEqual([...named, 'memory'].sort());
});

describe('loadKernels', () => {
  const sources: [string, () => KernelSource | undefined | Promise<KernelSource>][] = [
    ['nothing: the build in this package', () => undefined],
    ['bytes', () => bytes],
    ['an ArrayBuffer', () => new Uint8Array(bytes).buffer],
    ['a file URL', () => wasmFile],
    ['a URL as a string', () => wasmFile.href],
    ['a path', () => fileURLToPath(wasmFile)],
    ['a data URL', () => new URL(`data:application/wasm;base64,${bytes.toString('base64')}`)],
    ['a response', () => new Response(new Uint8Array(bytes), { headers: { 'Content-Type': 'application/wasm' } })],
    ['a response of another type', () => new Response(new Uint8Array(bytes))],
    ['a compiled module', () => WebAssembly.compile(bytes)],
  ];
  test.each(sources)('from %s', async (_, make) => {
    const source = await make();
    const { exports, pool } = await loadKernels(source === undefined ? {} : { source });
    expect(exports.exp(1)).toBe(Math.E);
    expect(exports.heapBase()).toBeGreaterThan(0);
    expect(pool.allocate(100, 'test')).toBeGreaterThanOrEqual(exports.heapBase());
  });

  test('instances have memories of their own', async () => {
    const [first, second] = await Promise.all([loadKernels(), loadKernels()]);
    const pointer = first.pool.allocate(8, 'a');
    expect(second.pool.allocate(8, 'a')).toBe(pointer);
    first.exports.fillF64(1, 3, pointer);
    second.exports.fillF64(1, 4, pointer);
    expect(first.pool.f64[pointer / 8]).toBe(3);
  });

  test('what is not a kernel build is refused', async () => {
    await expect(loadKernels({ source: new Uint8Array([1, 2, 3]) })).rejects.toThrow(WebAssembly.CompileError);
    await expect(loadKernels({ source: new URL('missing.wasm', wasmFile) })).rejects.toThrow("loadKernels: 'source' must be an address that can be read (ENOENT");
  });
});

test('the stream of random numbers belongs to the seed', async () => {
  const kernels = await loadKernels();
  expect(kernels.random(3).uniform(1, 0, 0)).toBe((await loadKernels()).random(3).uniform(1, 0, 0));
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => kernels.random(seed)).toThrow("random: 'seed' must be an integer");
});
