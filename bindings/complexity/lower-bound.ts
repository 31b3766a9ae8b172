import type { ComplexityInputs, DataSetting, TimeComplexity } from './setting.js';
import { quantitiesOf } from './setting.js';

/**
 * No method that knows f_i only through worker i's stochastic gradients is faster than a constant times
 * (L_f Δ/ε) (τ_n + τ_avg σ²/(nε)), in the worst case over functions.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where a worker never returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387, lower bound for heterogeneous data.
 */
export function heterogeneousLowerBound(inputs: ComplexityInputs): number {
  const { smoothness: L, delta, epsilon, variance, slowest, mean, workers: n } = quantitiesOf('heterogeneousLowerBound', inputs);
  return ((L * delta) / epsilon) * slowest + ((L * delta) / epsilon) * noiseTime(mean, variance, n, epsilon);
}

/**
 * No method is faster than a constant times min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)), τ ascending, where all f_i are
 * equal: only the m fastest workers count, with the best m.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns Seconds; Infinity where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 * @remarks Source: Tyurin, Richtárik 2023, arXiv 2305.12387, lower bound for homogeneous data.
 */
export function homogeneousLowerBound(inputs: ComplexityInputs): number {
  const { smoothness: L, delta, epsilon, variance } = quantitiesOf('homogeneousLowerBound', inputs);
  const noise = variance / epsilon;
  const sorted = Float64Array.from(inputs.times).sort();
  let speed = 0;
  let least = Infinity;
  sorted.forEach((time, i) => {
    speed += 1 / time;
    least = Math.min(least, (i + 1 + noise) / speed);
  });
  return ((L * delta) / epsilon) * least;
}

/**
 * How many workers the lower bound for homogeneous data takes: the smallest m at which
 * ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)), τ ascending, is least. The slower ones cannot make the bound shorter.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns From 1 to n; 0 where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 */
export function usefulWorkers(inputs: ComplexityInputs): number {
  const { variance, epsilon } = quantitiesOf('usefulWorkers', inputs);
  const sorted = Float64Array.from(inputs.times).sort();
  let speed = 0;
  let least = Infinity;
  let useful = 0;
  sorted.forEach((time, i) => {
    speed += 1 / time;
    const bound = (i + 1 + variance / epsilon) / speed;
    // Not for the last bits of the sums: of equal workers without noise one is enough.
    if (bound < least * (1 - 1e-12)) [least, useful] = [bound, i + 1];
  });
  return useful;
}

/** τ σ²/(nε), which is 0 without noise, also for a worker that never returns a gradient. */
export function noiseTime(time: number, variance: number, workers: number, epsilon: number): number {
  return variance === 0 ? 0 : (time * variance) / (workers * epsilon);
}

const SOURCE = 'Tyurin, Richtárik 2023, arXiv 2305.12387';

/** The lower bounds of the two settings. */
export const lowerBounds: Readonly<Record<DataSetting, TimeComplexity>> = {
  heterogeneous: {
    formula: '(L_f Δ/ε) (τ_n + τ_avg σ²/(nε))',
    source: SOURCE,
    assumes: '',
    optimal: false,
    time: heterogeneousLowerBound,
  },
  homogeneous: {
    formula: 'min_{m≤n} ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²))',
    source: SOURCE,
    assumes: 'all f_i equal',
    optimal: false,
    time: homogeneousLowerBound,
  },
};
