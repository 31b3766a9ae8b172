import { describe, expect, test } from 'vitest';
import { scaleTrial } from '../../bindings/advice/scale-trial.js';
import { lowerBounds } from '../../bindings/index.js';
import type { ComplexityInputs, DataSetting } from '../../bindings/index.js';

const INPUTS: ComplexityInputs = { times: [1, 1, 2, 6], smoothness: 1, maxSmoothness: 3, delta: 1, variance: 1, epsilon: 0.1 };
const AFFORDABLE = 60_000;

/** Gradients of all workers in the time of the trial's lower bound. */
function gradientsOf(inputs: ComplexityInputs, data: DataSetting): number {
  const speed = Array.from(inputs.times).reduce((sum, time) => sum + 1 / time, 0);
  return lowerBounds[data].time(inputs) * speed;
}

test('what is short enough stays as it is', () => {
  const { inputs, quantities } = scaleTrial(INPUTS, 'heterogeneous', undefined);
  expect([inputs.delta, inputs.variance]).toEqual([1, 1]);
  expect(quantities).toEqual({ workers: 4, smoothness: 1, maxSmoothness: 3, delta: 1, variance: 1, epsilon: 0.1, heterogeneity: 2 });
});

describe.each(['heterogeneous', 'homogeneous'] as const)('%s data', (data) => {
  const scaled = (change: Partial<ComplexityInputs>) => scaleTrial({ ...INPUTS, ...change }, data, undefined);

  test('first Δ is reduced, no further than is needed, and never below 30 rounds', () => {
    const { inputs } = scaled({ delta: 1e5 });
    expect(inputs.variance).toBe(1);
    expect(inputs.delta).toBeLessThan(1e5);
    expect(gradientsOf(inputs, data)).toBeCloseTo(AFFORDABLE, 3);
    const noisy = scaled({ delta: 1e5, variance: 1e6 });
    expect(noisy.inputs.delta).toBeCloseTo(3, 12);
    expect(noisy.inputs.variance).toBeLessThan(1e6);
  });

  test('then the noise, which stays dominant by 3', () => {
    const { inputs } = scaled({ variance: 1e6 });
    const ratio = data === 'heterogeneous' ? 6 / 2.5 : 1;
    expect(inputs.variance).toBeGreaterThanOrEqual(3 * 4 * 0.1 * ratio);
    // Where even that is too much for a short trial, it is left at that.
    const times = new Array<number>(2000).fill(1).concat(300);
    const many = scaled({ times, variance: 1e9, delta: 1e5 }).inputs;
    const skew = data === 'heterogeneous' ? 300 / (2300 / 2001) : 1;
    expect(many.variance / (3 * 2001 * 0.1 * skew)).toBeCloseTo(1, 9);
    expect(inputs.delta).toBe(1); // 10 rounds only
  });

  test('a larger question never becomes a smaller trial than a smaller one', () => {
    let [delta, variance] = [0, 0];
    for (let size = 1; size < 1e9; size *= 3) {
      const byDelta = scaled({ delta: size }).inputs.delta;
      const byVariance = scaled({ variance: size }).inputs.variance;
      expect(byDelta).toBeGreaterThanOrEqual(delta * (1 - 1e-12));
      expect(byVariance).toBeGreaterThanOrEqual(variance * (1 - 1e-12));
      expect(byDelta).toBeLessThanOrEqual(size);
      expect(byVariance).toBeLessThanOrEqual(size);
      [delta, variance] = [byDelta, byVariance];
    }
  });

  test('a run may compute more than the lower bound asks for', () => {
    for (const change of [{}, { delta: 1e5 }, { variance: 1e6 }]) {
      const { inputs, mostGradients } = scaled(change);
      expect(mostGradients).toBeGreaterThanOrEqual(Math.max(200_000, 3.99 * gradientsOf(inputs, data)));
    }
  });
});

test('evaluations: every 10 gradients, with many workers a twentieth of them, in short trials 1000 of them but at least one gradient apart', () => {
  const between = (change: Partial<ComplexityInputs>) => {
    const { inputs, every } = scaleTrial({ ...INPUTS, ...change }, 'homogeneous', undefined);
    return every * Array.from(inputs.times).reduce((sum, time) => sum + 1 / time, 0);
  };
  expect(between({ delta: 1e5 })).toBeCloseTo(10, 9);
  expect(between({ delta: 1e5, times: new Array<number>(1000).fill(3) })).toBeCloseTo(50, 9);
  expect(between({})).toBe(1);
  const medium = { ...INPUTS, delta: 20 };
  expect(between({ delta: 20 })).toBeCloseTo(gradientsOf(medium, 'homogeneous') / 1000, 9);
});

test('heterogeneity: as given, 2 L_f Δ of the question else, and 0 for homogeneous data', () => {
  const of = (data: DataSetting, given?: number) => scaleTrial({ ...INPUTS, delta: 1e5 }, data, given).quantities.heterogeneity;
  expect([of('heterogeneous'), of('heterogeneous', 0.3), of('heterogeneous', 0), of('homogeneous')]).toEqual([2e5, 0.3, 0, 0]);
});

test('errors', () => {
  expect(() => scaleTrial({ ...INPUTS, epsilon: 2 }, 'homogeneous', undefined)).toThrow("advise: 'epsilon' must be less than 2 L_f Δ = 2");
  expect(() => scaleTrial({ ...INPUTS, epsilon: 1.9 }, 'homogeneous', undefined)).not.toThrow();
  for (const wrong of [-1, NaN, Infinity]) expect(() => scaleTrial(INPUTS, 'heterogeneous', wrong)).toThrow(
    "advise: 'heterogeneity' must be a number of at least 0",
  );
  expect(() => scaleTrial({ ...INPUTS, delta: 0 }, 'heterogeneous', undefined)).toThrow("advise: 'delta' must be a number greater than 0");
});
