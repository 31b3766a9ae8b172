import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { KERNEL_VARIANTS, type KernelSource, type KernelVariant, loadKernels } from '../../bindings/kernels/load.js';
import * as browser from '../../bindings/platform.js';
import * as node from '../../bindings/platform.node.js';
import { withoutRelaxedSimd, withRelaxedSimd } from './relaxed-simd.js';
import { wasmFile } from './workbench.js';

const bytes = readFileSync(wasmFile);
const fmaFile = new URL('straggler-fma.wasm', wasmFile);
const fmaBytes = readFileSync(fmaFile);

describe.each<[KernelVariant, typeof bytes]>([['simd', bytes], ['fma', fmaBytes]])('the build %s', (_, build) => {
  test('imports its memory and nothing else', async () => {
    const imports = WebAssembly.Module.imports(await withRelaxedSimd(() => WebAssembly.compile(build)));
    expect(imports).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  });

  test('exports what the ABI names, and nothing else but its memory', async () => {
    const source = readFileSync(new URL('../../bindings/kernels/abi.ts', import.meta.url), 'utf8');
    const named = [...source.matchAll(/^ {2}(\w+)\(/gm)].map((match) => match[1]!);
    const exported = WebAssembly.Module.exports(await withRelaxedSimd(() => WebAssembly.compile(build))).map(({ name }) => name);
    expect(named.length).toBeGreaterThan(35);
    expect(exported.sort()).toEqual([...named, 'memory'].sort());
  });
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

describe('variants of the kernels', () => {
  test.each<[KernelVariant, typeof bytes]>([['simd', bytes], ['fma', fmaBytes]])('%s is loaded from its own build', async (variant, build) => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    const kernels = await withRelaxedSimd(() => loadKernels({ variant }));
    const compiled = compile.mock.calls.map(([source]) => Buffer.from(source as ArrayBuffer).equals(build));
    compile.mockRestore();
    expect(compiled).toEqual([true]);
    expect(kernels.variant).toBe(variant);
    expect(kernels.exports.exp(1)).toBe(Math.E);
  });

  test('a source is of the variant that it is said to be', async () => {
    expect((await withRelaxedSimd(() => loadKernels({ source: fmaFile, variant: 'fma' }))).variant).toBe('fma');
    expect((await loadKernels({ source: wasmFile })).variant).toBe('simd');
  });

  test('the default needs no look at what the engine supports', async () => {
    const validate = vi.spyOn(WebAssembly, 'validate');
    const { variant } = await loadKernels();
    const looks = validate.mock.calls.length;
    await loadKernels({ variant: 'fma' }).catch(() => undefined);
    const later = validate.mock.calls.length;
    validate.mockRestore();
    expect([variant, looks, later]).toEqual(['simd', 0, 1]);
  });

  test('an unknown one is refused', async () => {
    await expect(loadKernels({ variant: 'avx' as KernelVariant })).rejects.toMatchObject({
      name: 'InputError',
      message: "loadKernels: 'variant' must be simd or fma, got 'avx'",
    });
  });

  test.each<[string, KernelSource | undefined]>([['of this package', undefined], ['given', fmaBytes]])(
    'fma %s is refused where the engine lacks relaxed SIMD, with what to do',
    async (_, source) => {
      const options = { variant: 'fma', ...(source === undefined ? {} : { source }) } as const;
      await expect(withoutRelaxedSimd(() => loadKernels(options))).rejects.toMatchObject({
        name: 'InputError',
        message: `loadKernels: 'variant' must be 'simd' ${node.relaxedSimdAdvice()}, got 'fma'`,
      });
    },
  );

  test('the advice fits the engine', () => {
    expect(node.relaxedSimdAdvice('20.9.0')).toBe(
      "in Node 20 unless it is started as 'node --experimental-wasm-relaxed-simd …' (NODE_OPTIONS does not take this flag; Node 22 needs none)",
    );
    expect(node.relaxedSimdAdvice('24.1.0')).toBe('in this engine (Node 24.1.0), which does not support relaxed SIMD');
    expect(node.relaxedSimdAdvice()).toBe(node.relaxedSimdAdvice(process.versions.node));
    expect(browser.relaxedSimdAdvice()).toBe('in this browser, which does not support relaxed SIMD');
  });

  test('every platform has a build for each', () => {
    for (const { kernelUrls } of [browser, node]) {
      expect(Object.keys(kernelUrls)).toEqual([...KERNEL_VARIANTS]);
      expect([kernelUrls.simd.href, kernelUrls.fma.href]).toEqual([wasmFile.href, fmaFile.href]);
    }
  });
});

test('the stream of random numbers belongs to the seed', async () => {
  const kernels = await loadKernels();
  expect(kernels.random(3).uniform(1, 0, 0)).toBe((await loadKernels()).random(3).uniform(1, 0, 0));
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => kernels.random(seed)).toThrow("random: 'seed' must be an integer");
});
