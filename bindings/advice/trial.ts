import type { ComputationModel } from '../computation/computation-model.js';
import type { Kernels } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import { Run } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import { TrialProblem } from './trial-problem.js';
import type { TrialQuantities } from './trial-problem.js';

/**
 * The share of the time so far over which ‖∇f(x)‖² is averaged. Theory speaks of the average over the whole run; with much less than half of it the
 * soonest seeds of a short, noisy run are at the target by chance, and the search for a stepsize picks that chance.
 */
const WINDOW = 0.5;
/** What follows once the target is met may be so many times ε on average; else the method was lucky, and goes astray when slow workers report. */
const SETTLED = 4;
/** Gradients that all runs of a method may compute together; then its search ends with what it has found. */
const METHOD_GRADIENTS = 10_000_000;
/** Evaluations after which a run is given up: it waits for workers who are slower than all others by far. */
const MOST_EVALUATIONS = 100_000;
/** Slices of a run between two pauses. */
const SLICES = 500;
/** Stepsizes are tried that differ by this factor, at first by its square, beginning with so many times that of theory. */
const FACTOR = 2;
const STRIDE = 2;
const BEYOND_THEORY = 16;
/** Strides from there that are tried either way, at most. */
const MOST_STRIDES = 6;
/** A run may take so many times as long as the best stepsize, so that an unlucky seed does not end it. */
const PATIENCE = 3;

/** The share of the seeds that must be at the target: a method that fails for two of five is no advice, however fast it is for the others. */
export const RELIABLE = 0.8;

/** A method with its parameters apart from the stepsize. */
export interface TrialMethod {
  readonly method: AnyMethod;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Where the search for a stepsize begins: that of theory. */
  readonly stepsize: number;
}

/** A method tried with its best stepsize. */
export interface TrialResult {
  /** Where the target was never reached: the first that was tried. */
  readonly stepsize: number;
  /** Simulated seconds to ‖∇f(x)‖² ≤ ε, a number per seed; Infinity: not reached. */
  readonly times: readonly number[];
  /** When four of five seeds were there. */
  readonly time: number;
}

/** What all runs of a trial have in common. */
export interface TrialSetting {
  readonly kernels: Kernels;
  readonly quantities: TrialQuantities;
  readonly computation: ComputationModel;
  readonly seeds: readonly number[];
  /** Simulated seconds between evaluations. */
  readonly every: number;
  /** Gradients after which a run is given up. */
  readonly mostGradients: number;
  /** Simulated seconds for which a run goes on when it has met the target, within the gradients that are left. */
  readonly settle: number;
  /** Awaited often; may throw to end the trial. */
  readonly pause: () => Promise<void>;
}

/**
 * Looks for the stepsize with which a method is soonest at the target for four of five seeds.
 * @param limit Simulated seconds after which it is given up.
 */
export async function tryMethod(setting: TrialSetting, candidate: TrialMethod, limit: number): Promise<TrialResult> {
  const tried = new Set<number>();
  let best: TrialResult & { power: number } = { power: 0, stepsize: stepsizeAt(candidate, 0), times: setting.seeds.map(() => Infinity), time: Infinity };
  if (candidate.stepsize === 0) return best; // delays without bound: theory allows none
  let left = METHOD_GRADIENTS;
  const attempt = async (power: number): Promise<boolean> => {
    if (tried.has(power)) return false;
    tried.add(power);
    const stepsize = stepsizeAt(candidate, power);
    const times: number[] = [];
    for (const seed of setting.seeds) {
      const { time, gradients } = await timeToTarget(setting, candidate, stepsize, seed, Math.min(limit, PATIENCE * best.time), left);
      times.push(time);
      left -= gradients;
      if (timeOfMost(times, setting.seeds.length) >= best.time) return false; // whatever the other seeds do
    }
    const time = timeOfMost(times, setting.seeds.length);
    if (!(time < best.time)) return false;
    best = { power, stepsize, times, time };
    return true;
  };
  await attempt(0);
  for (const direction of [STRIDE, -STRIDE]) {
    for (let step = 1; step <= MOST_STRIDES; step += 1) {
      const better = await attempt(direction * step);
      if (!better && best.time < Infinity) break;
    }
  }
  for (const neighbour of [best.power + 1, best.power - 1]) await attempt(neighbour);
  return best;
}

/** When so many seeds as must be were at the target, if all that are still missing are soonest. */
function timeOfMost(times: readonly number[], seeds: number): number {
  const spared = seeds - Math.ceil(RELIABLE * seeds);
  return Float64Array.from(times).sort().at(-1 - spared) ?? 0;
}

function stepsizeAt({ stepsize }: TrialMethod, power: number): number {
  let factor = BEYOND_THEORY;
  for (let k = 0; k < Math.abs(power); k += 1) factor = power > 0 ? factor * FACTOR : factor / FACTOR;
  return stepsize * factor;
}

/**
 * Simulated seconds until ‖∇f(x)‖² ≤ ε on average over the later half of the time: at a single instant, noisy models may meet the target by chance.
 * Infinity when that does not happen within the limits, or does not last.
 */
async function timeToTarget(
  setting: TrialSetting, { method, parameters }: TrialMethod, stepsize: number, seed: number, limit: number, gradientsLeft: number,
): Promise<{ time: number; gradients: number }> {
  await setting.pause();
  if (gradientsLeft <= 0) return { time: Infinity, gradients: 0 };
  const { kernels, quantities, computation, mostGradients, every, settle } = setting;
  const random = kernels.random(seed);
  const problem = new TrialProblem(kernels, quantities, random);
  const simulation = new Simulation({ kernels, problem, computation, random, method, parameters: { ...parameters, stepsize } });
  const watch = new TargetWatch(quantities.epsilon, limit);
  try {
    const run = new Run(simulation, problem, {
      budget: { gradients: Math.min(mostGradients, gradientsLeft), ...(limit < Infinity ? { time: limit + settle } : {}) },
      evaluate: { every },
      onEvaluation: ({ time, gradientNormSquared }) => watch.add(time, gradientNormSquared),
    });
    // Beyond the limit there is nothing to be found, only something to be lost.
    const goesOn = (): boolean => (watch.reached < Infinity ? simulation.time < watch.reached + settle : simulation.time <= limit);
    for (let slice = 1; goesOn() && watch.count < MOST_EVALUATIONS && run.advance(1000); slice += 1) if (slice % SLICES === 0) await setting.pause();
    return { time: run.lanes[0]!.status === 'diverged' || watch.astray ? Infinity : watch.reached, gradients: simulation.gradients };
  } finally {
    simulation.dispose();
  }
}

/** Sees when a run meets the target, and whether that lasts. */
class TargetWatch {
  /** When the target was met; Infinity before. */
  reached = Infinity;
  readonly #epsilon: number;
  readonly #limit: number;
  /** Sums of ‖∇f(x)‖² over the evaluations so far, none first. */
  readonly #sums = [0];
  /** Evaluations when the target was met. */
  #countThen = 0;

  /** @param limit The last time at which meeting the target counts. */
  constructor(epsilon: number, limit: number) {
    this.#epsilon = epsilon;
    this.#limit = limit;
  }

  /** Evaluations so far. */
  get count(): number {
    return this.#sums.length - 1;
  }

  add(time: number, gradientNormSquared: number): void {
    this.#sums.push(this.#sums.at(-1)! + gradientNormSquared);
    if (this.reached < Infinity || time > this.#limit || !this.#isLow(Math.floor(this.count * (1 - WINDOW)), 1)) return;
    this.reached = time;
    this.#countThen = this.count;
  }

  /** Whether ‖∇f(x)‖² has been too large since the target was met. */
  get astray(): boolean {
    return !this.#isLow(this.#countThen, SETTLED);
  }

  /** Whether ‖∇f(x)‖² is at most so many ε on average over the evaluations after the first ones. */
  #isLow(after: number, multiple: number): boolean {
    return this.#sums.at(-1)! - this.#sums[after]! <= multiple * this.#epsilon * (this.count - after);
  }
}
