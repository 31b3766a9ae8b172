import { InputError } from '../errors.js';
import { Purpose } from '../kernels/random.js';
import type { Random } from '../kernels/random.js';
import type { ComputationModel } from './computation-model.js';
import { longestTime, MOST_STRETCHES, timeToFinish, turnAt } from './progress.js';

/** Permutations that are kept, in workers: the last few regimes of a large cluster, or many of a small one. */
const KEPT_ENTRIES = 1_000_000;
const MOST_SPREAD = 10;

/** The changes that there are. */
export const SPEED_CHANGES = ['permute', 'rescale'] as const;
/** What happens to the speeds at the end of every period: `permute` or `rescale`, see `RegimeOptions`. */
export type SpeedChange = (typeof SPEED_CHANGES)[number];

/** Speeds that change at regular times. */
export interface RegimeOptions {
  /** T: simulated seconds between changes. */
  readonly period: number;
  /** `permute`: the base times are dealt anew among the workers; `rescale`: each is multiplied by a lognormal factor. */
  readonly change: SpeedChange;
  /** `rescale`: standard deviation of the factor's logarithm, from 0 to 10. */
  readonly spread: number;
}

/**
 * Regime switching: in regime r, the simulated times [rT, (r+1)T), worker i needs τ_i(r) for a gradient; regime 0 is the base. A
 * computation in progress goes on at the new speed: a gradient started at s ends at the first t with ∫_s^t du/τ_i(u) = 1.
 * `permute`: τ_i(r) is the base time of worker π_r(i), π_r a uniformly random permutation; `rescale`: τ_i(r) = τ_i exp(spread · z),
 * z ∼ N(0, 1) per worker and regime. Regimes are drawn by (seed, regime, worker), whatever was asked before.
 * @param base Whose expected times are the base times.
 * @param options Period, kind and size of the changes.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns The expected time is one over the long-run mean of the speed 1/τ_i(r): the harmonic mean of the base times for `permute`,
 * τ_i exp(−spread²/2) for `rescale`.
 * @throws InputError when the period is not positive or more than 10⁶ times shorter than the longest finite base time, or the spread
 * is out of range.
 */
export function regimeSwitchingTimes(base: ComputationModel, { period, change, spread }: RegimeOptions, random: Random): ComputationModel {
  const { workers } = base;
  const where = 'regimeSwitchingTimes';
  if (!(period > 0 && period < Infinity)) throw new InputError(where, 'period', 'be a finite number greater than 0', period);
  if (!(spread >= 0 && spread <= MOST_SPREAD)) throw new InputError(where, 'spread', `be from 0 to ${MOST_SPREAD}`, spread);
  const times = Array.from({ length: workers }, (_, worker) => base.expectedTime(worker));
  const longest = longestTime(base);
  const shortest = longest / MOST_STRETCHES;
  if (period < shortest) throw new InputError(where, 'period', `be at least ${shortest}, a millionth of the longest base time`, period);

  const timeIn = change === 'permute' ? permutedTimes(times, random) : rescaledTimes(times, spread, random);
  const mean = change === 'permute' ? workers / times.reduce((sum, time) => sum + 1 / time, 0) : 0;
  const scale = random.kernels.exp((-spread * spread) / 2);
  return {
    workers,
    expectedTime: (worker) => (change === 'permute' ? mean : times[worker]! * scale),
    duration: (worker, _, start) => {
      if (longest === 0 || (change === 'rescale' && times[worker] === Infinity)) return Infinity;
      return timeToFinish(start, (time) => {
        const regime = turnAt(time, period);
        return { end: (regime + 1) * period, time: timeIn(worker, regime) };
      });
    },
  };
}

/** τ_i(r) = τ_{π_r(i)}. The permutations used last are kept; the answers do not depend on which. */
function permutedTimes(times: readonly number[], random: Random): (worker: number, regime: number) => number {
  const kept = new Map<number, Uint32Array>();
  const most = Math.max(2, Math.floor(KEPT_ENTRIES / times.length));
  return (worker, regime) => {
    if (regime === 0) return times[worker]!;
    let order = kept.get(regime);
    if (order === undefined) {
      order = random.permutation(Purpose.regimes, 0, regime, times.length);
      if (kept.size === most) kept.delete(kept.keys().next().value!);
      kept.set(regime, order);
    }
    return times[order[worker]!]!;
  };
}

function rescaledTimes(times: readonly number[], spread: number, random: Random): (worker: number, regime: number) => number {
  const { kernels } = random;
  return (worker, regime) => (regime === 0 ? times[worker]! : times[worker]! * kernels.exp(spread * random.normal(Purpose.regimes, worker, regime)));
}

/** The ways to choose phases. */
export const PHASES = ['random', 'even'] as const;
/** How the workers' phases are chosen: at `random`, or `even` over the period in worker order. */
export type Phases = (typeof PHASES)[number];

/** Speeds that go up and down smoothly. */
export interface SinusoidalOptions {
  /** P: simulated seconds of one oscillation. */
  readonly period: number;
  /** a, from 0 to below 1: the speed goes from 1 − a to 1 + a times the base speed. */
  readonly amplitude: number;
  /** How the φ_i are chosen. */
  readonly phases: Phases;
}

/**
 * Sinusoidal speeds: v_i(t) = (1/τ_i) (1 + a sin 2π(t/P + φ_i)); a gradient started at s ends at the first t with ∫_s^t v_i = 1. The
 * equation is solved by Newton's method kept within a shrinking bracket, to the last bits of t − s, however long the period.
 * φ_i is uniform in [0, 1), or i/n with `phases: even` (i = 0 … n − 1).
 * @param base Whose expected times are the τ_i.
 * @param options Period, amplitude and phases.
 * @param random The random streams of a seed, as `kernels.random(seed)` gives them.
 * @returns The expected time is τ_i, because the mean speed is 1/τ_i.
 * @throws InputError when the period is not positive or the amplitude is not in [0, 1).
 */
export function sinusoidalTimes(base: ComputationModel, { period, amplitude, phases }: SinusoidalOptions, random: Random): ComputationModel {
  const { workers } = base;
  if (!(period > 0 && period < Infinity)) throw new InputError('sinusoidalTimes', 'period', 'be a finite number greater than 0', period);
  if (!(amplitude >= 0 && amplitude < 1)) throw new InputError('sinusoidalTimes', 'amplitude', 'be at least 0 and less than 1', amplitude);
  const phase = Float64Array.from({ length: workers }, (_, i) => (phases === 'even' ? i / workers : random.uniform(Purpose.phases, i, 0)));
  const cos = (x: number): number => random.kernels.cos(x);
  return {
    workers,
    expectedTime: (worker) => base.expectedTime(worker),
    duration: (worker, _, start) => solveOscillation(base.expectedTime(worker), start / period + phase[worker]!, period, amplitude, cos),
  };
}

/**
 * The D > 0 with D + (aP/2π) (cos 2πu − cos 2π(u + D/P)) = τ, where u counts periods. The second term is written as
 * a D sin 2π(u + D/2P) · sin(πD/P)/(πD/P), in which nothing cancels when P is much longer than τ.
 */
function solveOscillation(time: number, u: number, period: number, amplitude: number, cos: (x: number) => number): number {
  // |D − τ| is below aP.
  if (time === Infinity || amplitude * period < time * 2 ** -53) return time;
  const from = u - Math.floor(u);
  const sine = (x: number): number => cos(2 * Math.PI * (x - Math.floor(x)) - Math.PI / 2);
  let low = time / (1 + amplitude);
  let high = time / (1 - amplitude);
  let guess = time;
  for (let step = 0; step < 200; step += 1) {
    const periods = guess / period;
    const excess = guess - time + amplitude * guess * sine(from + periods / 2) * sineRatio(periods, sine);
    if (excess === 0) return guess;
    if (excess > 0) high = guess;
    else low = guess;
    const slope = 1 + amplitude * sine(from + periods);
    let next = guess - excess / slope;
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next <= low || next >= high) return guess;
    guess = next;
  }
  return guess;
}

/** sin(πx)/(πx); by its Taylor series where the sine of turns has few correct digits. */
function sineRatio(x: number, sine: (turns: number) => number): number {
  const angle = Math.PI * x;
  if (angle > 0.25) return sine(x / 2) / angle;
  const y = angle * angle;
  return 1 - (y / 6) * (1 - (y / 20) * (1 - (y / 42) * (1 - (y / 72) * (1 - y / 110))));
}
