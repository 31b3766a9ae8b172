import type { DenseDataset } from '../../bindings/index.js';

/** Three features, two classes, five training samples. */
export const tinyDataset: DenseDataset = {
  name: 'tiny',
  features: 3,
  classes: 2,
  train: {
    count: 5,
    inputs: Float32Array.from([1, 0, 2, -1, 1, 0, 0.5, 0.5, 0.5, 2, 0, -1, 0, 1, 1]),
    labels: Uint8Array.from([0, 1, 1, 0, 1]),
  },
  test: { count: 2, inputs: Float32Array.from([1, 0, 2, 0, 1, 0]), labels: Uint8Array.from([0, 1]) },
};
/** Worker 0 holds one sample, worker 1 four. */
export const tinyPartition = [Uint32Array.from([3]), Uint32Array.from([0, 4, 1, 2])];
