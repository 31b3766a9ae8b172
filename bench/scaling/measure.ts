import {
  fixedTimes, maleniaSgdTheory, maleniaSgdTime, methods, minibatchSgdTheory, minibatchSgdTime, ringleaderAsgdTheory, ringleaderAsgdTime, Run, Simulation,
  tridiagonalQuadratic,
} from '../../bindings/index.js';
import type { ComplexityInputs, Kernels, Theory } from '../../bindings/index.js';
import { median } from '../report.js';
import { dominantNoise, meanTime, slowestTime } from './profiles.js';
import type { SpeedProfile } from './profiles.js';

/** The times between two evaluations, as a part of the predicted time. */
const RESOLUTION = 1 / 1000;
/** A run ends without success after so many times the predicted time. */
const PATIENCE = 10;
/** Events between two looks at the target. */
const SLICE = 1 << 20;

/** What theory says about a method for heterogeneous data. */
interface Prediction {
  readonly name: string;
  readonly theory: (inputs: ComplexityInputs) => Theory;
  readonly time: (inputs: ComplexityInputs) => number;
}

const PREDICTIONS: readonly Prediction[] = [
  { name: 'minibatch-sgd', theory: minibatchSgdTheory, time: minibatchSgdTime },
  { name: 'malenia-sgd', theory: maleniaSgdTheory, time: maleniaSgdTime },
  { name: 'ringleader-asgd', theory: ringleaderAsgdTheory, time: ringleaderAsgdTime },
];

/** The methods that are compared, by name. */
export const SCALED_METHODS: readonly string[] = PREDICTIONS.map(({ name }) => name);

/** What is measured, and where. */
export interface ScalingSetting {
  readonly profile: SpeedProfile;
  /** Values of n, ascending. */
  readonly counts: readonly number[];
  readonly seeds: readonly number[];
  /** d of the papers' quadratic. */
  readonly dimension: number;
  /** L Δ/ε, which determines ε. */
  readonly rounds: number;
  /** At how many times τ_n the product τ_avg σ²/(nε) is kept, at least. */
  readonly margin: number;
}

/** A method's time to the target with some number of workers. */
export interface ScalingPoint {
  readonly workers: number;
  /** τ_avg */
  readonly mean: number;
  /** τ_n */
  readonly slowest: number;
  /** σ²/(nε), the same for all n. */
  readonly noise: number;
  readonly method: string;
  readonly theory: Theory;
  /** Whether the noise determines the stepsize: without it the stepsize would be longer. */
  readonly noiseDecides: boolean;
  /** The method's time complexity with constant 1, in simulated seconds. */
  readonly predicted: number;
  /** Simulated seconds to ‖∇f(x)‖² ≤ ε: the median over seeds; Infinity where half of them do not reach it. */
  readonly time: number;
  /** Simulated seconds per model update, over all seeds. */
  readonly timePerUpdate: number;
  /** L γ k with the mean number k of updates until then: the time is k times the time per update, whatever n does to the latter and to γ. */
  readonly progress: number;
  /** Stochastic gradients until then, over all seeds. */
  readonly gradients: number;
}

/**
 * Measures how the time to the target grows with the number of workers.
 * @param report Told of each point before it is measured.
 * @returns A point per number of workers and method.
 */
export function measureScaling(kernels: Kernels, setting: ScalingSetting, report: (what: string) => void = () => undefined): ScalingPoint[] {
  const noise = dominantNoise(setting.profile, setting.counts, setting.margin);
  return setting.counts.flatMap((workers) => {
    const times = setting.profile.times(workers);
    const inputs = inputsFor(kernels, setting, times, noise);
    return PREDICTIONS.map((prediction) => {
      report(`${setting.profile.name}: ${prediction.name}, n = ${workers} …`);
      return { workers, mean: meanTime(times), slowest: slowestTime(times), noise, ...measurePoint(kernels, setting, prediction, inputs, times) };
    });
  });
}

type Measured = Omit<ScalingPoint, 'workers' | 'mean' | 'slowest' | 'noise'>;

function measurePoint(kernels: Kernels, { dimension, seeds }: ScalingSetting, prediction: Prediction, inputs: ComplexityInputs, times: number[]): Measured {
  const theory = prediction.theory(inputs);
  const predicted = prediction.time(inputs);
  const runs = seeds.map((seed) => timeToTarget(kernels, prediction.name, { dimension, seed, inputs, theory, predicted, times }));
  return {
    method: prediction.name,
    theory,
    noiseDecides: theory.stepsize < prediction.theory({ ...inputs, variance: 0 }).stepsize,
    predicted,
    time: median(runs.map(({ time }) => time)),
    timePerUpdate: total(runs, 'time') / total(runs, 'updates'),
    progress: (inputs.smoothness * theory.stepsize * total(runs, 'updates')) / runs.length,
    gradients: total(runs, 'gradients'),
  };
}

function total(runs: readonly Outcome[], key: keyof Outcome): number {
  return runs.reduce((sum, run) => sum + run[key], 0);
}

/** The exact constants of the quadratic, ε = L Δ/rounds, and σ² = noise · n ε. */
function inputsFor(kernels: Kernels, { dimension, rounds }: ScalingSetting, times: number[], noise: number): ComplexityInputs {
  const problem = tridiagonalQuadratic(kernels, times.length, dimension, 0, kernels.random(0));
  try {
    const { smoothness, ringleaderSmoothness, maxSmoothness, delta } = problem.constants!();
    const epsilon = (smoothness * delta) / rounds;
    return { times, smoothness, ringleaderSmoothness, maxSmoothness, delta, epsilon, variance: noise * times.length * epsilon };
  } finally {
    problem.dispose();
  }
}

/** Until the target. */
interface Outcome {
  /** Simulated seconds; Infinity where it is not reached. */
  readonly time: number;
  readonly updates: number;
  readonly gradients: number;
}

interface OneRun {
  readonly dimension: number;
  readonly seed: number;
  readonly inputs: ComplexityInputs;
  readonly theory: Theory;
  readonly predicted: number;
  readonly times: readonly number[];
}

/** Simulates a method until ‖∇f(x)‖² ≤ ε. */
function timeToTarget(kernels: Kernels, name: string, { dimension, seed, inputs, theory, predicted, times }: OneRun): Outcome {
  const method = methods.find((known) => known.name === name)!;
  const random = kernels.random(seed);
  const problem = tridiagonalQuadratic(kernels, times.length, dimension, Math.sqrt(inputs.variance / dimension), random);
  const defaults = Object.fromEntries(Object.entries(method.parameters).map(([key, parameter]) => [key, parameter.default]));
  const parameters = { ...defaults, ...theory.parameters, stepsize: theory.stepsize };
  const simulation = new Simulation({ kernels, problem, computation: fixedTimes(times), random, method, parameters });
  try {
    const run = new Run(simulation, problem, {
      budget: { time: PATIENCE * predicted },
      evaluate: { every: RESOLUTION * predicted },
      target: { gradientNormSquared: inputs.epsilon },
      onEvaluation: () => undefined,
    });
    const lane = run.lanes[0]!;
    while (lane.timeToTarget === null && run.advance(SLICE));
    return { time: lane.timeToTarget ?? Infinity, updates: simulation.updates, gradients: simulation.gradients };
  } finally {
    simulation.dispose();
    problem.dispose();
  }
}
