import type { Pending, Scalar, Vector } from '../kernels/vector.js';
import type { ProblemConstants } from './constants.js';
import type { CompactForm } from '../kernels/compact-gradient.js';
import type { GradientProgram, GradientRecipe } from './gradient-recipe.js';

/** The quantities of an evaluation; those that a problem cannot give are absent. */
export interface Evaluation {
  /** f(x) = (1/n) Σ f_i(x): the mean over workers, not over samples. */
  objective: number;
  /** max_i f_i(x). */
  worstWorkerObjective: number;
  /** ‖∇f(x)‖². */
  gradientNormSquared: number;
  /** f(x) − f* ≥ 0, where f* is known; accurate also where f(x) and f* agree in most of their digits. */
  suboptimality?: number;
  /** Share of training samples that are classified correctly, from 0 to 1. */
  trainAccuracy?: number;
  /** Share of test samples that are classified correctly, from 0 to 1. */
  testAccuracy?: number;
}

/** The minimum of f. */
export interface Optimum {
  /** x* */
  readonly x: Float64Array;
  /** f* = f(x*) */
  readonly objective: number;
}

/** minimise f(x) = (1/n) Σ_{i=1..n} f_i(x) over x ∈ R^d, with f_i known to worker i through stochastic gradients. */
export interface Problem {
  /** d */
  readonly dimension: number;
  /** n */
  readonly workers: number;
  /** The number format of models and gradients. */
  readonly scalar: Scalar;
  /** x⁰ in a new vector, which the caller releases. */
  initial(): Vector;
  /**
   * Writes worker i's stochastic gradient ∇f_i(x; ξ) to `out`. ξ is a pure function of (seed, worker, index), so that a
   * worker meets the same samples under every method.
   * @param worker i, from 0.
   * @param index How many gradients the worker started before this one.
   * @param x The model: d numbers, not changed.
   * @param out d numbers, whatever they were before. It is not x.
   */
  gradient(worker: number, index: number, x: Vector, out: Vector): void;
  /**
   * What `gradient` writes, bit for bit, before it is computed: for problems that can add it to a model in the same pass. It holds x until it
   * is released. Absent: a gradient is computed before it is used.
   * @internal
   */
  pending?: ((worker: number, index: number, x: Vector) => Pending) | undefined;
  /** What other threads need to compute the same gradients, in compact form where there is one; absent: only this thread can compute them. */
  readonly recipe?: GradientRecipe | undefined;
  /**
   * Computes in this thread what the recipe says; there where the recipe is.
   * @internal
   */
  readonly program?: GradientProgram | undefined;
  /**
   * Absent: a gradient is kept as a vector.
   * @internal
   */
  readonly compact?: CompactForm | undefined;
  /**
   * As `gradient` at several points, with the same sample ξ: writes to every vector of `outs` what `gradient` writes, bit for bit. Runs that differ in
   * the stepsize use it where it costs less than one call per point.
   * @param worker i, from 0.
   * @param index As for `gradient`.
   * @param xs The points.
   * @param outs One vector per point, none of them a point.
   */
  gradients?(worker: number, index: number, xs: readonly Vector[], outs: readonly Vector[]): void;
  /**
   * f, its gradient's norm and accuracies at x, over all samples and without noise.
   * @param x The model: d numbers, not changed.
   * @returns A new object; `objective` may be NaN or infinite where a run diverges.
   */
  evaluate(x: Vector): Evaluation;
  /** The unique minimum, where it is known; evaluations then have a `suboptimality`. */
  readonly optimum?: Optimum | undefined;
  /**
   * The constants that theory asks for, where they are known exactly; without it they are estimated, see `problemConstants`. May take seconds at
   * the first call.
   * @throws InputError when f has no minimum, or none that is known.
   */
  constants?(): ProblemConstants;
  /** Returns the problem's memory. */
  dispose(): void;
}
