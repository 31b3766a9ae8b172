import { noiseTime } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * IA²SGD's time, (L_max Δ/ε) (τ_n + τ_n σ²/(nε)): one gradient per worker is averaged, so that the noise pays for the slowest.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where a worker never returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Maranjyan, Richtárik 2025, arXiv 2509.22860, comparison of methods.
 */
export function ia2SgdTime(inputs: ComplexityInputs): number {
  const { maxSmoothness: L, delta, epsilon, variance, slowest, workers: n } = quantitiesOf('ia2SgdTime', inputs);
  return ((L * delta) / epsilon) * (slowest + noiseTime(slowest, variance, n, epsilon));
}

/**
 * γ = min{1/(8 D L_max), εn/(10 D L_max σ²)} with D = Σ_j τ_n/τ_j, the updates while the slowest worker computes once.
 *
 * Our choice: Ringleader ASGD's rule with D in place of n; for equal speeds the two agree.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns γ; no parameters.
 * @throws InputError when an input is out of range.
 * @remarks Source: the rule of arXiv 2509.22860, as told above.
 */
export function ia2SgdTheory(inputs: ComplexityInputs): Theory {
  const { maxSmoothness: L, epsilon, variance, delay, workers: n } = quantitiesOf('ia2SgdTheory', inputs);
  return { stepsize: Math.min(1 / (8 * delay * L), variance === 0 ? Infinity : (epsilon * n) / (10 * delay * L * variance)), parameters: {} };
}

export const ia2Sgd: MethodComplexity = {
  method: 'ia2-sgd',
  heterogeneous: {
    formula: '(L_max Δ/ε) (τ_n + τ_n σ²/(nε))',
    source: 'Maranjyan, Richtárik 2025, arXiv 2509.22860',
    assumes: 'every f_i is smooth',
    optimal: false,
    time: ia2SgdTime,
  },
  theory: {
    formula: 'min{1/(8 D L_max), εn/(10 D L_max σ²)}, D = Σ_j τ_n/τ_j',
    source: 'our choice: Ringleader ASGD’s rule with D for n',
    choose: ia2SgdTheory,
  },
};
