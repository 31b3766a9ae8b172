import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import type { Random } from '../kernels/random.js';
import { Purpose } from '../kernels/random.js';
import { Vector } from '../kernels/vector.js';
import type { Evaluation, Problem } from './problem.js';
import { requireCount } from './ranges.js';

const WHERE = 'sampledProblem';

/** A problem of the user's own: f_i(x) is the mean loss over worker i's samples, which may be values of any type. */
export interface SampledProblemOptions<Sample> {
  /** x⁰; its length is d. */
  readonly x0: ArrayLike<number>;
  /** The samples of every worker; f weighs workers equally, whatever their numbers of samples. */
  readonly samples: readonly (readonly Sample[])[];
  /** Samples per stochastic gradient, drawn with replacement; default 1. */
  readonly batch?: number;
  /** The loss of one sample at x. */
  loss(x: Float64Array, sample: Sample): number;
  /** The gradient of that loss with respect to x: d numbers. */
  gradient(x: Float64Array, sample: Sample): ArrayLike<number>;
}

/**
 * Makes a problem from a function of model and sample to gradient. Everything is float64; the functions must be
 * deterministic, and digests are the same everywhere only if they avoid `Math` functions whose last bits engines disagree about.
 * @param kernels Their memory holds models and gradients.
 * @param options x⁰, the samples, and two functions.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns A problem of `samples.length` workers.
 * @throws InputError when there is no worker, a worker has no samples, x⁰ is empty or not finite, the batch is not a positive integer, or a
 * function is missing; later, when `gradient` does not return d numbers or `loss` no number.
 * @example
 * const kernels = await loadKernels();
 * const samples = [[1, 2, 3], [10]]; // worker 0's, worker 1's
 * const options = { x0: [0], samples, loss: ([x], a) => 0.5 * (x - a) ** 2, gradient: ([x], a) => [x - a] };
 * const problem = sampledProblem(kernels, options, kernels.random(1));
 * const x = problem.initial();
 * problem.evaluate(x).objective; // 26.17: the mean of 14/6 and 50
 * x.release();
 */
export function sampledProblem<Sample>(kernels: Kernels, options: SampledProblemOptions<Sample>, random: Random): Problem {
  requireOptions(options);
  const { x0, samples, batch = 1 } = options;
  const d = x0.length;
  const meanGradient = (x: Float64Array, chosen: readonly Sample[], scale: number, out: Float64Array): void => {
    for (const sample of chosen) {
      const g = options.gradient(x, sample);
      if (lengthOf(g) !== d) throw new InputError(WHERE, 'gradient', `return ${d} numbers to match 'x0'`, lengthOf(g));
      for (let j = 0; j < d; j += 1) out[j] = out[j]! + (g[j]! * scale) / chosen.length;
    }
  };

  return {
    dimension: d,
    workers: samples.length,
    scalar: 'float64',
    initial() {
      const x = new Vector(kernels.pool, d, 'float64', 'model versions');
      x.view().set(x0);
      return x;
    },
    gradient(worker, index, x, out) {
      const own = samples[worker]!;
      const u = random.uniforms(Purpose.samples, worker, index, batch);
      const chosen = Array.from(u, (draw) => own[Math.floor(draw * own.length)]!);
      const sum = new Float64Array(d);
      meanGradient(Float64Array.from(x.view()), chosen, 1, sum);
      out.view().set(sum);
    },
    evaluate(vector): Evaluation {
      const x = Float64Array.from(vector.view());
      const n = samples.length;
      const gradient = new Float64Array(d);
      let objective = 0;
      let worstWorkerObjective = -Infinity;
      for (const own of samples) {
        let sum = 0;
        for (const sample of own) sum += requireNumber(options.loss(x, sample));
        const mean = sum / own.length;
        objective += mean / n;
        if (!(mean <= worstWorkerObjective)) worstWorkerObjective = mean;
        meanGradient(x, own, 1 / n, gradient);
      }
      return { objective, worstWorkerObjective, gradientNormSquared: gradient.reduce((sum, g) => sum + g * g, 0) };
    },
    dispose() {
      // Nothing of its own lies in WebAssembly memory.
    },
  };
}

/** Programs in plain JavaScript come without a compiler's checks. */
function requireOptions<Sample>(options: SampledProblemOptions<Sample>): void {
  const { x0, samples, batch = 1 } = options;
  if (!(lengthOf(x0) > 0)) throw new InputError(WHERE, 'x0', 'have at least one entry', x0);
  const bad = Array.from(x0).findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) throw new InputError(WHERE, `x0[${bad}]`, 'be a finite number', x0[bad]);
  if (!(lengthOf(samples) > 0)) throw new InputError(WHERE, 'samples', 'have a list of samples for at least one worker', samples);
  samples.forEach((own, worker) => {
    if (!(lengthOf(own) > 0)) throw new InputError(WHERE, `samples[${worker}]`, 'hold at least one sample', own);
  });
  requireCount(WHERE, 'batch', batch);
  for (const what of ['loss', 'gradient'] as const) {
    if (typeof options[what] !== 'function') throw new InputError(WHERE, what, 'be a function', typeof options[what]);
  }
}

/** NaN where it is no list. */
function lengthOf(list: ArrayLike<unknown> | undefined | null): number {
  return list?.length ?? NaN;
}

/** A loss may be NaN, where a run diverges, but it has to be returned. */
function requireNumber(loss: unknown): number {
  if (typeof loss !== 'number') throw new InputError(WHERE, 'loss', 'return a number', loss);
  return loss;
}
