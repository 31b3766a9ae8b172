import { InputError } from '../errors.js';
import { Purpose } from '../kernels/random.js';
import type { Random } from '../kernels/random.js';
import type { ComputationModel } from './computation-model.js';
import { fixedTimes } from './fixed-times.js';

/** √(2/π): the mean of |z| for a standard normal z. */
const MEAN_ABSOLUTE_NORMAL = 0.797884560802865355879892;
/** Beyond it the mean of a lognormal time, or a draw of a Pareto time, leaves the float64 range. */
const MOST_SIGMA = 30;
const LEAST_SHAPE = 0.1;

/** A time drawn for a worker: `index` 0 is its one time, index g + 1 the time of its gradient g. */
type Draw = (worker: number, index: number) => number;

/** Times drawn once per worker, or afresh for every gradient. */
function drawnTimes(workers: number, redraw: boolean, draw: Draw, mean: (worker: number) => number): ComputationModel {
  if (!redraw) return fixedTimes(Array.from({ length: workers }, (_, worker) => draw(worker, 0)));
  return { workers, expectedTime: mean, duration: (worker, index) => draw(worker, index + 1) };
}

/**
 * The computation times of the papers: τ_i = i + |η_i| with η_i ∼ N(0, i) (variance i), i = 1 … n.
 * @param workers n ≥ 1.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param redraw false: each τ_i is drawn once; true: it is drawn afresh for every gradient.
 * @returns The expected time is the drawn one; with `redraw` i + √(2i/π).
 * @remarks Source: experiments of arXiv 2501.16168 and 2509.22860.
 */
export function paperTimes(workers: number, random: Random, redraw: boolean): ComputationModel {
  const draw: Draw = (worker, index) => worker + 1 + Math.sqrt(worker + 1) * Math.abs(random.normal(Purpose.computation, worker, index));
  return drawnTimes(workers, redraw, draw, (worker) => worker + 1 + Math.sqrt(worker + 1) * MEAN_ABSOLUTE_NORMAL);
}

/** Times whose logarithms are normal. */
export interface LognormalOptions {
  /** Simulated seconds; half of the times are below it. */
  readonly median: number;
  /** Standard deviation of the logarithm, from 0 to 30. */
  readonly sigma: number;
}

/**
 * Lognormal computation times: τ_i = median · exp(σ z_i), z_i ∼ N(0, 1).
 * @param workers n ≥ 1.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param options Median and σ.
 * @param redraw false: each τ_i is drawn once; true: it is drawn afresh for every gradient.
 * @returns The expected time is the drawn one; with `redraw` median · exp(σ²/2).
 * @throws InputError when the median is not positive and finite or σ is out of range.
 */
export function lognormalTimes(workers: number, random: Random, { median, sigma }: LognormalOptions, redraw: boolean): ComputationModel {
  if (!(median > 0 && median < Infinity)) throw new InputError('lognormalTimes', 'median', 'be a finite number greater than 0', median);
  if (!(sigma >= 0 && sigma <= MOST_SIGMA)) throw new InputError('lognormalTimes', 'sigma', `be from 0 to ${MOST_SIGMA}`, sigma);
  const { kernels } = random;
  const mean = median * kernels.exp((sigma * sigma) / 2);
  return drawnTimes(workers, redraw, (worker, index) => median * kernels.exp(sigma * random.normal(Purpose.computation, worker, index)), () => mean);
}

/** Heavy-tailed times. */
export interface ParetoOptions {
  /** The shortest time, in simulated seconds. */
  readonly scale: number;
  /** a in P(τ > t) = (scale/t)^a, at least 0.1: the smaller, the heavier the tail. The mean is infinite for a ≤ 1. */
  readonly shape: number;
}

/**
 * Pareto computation times: P(τ > t) = (scale/t)^shape for t ≥ scale, drawn as scale · u^(−1/shape), u uniform in (0, 1].
 * @param workers n ≥ 1.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @param options Scale and shape.
 * @param redraw false: each τ_i is drawn once; true: it is drawn afresh for every gradient, and the shape must exceed 1.
 * @returns The expected time is the drawn one; with `redraw` scale · shape / (shape − 1).
 * @throws InputError when the scale is not positive and finite, the shape is below 0.1, or the mean that `redraw` needs is infinite.
 */
export function paretoTimes(workers: number, random: Random, { scale, shape }: ParetoOptions, redraw: boolean): ComputationModel {
  if (!(scale > 0 && scale < Infinity)) throw new InputError('paretoTimes', 'scale', 'be a finite number greater than 0', scale);
  if (!(shape >= LEAST_SHAPE && shape < Infinity)) throw new InputError('paretoTimes', 'shape', `be a finite number of at least ${LEAST_SHAPE}`, shape);
  if (redraw && shape <= 1) throw new InputError('paretoTimes', 'shape', INFINITE_MEAN, shape);
  const { kernels } = random;
  const draw: Draw = (worker, index) => scale * kernels.exp(-kernels.log(1 - random.uniform(Purpose.computation, worker, index)) / shape);
  return drawnTimes(workers, redraw, draw, () => (scale * shape) / (shape - 1));
}

/** What a Pareto shape must do when times are redrawn. */
export const INFINITE_MEAN = "be greater than 1 with 'redraw', because the mean time is infinite otherwise";
