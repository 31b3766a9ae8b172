import { heterogeneousLowerBound } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { givenNumber, noiseBatch, quantitiesOf } from './setting.js';

/**
 * Malenia SGD's time, (L_f Δ/ε) (τ_n + τ_avg σ²/(nε)): the lower bound.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where a worker never returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function maleniaSgdTime(inputs: ComplexityInputs): number {
  return heterogeneousLowerBound(inputs);
}

/**
 * S = max(⌈σ²/ε⌉, n) and γ = min{1/L_f, εS/(2 L_f σ²)}.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @param given `batchTarget` is S; else `variance` and `epsilon`, where given, take the place of σ² and ε in it.
 * @returns γ, and S as `batchTarget`.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function maleniaSgdTheory(inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>): Theory {
  const { smoothness: L, epsilon, variance, workers: n } = quantitiesOf('maleniaSgdTheory', inputs);
  const batchTarget = givenNumber(given, 'batchTarget') ?? Math.max(noiseBatch(inputs, given), n);
  // An update never averages fewer than n gradients, whatever S.
  return { stepsize: Math.min(1 / L, (epsilon * Math.max(batchTarget, n)) / (2 * L * variance)), parameters: { batchTarget } };
}

const SOURCE = 'Tyurin, Richtárik 2023, arXiv 2305.12387';

export const maleniaSgd: MethodComplexity = {
  method: 'malenia-sgd',
  heterogeneous: { formula: '(L_f Δ/ε) (τ_n + τ_avg σ²/(nε))', source: SOURCE, assumes: '', optimal: true, time: maleniaSgdTime },
  theory: { formula: 'min{1/L_f, εS/(2 L_f σ²)}, S = max(⌈σ²/ε⌉, n)', source: SOURCE, choose: maleniaSgdTheory },
};
