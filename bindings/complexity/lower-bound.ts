import type { ComplexityInputs, DataSetting, Quantities, TimeComplexity } from './setting.js';
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
  return ((L * delta) / epsilon) * (slowest + noiseTime(mean, variance, n, epsilon));
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
  const quantities = quantitiesOf('homogeneousLowerBound', inputs);
  return ((quantities.smoothness * quantities.delta) / quantities.epsilon) * fastestGroup(quantities).time;
}

/**
 * How many workers the lower bound for homogeneous data takes: the smallest m at which
 * ((1/m) Σ_{i≤m} 1/τ_i)^{-1} (LΔ/ε + σ²LΔ/(mε²)), τ ascending, is least. The slower ones cannot make the bound shorter.
 * @param inputs Times τ_i in seconds, shape n; constants of the problem.
 * @returns From 1 to n; 0 where nobody ever returns a gradient.
 * @throws InputError when an input is out of range.
 */
export function usefulWorkers(inputs: ComplexityInputs): number {
  return fastestGroup(quantitiesOf('usefulWorkers', inputs)).workers;
}

/** The m fastest workers with the least (m + σ²/ε)/Σ_{i≤m} 1/τ_i, the time of a round; of groups that differ by rounding errors the smallest. */
function fastestGroup({ sorted, variance, epsilon }: Quantities): { workers: number; time: number } {
  let speed = 0;
  let best = Infinity;
  let workers = 0;
  let time = Infinity;
  sorted.forEach((each, i) => {
    speed += 1 / each;
    const round = (i + 1 + variance / epsilon) / speed;
    if (round < best * (1 - 1e-12)) [best, workers] = [round, i + 1];
    time = Math.min(time, round);
  });
  return { workers, time };
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
