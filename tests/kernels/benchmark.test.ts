import { expect, test } from 'vitest';
import { kernelBenchmarks } from '../../bindings/kernels/benchmark.js';
import { loadKernels } from '../../bindings/kernels/load.js';

test('every benchmark runs, has a name of its own and says what it does', async () => {
  const kernels = await loadKernels();
  const benchmarks = kernelBenchmarks(kernels);
  expect(benchmarks[0]!.name).toBe('peak');
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
  for (const benchmark of benchmarks) {
    expect(benchmark.work).toBeGreaterThan(0);
    benchmark.run();
  }
  expect(benchmarks.find(({ name }) => name === 'gemm 256×256×256')!.work).toBe(2 * 256 ** 3);
});

test('peakLoop computes what it counts', async () => {
  const { exports } = await loadKernels();
  for (const iterations of [0, 1, 1000]) expect(exports.peakLoop(iterations)).toBe(784 * (iterations + 3));
});
