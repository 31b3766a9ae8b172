import { homogeneousLowerBound } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { givenNumber, noiseBatch, quantitiesOf } from './setting.js';

/**
 * Ringmaster ASGD's time for homogeneous data, min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)): the lower bound.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168.
 */
export function ringmasterAsgdTime(inputs: ComplexityInputs): number {
  return homogeneousLowerBound(inputs);
}

/**
 * R = max(1, ⌈σ²/ε⌉) and γ = min{1/(2RL), ε/(4Lσ²)}.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @param given `threshold` is R; else `variance` and `epsilon`, where given, take the place of σ² and ε in it. Infinity gives the stepsize 0, because nothing is known without a threshold.
 * @returns γ, and R as `threshold`.
 * @throws InputError when an input is out of range.
 * @remarks Source: Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168.
 */
export function ringmasterAsgdTheory(inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>): Theory {
  const { smoothness: L, epsilon, variance } = quantitiesOf('ringmasterAsgdTheory', inputs);
  const threshold = givenNumber(given, 'threshold') ?? Math.max(1, noiseBatch(inputs, given));
  return { stepsize: Math.min(1 / (2 * threshold * L), epsilon / (4 * L * variance)), parameters: { threshold } };
}

const SOURCE = 'Maranjyan, Tyurin, Richtárik 2025, arXiv 2501.16168';

export const ringmasterAsgd: MethodComplexity = {
  method: 'ringmaster-asgd',
  homogeneous: {
    formula: 'min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²))',
    source: SOURCE,
    assumes: 'all f_i equal',
    optimal: true,
    time: ringmasterAsgdTime,
  },
  theory: { formula: 'min{1/(2RL), ε/(4Lσ²)}, R = max(1, ⌈σ²/ε⌉)', source: SOURCE, choose: ringmasterAsgdTheory },
};
