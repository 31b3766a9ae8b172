import type { LoadedDataset } from '../data/loaded-dataset.js';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import { logisticNanoseconds, meanEntries } from './gradient-cost.js';
import type { GradientProgram, LogisticRegressionRecipe } from './gradient-recipe.js';
import { drawnBytes, gradientProgram } from './gradient-recipe.js';
import type { Evaluation, Problem } from './problem.js';
import { countFlags, WorkerSamples } from './worker-samples.js';

/** Batch, partition and regulariser of a logistic regression. */
export interface LogisticRegressionOptions {
  /** Samples per stochastic gradient, drawn with replacement. */
  readonly batch: number;
  /** Sample indices of each worker; each of the m_i samples of worker i has weight 1/(n m_i) in f. */
  readonly partition: readonly Uint32Array[];
  /** λ ≥ 0 of the regulariser λ Σ_j x_j²/(1 + x_j²), which is part of every f_i; default 0. */
  readonly nonconvexRegularizer?: number;
}

/**
 * Logistic regression with two classes and no intercept: f_i(x) = (1/m_i) Σ log(1 + exp(−y aᵀx)) + λ Σ_j x_j²/(1 + x_j²) over worker i's
 * samples (a, y), y = −1 for class 0 and +1 for class 1; d is the number of features, x⁰ = 0. The model is float64, the data float32.
 * A stochastic gradient has the regulariser's exact gradient. Accuracy: of sign(aᵀx), 0 counting as −1.
 */
export class LogisticRegressionProblem implements Problem {
  /** The number format of models and gradients. */
  readonly scalar = 'float64';
  readonly dimension: number;
  readonly workers: number;
  /** @internal */
  readonly recipe: LogisticRegressionRecipe;
  readonly #kernels: Kernels;
  readonly #data: LoadedDataset;
  readonly #samples: WorkerSamples;
  readonly #lambda: number;
  readonly #blocks: Readonly<Record<'weights' | 'losses' | 'correct' | 'scratch', number>>;
  /** @internal */
  readonly program: GradientProgram;
  /** ∇f during an evaluation. */
  readonly #gradient: Vector;

  /**
   * @param kernels They compute it, and their memory holds it.
   * @param data The samples in memory; it stays with its owner, and must outlive the problem.
   * @param options Batch, partition and λ.
   * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
   * @throws InputError when there are not two classes, λ or the batch is out of range, or a worker has no samples.
   */
  constructor(kernels: Kernels, data: LoadedDataset, options: LogisticRegressionOptions, random: Random) {
    const { batch, partition, nonconvexRegularizer: lambda = 0 } = options;
    const where = 'logistic-regression';
    const { classes, features } = data.dataset;
    if (classes !== 2) {
      throw new InputError(where, 'data', "have two classes (for more, 'kind: mlp' with 'hidden: []' is multinomial logistic regression)", `${classes} classes`);
    }
    if (!(lambda >= 0 && lambda < Infinity)) throw new InputError(where, 'nonconvexRegularizer', 'be a finite number of at least 0', lambda);
    this.#samples = new WorkerSamples(kernels, partition, batch, random, where);
    this.#kernels = kernels;
    this.#data = data;
    this.#lambda = lambda;
    this.dimension = features;
    this.workers = partition.length;
    const { inputs, starts, labels } = data.train;
    this.recipe = {
      kind: 'logistic-regression',
      dimension: features,
      lambda,
      inputs,
      starts,
      labels,
      samples: this.#samples.recipe,
      scratchBytes: drawnBytes(batch),
      nanoseconds: logisticNanoseconds(features, batch, meanEntries(kernels, data.train, features), lambda),
    };
    const { pool } = kernels;
    const { total } = this.#samples;
    this.#blocks = {
      weights: pool.allocate(total * 8, 'problem'),
      losses: pool.allocate(total * 8, 'problem'),
      correct: pool.allocate(Math.max(total, data.test.count), 'problem'),
      scratch: pool.allocate(this.recipe.scratchBytes, 'problem'),
    };
    this.program = gradientProgram(kernels.exports, this.recipe, this.#blocks.scratch);
    this.#samples.writeWeights(this.#view('weights'));
    this.#gradient = new Vector(pool, features, 'float64', 'evaluation');
  }

  initial(): Vector {
    const x = new Vector(this.#kernels.pool, this.dimension, 'float64', 'model versions');
    this.#kernels.exports.fillF64(this.dimension, 0, x.pointer);
    return x;
  }

  gradient(worker: number, index: number, x: Vector, out: Vector): void {
    this.program(worker, index, x.pointer, out.pointer);
  }

  /** f, ‖∇f‖² and accuracies at x, over all samples. */
  evaluate(x: Vector): Evaluation {
    const { exports } = this.#kernels;
    const { weights, losses, correct } = this.#blocks;
    const { train, test } = this.#data;
    const { order, total } = this.#samples;
    const d = this.dimension;
    const gradient = this.#gradient.pointer;
    exports.logisticGradient(d, total, train.inputs, train.starts, order, train.labels, weights, x.pointer, gradient, 0, losses, correct);
    const penalty = this.#lambda > 0 ? exports.nonconvexRegularizer(d, this.#lambda, x.pointer, gradient) : 0;
    const { objective, worstWorkerObjective } = this.#samples.objectives(this.#view('losses'));
    const evaluation: Evaluation = {
      objective: objective + penalty,
      worstWorkerObjective: worstWorkerObjective + penalty,
      gradientNormSquared: exports.dotF64(d, gradient, gradient),
      trainAccuracy: countFlags(this.#kernels, this.#blocks.correct, total) / total,
    };
    if (test.count > 0) {
      exports.logisticGradient(d, test.count, test.inputs, test.starts, 0, test.labels, 0, x.pointer, 0, 0, 0, correct);
      evaluation.testAccuracy = countFlags(this.#kernels, this.#blocks.correct, test.count) / test.count;
    }
    return evaluation;
  }

  dispose(): void {
    for (const block of Object.values(this.#blocks)) this.#kernels.pool.release(block);
    this.#samples.dispose();
    this.#gradient.release();
  }

  /** Numbers per training sample, in worker order. */
  #view(block: 'weights' | 'losses'): Float64Array {
    const from = this.#blocks[block] / 8;
    return this.#kernels.pool.f64.subarray(from, from + this.#samples.total);
  }
}
