import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { KERNEL_VARIANTS, type KernelSource, type KernelVariant, loadKernels } from '../../bindings/kernels/load.js';
import type { KernelExports } from '../../bindings/kernels/abi.js';
import { Vector } from '../../bindings/kernels/vector.js';
import { digits } from '../../bindings/data/digits.js';
import { LoadedDataset } from '../../bindings/data/loaded-dataset.js';
import { MlpProblem } from '../../bindings/problems/mlp.js';
import * as browser from '../../bindings/platform.js';
import * as node from '../../bindings/platform.node.js';
import { withoutRelaxedSimd, withRelaxedSimd } from './relaxed-simd.js';

const wasmFile = new URL('../../bindings/kernels/straggler.wasm', import.meta.url);
const bytes = readFileSync(wasmFile);
const fmaFile = new URL('straggler-fma.wasm', wasmFile);
const fmaBytes = readFileSync(fmaFile);
const builds: [string, typeof bytes][] = [['simd', bytes], ['fma', fmaBytes]];

describe.each(builds)('the build %s', (_, build) => {
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

  test.each([['browsers', browser], ['Node', node]])('%s have the build of each', async (_, { kernelBuild }) => {
    expect(Buffer.from(await kernelBuild('simd')).equals(bytes)).toBe(true);
    expect(Buffer.from(await kernelBuild('fma')).equals(fmaBytes)).toBe(true);
  });
});

describe('a memory that threads share', () => {
  test('is there when asked for, and only then', async () => {
    const [own, shared] = await Promise.all([loadKernels(), loadKernels({ shared: true })]);
    expect([own.shared, own.module, own.pool.memory.buffer instanceof SharedArrayBuffer]).toEqual([false, undefined, false]);
    expect([shared.shared, shared.module instanceof WebAssembly.Module, shared.pool.memory.buffer instanceof SharedArrayBuffer]).toEqual([true, true, true]);
    expect([own.pool.limitBytes, shared.pool.limitBytes]).toEqual([2 ** 32, 2 ** 32]);
    expect((await loadKernels({ shared: true, maximumBytes: 2 ** 20 })).pool.limitBytes).toBe(2 ** 20);
  });

  test('is as large as can be had', async () => {
    const { Memory } = WebAssembly;
    const upTo = (pages: number): void => {
      vi.spyOn(WebAssembly, 'Memory').mockImplementation(function (this: unknown, descriptor: WebAssembly.MemoryDescriptor) {
        if (descriptor.shared === true && descriptor.maximum! > pages) throw new RangeError('could not allocate memory');
        return new Memory(descriptor);
      });
    };
    try {
      upTo(2 ** 14);
      const { pool, shared, exports } = await loadKernels({ shared: true });
      expect([shared, pool.limitBytes, exports.exp(1)]).toEqual([true, 2 ** 30, Math.E]);
      expect(() => pool.allocate(2 ** 30, 'test')).toThrow("memory: 'test' must fit in 1 GiB");
      vi.restoreAllMocks();
      upTo(100);
      expect((await loadKernels({ shared: true })).shared).toBe(false);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('is used by all instances made of the module', async () => {
    const { pool, module, exports } = await loadKernels({ shared: true });
    const other = new WebAssembly.Instance(module!, { env: { memory: pool.memory } }).exports as unknown as KernelExports;
    const x = pool.allocate(800, 'test');
    other.fillF64(100, 3, x);
    exports.scaleF64(100, 2, x);
    expect(other.dotF64(100, x, x)).toBe(3600);
    expect(other.heapBase()).toBe(exports.heapBase());
    // A second instance writes its constants anew; nothing else lies below the heap.
    expect(other.uniform(1, 2, 3, 4, 5)).toBe(exports.uniform(1, 2, 3, 4, 5));
  });

  test('a vector’s bytes are a copy of its own, and views are made anew when it grows', async () => {
    const { pool } = await loadKernels({ shared: true });
    const x = new Vector(pool, 3, 'float64', 'test');
    x.view().set([1, 2, 3]);
    const bytes = x.bytes();
    expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
    const before = pool.memory.buffer.byteLength;
    const big = pool.allocate(2 ** 23, 'test');
    expect(pool.memory.buffer.byteLength).toBeGreaterThan(before);
    expect([pool.u8.length, pool.f64.length * 8]).toEqual([pool.memory.buffer.byteLength, pool.memory.buffer.byteLength]);
    pool.u8[big + 2 ** 23 - 1] = 7;
    expect([...x.view()]).toEqual([1, 2, 3]);
    expect(Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).length).toBe(32);
  });
});

test.each(KERNEL_VARIANTS)('shared kernels %s give the bits of the others, at every kind of call', async (variant) => {
  const results = await withRelaxedSimd(() =>
    Promise.all(
      [false, true].map(async (shared) => {
        const kernels = await loadKernels({ variant, shared });
        expect(kernels.shared).toBe(shared);
        const { exports, pool } = kernels;
        const [a, b, c] = [1, 2, 3].map(() => pool.allocate(4 * 70_000, 'test')) as [number, number, number];
        const taken = (pointer: number, count: number): string => Buffer.from(pool.u8.slice(pointer, pointer + count * 4)).toString('base64');
        exports.fillNormalF32(5000, 1, 2, 3, 4, 5, a);
        exports.fillNormalF32(5000, 1, 2, 4, 4, 5, b);
        const scratch = pool.allocate(exports.gemmScratchBytes(61, 67, 71), 'test');
        exports.gemmNN(61, 67, 71, a, 71, b, 67, c, 67, 0, 0, scratch);
        const all = [taken(c, 61 * 67)];
        exports.gemmTN(61, 67, 71, a, 61, b, 67, c, 67, 0, 1, scratch);
        all.push(taken(c, 61 * 67));
        exports.addNormalF64(999, 0.3, 9, 9, 1, 2, 7, c);
        exports.tridiagonalGradient(999, 0.5, -0.25, c, 0, a);
        exports.addNormalF64(999, 1, 7, 8, 9, 10, 7, a);
        all.push(taken(a, 1998), String(exports.dotF64(999, a, c)), String(exports.log(3)));
        const problem = new MlpProblem(
          kernels, new LoadedDataset(kernels, digits(kernels, { train: 200, test: 20 })),
          { hidden: [19], batch: 7, partition: [Uint32Array.from({ length: 200 }, (_, j) => j)] }, kernels.random(1),
        );
        const [x, out] = [problem.initial(), problem.initial()];
        for (let index = 0; index < 20; index += 1) {
          problem.gradient(0, index, x, out);
          exports.axpyF32(x.length, -0.1, out.pointer, x.pointer);
        }
        all.push(taken(x.pointer, x.length), JSON.stringify(problem.evaluate(x)));
        return all;
      }),
    ),
  );
  expect(results[1]).toEqual(results[0]);
});

test('the stream of random numbers belongs to the seed', async () => {
  const kernels = await loadKernels();
  expect(kernels.random(3).uniform(1, 0, 0)).toBe((await loadKernels()).random(3).uniform(1, 0, 0));
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => kernels.random(seed)).toThrow("random: 'seed' must be an integer");
});
