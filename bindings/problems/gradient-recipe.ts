/**
 * Stochastic gradients as plain values: what a problem knows, in numbers only, so that any thread that shares the kernels' memory can
 * compute the same bits.
 */
import type { KernelExports } from '../kernels/abi.js';
import { Purpose } from '../kernels/random.js';

/** How the samples of a stochastic gradient are drawn. */
export interface SamplesRecipe {
  /** Samples per gradient, drawn with replacement. */
  readonly batch: number;
  /** Per worker: how many samples it holds. */
  readonly sizes: Uint32Array;
  /** Per worker: first byte of their numbers (uint32). */
  readonly rows: Uint32Array;
  /** Key of the random streams. */
  readonly key0: number;
  readonly key1: number;
}

/** Samples in memory; fields as in `LoadedSamples`. */
interface InputsRecipe {
  readonly inputs: number;
  readonly starts: number;
  readonly labels: number;
}

/** Noise N(0, deviation² I) that is added to a gradient. */
interface NoiseRecipe {
  readonly deviation: number;
  readonly key0: number;
  readonly key1: number;
}

interface Recipe {
  /** Bytes that every thread needs for itself. */
  readonly scratchBytes: number;
  /** About how long one gradient takes, in nanoseconds of one core; within a factor of 2 or 3. */
  readonly nanoseconds: number;
}

/** A multilayer perceptron; fields as for the kernel `mlpGradient`. */
export interface MlpRecipe extends Recipe, InputsRecipe {
  readonly kind: 'mlp';
  readonly layers: number;
  readonly widths: number;
  readonly samples: SamplesRecipe;
  /** Whether gradients are wanted in compact form; see `mlpCompact`. */
  readonly compact: boolean;
}

/** A logistic regression with two classes and the regulariser λ Σ_j x_j²/(1 + x_j²). */
export interface LogisticRegressionRecipe extends Recipe, InputsRecipe {
  readonly kind: 'logistic-regression';
  readonly dimension: number;
  readonly lambda: number;
  readonly samples: SamplesRecipe;
}

/** T x − b with T tridiagonal, the same for all workers. */
export interface TridiagonalRecipe extends Recipe {
  readonly kind: 'tridiagonal';
  readonly dimension: number;
  readonly diagonal: number;
  readonly offDiagonal: number;
  /** First byte of b. */
  readonly b: number;
  /** The entries of b from this one on are 0. */
  readonly leading: number;
  readonly noise: NoiseRecipe;
}

/** A_i x − b_i */
export interface DenseRecipe extends Recipe {
  readonly kind: 'dense';
  readonly dimension: number;
  /** Per worker: first byte of A_i, which b_i follows. */
  readonly matrices: Uint32Array;
  readonly noise: NoiseRecipe;
}

/** The stochastic gradient of a problem: structured-cloneable, valid as long as the problem's memory. */
export type GradientRecipe = MlpRecipe | LogisticRegressionRecipe | TridiagonalRecipe | DenseRecipe;

/** Writes worker's gradient number `index` at the model at byte x to byte `out`. */
export type GradientProgram = (worker: number, index: number, x: number, out: number) => void;

/** Scratch of the kernels that compute a tridiagonal gradient and its noise in one pass. */
export const NOISY_SCRATCH_BYTES = 128;

/** Bytes at the beginning of the scratch that hold the rows drawn; what follows is aligned. */
export function drawnBytes(batch: number): number {
  return Math.ceil((batch * 4) / 64) * 64;
}

/**
 * Makes a function that computes exactly what the `gradient` of the recipe's problem does. It touches memory through the kernels only, so
 * that it works in every thread, also while another one makes the memory grow.
 * @param exports An instance of the kernels over the problem's memory.
 * @param scratch First byte of `recipe.scratchBytes` that nobody else uses, 64-byte aligned.
 */
export function gradientProgram(exports: KernelExports, recipe: GradientRecipe, scratch: number): GradientProgram {
  switch (recipe.kind) {
    case 'mlp': {
      const { layers, widths, inputs, starts, labels, samples } = recipe;
      const { batch } = samples;
      const draw = drawing(exports, samples);
      const work = scratch + drawnBytes(batch);
      if (recipe.compact) {
        return (worker, index, x, out) => {
          draw(worker, index, out);
          exports.mlpCompact(layers, widths, batch, inputs, starts, labels, x, out, work);
        };
      }
      return (worker, index, x, out) => {
        draw(worker, index, scratch);
        exports.mlpGradient(layers, widths, batch, inputs, starts, scratch, labels, 0, x, out, 0, 0, 0, work);
      };
    }
    case 'logistic-regression': {
      const { dimension, lambda, inputs, starts, labels, samples } = recipe;
      const { batch } = samples;
      const draw = drawing(exports, samples);
      return (worker, index, x, out) => {
        draw(worker, index, scratch);
        exports.logisticGradient(dimension, batch, inputs, starts, scratch, labels, 0, x, out, 0, 0, 0);
        if (lambda > 0) exports.nonconvexRegularizer(dimension, lambda, x, out);
      };
    }
    case 'tridiagonal': {
      const { dimension: d, diagonal, offDiagonal, b, leading, noise } = recipe;
      const { deviation, key0, key1 } = noise;
      if (deviation === 0) return (_worker, _index, x, out) => exports.tridiagonalGradient(d, diagonal, offDiagonal, x, b, out);
      return (worker, index, x, out) => {
        exports.tridiagonalNoisyGradient(d, diagonal, offDiagonal, x, leading, b, deviation, key0, key1, index, worker, Purpose.noise, out, scratch);
      };
    }
    case 'dense': {
      const { dimension, matrices, noise } = recipe;
      const { deviation, key0, key1 } = noise;
      const matrixBytes = dimension * dimension * 8;
      return (worker, index, x, out) => {
        const matrix = matrices[worker]!;
        exports.denseGradient(dimension, matrix, x, matrix + matrixBytes, out);
        if (deviation !== 0) exports.addNormalF64(dimension, deviation, key0, key1, index, worker, Purpose.noise, out);
      };
    }
    default:
      throw new TypeError(`gradient: 'kind' must be that of a known recipe, got ${JSON.stringify((recipe as Recipe & { kind: unknown }).kind)}`);
  }
}

/** @returns A function that writes the rows of a worker's batch to byte `drawn`. */
function drawing(exports: KernelExports, samples: SamplesRecipe): (worker: number, index: number, drawn: number) => void {
  const { batch, sizes, rows, key0, key1 } = samples;
  return (worker, index, drawn) => exports.sampleRows(batch, sizes[worker]!, rows[worker]!, key0, key1, index, worker, Purpose.samples, drawn);
}
