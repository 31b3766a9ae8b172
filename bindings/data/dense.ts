import type { CompressedSamples, Dataset, DenseDataset, DenseSamples, Samples } from './dataset.js';

/**
 * The same data set with its rows stored whole: count×features float32 for either set.
 * @param dataset Not changed.
 * @returns A data set that shares what was whole already.
 */
export function denseDataset(dataset: Dataset): DenseDataset {
  const { features, train, test } = dataset;
  return { ...dataset, train: denseSamples(train, features), test: denseSamples(test, features) };
}

function denseSamples(samples: Samples, features: number): DenseSamples {
  if (!('starts' in samples)) return samples;
  const { count, labels } = samples;
  const inputs = new Float32Array(count * features);
  writeRows(samples, features, inputs);
  return { count, inputs, labels };
}

/** Writes compressed rows whole. @param out count×features numbers. */
export function writeRows({ count, starts, columns, values }: CompressedSamples, features: number, out: Float32Array): void {
  out.fill(0);
  for (let row = 0; row < count; row += 1) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) out[row * features + columns[entry]!] = values[entry]!;
  }
}
