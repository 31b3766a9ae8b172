import type { Powers } from './power-curves.js';
import { PowerCurves } from './power-curves.js';
import { RoundSearch } from './round-search.js';
import type { DataSetting, ProblemQuantities } from './setting.js';
import { ceilRatio, checkProblem, requireSetting } from './setting.js';

/** What the bounds of the universal computation model depend on. */
export interface UniversalInputs extends ProblemQuantities {
  /** v_i for each of the n workers, in gradients per second; times in seconds ascend, the last power holds for ever. */
  readonly powers: readonly Powers[];
  /** The powers repeat with this period, longer than their last times; default: they do not. */
  readonly cycle?: number | undefined;
}

/** A bound of the universal computation model. */
export interface UniversalTime {
  /** t_K in seconds; Infinity where the power does not suffice. */
  readonly time: number;
  /** K = ⌈LΔ/ε⌉ */
  readonly rounds: number;
  /** What a round collects: max(⌈σ²/ε⌉, 1) gradients in all, or max(⌈σ²/(nε)⌉, 1) as the harmonic mean over workers. */
  readonly target: number;
}

/** Rounds end by rounding errors before or after the change of a power at which they end. */
const WHOLE_ROUNDS_TOLERANCE = 1e-12;

/**
 * The time that optimal methods need, and no method can beat, up to constants, when worker i has power v_i(t): t_K with K = ⌈LΔ/ε⌉, t_0 = 0 and,
 * with N_i(s, t) = ⌊∫_s^t v_i⌋,
 * t_k = min{t : Σ_i N_i(t_{k−1}, t) ≥ max(⌈σ²/ε⌉, 1)} for homogeneous data (Rennala SGD attains it),
 * t_k = min{t : ((1/n) Σ_i 1/N_i(t_{k−1}, t))^{-1} ≥ max(⌈σ²/(nε)⌉, 1)} for heterogeneous data (Malenia SGD attains it).
 *
 * With constant powers 1/τ_i it is between 1/2 and 2K/(LΔ/ε) times `lowerBounds[data].time` (docs/theory.md has the proofs). For homogeneous data
 * Ringmaster ASGD attains it, too, and Ringleader ASGD for heterogeneous data.
 *
 * Counts are exact integers. While no power changes all rounds last equally long, so that the work is a search per change of a power, not
 * one per round.
 * @param inputs Powers of the workers; constants of the problem.
 * @param data Whether the f_i differ.
 * @returns The time in seconds, and what it consists of.
 * @throws InputError when there is no worker, a worker has no piece, or a time, a power, the cycle or a constant is out of range, or there is no such setting.
 * @remarks Source: Tyurin 2024, arXiv 2408.04929; for the two others arXiv 2501.16168 and 2509.22860.
 * @example
 * // Two workers; the second is off from 10 to 20.
 * const powers = [[[0, 1]], [[0, 2], [10, 0], [20, 2]]];
 * universalTime({ powers, smoothness: 1, delta: 1, variance: 0.3, epsilon: 0.01 }, 'homogeneous').time;
 */
export function universalTime(inputs: UniversalInputs, data: DataSetting): UniversalTime {
  requireSetting('universalTime', data);
  const { smoothness, delta, variance, epsilon } = checkProblem('universalTime', inputs);
  const { powers, cycle = Infinity } = inputs;
  const n = powers.length;
  const curves = new PowerCurves('universalTime', powers, cycle);
  const rounds = ceilRatio(smoothness * delta, epsilon);
  const homogeneous = data === 'homogeneous';
  const target = Math.max(1, ceilRatio(variance, homogeneous ? epsilon : n * epsilon));
  const search = new RoundSearch(curves, homogeneous ? { mean: 'sum', least: target } : { mean: 'harmonic', least: -n / target });
  let time = 0;
  for (let done = 0; done < rounds; ) {
    const length = search.roundLength(time);
    if (length === Infinity) return { time: Infinity, rounds, target };
    const unchanged = Math.floor(((curves.nextChange - time) / length) * (1 + WHOLE_ROUNDS_TOLERANCE));
    const alike = Math.min(rounds - done, Math.max(1, unchanged));
    time += alike * length;
    done += alike;
  }
  return { time, rounds, target };
}
