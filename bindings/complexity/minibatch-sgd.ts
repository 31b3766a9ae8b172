import { noiseTime } from './lower-bound.js';
import type { ComplexityInputs, MethodComplexity, Theory } from './setting.js';
import { givenNumber, quantitiesOf } from './setting.js';

/**
 * Minibatch SGD's time, (L_f Δ/ε) (τ_n + τ_n σ²/(nε)): both terms wait for the slowest worker. For homogeneous data the same
 * expression, τ_n (LΔ/ε + σ²LΔ/(nε²)).
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where a worker never returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function minibatchSgdTime(inputs: ComplexityInputs): number {
  const { smoothness: L, delta, epsilon, variance, slowest, workers: n } = quantitiesOf('minibatchSgdTime', inputs);
  return ((L * delta) / epsilon) * (slowest + noiseTime(slowest, variance, n, epsilon));
}

/**
 * γ = min{1/L_f, ε n m/(2 L_f σ²)}: Malenia SGD's stepsize with S = n m gradients per update.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @param given `gradientsPerWorker` is m; 1 unless given.
 * @returns γ, and m as `gradientsPerWorker`.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387.
 */
export function minibatchSgdTheory(inputs: ComplexityInputs, given?: Readonly<Record<string, unknown>>): Theory {
  const { smoothness: L, epsilon, variance, workers: n } = quantitiesOf('minibatchSgdTheory', inputs);
  const gradientsPerWorker = givenNumber(given, 'gradientsPerWorker') ?? 1;
  return { stepsize: Math.min(1 / L, (epsilon * n * gradientsPerWorker) / (2 * L * variance)), parameters: { gradientsPerWorker } };
}

const SOURCE = 'Tyurin, Richtárik 2023, arXiv 2305.12387';

export const minibatchSgd: MethodComplexity = {
  method: 'minibatch-sgd',
  heterogeneous: { formula: '(L_f Δ/ε) (τ_n + τ_n σ²/(nε))', source: SOURCE, assumes: '', optimal: false, time: minibatchSgdTime },
  homogeneous: { formula: 'τ_n (LΔ/ε + σ²LΔ/(nε²))', source: SOURCE, assumes: 'all f_i equal', optimal: false, time: minibatchSgdTime },
  theory: { formula: 'min{1/L_f, εnm/(2 L_f σ²)}', source: 'Malenia SGD’s with S = nm', choose: minibatchSgdTheory },
};
