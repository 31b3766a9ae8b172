import { expect, test } from 'vitest';
import { homogeneousLowerBound, InputError, usefulWorkers } from '../../bindings/index.js';

const problem = { smoothness: 1, delta: 1, variance: 1, epsilon: 0.5 };

/** (m + σ²/ε) / Σ_{i≤m} 1/τ_i for every m. */
function boundsOf(times: readonly number[], noise: number): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.map((_, i) => (i + 1 + noise) / sorted.slice(0, i + 1).reduce((sum, time) => sum + 1 / time, 0));
}

test.each([
  [[1, 2, 100], 2], // 3, 8/3, 3.31…
  [[100, 1, 10], 1], // 3, 3.63…
  [[1, 1, 1], 3],
  [[5], 1],
  [[Infinity, 2, 1], 2],
  [[Infinity], 0],
])('of the workers %j the fastest %i make the bound', (times, useful) => {
  expect(usefulWorkers({ ...problem, times })).toBe(useful);
  const bounds = boundsOf(times, 2);
  if (useful > 0) expect(bounds[useful - 1]).toBeCloseTo(Math.min(...bounds), 12);
  if (useful > 0) expect(homogeneousLowerBound({ ...problem, times })).toBeCloseTo(2 * bounds[useful - 1]!, 12);
});

test('without noise one of equal workers is enough, whatever the rounding', () => {
  expect(usefulWorkers({ ...problem, variance: 0, times: Array.from({ length: 1000 }, () => 0.1) })).toBe(1);
});

test('refuses what is no time', () => {
  expect(() => usefulWorkers({ ...problem, times: [1, 0] })).toThrow(InputError);
});
