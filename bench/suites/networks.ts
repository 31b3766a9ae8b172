import { digits, LoadedDataset } from '../../bindings/index.js';
import type { Kernels, LoadedSamples } from '../../bindings/index.js';
import { Arena } from '../arena.js';
import { GRADIENT_TOLERANCE, MeasuredNetwork, placeDense } from '../network.js';
import { networkReference, residual, softmaxLoss } from '../reference.js';
import { BATCH_SIZES, NETWORK } from '../sizes.js';
import type { BenchCase } from './case.js';

const NETWORKS: readonly (readonly number[])[] = [NETWORK, [784, 10], [784, 256, 128, 10]];
/** Samples that a call of an evaluation handles, as in simulations. */
const CHUNK = 512;

/** Gradients, evaluations and softmax, on the built-in digits: a fifth of their pixels are not 0. */
export function networks(kernels: Kernels): BenchCase[] {
  const dataset = digits(kernels);
  const forms: (readonly [string, LoadedSamples])[] = [
    ['dense', placeDense(kernels, dataset)],
    ['sparse', new LoadedDataset(kernels, dataset).train],
  ];
  return [
    ...NETWORKS.flatMap((widths) => forms.flatMap(([form, samples]) => gradients(new MeasuredNetwork(kernels, widths, dataset, samples), form))),
    ...forms.map(([form, samples]) => evaluation(new MeasuredNetwork(kernels, NETWORK, dataset, samples), form)),
    ...[1, 32, 256].map((rows) => softmax(kernels, rows, 10)),
  ];
}

function gradients(network: MeasuredNetwork, form: string): BenchCase[] {
  return BATCH_SIZES.map((size) => {
    const batches = network.batches(size);
    return {
      name: `mlpGradient ${network.widths.join('-')} ${form}, batch ${size}`,
      unit: 'GFLOP/s',
      work: batches.operations,
      run: batches.next,
      residual: batches.residual,
      tolerance: GRADIENT_TOLERANCE,
    };
  });
}

function evaluation({ kernels: { exports, pool }, arena, widths, widthsPointer, parameters, parametersPointer, dataset, samples }: MeasuredNetwork, form: string): BenchCase {
  const { count, inputs, starts, longest, labels } = samples;
  const layers = widths.length - 1;
  const losses = arena.allocate(4 * count);
  const scratch = arena.allocate(exports.mlpScratchBytes(layers, widthsPointer, CHUNK, longest));
  const run = (): void => {
    for (let at = 0; at < count; at += CHUNK) {
      const rows = starts === 0 ? inputs + 4 * at * widths[0]! : inputs;
      exports.mlpEvaluate(
        layers, widthsPointer, Math.min(CHUNK, count - at), rows, starts === 0 ? 0 : starts + 4 * at, 0, labels + at, parametersPointer, losses + 4 * at, 0, scratch,
      );
    }
  };
  const entries = starts === 0 ? count * widths[0]! : pool.u32[starts / 4 + count]!;
  const inner = widths.slice(1, -1).reduce((sum, width, l) => sum + width * widths[l + 2]!, 0);
  return {
    name: `mlpEvaluate ${widths.join('-')} ${form}, ${count} samples`,
    unit: 'GFLOP/s',
    work: 2 * (entries * widths[1]! + count * inner),
    run,
    residual: () => {
      arena.poison(losses, 4 * count);
      run();
      const some = Uint32Array.from({ length: 64 }, (_, j) => Math.floor((j * count) / 64));
      const all = arena.f32(losses, count);
      return residual(Array.from(some, (row) => all[row]!), networkReference(widths, parameters, dataset.train.inputs, dataset.train.labels, some).losses);
    },
    tolerance: GRADIENT_TOLERANCE,
  };
}

function softmax(kernels: Kernels, rows: number, classes: number): BenchCase {
  const { exports } = kernels;
  const arena = new Arena(kernels);
  const logits = arena.normals(rows * classes, 3);
  const labels = arena.place(Uint8Array.from({ length: rows }, (_, j) => j % classes));
  const gradient = arena.allocate(4 * rows * classes);
  const run = (): number => exports.softmaxCrossEntropy(rows, classes, logits, classes, labels, 0, 0, gradient, classes);
  return {
    name: `softmaxCrossEntropy ${rows}×${classes}`,
    unit: 'M/s',
    work: rows * classes,
    run: () => void run(),
    residual: () => {
      arena.poison(gradient, 4 * rows * classes);
      const expected = Float64Array.from(arena.f32(logits, rows * classes));
      let loss = 0;
      for (let row = 0; row < rows; row += 1) loss += softmaxLoss(expected.subarray(row * classes, (row + 1) * classes), row % classes) / rows;
      return Math.max(residual([run()], [loss]), residual(arena.f32(gradient, rows * classes), expected.map((x) => x / rows)));
    },
    tolerance: GRADIENT_TOLERANCE,
  };
}

