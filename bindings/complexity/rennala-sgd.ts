import { homogeneousLowerBound } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { givenNumber, noiseBatch, quantitiesOf } from './setting.js';

/**
 * Rennala SGD's time for homogeneous data, min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)): the lower bound.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function rennalaSgdTime(inputs: ComplexityInputs): number {
  return homogeneousLowerBound(inputs);
}

/**
 * B = max(1, ⌈σ²/ε⌉) and γ = min{1/L, εB/(2Lσ²)}.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @param given `batch` is B; else `variance` and `epsilon`, where given, take the place of σ² and ε in it.
 * @returns γ, and B as `batch`.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function rennalaSgdTheory(inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>): Theory {
  const { smoothness: L, epsilon, variance } = quantitiesOf('rennalaSgdTheory', inputs);
  const batch = givenNumber(given, 'batch') ?? Math.max(1, noiseBatch(inputs, given));
  return { stepsize: Math.min(1 / L, (epsilon * batch) / (2 * L * variance)), parameters: { batch } };
}

const SOURCE = 'Tyurin, Richtárik 2023, arXiv 2305.12387';

export const rennalaSgd: MethodComplexity = {
  method: 'rennala-sgd',
  homogeneous: {
    formula: 'min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²))',
    source: SOURCE,
    assumes: 'all f_i equal',
    optimal: true,
    time: rennalaSgdTime,
  },
  theory: { formula: 'min{1/L, εB/(2Lσ²)}, B = max(1, ⌈σ²/ε⌉)', source: SOURCE, choose: rennalaSgdTheory },
};
