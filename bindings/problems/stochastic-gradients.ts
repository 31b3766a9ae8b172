import type { Vector } from '../kernels/vector.js';
import type { Problem } from './problem.js';
import { spectralNorm } from './spectral-norm.js';
import type { Workspace } from './workspace.js';

/** Which of a worker's stochastic gradients. */
export interface Draw {
  readonly worker: number;
  readonly index: number;
}

/** How closely the curvature of minibatches is found. A larger tolerance may settle for the second eigenvalue of a classifier. */
const PRECISION = { tolerance: 0.005, steps: 30 };

/**
 * Steps of the differences of gradients relative to ‖x‖, or to 1 where x is smaller: from the longest, shorter by this factor each time, to
 * the shortest, at which x + h v begins to lose its digits in float32. Too long a step leaves the region where f is like its quadratic model; too short a
 * one finds, for networks with ReLU, the jumps of the gradient at single samples' kinks instead of the curvature that steps of a method meet.
 */
const LONGEST_STEP = 2 ** -8;
const SHORTER = 8;
const SHORTEST_STEP = 2 ** -20;

/** A step is short enough if it changes gradients by at most this, relative to their root mean square. */
const LARGEST_CHANGE = 0.5;

/** `count` workers spread evenly over all n, or all of them. @param shift In [0, 1): moves them all on, by up to one of their distances. */
export function spreadWorkers(workers: number, count: number, shift = 0): number[] {
  if (count >= workers) return Array.from({ length: workers }, (_, worker) => worker);
  return Array.from({ length: count }, (_, j) => Math.min(workers - 1, Math.floor(((j + shift) * workers) / count)));
}

/** The draws `first` … `first + each − 1` of every worker given. */
export function drawsOf(workers: readonly number[], each: number, first = 0): Draw[] {
  return workers.flatMap((worker) => Array.from({ length: each }, (_, j) => ({ worker, index: first + j })));
}

/**
 * out ← the mean of stochastic gradients at x.
 * @param scratch Holds each of them in turn.
 * @param onGradient Called when it holds the next one.
 */
export function meanGradient(
  problem: Problem,
  space: Workspace,
  scratch: Vector,
  draws: readonly Draw[],
  x: Vector,
  out: Vector,
  onGradient?: () => void,
): void {
  space.clear(out);
  for (const { worker, index } of draws) {
    problem.gradient(worker, index, x, scratch);
    onGradient?.();
    space.axpy(1, scratch, out);
  }
  space.scale(1 / draws.length, out);
}

/**
 * The norm of the mean Hessian of minibatches at x. Stochastic gradients of the same draw have the same samples and the same noise, so that the
 * differences (1/|S|) Σ_{(i,ξ) ∈ S} (∇f_i(x + h v; ξ) − ∇f_i(x; ξ))/h are those of one function, and approximate its Hessian times v.
 * @returns Usually within one per cent, from below. NaN where a gradient is not finite.
 */
export function hessianNorm(problem: Problem, space: Workspace, draws: readonly Draw[], x: Vector): number {
  const [scratch, base, shifted] = [space.create(), space.create(), space.create()];
  let squares = 0;
  meanGradient(problem, space, scratch, draws, x, base, () => (squares += space.dot(scratch, scratch) / draws.length));
  const largestChange = LARGEST_CHANGE * Math.sqrt(squares);
  const unit = Math.max(1, space.norm(x));
  for (let step = LONGEST_STEP; ; step /= SHORTER) {
    const h = step * unit;
    const hessian = (v: Vector, out: Vector): void => {
      space.sum(x, h, v, shifted);
      meanGradient(problem, space, scratch, draws, shifted, out);
      space.axpy(-1, base, out);
      space.scale(1 / h, out);
    };
    const norm = spectralNorm(space.kernels, space.length, space.scalar, hessian, PRECISION);
    if (!(h * norm > largestChange) || step / SHORTER < SHORTEST_STEP) return norm;
  }
}

/**
 * The variance of a worker's stochastic gradients at x: Σ_j ‖g_j − ḡ‖²/(m − 1) for its draws 0 … m − 1, an unbiased estimate of
 * E‖∇f_i(x; ξ) − ∇f_i(x)‖².
 * @param draws m ≥ 2
 */
export function gradientVariance(problem: Problem, space: Workspace, worker: number, draws: number, x: Vector): number {
  const [first, mean, g] = [space.create(), space.create(), space.create()];
  // Distances from the first gradient: squares of whole gradients would cancel where the variance is small.
  problem.gradient(worker, 0, x, first);
  space.clear(mean);
  let squares = 0;
  for (let index = 1; index < draws; index += 1) {
    problem.gradient(worker, index, x, g);
    space.axpy(-1, first, g);
    squares += space.dot(g, g);
    space.axpy(1 / draws, g, mean);
  }
  return Math.max(0, squares - draws * space.dot(mean, mean)) / (draws - 1);
}
