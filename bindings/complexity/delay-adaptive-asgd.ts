import { asgdTime } from './asgd.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * Delay-adaptive ASGD's time for homogeneous data, ((1/n) Σ 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(nε²)), whatever the delays.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Mishchenko, Bach, Even, Woodworth 2022, arXiv 2206.07638; Koloskova, Stich, Jaggi 2022, arXiv 2206.08307.
 */
export function delayAdaptiveAsgdTime(inputs: ComplexityInputs): number {
  return asgdTime(inputs);
}

/**
 * γ = min{1/(2nL), ε/(4Lσ²)}.
 *
 * Our choice: Ringmaster ASGD's rule with n in place of R, because the method treats delays up to n alike.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns γ; no parameters.
 * @throws InputError when an input is out of range.
 * @remarks Source: the rule of arXiv 2501.16168, as told above.
 */
export function delayAdaptiveAsgdTheory(inputs: ComplexityInputs): Theory {
  const { smoothness: L, epsilon, variance, workers: n } = quantitiesOf('delayAdaptiveAsgdTheory', inputs);
  return { stepsize: Math.min(1 / (2 * n * L), epsilon / (4 * L * variance)), parameters: {} };
}

export const delayAdaptiveAsgd: MethodComplexity = {
  method: 'delay-adaptive-asgd',
  homogeneous: {
    formula: '((1/n) Σ 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(nε²))',
    source: 'Mishchenko, Bach, Even, Woodworth 2022, arXiv 2206.07638',
    assumes: 'all f_i equal',
    optimal: false,
    time: delayAdaptiveAsgdTime,
  },
  theory: { formula: 'min{1/(2nL), ε/(4Lσ²)}', source: 'our choice: Ringmaster ASGD’s rule with n for R', choose: delayAdaptiveAsgdTheory },
};
