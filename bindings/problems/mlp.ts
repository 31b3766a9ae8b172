import type { LoadedDataset } from '../data/loaded-dataset.js';
import { InputError } from '../errors.js';
import { mlpParameterCount } from '../kernels/arrays.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import { meanEntries, networkNanoseconds } from './gradient-cost.js';
import type { CompactForm } from '../kernels/compact-gradient.js';
import type { GradientProgram, MlpRecipe } from './gradient-recipe.js';
import { drawnBytes, gradientProgram } from './gradient-recipe.js';
import { mlpCompactForm } from './mlp-compact.js';
import type { Evaluation, Problem } from './problem.js';
import { countFlags, WorkerSamples } from './worker-samples.js';

/** Samples that one call of an evaluation kernel handles. */
const EVALUATION_CHUNK = 512;

/** Widths, batch and partition of a multilayer perceptron. */
export interface MlpOptions {
  /** Widths of the hidden ReLU layers; [] is multinomial logistic regression. */
  readonly hidden: readonly number[];
  /** Samples per stochastic gradient, drawn with replacement. */
  readonly batch: number;
  /** Sample indices of each worker; each of the m_i samples of worker i has weight 1/(n m_i) in f. */
  readonly partition: readonly Uint32Array[];
}

/** The problem's blocks of WebAssembly memory. */
type Blocks = Readonly<Record<'widths' | 'weights' | 'losses' | 'correct' | 'scratch', number>>;

/**
 * Classification by a multilayer perceptron with ReLU and softmax cross-entropy. The parameters are, per layer, W
 * (in×out, row-major) and then b (out). x⁰ has W ∼ N(0, 2/in) in the hidden layers and N(0, 1/in) in the last, b = 0; without
 * hidden layers x⁰ = 0.
 * @remarks Source: the two-layer network of arXiv 2509.22860 and 2605.13434; weights as in He et al., arXiv 1502.01852.
 * @example
 * const kernels = await loadKernels();
 * const dataset = digits(kernels, { train: 200, test: 50 });
 * const workers = partition(kernels, { kind: 'dirichlet', alpha: 0.1 }, dataset.train.labels, dataset.classes, 4, 1);
 * const problem = new MlpProblem(kernels, new LoadedDataset(kernels, dataset), { hidden: [32], batch: 8, partition: workers }, kernels.random(1));
 * problem.dimension; // 25450
 */
export class MlpProblem implements Problem {
  /** The number format of models and gradients. */
  readonly scalar = 'float32';
  readonly dimension: number;
  readonly workers: number;
  /** @internal */
  readonly recipe: MlpRecipe;
  /** @internal */
  readonly program: GradientProgram;
  /** @internal */
  readonly compact: CompactForm | undefined;
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly #data: LoadedDataset;
  readonly #widths: readonly number[];
  readonly #samples: WorkerSamples;
  readonly #blocks: Blocks;
  /** Of gradients as vectors. */
  readonly #writeGradient: GradientProgram;
  /** ∇f during an evaluation. */
  readonly #gradient: Vector;

  /**
   * @param kernels They compute it, and their memory holds it.
   * @param data The samples in memory; it stays with its owner, and must outlive the problem.
   * @param options Sizes, batch and partition.
   * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
   * @throws InputError when a width or the batch is not a positive integer, or a worker has no samples.
   */
  constructor(kernels: Kernels, data: LoadedDataset, options: MlpOptions, random: Random) {
    const { hidden, batch, partition } = options;
    hidden.forEach((width, layer) => {
      if (!Number.isInteger(width) || width < 1) throw new InputError('mlp', `hidden[${layer}]`, 'be an integer of at least 1', width);
    });
    this.#samples = new WorkerSamples(kernels, partition, batch, random, 'mlp');
    this.#kernels = kernels;
    this.#random = random;
    this.#data = data;
    this.workers = partition.length;
    this.#widths = [data.dataset.features, ...hidden, data.dataset.classes];
    this.dimension = mlpParameterCount(this.#widths);
    const widths = kernels.pool.allocate(this.#widths.length * 4, 'problem');
    kernels.pool.u32.set(this.#widths, widths / 4);
    const recipe = this.#makeRecipe(widths);
    this.#blocks = this.#allocate(widths, this.#samples.total, recipe.scratchBytes);
    this.#writeGradient = gradientProgram(kernels.exports, recipe, this.#blocks.scratch);
    this.compact = mlpCompactForm(kernels.exports, recipe, this.dimension, this.#blocks.scratch);
    this.program = this.compact?.make ?? this.#writeGradient;
    this.recipe = { ...recipe, compact: this.compact !== undefined };
    this.#gradient = new Vector(kernels.pool, this.dimension, 'float32', 'evaluation');
  }

  get #layers(): number {
    return this.#widths.length - 1;
  }

  initial(): Vector {
    const x = new Vector(this.#kernels.pool, this.dimension, 'float32', 'model versions');
    const { exports } = this.#kernels;
    exports.fillF32(this.dimension, 0, x.pointer);
    if (this.#layers === 1) return x;
    let at = x.pointer;
    for (let layer = 1; layer <= this.#layers; layer += 1) {
      const inputs = this.#widths[layer - 1]!;
      const outputs = this.#widths[layer]!;
      const { key0, key1 } = this.#random;
      exports.fillNormalF32(inputs * outputs, key0, key1, 0, layer, Purpose.model, at);
      exports.scaleF32(inputs * outputs, Math.sqrt((layer < this.#layers ? 2 : 1) / inputs), at);
      at += (inputs + 1) * outputs * 4;
    }
    return x;
  }

  gradient(worker: number, index: number, x: Vector, out: Vector): void {
    this.#writeGradient(worker, index, x.pointer, out.pointer);
  }

  /** f, ‖∇f‖² and accuracies at x, over all samples. */
  evaluate(x: Vector): Evaluation {
    const { exports, pool } = this.#kernels;
    const { widths, weights, losses, correct, scratch } = this.#blocks;
    const { train, test } = this.#data;
    const { order, total } = this.#samples;
    const gradient = this.#gradient;
    for (let at = 0; at < total; at += EVALUATION_CHUNK) {
      const count = Math.min(EVALUATION_CHUNK, total - at);
      exports.mlpGradient(
        this.#layers, widths, count, train.inputs, train.starts, order + at * 4, train.labels, weights + at * 4,
        x.pointer, gradient.pointer, at > 0 ? 1 : 0, losses + at * 4, correct + at, scratch,
      );
    }
    const gradientNormSquared = exports.dotF32(this.dimension, gradient.pointer, gradient.pointer);
    const evaluation: Evaluation = {
      ...this.#samples.objectives(pool.f32.subarray(losses / 4, losses / 4 + total)),
      gradientNormSquared,
      trainAccuracy: countFlags(this.#kernels, this.#blocks.correct, total) / total,
    };
    if (test.count > 0) evaluation.testAccuracy = this.#testAccuracy(x);
    return evaluation;
  }

  dispose(): void {
    for (const block of Object.values(this.#blocks)) this.#kernels.pool.release(block);
    this.#samples.dispose();
    this.#gradient.release();
  }

  #testAccuracy(x: Vector): number {
    const { exports } = this.#kernels;
    const { widths, correct, scratch } = this.#blocks;
    const { count, inputs, starts, labels } = this.#data.test;
    const features = this.#widths[0]!;
    for (let at = 0; at < count; at += EVALUATION_CHUNK) {
      const rows = Math.min(EVALUATION_CHUNK, count - at);
      exports.mlpEvaluate(
        this.#layers, widths, rows, starts === 0 ? inputs + at * features * 4 : inputs, starts === 0 ? 0 : starts + at * 4, 0, labels + at,
        x.pointer, 0, correct + at, scratch,
      );
    }
    return countFlags(this.#kernels, this.#blocks.correct, count) / count;
  }

  #makeRecipe(widths: number): MlpRecipe {
    const { inputs, starts, labels } = this.#data.train;
    const samples = this.#samples.recipe;
    return {
      kind: 'mlp',
      layers: this.#layers,
      widths,
      inputs,
      starts,
      labels,
      samples,
      compact: false,
      scratchBytes: drawnBytes(samples.batch) + this.#networkScratchBytes(widths, samples.batch),
      nanoseconds: networkNanoseconds(this.#widths, samples.batch, meanEntries(this.#kernels, this.#data.train, this.#widths[0]!)),
    };
  }

  #networkScratchBytes(widths: number, rows: number): number {
    const longest = Math.max(this.#data.train.longest, this.#data.test.longest);
    return this.#kernels.exports.mlpScratchBytes(this.#layers, widths, rows, longest);
  }

  #allocate(widths: number, total: number, gradientScratchBytes: number): Blocks {
    const { pool } = this.#kernels;
    const scratchBytes = Math.max(this.#networkScratchBytes(widths, EVALUATION_CHUNK), gradientScratchBytes);
    const blocks = {
      widths,
      weights: pool.allocate(total * 4, 'problem'),
      losses: pool.allocate(total * 4, 'problem'),
      correct: pool.allocate(Math.max(total, this.#data.test.count), 'problem'),
      scratch: pool.allocate(scratchBytes, 'scratch'),
    };
    this.#samples.writeWeights(pool.f32.subarray(blocks.weights / 4, blocks.weights / 4 + total));
    return blocks;
  }
}
