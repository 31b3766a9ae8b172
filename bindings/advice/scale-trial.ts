import { lowerBounds } from '../complexity/lower-bound.js';
import type { ComplexityInputs, DataSetting } from '../complexity/setting.js';
import { quantitiesOf } from '../complexity/setting.js';
import { InputError } from '../errors.js';
import type { TrialQuantities } from './trial-problem.js';

/** Gradients that all workers may compute in the time of the lower bound: what keeps a trial short. */
const AFFORDABLE = 60_000;
/** A run may compute so many times as many, and so many in any case. */
const LENIENCE = 4;
const LEAST_GRADIENTS = 200_000;
const MOST_GRADIENTS = 1_000_000;
/**
 * Times are told no finer than evaluations are apart: gradients of all workers between them, at most; where there are many workers, so large a share of
 * them. In a short trial evaluations are closer, so many in the time of the lower bound, of which a method may take a small part only.
 */
const EVALUATE_EVERY = 10;
const EVALUATE_SHARE = 1 / 20;
const LEAST_EVALUATIONS = 1000;
/** Once the target is met, the slowest worker may return so many gradients more, to see whether that lasts. */
const SETTLE_RETURNS = 2;
/** As far as so many gradients of all workers allow. */
const SETTLE_GRADIENTS = 100_000;
/**
 * Where the slowest worker counts, all workers may compute so many gradients while it computes one, or so many times n; beyond that a trial would be too
 * long to be short.
 */
const MOST_PER_RETURN = 10_000;
const MOST_PER_RETURN_AND_WORKER = 20;
/** LΔ/ε is not made smaller than this: so many steps show what a method does. */
const LEAST_ROUNDS = 30;
/** Where the noise dominates, it is left to dominate by this factor. */
const STILL_DOMINANT = 3;

/** A trial problem that is short enough to be simulated. */
export interface TrialScale {
  /** What theory goes by: the inputs of the question, with the trial's Δ and σ². */
  readonly inputs: ComplexityInputs;
  /** What the trial problem is like. */
  readonly quantities: TrialQuantities;
  /** Simulated seconds between evaluations. */
  readonly every: number;
  /** Gradients after which a run is given up. */
  readonly mostGradients: number;
  /** Simulated seconds for which a run goes on when it has met the target. */
  readonly settle: number;
  /** Gradients that all workers compute while the slowest computes one: D. */
  readonly gradientsPerReturn: number;
  /** Whether a trial is short enough to be made. With different data it is not where the slowest worker is slower by far. */
  readonly feasible: boolean;
}

/**
 * Makes a question small enough: where the lower bound stands for too many gradients, x⁰ is moved nearer to the minimum (a smaller Δ), then the
 * noise is reduced as far as it goes on to dominate where it did. Speeds, L, ε and the heterogeneity stay as they are.
 * @throws InputError when x⁰ meets the target already, or the heterogeneity is out of range.
 */
export function scaleTrial(inputs: ComplexityInputs, data: DataSetting, heterogeneity: number | undefined): TrialScale {
  const { smoothness, maxSmoothness, delta, variance, epsilon, workers, sorted, slowest, mean, harmonicMean, delay } = quantitiesOf('advise', inputs);
  if (heterogeneity !== undefined && !(heterogeneity >= 0 && heterogeneity < Infinity)) {
    throw new InputError('advise', 'heterogeneity', 'be a number of at least 0', heterogeneity);
  }
  if (2 * smoothness * delta <= epsilon) {
    throw new InputError('advise', 'epsilon', `be less than 2 L_f Δ = ${2 * smoothness * delta}, above which any x⁰ meets the target`, epsilon);
  }
  const bound = (change: Partial<ComplexityInputs>): number => lowerBounds[data].time({ ...inputs, ...change });
  const excess = (change: Partial<ComplexityInputs>): number => (bound(change) * workers) / harmonicMean / AFFORDABLE;
  const leastDelta = Math.min(delta, (LEAST_ROUNDS * epsilon) / smoothness);
  const trialDelta = Math.max(leastDelta, Math.min(delta, delta / excess({})));
  // Noise dominates where σ²/(nε) is more than τ_n/τ_avg, or σ²/ε more than n.
  const ratio = data === 'heterogeneous' ? slowest / mean : 1;
  const leastVariance = Math.min(variance, STILL_DOMINANT * workers * epsilon * ratio);
  const trialVariance = Math.max(leastVariance, Math.min(variance, variance / excess({ delta: trialDelta })));
  const trial = { ...inputs, delta: trialDelta, variance: trialVariance };
  const gradients = AFFORDABLE * excess(trial);
  const between = Math.max(1, Math.min(Math.max(EVALUATE_EVERY, workers * EVALUATE_SHARE), gradients / LEAST_EVALUATIONS));
  return {
    inputs: trial,
    quantities: {
      workers, smoothness, maxSmoothness, delta: trialDelta, variance: trialVariance, epsilon,
      heterogeneity: data === 'homogeneous' ? 0 : (heterogeneity ?? 2 * smoothness * delta),
    },
    every: (between * harmonicMean) / workers,
    mostGradients: Math.min(MOST_GRADIENTS, Math.max(LEAST_GRADIENTS, Math.ceil(LENIENCE * gradients))),
    settle: Math.min(SETTLE_RETURNS * sorted.reduce((most, time) => (time < Infinity ? time : most), 0), (SETTLE_GRADIENTS * harmonicMean) / workers),
    gradientsPerReturn: delay,
    feasible: data === 'homogeneous' || delay <= Math.max(MOST_PER_RETURN, MOST_PER_RETURN_AND_WORKER * workers),
  };
}
