import { noiseTime } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * Ringleader ASGD's time, (L Δ/ε) (τ_n + τ_avg σ²/(nε)), with the L of its own condition (`ringleaderSmoothness`).
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where a worker never returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Maranjyan, Richtárik 2025, arXiv 2509.22860.
 */
export function ringleaderAsgdTime(inputs: ComplexityInputs): number {
  const { ringleaderSmoothness: L, delta, epsilon, variance, slowest, mean, workers: n } = quantitiesOf('ringleaderAsgdTime', inputs);
  return ((L * delta) / epsilon) * (slowest + noiseTime(mean, variance, n, epsilon));
}

/**
 * A B that every round of Ringleader ASGD reaches when times are constant: ((1/n) Σ 1/b_i)^{-1} with b_i = max(1, ⌊τ_n/τ_i⌋ − 1).
 *
 * A round is at least as long as the slowest worker's gradient, and worker i waits for its own update for less than one of its own
 * gradients: it computes b_i or more at the point that it holds. (Where τ_n/τ_i is an integer, rounding errors of times may cost it one.)
 * @param times τ_i in seconds, shape n.
 */
export function ringleaderBatch(times: ArrayLike<number>): number {
  let slowest = 0;
  for (let i = 0; i < times.length; i += 1) slowest = Math.max(slowest, times[i]!);
  if (slowest === Infinity) return 1;
  let inverseSum = 0;
  for (let i = 0; i < times.length; i += 1) inverseSum += 1 / Math.max(1, Math.floor(slowest / times[i]!) - 1);
  return times.length / inverseSum;
}

/**
 * γ = min{1/(8nL), εB/(10Lσ²)} with B = `ringleaderBatch`.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns γ; no parameters.
 * @throws InputError when an input is out of range.
 * @remarks Source: Maranjyan, Richtárik 2025, arXiv 2509.22860.
 */
export function ringleaderAsgdTheory(inputs: ComplexityInputs): Theory {
  const { ringleaderSmoothness: L, epsilon, variance, workers: n } = quantitiesOf('ringleaderAsgdTheory', inputs);
  const batch = ringleaderBatch(inputs.times);
  return { stepsize: Math.min(1 / (8 * n * L), (epsilon * batch) / (10 * L * variance)), parameters: {} };
}

const SOURCE = 'Maranjyan, Richtárik 2025, arXiv 2509.22860';

export const ringleaderAsgd: MethodComplexity = {
  method: 'ringleader-asgd',
  heterogeneous: {
    formula: '(L Δ/ε) (τ_n + τ_avg σ²/(nε))',
    source: SOURCE,
    assumes: '‖∇f(x) − (1/n) Σ ∇f_i(y_i)‖² ≤ (L²/n) Σ ‖x − y_i‖², L_f ≤ L ≤ L_max',
    optimal: true,
    time: ringleaderAsgdTime,
  },
  theory: { formula: 'min{1/(8nL), εB/(10Lσ²)}, B: harmonic mean of max(1, ⌊τ_n/τ_i⌋ − 1)', source: SOURCE, choose: ringleaderAsgdTheory },
};
