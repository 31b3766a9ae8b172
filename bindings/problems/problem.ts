import type { Scalar, Vector } from '../kernels/vector.js';

/** The quantities of an evaluation; those that a problem cannot give are absent. */
export interface Evaluation {
  /** f(x) = (1/n) Σ f_i(x): the mean over workers, not over samples. */
  objective: number;
  /** max_i f_i(x). */
  worstWorkerObjective: number;
  /** ‖∇f(x)‖². */
  gradientNormSquared: number;
  trainAccuracy?: number;
  testAccuracy?: number;
}

/** minimise f(x) = (1/n) Σ_{i=1..n} f_i(x) over x ∈ R^d, with f_i known to worker i through stochastic gradients. */
export interface Problem {
  /** d */
  readonly dimension: number;
  /** n */
  readonly workers: number;
  readonly scalar: Scalar;
  /** x⁰ in a new vector, which the caller releases. */
  initial(): Vector;
  /**
   * Writes worker i's stochastic gradient ∇f_i(x; ξ) to `out`. ξ is a pure function of (seed, worker, index), so that a
   * worker meets the same samples under every method.
   * @param index How many gradients the worker started before this one.
   */
  gradient(worker: number, index: number, x: Vector, out: Vector): void;
  evaluate(x: Vector): Evaluation;
  /** Returns the problem's memory. */
  dispose(): void;
}
