import { nextTask } from '#platform';
import { lowerBounds } from '../complexity/lower-bound.js';
import { complexities } from '../complexity/registry.js';
import type { ComplexityInputs, DataSetting, MethodComplexity, ProblemQuantities } from '../complexity/setting.js';
import { requireSetting } from '../complexity/setting.js';
import type { ComputationModel } from '../computation/computation-model.js';
import { InputError } from '../errors.js';
import type { Kernels } from '../kernels/load.js';
import { loadKernels } from '../kernels/load.js';
import { methods } from '../methods/registry.js';
import type { Candidate } from './candidate.js';
import { decide } from './decide.js';
import type { Decision } from './decide.js';
import { scaleTrial } from './scale-trial.js';
import type { TrialScale } from './scale-trial.js';
import { tryMethod } from './trial.js';

/** Methods that need more than so many times the time of the best are not followed to the end. */
const HOPELESS = 50;

/** What advice is asked for. */
export interface AdviceQuestion extends ProblemQuantities {
  /** How fast the workers are. */
  readonly computation: ComputationModel;
  /** Whether the workers' data differ. */
  readonly data: DataSetting;
  /**
   * ζ² = (1/n) Σ ‖∇f_i(x*)‖²: how much the data differ; default for heterogeneous data: 2L_fΔ, the most that ‖∇f(x⁰)‖² can be. For homogeneous
   * data it is 0.
   */
  readonly heterogeneity?: number | undefined;
  /** The method in use today; default: `minibatch-sgd`. */
  readonly current?: string | undefined;
  /** Seeds of noise and data in the trial; default: 1 to 5. */
  readonly seeds?: readonly number[] | undefined;
}

/** What a program may add, and what it is told. */
export interface AdviceOptions {
  /** What computes; default: a new instance of the `simd` build. */
  readonly kernels?: Kernels | undefined;
  /** Ends the trial; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called before every method: how many are done, of how many, and which comes next. */
  readonly onProgress?: ((done: number, total: number, method: string) => void) | undefined;
}

/** Which method to use, and why. */
export interface Advice extends Decision {
  /** By predicted time, the shortest first. */
  readonly candidates: readonly Candidate[];
  /** What was asked. */
  readonly inputs: ComplexityInputs;
  /** The setting of the question. */
  readonly data: DataSetting;
  /** The lower bound with constant 1. */
  readonly lowerBound: number;
  /** The problem that the methods were tried on. */
  readonly trial: TrialScale;
}

/**
 * Recommends a method for workers of given speeds: ranks the methods that have a guarantee for the data by their time complexities, checks the
 * ranking by simulations on a quadratic with the same speeds, L, σ², ε and heterogeneity (see `TrialScale`), each method
 * with the best stepsize of a search, and weighs the gain against the method in use.
 * @param question Speeds, constants and target.
 * @param options Kernels, a signal to stop it, and whom to tell of its progress.
 * @returns The recommendation and all that it rests on. It takes seconds.
 * @throws InputError when an input is out of range, there is no such setting, too few workers ever return a gradient, or the method in use has no guarantee for the data.
 * @example
 * const question = { computation: fixedTimes([1, 1, 1, 30]), data: 'heterogeneous', smoothness: 1, delta: 1, variance: 1, epsilon: 0.05 };
 * const { recommended, gain } = await advise(question);
 * [recommended.method, recommended.stepsize, gain];
 */
export async function advise(question: AdviceQuestion, options: AdviceOptions = {}): Promise<Advice> {
  const { data, computation, current = 'minibatch-sgd', seeds = [1, 2, 3, 4, 5] } = question;
  requireSetting('advise', data);
  if (typeof (computation as ComputationModel | undefined)?.expectedTime !== 'function') {
    throw new InputError('advise', 'computation', "be a computation model, such as 'fixedTimes' makes of a list of times", computation);
  }
  if (seeds.length === 0) throw new InputError('advise', 'seeds', 'have at least one entry', seeds);
  const times = Float64Array.from({ length: computation.workers }, (_, worker) => computation.expectedTime(worker));
  const { smoothness, ringleaderSmoothness, maxSmoothness, delta, variance, epsilon } = question;
  const inputs: ComplexityInputs = { times, smoothness, ringleaderSmoothness, maxSmoothness, delta, variance, epsilon };
  const lowerBound = lowerBounds[data].time(inputs);
  if (lowerBound === Infinity) {
    throw new InputError('advise', 'computation', `let ${data === 'heterogeneous' ? 'every' : 'some'} worker return gradients`, Infinity);
  }
  const known = complexities.filter((complexity) => complexity[data] !== undefined);
  if (!known.some(({ method }) => method === current)) {
    throw new InputError('advise', 'current', `be a method with a guarantee for ${data} data: ${known.map(({ method }) => method).join(', ')}`, current);
  }
  const trial = scaleTrial(inputs, data, question.heterogeneity);
  const setting = {
    kernels: options.kernels ?? (await loadKernels()),
    quantities: trial.quantities,
    computation,
    seeds,
    every: trial.every,
    mostGradients: trial.mostGradients,
    settle: trial.settle,
    pause: async (): Promise<void> => {
      await nextTask();
      options.signal?.throwIfAborted();
    },
  };
  const ranked = known.map((complexity) => ({ complexity, ...prediction(complexity, inputs, data) })).sort((a, b) => a.predicted - b.predicted);
  const candidates: Candidate[] = [];
  let best = Infinity;
  for (const [done, { complexity, ...predicted }] of ranked.entries()) {
    options.onProgress?.(done, ranked.length, complexity.method);
    const { stepsize, parameters } = complexity.theory.choose(trial.inputs);
    const method = methods.find(({ name }) => name === complexity.method)!;
    const limit = complexity.method === current ? Infinity : HOPELESS * best; // the gain over the current method is to be known
    if (!trial.feasible) {
      candidates.push({ ...predicted, factor: 1, stepsize: predicted.theory.stepsize, times: [], simulated: Infinity });
      continue;
    }
    const result = await tryMethod(setting, { method, stepsize, parameters: { ...defaultsOf(method.parameters), ...parameters } }, limit);
    const factor = stepsize === 0 ? 1 : result.stepsize / stepsize;
    best = Math.min(best, result.time);
    candidates.push({ ...predicted, factor, stepsize: factor * predicted.theory.stepsize, times: result.times, simulated: result.time });
  }
  return { candidates, inputs, data, lowerBound, trial, ...decide(candidates, current) };
}

/** What theory says about a method. */
function prediction(complexity: MethodComplexity, inputs: ComplexityInputs, data: DataSetting) {
  const { time, optimal, leadingTerm = false } = complexity[data]!;
  return { method: complexity.method, predicted: time(inputs), leadingTerm, optimal, theory: complexity.theory.choose(inputs) };
}

function defaultsOf(table: Readonly<Record<string, { readonly default?: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).flatMap(([key, parameter]) => (parameter.default === undefined ? [] : [[key, parameter.default]])));
}
