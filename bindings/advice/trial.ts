import type { ComputationModel } from '../computation/computation-model.js';
import { median } from '../experiment/tuning.js';
import type { Kernels } from '../kernels/load.js';
import type { AnyMethod } from '../methods/method.js';
import { Run } from '../simulation/run.js';
import { Simulation } from '../simulation/simulation.js';
import { TrialProblem } from './trial-problem.js';
import type { TrialQuantities } from './trial-problem.js';

/** The share of the time so far over which ‖∇f(x)‖² is averaged. */
const WINDOW = 0.1;
/** Stepsizes are tried that differ by this factor, at first by its square, beginning with so many times that of theory. */
const FACTOR = 2;
const STRIDE = 2;
const BEYOND_THEORY = 16;
/** Strides from there that are tried either way, at most. */
const MOST_STRIDES = 6;
/** A run may take so many times as long as the best stepsize's median, so that an unlucky seed does not end it. */
const PATIENCE = 3;

/** A method with its parameters apart from the stepsize. */
export interface TrialMethod {
  readonly method: AnyMethod;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Where the search for a stepsize begins: that of theory. */
  readonly stepsize: number;
}

/** A method tried with its best stepsize. */
export interface TrialResult {
  readonly stepsize: number;
  /** Simulated seconds to ‖∇f(x)‖² ≤ ε, a number per seed; Infinity: not reached. */
  readonly times: readonly number[];
  /** Their median. */
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
  /** Awaited before every run; may throw to end the trial. */
  readonly pause: () => Promise<void>;
}

/**
 * Looks for the stepsize with which a method is soonest at the target, by the median over the seeds.
 * @param limit Simulated seconds after which it is given up.
 */
export async function tryMethod(setting: TrialSetting, candidate: TrialMethod, limit: number): Promise<TrialResult> {
  const tried = new Set<number>();
  let best: TrialResult & { power: number } = { power: 0, stepsize: stepsizeAt(candidate, 0), times: setting.seeds.map(() => Infinity), time: Infinity };
  const attempt = async (power: number): Promise<boolean> => {
    if (tried.has(power)) return false;
    tried.add(power);
    const stepsize = stepsizeAt(candidate, power);
    const times: number[] = [];
    for (const seed of setting.seeds) times.push(await timeToTarget(setting, candidate, stepsize, seed, Math.min(limit, PATIENCE * best.time)));
    const time = median(times);
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

function stepsizeAt({ stepsize }: TrialMethod, power: number): number {
  let factor = BEYOND_THEORY;
  for (let k = 0; k < Math.abs(power); k += 1) factor = power > 0 ? factor * FACTOR : factor / FACTOR;
  return stepsize * factor;
}

/**
 * Simulated seconds until ‖∇f(x)‖² ≤ ε on average over the last tenth of the time: at a single instant, noisy models may meet the target by chance.
 * Infinity when that does not happen within the limits.
 */
async function timeToTarget(setting: TrialSetting, { method, parameters }: TrialMethod, stepsize: number, seed: number, limit: number): Promise<number> {
  await setting.pause();
  const { kernels, quantities, computation, mostGradients, every } = setting;
  const random = kernels.random(seed);
  const problem = new TrialProblem(kernels, quantities, random);
  const simulation = new Simulation({ kernels, problem, computation, random, method, parameters: { ...parameters, stepsize } });
  const sums = [0];
  let reached = Infinity;
  try {
    const run = new Run(simulation, problem, {
      budget: { gradients: mostGradients, ...(limit < Infinity ? { time: limit } : {}) },
      evaluate: { every },
      onEvaluation: ({ time, gradientNormSquared }) => {
        sums.push(sums.at(-1)! + gradientNormSquared);
        const window = Math.ceil((sums.length - 1) * WINDOW);
        if (reached === Infinity && sums.at(-1)! - sums.at(-1 - window)! <= quantities.epsilon * window) reached = time;
      },
    });
    while (reached === Infinity && run.advance(1000));
    return run.status === 'diverged' ? Infinity : reached;
  } finally {
    simulation.dispose();
  }
}
