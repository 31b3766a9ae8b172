import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Vector } from '../kernels/vector.js';
import type { ConstantEstimates, ProblemConstants } from './constants.js';
import type { Evaluation, Problem } from './problem.js';
import { drawsOf, gradientVariance, hessianNorm, meanGradient, spreadWorkers } from './stochastic-gradients.js';
import type { Workspace } from './workspace.js';
import { withWorkspace } from './workspace.js';

/** After how many steps of gradient descent the constants are estimated. */
const POINTS = [0, 10, 30, 100];

/** Stochastic gradients per step of the descent, at least. */
const STEP_GRADIENTS = 32;

/** For L_f: stochastic gradients, at least; workers, at most. */
const MEAN_GRADIENTS = 64;
const MEAN_WORKERS = 512;

/** For the L_i: workers, at most, and stochastic gradients of each. */
const NORM_WORKERS = 32;
const NORM_GRADIENTS = 8;

/** For σ²: workers, at most, and stochastic gradients of each. */
const VARIANCE_WORKERS = 64;
const VARIANCE_GRADIENTS = 32;

/** Up to here, relative to f, the objectives of workers count as equal: rounding errors of their sums. */
const EQUAL_OBJECTIVES = 1e-9;

/** (√5 − 1)/2: its multiples spread the workers of successive steps evenly. */
const GOLDEN = 0.6180339887498949;

/** What is found at one point. */
interface PointEstimates {
  readonly updates: number;
  readonly objective: number;
  readonly smoothness: number;
  readonly workerSmoothness: readonly number[];
  readonly variance: number;
}

/**
 * The constants of a problem: exact where the problem has them, else estimates, which `estimates` tells.
 * @param problem Stays with its owner; it is not changed.
 * @param kernels Those that the problem was made with.
 * @throws InputError when a quadratic has no minimum that is known, or as `estimateConstants`.
 * @example
 * const kernels = await loadKernels();
 * const problem = tridiagonalQuadratic(kernels, 10, 100, 0.01, kernels.random(1));
 * const { smoothness, variance, estimates } = problemConstants(problem, kernels);
 * console.log(smoothness, variance, estimates === undefined); // 0.9997… 0.01 true
 */
export function problemConstants(problem: Problem, kernels: Kernels): ProblemConstants {
  return problem.constants?.() ?? estimateConstants(problem, kernels);
}

/**
 * Estimates the constants of any problem from its stochastic gradients, at x⁰ and along a short run of gradient descent with averaged
 * stochastic gradients and stepsize 1/L_f, while the objective falls; of each constant the largest value seen is taken. They are those of
 * the region of the run, and need not bound what other regions hold.
 *
 * L_f and L_i: norms of the mean Hessian of fixed minibatches, over workers for L_f, of one worker for L_i (at most 32 workers, spread evenly); of
 * few small minibatches they tend to be larger than those of the functions. L_max is the largest of them. L is taken as √((1/n) Σ L_i²), an upper
 * bound of it, within [L_f, L_max]. σ² is the mean over workers (at most 64) of the sample variance. Δ = f(x⁰) − f* with the problem's
 * `optimum` where it has one, else with f* = 0. All f_i count as equal where their objectives agree wherever they were compared.
 * @param problem Stays with its owner; it is not changed.
 * @param kernels Those that the problem was made with.
 * @returns The same at every call, whatever was computed before.
 * @throws InputError when f(x⁰) is not a positive number and no minimum is known, or an estimate is not finite, as where a gradient is not, or
 * gradients do not change with x.
 */
export function estimateConstants(problem: Problem, kernels: Kernels): ProblemConstants {
  return withWorkspace(kernels, problem.dimension, problem.scalar, (space) => {
    const x = space.adopt(problem.initial());
    const start = problem.evaluate(x);
    const distance = distanceToOptimum(problem, start);
    let equal = agree(start);
    const points = [estimateAt(problem, kernels, x, 0, start.objective)];
    const descend = gradientDescent(problem, space, x, 1 / points[0]!.smoothness);
    for (const updates of POINTS.slice(1)) {
      descend(updates);
      const evaluation = problem.evaluate(x);
      // Workers may agree at x⁰ only, such as at the model 0 of a classifier.
      equal &&= agree(evaluation);
      if (!(evaluation.objective < points.at(-1)!.objective)) break;
      points.push(estimateAt(problem, kernels, x, updates, evaluation.objective));
    }

    const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
    const smoothness = largest(points.map((point) => point.smoothness));
    const workerSmoothness = points[0]!.workerSmoothness.map((_, i) => largest(points.map((point) => point.workerSmoothness[i]!)));
    const maxSmoothness = Math.max(smoothness, largest(workerSmoothness));
    const meanSquare = workerSmoothness.reduce((sum, value) => sum + (value * value) / workerSmoothness.length, 0);
    return {
      smoothness,
      ringleaderSmoothness: Math.min(Math.max(smoothness, Math.sqrt(meanSquare)), maxSmoothness),
      workerSmoothness,
      maxSmoothness,
      delta: distance.delta,
      variance: largest(points.map(({ variance }) => variance)),
      equal,
      estimates: {
        points: points.map(({ updates, objective, smoothness: norm, variance }) => ({ updates, objective, smoothness: norm, variance })),
        optimum: distance.optimum,
      },
    };
  });
}

/** Δ, and where f* comes from. */
function distanceToOptimum(problem: Problem, { objective, suboptimality }: Evaluation): { delta: number } & Pick<ConstantEstimates, 'optimum'> {
  const { optimum } = problem;
  if (optimum !== undefined) {
    const delta = finite('f(x⁰) − f*', suboptimality ?? objective - optimum.objective);
    return { delta: Math.max(0, delta), optimum: 'at the known minimum of f' };
  }
  if (!(objective > 0 && objective < Infinity)) {
    throw new InputError('estimateConstants', 'f(x⁰)', 'be a number greater than 0 where no minimum is known, as f* is then taken as 0', objective);
  }
  return { delta: objective, optimum: 'taken as 0, because losses are not negative' };
}

function agree({ objective, worstWorkerObjective }: Evaluation): boolean {
  return Math.abs(worstWorkerObjective - objective) <= EQUAL_OBJECTIVES * Math.abs(objective);
}

function estimateAt(problem: Problem, kernels: Kernels, x: Vector, updates: number, objective: number): PointEstimates {
  const n = problem.workers;
  const inSpace = <T>(compute: (space: Workspace) => T): T => withWorkspace(kernels, problem.dimension, problem.scalar, compute);
  const normOf = (workers: readonly number[], each: number): number => inSpace((space) => hessianNorm(problem, space, drawsOf(workers, each), x));

  const smoothness = normOf(spreadWorkers(n, MEAN_WORKERS), Math.ceil(MEAN_GRADIENTS / n));
  if (!(smoothness > 0 && smoothness < Infinity)) {
    throw new InputError('estimateConstants', 'the smoothness of f', 'be a finite number greater than 0 for estimates to be made', smoothness);
  }
  const workerSmoothness = spreadWorkers(n, NORM_WORKERS).map((worker) =>
    finite(`the smoothness of worker ${worker}'s function`, normOf([worker], NORM_GRADIENTS)),
  );
  const sampled = spreadWorkers(n, VARIANCE_WORKERS);
  const variances = sampled.map((worker) =>
    finite(`the variance of worker ${worker}'s gradients`, inSpace((space) => gradientVariance(problem, space, worker, VARIANCE_GRADIENTS, x))),
  );
  return { updates, objective, smoothness, workerSmoothness, variance: variances.reduce((sum, value) => sum + value, 0) / variances.length };
}

/** @throws InputError where an estimate is no finite number, because something that it is made of is none. */
function finite(what: string, value: number): number {
  if (!Number.isFinite(value)) throw new InputError('estimateConstants', what, 'be a finite number for estimates to be made', value);
  return value;
}

/** @returns A function that goes on with x until so many steps have been made. */
function gradientDescent(problem: Problem, space: Workspace, x: Vector, stepsize: number): (steps: number) => void {
  const [scratch, direction] = [space.create(), space.create()];
  const each = Math.ceil(STEP_GRADIENTS / problem.workers);
  let done = 0;
  return (steps) => {
    for (; done < steps; done += 1) {
      const workers = spreadWorkers(problem.workers, STEP_GRADIENTS, (done * GOLDEN) % 1);
      meanGradient(problem, space, scratch, drawsOf(workers, each, done * each), x, direction);
      space.axpy(-stepsize, direction, x);
    }
  };
}
