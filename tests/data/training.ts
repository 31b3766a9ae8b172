import { Purpose, type DenseDataset, type Kernels } from '../../bindings/index.js';

const BATCH = 32;
const STEPSIZE = 0.1;

/**
 * Trains a network with ReLU units by plain SGD (batch 32, stepsize 0.1, He initialisation, seed 0).
 * @param hidden Units per hidden layer; none is multinomial logistic regression, started at 0.
 * @returns The share of test samples that it classifies correctly.
 */
export function trainedAccuracy(kernels: Kernels, dataset: DenseDataset, hidden: readonly number[], epochs: number): number {
  const { train, test, features, classes } = dataset;
  const { exports, pool } = kernels;
  const random = kernels.random(0);
  const widths = [features, ...hidden, classes];
  const layers = widths.length - 1;
  const layerSizes = widths.slice(1).map((width, layer) => (widths[layer]! + 1) * width);
  const size = layerSizes.reduce((sum, count) => sum + count, 0);
  const blocks: number[] = [];
  const take = (bytes: number): number => {
    const pointer = pool.allocate(bytes, 'training');
    blocks.push(pointer);
    return pointer;
  };
  const widthsAt = take(4 * widths.length);
  const inputsAt = take(4 * Math.max(train.inputs.length, test.inputs.length));
  const labelsAt = take(Math.max(train.count, test.count));
  const indicesAt = take(4 * BATCH);
  const [modelAt, gradientAt] = [take(4 * size), take(4 * size)];
  const correctAt = take(test.count);
  const scratchAt = take(exports.mlpScratchBytes(layers, widthsAt, Math.max(BATCH, test.count), 0));
  pool.u32.set(widths, widthsAt / 4);
  pool.f32.set(train.inputs, inputsAt / 4);
  pool.u8.set(train.labels, labelsAt);
  pool.f32.fill(0, modelAt / 4, modelAt / 4 + size);
  let at = modelAt / 4;
  widths.slice(1).forEach((width, layer) => {
    const weights = widths[layer]! * width;
    const deviation = hidden.length === 0 ? 0 : Math.sqrt(2 / widths[layer]!);
    const u = random.uniforms(Purpose.model, layer, 0, 3 * weights);
    for (let j = 0; j < weights; j += 1) pool.f32[at + j] = 2 * deviation * (u[3 * j]! + u[3 * j + 1]! + u[3 * j + 2]! - 1.5);
    at += layerSizes[layer]!;
  });
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const order = random.permutation(Purpose.samples, 0, epoch, train.count);
    for (let first = 0; first < train.count; first += BATCH) {
      const batch = order.subarray(first, first + BATCH);
      pool.u32.set(batch, indicesAt / 4);
      exports.mlpGradient(layers, widthsAt, batch.length, inputsAt, 0, indicesAt, labelsAt, 0, modelAt, gradientAt, 0, 0, 0, scratchAt);
      exports.stepF32(size, STEPSIZE, modelAt, gradientAt, modelAt);
    }
  }
  pool.f32.set(test.inputs, inputsAt / 4);
  pool.u8.set(test.labels, labelsAt);
  exports.mlpEvaluate(layers, widthsAt, test.count, inputsAt, 0, 0, labelsAt, modelAt, 0, correctAt, scratchAt);
  const correct = pool.u8.subarray(correctAt, correctAt + test.count).reduce((sum, one) => sum + one, 0);
  for (const pointer of blocks) pool.release(pointer);
  return correct / test.count;
}
