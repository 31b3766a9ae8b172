import { InputError } from '../errors.js';
import type { Kernels } from './load.js';
import { type Floats, type Stage, staged } from './staging.js';
import { Vector } from './vector.js';

export type { Floats };

/** What `multiply` multiplies. */
export interface ProductOptions {
  /** Rows of the result. */
  m: number;
  /** Columns of the result. */
  n: number;
  /** Length of the sums: columns of op(A), rows of op(B). */
  k: number;
  /** `a` is stored transposed, k×m. Default: false, m×k. */
  transposeA?: boolean;
  /** `b` is stored transposed, n×k. Default: false, k×n. */
  transposeB?: boolean;
  /** n numbers, added to every row. */
  bias?: Floats;
  /** Add the product to what `out` holds. Default: false. */
  accumulate?: boolean;
  /** m×n, where the result goes. Must not overlap an input. Default: a new array. */
  out?: Floats;
}

/** A multilayer perceptron with ReLU between its layers and softmax cross-entropy on top, and the samples to evaluate it on. */
export interface NetworkBatch {
  /** Sizes of the layers: inputs first, classes (at most 256) last. Two sizes make multinomial logistic regression. */
  widths: readonly number[];
  /** `mlpParameterCount(widths)` numbers; per layer the weights (in×out, row-major), then the biases (out). */
  parameters: Floats;
  /** One row of `widths[0]` numbers per sample, row-major. */
  inputs: Floats;
  /** The class of each sample, 0 ≤ label < classes. */
  labels: Uint8Array;
  /** The samples to use, in order; repetitions are allowed. Default: all. */
  indices?: Uint32Array;
}

/** A `NetworkBatch` to differentiate. */
export interface GradientOptions extends NetworkBatch {
  /** One weight per sample used. Default: 1 / (number of samples used). */
  weights?: Floats;
  /** Add the gradient to what `out` holds. Default: false. */
  accumulate?: boolean;
  /** As long as the parameters, where the gradient goes. Must not overlap an input. Default: a new array. */
  out?: Floats;
}

/**
 * C = op(A)·op(B) + [bias per column] + [C itself], float32; op(X) is X or its transpose.
 *
 * @param kernels The loaded kernels.
 * @param a m×k row-major (k×m with `transposeA`).
 * @param b k×n row-major (n×k with `transposeB`).
 * @param options Sizes, transpositions, bias and target.
 * @returns C, m×n row-major: `out` when it was given (a fresh view of it if memory grew during the call), otherwise a new array
 * outside the kernels' memory. With k = 0 the product is zero.
 * @remarks Views of the kernels' memory detach when it grows, and this call may make it grow (it needs up to about 1 MB of scratch,
 * plus copies of arrays outside it). A `Vector` never detaches; take its `view()` anew after the call.
 * @throws InputError when a size is not a whole number ≥ 0, an array has another length than the sizes say, or `out` overlaps an input.
 * @throws MemoryLimitError when the copies do not fit.
 * @example
 * const kernels = await loadKernels();
 * const a = Float32Array.of(1, 2, 3, 4); // 2×2
 * const b = Float32Array.of(5, 6); // 2×1
 * multiply(kernels, a, b, { m: 2, n: 1, k: 2 }); // Float32Array [17, 39]
 */
export function multiply(kernels: Kernels, a: Floats, b: Floats, options: ProductOptions): Float32Array {
  const where = 'multiply';
  const { m, n, k, transposeA = false, transposeB = false, bias, accumulate = false, out } = options;
  for (const [name, value] of Object.entries({ m, n, k })) requireCount(where, name, value, 0);
  requireEntries(where, 'a', a, m * k, transposeA ? `k×m = ${k}×${m}` : `m×k = ${m}×${k}`);
  requireEntries(where, 'b', b, k * n, transposeB ? `n×k = ${n}×${k}` : `k×n = ${k}×${n}`);
  if (bias !== undefined) requireEntries(where, 'bias', bias, n, `n = ${n}`);
  if (out !== undefined) requireEntries(where, 'out', out, m * n, `m×n = ${m}×${n}`);
  else if (accumulate) throw new InputError(where, 'out', "be given when 'accumulate' is true", out);
  return staged(kernels, where, { a, b, bias, out }, (stage) => {
    const { exports } = kernels;
    const pointerA = stage.input('a');
    const pointerB = stage.input('b');
    const pointerBias = stage.input('bias');
    const target = stage.output('out', m * n, accumulate);
    const scratch = stage.scratch(exports.gemmScratchBytes(m, n, k));
    if (transposeA && transposeB) {
      // The kernels have no such form: transpose b to k×n first.
      const flipped = stage.scratch(k * n * 4);
      const { f32 } = kernels.pool;
      for (let j = 0; j < n; j += 1) for (let i = 0; i < k; i += 1) f32[flipped / 4 + i * n + j] = f32[pointerB / 4 + j * k + i]!;
      exports.gemmTN(m, n, k, pointerA, m, flipped, n, target, n, pointerBias, Number(accumulate), scratch);
    } else if (transposeA) exports.gemmTN(m, n, k, pointerA, m, pointerB, n, target, n, pointerBias, Number(accumulate), scratch);
    else if (transposeB) exports.gemmNT(m, n, k, pointerA, k, pointerB, k, target, n, pointerBias, Number(accumulate), scratch);
    else exports.gemmNN(m, n, k, pointerA, k, pointerB, n, target, n, pointerBias, Number(accumulate), scratch);
    return stage.result('out', target, m * n);
  });
}

/**
 * How many parameters a multilayer perceptron has: Σ_l (widths_l + 1)·widths_{l+1}.
 * @param widths Sizes of the layers, inputs first, classes last.
 * @returns d, the number of weights and biases.
 * @throws InputError unless there are at least two sizes, all whole numbers ≥ 1, the last at most 256.
 * @example
 * mlpParameterCount([784, 128, 10]); // 101770
 */
export function mlpParameterCount(widths: readonly number[]): number {
  requireWidths('mlpParameterCount', widths);
  return countParameters(widths);
}

/**
 * Loss Σ_r w_r loss_r of a multilayer perceptron over the samples r used, and its gradient with respect to the parameters.
 *
 * @param kernels The loaded kernels.
 * @param options The network, the samples and their weights.
 * @returns The loss, and the gradient in the parameters' layout: `out` when it was given (a fresh view of it if memory grew during the
 * call), otherwise a new array outside the kernels' memory. Without samples both are 0.
 * @throws InputError when a width, a label or an index is out of range, an array has the wrong length, or `out` overlaps an input.
 * @throws MemoryLimitError when the copies do not fit.
 * @example
 * const kernels = await loadKernels();
 * const widths = [2, 3]; // two inputs, three classes, no hidden layer
 * const parameters = new Float32Array(mlpParameterCount(widths));
 * const { loss } = mlpGradient(kernels, { widths, parameters, inputs: Float32Array.of(1, -1), labels: Uint8Array.of(2) });
 * loss.toFixed(6); // '1.098612', the logarithm of 3
 */
export function mlpGradient(kernels: Kernels, options: GradientOptions): {
  /** Σ_r w_r loss_r, natural logarithms. */
  loss: number;
  /** In the parameters' layout. */
  gradient: Float32Array;
} {
  const where = 'mlpGradient';
  const { parameters, weights, accumulate = false, out } = options;
  const batch = requireBatch(where, options);
  if (weights !== undefined) requireEntries(where, 'weights', weights, batch, 'one per sample used');
  if (out !== undefined) requireEntries(where, 'out', out, parameters.length, 'one per parameter');
  else if (accumulate) throw new InputError(where, 'out', "be given when 'accumulate' is true", out);
  const { inputs, labels, indices } = options;
  return staged(kernels, where, { parameters, inputs, labels, indices, weights, out }, (stage) => {
    const pointers = stageNetwork(kernels, stage, options.widths, batch);
    const pointerWeights = stage.input('weights');
    const target = stage.output('out', parameters.length, accumulate);
    const loss = kernels.exports.mlpGradient(
      options.widths.length - 1, pointers.widths, batch, pointers.inputs, 0, pointers.indices, pointers.labels, pointerWeights,
      pointers.parameters, target, Number(accumulate), 0, 0, pointers.scratch,
    );
    return { loss, gradient: stage.result('out', target, parameters.length) };
  });
}

/**
 * Losses of a multilayer perceptron on single samples, and whether it classifies them correctly.
 *
 * @param kernels The loaded kernels.
 * @param options The network and the samples.
 * @returns Per sample used: the loss (natural logarithm), and 1 where the label has the largest output (of equal ones the first counts).
 * @throws InputError when a width, a label or an index is out of range, or an array has the wrong length.
 * @throws MemoryLimitError when the copies do not fit.
 * @example
 * const kernels = await loadKernels();
 * const network = { widths: [1, 2], parameters: Float32Array.of(-1, 1, 0, 0) };
 * mlpEvaluate(kernels, { ...network, inputs: Float32Array.of(3, -3), labels: Uint8Array.of(1, 1) }).correct; // Uint8Array [1, 0]
 */
export function mlpEvaluate(kernels: Kernels, options: NetworkBatch): {
  /** −log(probability of the label), one per sample used. */
  losses: Float32Array;
  /** 1 or 0, one per sample used. */
  correct: Uint8Array;
} {
  const where = 'mlpEvaluate';
  const batch = requireBatch(where, options);
  const { parameters, inputs, labels, indices } = options;
  return staged(kernels, where, { parameters, inputs, labels, indices }, (stage) => {
    const pointers = stageNetwork(kernels, stage, options.widths, batch);
    const losses = stage.scratch(batch * 4);
    const correct = stage.scratch(batch);
    kernels.exports.mlpEvaluate(
      options.widths.length - 1, pointers.widths, batch, pointers.inputs, 0, pointers.indices, pointers.labels, pointers.parameters,
      losses, correct, pointers.scratch,
    );
    const { f32, u8 } = kernels.pool;
    return { losses: f32.slice(losses / 4, losses / 4 + batch), correct: u8.slice(correct, correct + batch) };
  });
}

function countParameters(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, l) => sum + (widths[l]! + 1) * width, 0);
}

function requireCount(where: string, what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new InputError(where, what, `be a whole number of at least ${least}`, value);
}

function requireEntries(where: string, what: string, floats: Floats, count: number, shape: string): void {
  if (!(floats instanceof Float32Array) && !(floats instanceof Vector)) {
    throw new InputError(where, what, 'be a Float32Array or a Vector', Object.prototype.toString.call(floats));
  }
  if (floats instanceof Vector && floats.scalar !== 'float32') throw new InputError(where, what, 'hold float32 numbers', floats.scalar);
  if (floats.length !== count) throw new InputError(where, what, `have ${count} entries (${shape})`, floats.length);
}

function requireWidths(where: string, widths: readonly number[]): void {
  if (widths.length < 2) {
    throw new InputError(where, 'widths', 'name at least two sizes, inputs first and classes last', widths);
  }
  widths.forEach((width, l) => requireCount(where, `widths[${l}]`, width, 1));
  const classes = widths.at(-1)!;
  if (classes > 256) {
    throw new InputError(where, `widths[${widths.length - 1}]`, 'be at most 256, the number of classes that labels can name', classes);
  }
}

/** Checks a batch. @returns How many samples it uses. */
function requireBatch(where: string, { widths, parameters, inputs, labels, indices }: NetworkBatch): number {
  requireWidths(where, widths);
  requireEntries(where, 'parameters', parameters, countParameters(widths), `for layers of ${widths.join(', ')}`);
  const classes = widths.at(-1)!;
  const rows = labels.length;
  requireEntries(where, 'inputs', inputs, rows * widths[0]!, `${rows}×${widths[0]!} to match 'labels' and 'widths'`);
  const badLabel = labels.findIndex((label) => label >= classes);
  if (badLabel >= 0) throw new InputError(where, `labels[${badLabel}]`, `be less than the number of classes, ${classes}`, labels[badLabel]);
  if (indices === undefined) return rows;
  const badIndex = indices.findIndex((index) => index >= rows);
  if (badIndex >= 0) throw new InputError(where, `indices[${badIndex}]`, `be less than the number of samples, ${rows}`, indices[badIndex]);
  return indices.length;
}

/** Where a network and its batch are in the kernels' memory. */
interface NetworkPointers {
  widths: number;
  parameters: number;
  inputs: number;
  labels: number;
  indices: number;
  scratch: number;
}

function stageNetwork(
  kernels: Kernels, stage: Pick<Stage<'parameters' | 'inputs' | 'labels' | 'indices'>, 'input' | 'scratch'>, widths: readonly number[],
  batch: number,
): NetworkPointers {
  const sizes = stage.scratch(widths.length * 4);
  kernels.pool.u32.set(widths, sizes / 4);
  return {
    widths: sizes,
    parameters: stage.input('parameters'),
    inputs: stage.input('inputs'),
    labels: stage.input('labels'),
    indices: stage.input('indices'),
    scratch: stage.scratch(kernels.exports.mlpScratchBytes(widths.length - 1, sizes, batch, 0)),
  };
}
