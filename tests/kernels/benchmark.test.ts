import { expect, test } from 'vitest';
import { LoadedDataset } from '../../bindings/data/loaded-dataset.js';
import { digits } from '../../bindings/data/digits.js';
import { kernelBenchmarks } from '../../bindings/kernels/benchmark.js';
import { loadKernels } from '../../bindings/kernels/load.js';

const kernels = await loadKernels();
const samples = new LoadedDataset(kernels, digits(kernels, { train: 500, test: 10 })).train;

test('every benchmark runs, has a name of its own and says what it does', () => {
  const benchmarks = kernelBenchmarks(kernels, samples);
  expect(benchmarks[0]!.name).toBe('peak');
  const names = benchmarks.map(({ name }) => name);
  expect(new Set(names).size).toBe(benchmarks.length);
  for (const benchmark of benchmarks) {
    expect(benchmark.work).toBeGreaterThan(0);
    benchmark.run();
  }
  expect(benchmarks.find(({ name }) => name === 'gemm 256×256×256')!.work).toBe(2 * 256 ** 3);
});

test('what bounds a benchmark is one of them, in the same unit', () => {
  const benchmarks = kernelBenchmarks(kernels);
  for (const { yardstick, unit } of benchmarks.filter(({ yardstick: bound }) => bound !== undefined)) {
    expect(benchmarks.find(({ name }) => name === yardstick)?.unit).toBe(unit);
  }
  expect(benchmarks.filter(({ yardstick }) => yardstick === undefined).map(({ unit }) => unit)).toEqual(['GFLOP/s', 'M/s']);
});

test('gradients of compressed samples count operations with non-zero inputs only', () => {
  const benchmarks = kernelBenchmarks(kernels, samples);
  const work = (name: string) => benchmarks.find((benchmark) => benchmark.name === name)!.work;
  expect(work('MLP gradient, dense, batch 32')).toBe(2 * 32 * (2 * 784 * 128 + 3 * 1280));
  const share = (work('MLP gradient, sparse, batch 256') / 512 - 3 * 1280) / (2 * 784 * 128);
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.25);
  expect(kernelBenchmarks(kernels).filter(({ name }) => name.includes('sparse'))).toEqual([]);
});

test('peakLoop computes what it counts', () => {
  for (const iterations of [0, 1, 1000]) expect(kernels.exports.peakLoop(iterations)).toBe(784 * (iterations + 3));
});
