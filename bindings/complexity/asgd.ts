import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * ASGD's time for homogeneous data, ((1/n) Σ 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(nε²)). For heterogeneous data there is none: ASGD does not
 * converge to a stationary point of f.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Koloskova, Stich, Jaggi 2022, arXiv 2206.08307; Mishchenko, Bach, Even, Woodworth 2022, arXiv 2206.07638.
 */
export function asgdTime(inputs: ComplexityInputs): number {
  const { smoothness: L, delta, epsilon, variance, harmonicMean, workers: n } = quantitiesOf('asgdTime', inputs);
  return ((L * delta) / epsilon) * harmonicMean * (1 + variance / (n * epsilon));
}

/**
 * γ = min{1/(4 L √(nD)), ε/(4Lσ²)} with D = Σ_j τ_n/τ_j, about the largest delay when times are constant.
 *
 * Our choice of constants: √(concurrency × largest delay) is Koloskova, Stich and Jaggi's, the noise term Ringmaster ASGD's. The time of
 * `asgdTime` is that of stepsizes which adapt to the delay; with this constant one the term LΔ/ε counts √(τ_n/H) times.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns γ; no parameters.
 * @throws InputError when an input is out of range.
 * @remarks Source: Koloskova, Stich, Jaggi 2022, arXiv 2206.08307; Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168.
 */
export function asgdTheory(inputs: ComplexityInputs): Theory {
  const { smoothness: L, epsilon, variance, delay, workers: n } = quantitiesOf('asgdTheory', inputs);
  return { stepsize: Math.min(1 / (4 * L * Math.sqrt(n * delay)), epsilon / (4 * L * variance)), parameters: {} };
}

export const asgd: MethodComplexity = {
  method: 'asgd',
  homogeneous: {
    formula: '((1/n) Σ 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(nε²))',
    source: 'Koloskova, Stich, Jaggi 2022, arXiv 2206.08307',
    assumes: 'all f_i equal; stepsizes that adapt to the delay, or delays not much above n',
    optimal: false,
    time: asgdTime,
  },
  theory: {
    formula: 'min{1/(4 L √(nD)), ε/(4Lσ²)}, D = Σ_j τ_n/τ_j',
    source: 'Koloskova, Stich, Jaggi 2022, arXiv 2206.08307; our choice of constants',
    choose: asgdTheory,
  },
};
