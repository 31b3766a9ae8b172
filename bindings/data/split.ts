import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { Purpose } from '../kernels/random.js';
import type { CompressedSamples, DenseSamples, Samples } from './dataset.js';

/**
 * Splits a lone set at random: five sixths of the samples, rounded down, to train on, and the rest to test with.
 * @param seed Decides the split, together with the number of samples.
 * @param where The file, for errors.
 * @throws InputError when there are fewer than two samples.
 */
export function splitSamples<S extends Samples>(kernels: Kernels, samples: S, seed: number, where: string): [train: S, test: S] {
  const { count } = samples;
  if (count < 2) throw new InputError(where, 'samples', 'be at least 2 to be split into training and testing', count);
  const order = kernels.random(seed).permutation(Purpose.split, 0, 0, count);
  const train = Math.floor((5 * count) / 6);
  return [pick(samples, order.subarray(0, train)), pick(samples, order.subarray(train))];
}

/** The chosen samples, in the order given and in the form that they have. */
function pick<S extends Samples>(samples: S, chosen: Uint32Array): S {
  return ('starts' in samples ? pickCompressed(samples, chosen) : pickDense(samples, chosen)) as S;
}

function pickDense({ count, inputs, labels }: DenseSamples, chosen: Uint32Array): DenseSamples {
  const features = inputs.length / count;
  const picked = { count: chosen.length, inputs: new Float32Array(chosen.length * features), labels: new Uint8Array(chosen.length) };
  chosen.forEach((sample, j) => {
    picked.inputs.set(inputs.subarray(sample * features, (sample + 1) * features), j * features);
    picked.labels[j] = labels[sample]!;
  });
  return picked;
}

function pickCompressed({ starts, columns, values, labels }: CompressedSamples, chosen: Uint32Array): CompressedSamples {
  const from = new Uint32Array(chosen.length + 1);
  chosen.forEach((sample, j) => {
    from[j + 1] = from[j]! + starts[sample + 1]! - starts[sample]!;
  });
  const entries = from[chosen.length]!;
  const picked = { columns: new Uint32Array(entries), values: new Float32Array(entries), labels: new Uint8Array(chosen.length) };
  chosen.forEach((sample, j) => {
    picked.columns.set(columns.subarray(starts[sample], starts[sample + 1]), from[j]);
    picked.values.set(values.subarray(starts[sample], starts[sample + 1]), from[j]);
    picked.labels[j] = labels[sample]!;
  });
  return { count: chosen.length, starts: from, ...picked };
}
