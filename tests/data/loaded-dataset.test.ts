import { describe, expect, it } from 'vitest';
import { LoadedDataset, loadKernels } from '../../bindings/index.js';
import type { DenseDataset } from '../../bindings/index.js';

/** Two rows of ten, of which the first `nonZeros` values are not 0, and a row of test data. */
function dataset(nonZeros: number): DenseDataset {
  const inputs = Float32Array.from({ length: 20 }, (_, j) => (j < nonZeros ? j + 1 : 0));
  return {
    name: 'tiny',
    features: 10,
    classes: 2,
    train: { count: 2, inputs, labels: Uint8Array.of(0, 1) },
    test: { count: 1, inputs: Float32Array.from({ length: 10 }, (_, j) => (j === 9 ? NaN : -0)), labels: Uint8Array.of(1) },
  };
}

describe('LoadedDataset', () => {
  it('compresses rows in which few values are not 0', async () => {
    const kernels = await loadKernels();
    const { train, test } = new LoadedDataset(kernels, dataset(10));
    const { u32, f32, u8 } = kernels.pool;
    expect([...u32.subarray(train.starts / 4, train.starts / 4 + 3)]).toEqual([0, 10, 10]);
    for (let j = 0; j < 10; j += 1) {
      expect(u32[train.inputs / 4 + 2 * j]).toBe(j);
      expect(f32[train.inputs / 4 + 2 * j + 1]).toBe(j + 1);
    }
    expect(train.longest).toBe(10);
    expect([...u8.subarray(train.labels, train.labels + 2)]).toEqual([0, 1]);
    // The test data takes the form of the training data; NaN is a value, −0 is not.
    expect([...u32.subarray(test.starts / 4, test.starts / 4 + 2)]).toEqual([0, 1]);
    expect(u32[test.inputs / 4]).toBe(9);
    expect(f32[test.inputs / 4 + 1]).toBeNaN();
  });

  it('leaves denser ones as they are', async () => {
    const kernels = await loadKernels();
    const { train, test } = new LoadedDataset(kernels, dataset(11));
    expect(train.starts).toBe(0);
    expect(train.longest).toBe(0);
    expect([...kernels.pool.f32.subarray(train.inputs / 4, train.inputs / 4 + 20)]).toEqual([...dataset(11).train.inputs]);
    expect(test.starts).toBe(0);
  });

  it.each([10, 11])('gives all its memory back (%i of 20 values not 0)', async (nonZeros) => {
    const kernels = await loadKernels();
    new LoadedDataset(kernels, dataset(nonZeros)).dispose();
    expect(kernels.pool.usage()).toEqual({});
  });
});
