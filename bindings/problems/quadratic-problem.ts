import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { Purpose } from '../kernels/random.js';
import type { Pending } from '../kernels/vector.js';
import { Vector } from '../kernels/vector.js';
import type { ProblemConstants } from './constants.js';
import type { DenseRecipe, GradientProgram, GradientRecipe, TridiagonalRecipe } from './gradient-recipe.js';
import { gradientProgram } from './gradient-recipe.js';
import { NoisyTridiagonal } from './noisy-tridiagonal.js';
import type { Evaluation, Optimum, Problem } from './problem.js';
import { quadraticSmoothness } from './quadratic-smoothness.js';

/** The largest d for which the minimum of explicit quadratics is computed; the time grows with d³ (a few seconds here). */
export const LARGEST_SOLVED = 2048;

/** One worker's part, in WebAssembly memory. */
export interface QuadraticPart {
  /** out ← ∇f_i(x) without noise. */
  gradient(x: Vector, out: Vector): void;
  /** out ← A_i e */
  curvature(e: Vector, out: Vector): void;
  /** Pointer to b_i. */
  readonly b: number;
  readonly constant: number;
  /** ‖A_i‖₂ where there is a formula for it. */
  readonly norm?: number;
}

/** The minimiser of f, and its curvature. */
export interface QuadraticMinimum {
  readonly x: Vector;
  /** out ← Ā e with Ā = (1/n) Σ A_i. */
  curvature(e: Vector, out: Vector): void;
  /** What it takes of the memory besides x. */
  readonly blocks: readonly number[];
}

/** What a quadratic problem consists of. */
export interface QuadraticForm {
  /** Named in errors. */
  readonly where: string;
  readonly dimension: number;
  /** One per worker; the same object where workers share one. */
  readonly parts: readonly QuadraticPart[];
  /** Whether all f_i are the same function. */
  areEqual(): boolean;
  /** x⁰ */
  readonly start: Float64Array;
  /** The parts' gradients with noise. */
  readonly recipe: TridiagonalRecipe | DenseRecipe;
  /** The parts' memory, which the problem returns. */
  readonly blocks: readonly number[];
  /** Called once at most. @returns undefined where f has no unique minimum, or d > `LARGEST_SOLVED`. */
  findMinimum(): QuadraticMinimum | undefined;
}

/** f(x) = (1/n) Σ (½ xᵀA_i x − b_iᵀx + constant_i), gradients with noise N(0, σ₀² I). */
export class QuadraticProblem implements Problem {
  readonly scalar = 'float64';
  readonly program: GradientProgram;
  /** Where product and noise are computed in one pass, the step can be too. */
  readonly pending: ((worker: number, index: number, x: Vector) => Pending) | undefined;
  readonly #scratch: number;
  /** ∇f_i and ∇f during an evaluation; the first also holds noise. */
  readonly #part: Vector;
  readonly #mean: Vector;
  /** The parts that differ: one where all f_i are the same. */
  readonly #distinct: readonly QuadraticPart[];
  /** null until it is asked for. */
  #minimum: QuadraticMinimum | undefined | null = null;
  #constants: ProblemConstants | undefined;

  constructor(
    readonly kernels: Kernels,
    readonly form: QuadraticForm,
  ) {
    const { dimension, parts } = form;
    this.#scratch = kernels.pool.allocate(form.recipe.scratchBytes, 'scratch');
    this.program = gradientProgram(kernels.exports, form.recipe, this.#scratch);
    const { exports } = kernels;
    const { recipe } = form;
    if (recipe.kind === 'tridiagonal' && recipe.noise.deviation !== 0) {
      this.pending = (worker, index, x) => new NoisyTridiagonal(exports, recipe, this.#scratch, worker, index, x);
    }
    this.#part = new Vector(kernels.pool, dimension, 'float64', 'evaluation');
    this.#mean = new Vector(kernels.pool, dimension, 'float64', 'evaluation');
    this.#distinct = parts.every((part) => part === parts[0]) ? parts.slice(0, 1) : parts;
  }

  get dimension(): number {
    return this.form.dimension;
  }

  get workers(): number {
    return this.form.parts.length;
  }

  get recipe(): GradientRecipe {
    return this.form.recipe;
  }

  get optimum(): Optimum | undefined {
    const minimum = this.#minimize();
    if (minimum === undefined) return undefined;
    const { exports } = this.kernels;
    // Āx* = b̄, so that f* = −½ b̄ᵀx* + the mean of the constants.
    const value = (part: QuadraticPart): number => part.constant - exports.dotF64(this.dimension, part.b, minimum.x.pointer) / 2;
    const objective = this.#distinct.reduce((sum, part) => sum + value(part) / this.#distinct.length, 0);
    return { x: Float64Array.from(minimum.x.view()), objective };
  }

  initial(): Vector {
    const x = new Vector(this.kernels.pool, this.dimension, 'float64', 'model versions');
    x.view().set(this.form.start);
    return x;
  }

  gradient(worker: number, index: number, x: Vector, out: Vector): void {
    this.program(worker, index, x.pointer, out.pointer);
  }

  /** Draws the noise once. */
  gradients(worker: number, index: number, xs: readonly Vector[], outs: readonly Vector[]): void {
    const part = this.form.parts[worker]!;
    xs.forEach((x, j) => part.gradient(x, outs[j]!));
    const { dimension, recipe } = this.form;
    const { deviation, key0, key1 } = recipe.noise;
    if (deviation === 0) return;
    const { exports } = this.kernels;
    const drawn = this.#part.pointer;
    exports.fillF64(dimension, -0, drawn); // −0 + a = a, also where a is −0
    exports.addNormalF64(dimension, deviation, key0, key1, index, worker, Purpose.noise, drawn);
    for (const out of outs) exports.axpyF64(dimension, 1, drawn, out.pointer);
  }

  evaluate(x: Vector): Evaluation {
    const { dimension: d, kernels } = this;
    const { exports } = kernels;
    const out = this.#part;
    const mean = this.#mean;
    exports.fillF64(d, 0, mean.pointer);
    const n = this.#distinct.length;
    let objective = 0;
    let worstWorkerObjective = -Infinity;
    for (const part of this.#distinct) {
      part.gradient(x, out);
      exports.axpyF64(d, 1 / n, out.pointer, mean.pointer);
      // ½ xᵀAx − bᵀx = ½ (xᵀ∇f − bᵀx)
      const value = 0.5 * (exports.dotF64(d, x.pointer, out.pointer) - exports.dotF64(d, part.b, x.pointer)) + part.constant;
      objective += value / n;
      if (!(value <= worstWorkerObjective)) worstWorkerObjective = value;
    }
    const evaluation: Evaluation = { objective, worstWorkerObjective, gradientNormSquared: exports.dotF64(d, mean.pointer, mean.pointer) };
    const minimum = this.#minimize();
    if (minimum === undefined) return evaluation;
    // f(x) − f* = ½ eᵀĀe with e = x − x*: no difference of two numbers that are nearly the same.
    exports.stepF64(d, 1, x.pointer, minimum.x.pointer, out.pointer);
    minimum.curvature(out, mean);
    return { ...evaluation, suboptimality: exports.dotF64(d, out.pointer, mean.pointer) / 2 };
  }

  constants(): ProblemConstants {
    return (this.#constants ??= this.#findConstants());
  }

  dispose(): void {
    for (const block of [this.#scratch, ...this.form.blocks, ...(this.#minimum?.blocks ?? [])]) this.kernels.pool.release(block);
    this.#minimum?.x.release();
    this.#part.release();
    this.#mean.release();
  }

  /** Looks for the minimum at the first call only. */
  #minimize(): QuadraticMinimum | undefined {
    if (this.#minimum === null) this.#minimum = this.form.findMinimum();
    return this.#minimum;
  }

  /** @throws InputError when f has no minimum that is known. */
  #findConstants(): ProblemConstants {
    const { where, dimension: d, recipe } = this.form;
    const minimum = this.#minimize();
    if (minimum === undefined) {
      if (d > LARGEST_SOLVED) throw new InputError(where, 'dimension', `be at most ${LARGEST_SOLVED} for f(x⁰) − f* to be known`, d);
      const rule = 'be positive definite for f to have a minimum, and f(x⁰) − f* a value';
      throw new InputError(where, 'the mean of the matrices A', rule, 'one with an eigenvalue that is 0, up to rounding errors, or negative');
    }
    const equal = this.form.areEqual();
    const parts = equal ? this.#distinct.slice(0, 1) : this.#distinct;
    const x = this.initial();
    try {
      const smoothness = quadraticSmoothness(this.kernels, d, parts, (e, out) => minimum.curvature(e, out));
      const delta = Math.max(0, this.evaluate(x).suboptimality!);
      const { deviation } = recipe.noise;
      const workerSmoothness = this.form.parts.map((part) => smoothness.parts.get(equal ? parts[0]! : part)!);
      return { ...smoothness.constants, workerSmoothness, delta, variance: d * deviation * deviation, equal };
    } finally {
      x.release();
    }
  }
}
