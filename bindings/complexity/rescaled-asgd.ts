import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * The leading term of Rescaled ASGD's time as ε → 0, L_f Δ τ_avg σ²/(nε²), which is that of the lower bound. Delays and the data's
 * heterogeneity add terms of lower order, which are not included: without noise this is 0, and says nothing.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds.
 * @throws InputError when an input is out of range.
 * @remarks Source: Mahran, Maranjyan, Richtárik 2026, arXiv 2605.13434.
 */
export function rescaledAsgdTime(inputs: ComplexityInputs): number {
  const { smoothness: L, delta, epsilon, variance, mean, workers: n } = quantitiesOf('rescaledAsgdTime', inputs);
  return variance === 0 ? 0 : (((L * delta) / epsilon) * mean * variance) / (n * epsilon);
}

/**
 * γ = min{1/(2 D L_f), εH/(4 L_f σ² τ_avg)} with D = Σ_j τ_n/τ_j, the updates while the slowest worker computes once, and the harmonic
 * mean H of the times.
 *
 * Our choice: the stepsizes γτ_i/H make the noise τ_avg/H times that of equal stepsizes γ, for which Ringmaster ASGD has
 * ε/(4Lσ²); and D is about the largest delay. Heterogeneous data may ask for less.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns γ; no parameters.
 * @throws InputError when an input is out of range.
 * @remarks Source: the rule of arXiv 2501.16168, as told above.
 */
export function rescaledAsgdTheory(inputs: ComplexityInputs): Theory {
  const { smoothness: L, epsilon, variance, mean, harmonicMean: H, delay } = quantitiesOf('rescaledAsgdTheory', inputs);
  const noise = variance === 0 ? Infinity : mean === Infinity ? 0 : (epsilon * H) / (4 * L * variance * mean);
  return { stepsize: Math.min(1 / (2 * delay * L), noise), parameters: {} };
}

export const rescaledAsgd: MethodComplexity = {
  method: 'rescaled-asgd',
  heterogeneous: {
    formula: 'L_f Δ τ_avg σ²/(nε²): the leading term only; delays and heterogeneity add lower-order terms',
    source: 'Mahran, Maranjyan, Richtárik 2026, arXiv 2605.13434',
    assumes: 'bounded heterogeneity, constant times',
    optimal: false,
    leadingTerm: true,
    time: rescaledAsgdTime,
  },
  theory: {
    formula: 'min{1/(2 D L_f), εH/(4 L_f σ² τ_avg)}, D = Σ_j τ_n/τ_j',
    source: 'our choice: Ringmaster ASGD’s rule with the largest delay and the noise of γτ_i/H',
    choose: rescaledAsgdTheory,
  },
};
